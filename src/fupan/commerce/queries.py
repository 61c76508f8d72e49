"""What other stages and the settings pages ask about shops, products and money."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from fupan.commerce.models import ExchangeRate, Product, Shop
from fupan.commerce.policies import products_seen_by, shops_seen_by
from fupan.people.models import Member, Workspace

Converter = Callable[[Decimal, str, date], Decimal | None]


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
        rows = rows.filter(Q(code__icontains=search) | Q(name__icontains=search) | Q(supplier__icontains=search))
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
