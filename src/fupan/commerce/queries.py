"""What other stages and the settings pages ask about shops, products and money."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, F, Q, QuerySet

from fupan.commerce.models import Batch, ExchangeRate, Listing, Product, Shop
from fupan.commerce.policies import products_seen_by, rates_seen_by, shops_seen_by
from fupan.people.models import Member, Workspace

Converter = Callable[[Decimal, str, date], Decimal | None]


class SheetRow(NamedTuple):
    """A row of the product sheet: what the seller alone knows of a SKU."""

    sku: str
    asin: str
    name: str
    product: str
    line: str
    supplier: str
    batch: str
    batch_from: date | None
    carrier: str


def rate(workspace: Workspace, currency: str, day: date) -> Decimal | None:
    """What one unit of `currency` was worth in the workspace's own on `day`; None when no rate was set by then."""
    if currency == workspace.currency:
        return Decimal(1)
    known = ExchangeRate.objects.filter(
        workspace=workspace, currency=currency, base=workspace.currency, day__lte=day
    ).order_by("-day")
    return known.values_list("rate", flat=True).first()


def converter(workspace: Workspace) -> Converter:
    """A function (amount, currency, day) -> amount in the workspace's currency; reads the rates once."""
    days: dict[str, list[date]] = defaultdict(list)
    rates: dict[str, list[Decimal]] = defaultdict(list)
    known = ExchangeRate.objects.filter(workspace=workspace, base=workspace.currency).order_by("currency", "day")
    for currency, day, value in known.values_list("currency", "day", "rate"):
        days[currency].append(day)
        rates[currency].append(value)

    def convert(amount: Decimal, currency: str, day: date) -> Decimal | None:
        if currency == workspace.currency:
            return amount
        at = bisect_right(days[currency], day) if currency in days else 0
        return amount * rates[currency][at - 1] if at else None

    return convert


def product_rows(member: Member, *, search: str = "", line: str = "", sort: str = "code") -> QuerySet[Product]:
    """The products page: each product with the number of its listings and batches."""
    rows = products_seen_by(member)
    if search:
        listed = Listing.objects.filter(workspace_id=member.workspace_id, sku__icontains=search).values("product")
        words = Q(code__icontains=search) | Q(name__icontains=search) | Q(supplier__icontains=search)
        rows = rows.filter(words | Q(pk__in=listed))
    if line:
        rows = rows.filter(line=line)
    order = sort if sort.lstrip("-") in {"code", "name", "line", "supplier"} else "code"
    return rows.annotate(
        listing_count=Count("listings", distinct=True), batch_count=Count("batches", distinct=True)
    ).order_by(order, "pk")


def product_lines(member: Member) -> list[str]:
    return list(products_seen_by(member).exclude(line="").order_by("line").values_list("line", flat=True).distinct())


def shop_rows(member: Member) -> QuerySet[Shop]:
    return shops_seen_by(member).annotate(listing_count=Count("listings", distinct=True))


def currencies_without_rate(workspace: Workspace) -> list[str]:
    """Currencies of shops that have no rate to the workspace's own: their amounts are left out of totals."""
    rated = ExchangeRate.objects.filter(workspace=workspace, base=workspace.currency).values("currency")
    unrated = Shop.objects.filter(workspace=workspace).exclude(currency=workspace.currency).exclude(currency__in=rated)
    return sorted(set(unrated.values_list("currency", flat=True)))


def rate_rows(member: Member) -> QuerySet[ExchangeRate]:
    """Every rate, by currency, the newest first."""
    return rates_seen_by(member).order_by("currency", "-day")


def suppliers(member: Member) -> list[str]:
    found = products_seen_by(member).exclude(supplier="").order_by("supplier")
    return list(found.values_list("supplier", flat=True).distinct()[:500])


def incomplete(rows: QuerySet[Product]) -> QuerySet[Product]:
    """Products whose line or supplier is not told."""
    return rows.filter(Q(line="") | Q(supplier=""))


def product_counts(member: Member) -> dict[str, int]:
    """How many products there are, and how many still lack line or supplier."""
    rows = products_seen_by(member)
    return {"total": rows.count(), "open": incomplete(rows).count()}


def batch_rows(product: Product) -> QuerySet[Batch]:
    """Batches of a product with the order lines that carry them, newest first."""
    sold = Count("orderline")
    return Batch.objects.filter(product=product).annotate(sold=sold).order_by(F("effective_from").desc(nulls_last=True))


def listing_rows(member: Member, product: Product) -> QuerySet[Listing]:
    """The SKUs that sell a product, in the shops this member sees."""
    rows = Listing.objects.filter(product=product, shop__in=shops_seen_by(member))
    return rows.select_related("shop").order_by("shop__name", "sku")


def sheet_rows(member: Member) -> Iterator[SheetRow]:
    """One row per SKU of this member's shops, with what is known of it: the sheet to fill in."""
    listings = (
        Listing.objects.filter(workspace_id=member.workspace_id, shop__in=shops_seen_by(member))
        .select_related("product")
        .order_by("sku", "pk")
        .only("sku", "asin", "title", "product__code", "product__name", "product__line", "product__supplier",
              "product__carrier")
    )  # fmt: skip
    batches = _newest_batches(member)
    seen: set[str] = set()
    for one in listings.iterator(chunk_size=2000):
        if one.sku not in seen:
            seen.add(one.sku)
            yield _sheet_row(one.sku, one.asin, one.title, one.product, batches)
    for product in products_seen_by(member).filter(listings=None):
        yield _sheet_row(product.code, "", "", product, batches)


def _sheet_row(sku: str, asin: str, title: str, product: Product, batches: dict[int, Batch]) -> SheetRow:
    batch = batches.get(product.pk)
    return SheetRow(
        sku, asin, product.name or title, product.code, product.line, product.supplier,
        batch.code if batch else "", batch.effective_from if batch else None, product.carrier,
    )  # fmt: skip


def _newest_batches(member: Member) -> dict[int, Batch]:
    rows = Batch.objects.filter(workspace_id=member.workspace_id).order_by(
        F("effective_from").asc(nulls_first=True), "pk"
    )
    return {row.product_id: row for row in rows}
