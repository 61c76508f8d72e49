"""Which shops, products and orders a member may see; an empty `shop_ids` means every shop."""

from __future__ import annotations

from django.db.models import QuerySet

from fupan.commerce.models import Batch, ExchangeRate, Order, Product, Promotion, Shop
from fupan.people.models import Member
from fupan.people.policies import RIGHTS, may

KEEPERS = RIGHTS["edit_shops"]


def shops_seen_by(member: Member) -> QuerySet[Shop]:
    shops = Shop.objects.filter(workspace_id=member.workspace_id)
    return shops.filter(pk__in=member.shop_ids) if member.shop_ids else shops


def products_seen_by(member: Member) -> QuerySet[Product]:
    products = Product.objects.filter(workspace_id=member.workspace_id)
    if not member.shop_ids:
        return products
    return products.filter(pk__in=products.filter(listings__shop__in=member.shop_ids).values("pk"))


def orders_seen_by(member: Member) -> QuerySet[Order]:
    return Order.objects.filter(workspace_id=member.workspace_id, shop__in=shops_seen_by(member))


def rates_seen_by(member: Member) -> QuerySet[ExchangeRate]:
    return ExchangeRate.objects.filter(workspace_id=member.workspace_id)


def batches_seen_by(member: Member) -> QuerySet[Batch]:
    return Batch.objects.filter(workspace_id=member.workspace_id, product__in=products_seen_by(member))


def promotions_seen_by(member: Member) -> QuerySet[Promotion]:
    return Promotion.objects.filter(workspace_id=member.workspace_id)


def may_keep(member: Member) -> bool:
    """Whether this member looks after shops, products, rates and imports."""
    return may(member, "edit_shops")
