from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from fupan.people.models import Workspace


class Platform(models.TextChoices):
    AMAZON = "amazon", _("Amazon")
    SHOPEE = "shopee", _("Shopee")
    LAZADA = "lazada", _("Lazada")
    TIKTOK = "tiktok", _("TikTok Shop")
    EBAY = "ebay", _("eBay")
    WALMART = "walmart", _("Walmart")
    SHOPIFY = "shopify", _("Shopify")
    OTHER = "other", _("Other")


class Fulfilment(models.TextChoices):
    PLATFORM = "platform", _("By the platform")
    SELLER = "seller", _("By the seller")
    UNKNOWN = "", _("Not told")


class OrderStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    SHIPPED = "shipped", _("Shipped")
    DELIVERED = "delivered", _("Delivered")
    RETURNED = "returned", _("Returned")
    CANCELLED = "cancelled", _("Cancelled")
    REPLACEMENT = "replacement", _("Replacement")


class Shop(models.Model):
    """One marketplace account on one site; its wall clock decides to which week something belongs."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="shops")
    name = models.CharField(_("name"), max_length=120)
    platform = models.CharField(_("platform"), max_length=20, choices=Platform, default=Platform.AMAZON)
    site = models.CharField(_("site"), max_length=40, blank=True)  # as reports write it: "Amazon.de"
    country = models.CharField(_("country"), max_length=2, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    timezone = models.CharField(_("time zone"), max_length=60)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "name"], name="shop_once_per_name")]
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """The seller's own product; shops sell it under listings."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="products")
    code = models.CharField(_("code"), max_length=120)
    name = models.CharField(_("name"), max_length=300, blank=True)
    line = models.CharField(_("product line"), max_length=120, blank=True)
    supplier = models.CharField(_("supplier"), max_length=120, blank=True)
    carrier = models.CharField(_("usual carrier"), max_length=60, blank=True)  # for orders whose report names none

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "code"], name="product_once_per_code")]
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name or self.code


class Listing(models.Model):
    """A shop's SKU that sells a product."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    shop = models.ForeignKey(Shop, models.CASCADE, related_name="listings")
    product = models.ForeignKey(Product, models.CASCADE, related_name="listings")
    sku = models.CharField(_("SKU"), max_length=120)
    asin = models.CharField(max_length=40, blank=True)
    parent = models.CharField(max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "sku"], name="listing_once_per_sku")]
        indexes: ClassVar = [models.Index(fields=["workspace", "asin"], name="listing_by_asin")]

    def __str__(self) -> str:
        return self.sku


class Batch(models.Model):
    """A supplier's lot of a product, from a day on; `estimated` when inferred from dates."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    product = models.ForeignKey(Product, models.CASCADE, related_name="batches")
    code = models.CharField(_("batch"), max_length=60)
    effective_from = models.DateField(null=True, blank=True)
    estimated = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["product", "code"], name="batch_once_per_code")]

    def __str__(self) -> str:
        return self.code


class Order(models.Model):
    # no index of their own: the constraints below begin with these columns, and imports write each index
    workspace = models.ForeignKey(Workspace, models.CASCADE, db_index=False)
    shop = models.ForeignKey(Shop, models.CASCADE, db_index=False)
    number = models.CharField(max_length=64)
    status = models.CharField(max_length=12, choices=OrderStatus, default=OrderStatus.SHIPPED)
    fulfilment = models.CharField(max_length=8, choices=Fulfilment, blank=True, default="")
    carrier = models.CharField(max_length=60, blank=True)
    country = models.CharField(max_length=2, blank=True)
    buyer_key = models.CharField(max_length=24, blank=True)  # blind index; "" = not told
    placed_at = models.DateTimeField()
    shipped_at = models.DateTimeField(null=True, blank=True)
    promised_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    import_id = models.BigIntegerField(null=True, blank=True)  # intake.Import that created the row

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "number"], name="order_once_per_number")]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "number"], name="order_by_number"),
            models.Index(fields=["import_id"], name="order_by_import"),
            models.Index(fields=["workspace", "buyer_key"], name="order_by_buyer"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """The exposure: `units` of one listing in one order. `week` is the ISO week it was placed, on the shop's clock."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, db_index=False)
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", db_index=False)
    key = models.CharField(max_length=160)  # outside line id, or sku#occurrence
    listing = models.ForeignKey(Listing, models.PROTECT)
    batch = models.ForeignKey(Batch, models.SET_NULL, null=True, blank=True)
    batch_inferred = models.BooleanField(default=False, db_default=False)  # from the day it was placed
    week = models.IntegerField()
    units = models.IntegerField(default=1)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    status = models.CharField(max_length=12, choices=OrderStatus, default=OrderStatus.SHIPPED)
    import_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "key"], name="order_line_once_per_key"),
            models.CheckConstraint(condition=models.Q(units__gte=0), name="order_line_units_not_negative"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "week"], name="order_line_by_week"),
            models.Index(fields=["import_id"], name="order_line_by_import"),
        ]

    def __str__(self) -> str:
        return self.key


class Promotion(models.Model):
    """Prime Day, Black Friday, 11.11 ...: the dates a season repeats on."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="promotions")
    name = models.CharField(_("name"), max_length=80)
    platform = models.CharField(_("platform"), max_length=20, choices=Platform, blank=True)
    start = models.DateField(_("first day"))
    end = models.DateField(_("last day"))

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(end__gte=models.F("start")), name="promotion_ends_after_start")
        ]
        ordering: ClassVar = ["start"]

    def __str__(self) -> str:
        return self.name


class ExchangeRate(models.Model):
    """One unit of `currency` is worth `rate` units of `base` from `day` on."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    currency = models.CharField(_("currency"), max_length=3)
    base = models.CharField(max_length=3)
    day = models.DateField(_("from"))
    rate = models.DecimalField(_("rate"), max_digits=18, decimal_places=8)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "currency", "base", "day"], name="exchange_rate_once_per_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="exchange_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency}/{self.base} {self.plain_rate}"

    @property
    def plain_rate(self) -> str:
        """The rate with no more decimals than it has."""
        return format(self.rate.normalize(), "f")
