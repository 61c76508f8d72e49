"""What the insight pages show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import numpy as np
from django.urls import reverse

from fupan.commerce.models import Product, Shop
from fupan.commerce.policies import products_seen_by, shops_seen_by
from fupan.core import clock, weeks
from fupan.core.errors import Refused
from fupan.core.weeks import Period
from fupan.desk.models import Cause, IssueType, Resolution, TicketKind
from fupan.insight import compute
from fupan.insight.facts import FactsView
from fupan.insight.models import FactFile
from fupan.insight.queries.measure import Measured, measure, number
from fupan.people.models import Member

FILTERS = ("issue_type", "product", "line", "supplier", "batch", "country", "carrier", "fulfilment", "kind", "cause")


@dataclass(frozen=True)
class Asked:
    """What an address asks for: a period, a slice."""

    period: Period
    where: dict[str, str]
    shop: Shop | None

    def query(self, **more: str) -> str:
        """The same filters for desk's list."""
        told = {self.period.kind: self.period.label, **self.where}
        if self.shop is not None:
            told["shop"] = str(self.shop.pk)
        told |= {name: value or "none" for name, value in more.items()}
        return urlencode(told)

    def tickets(self, extra: str = "", **more: str) -> str:
        return f"{reverse('desk:tickets')}?{self.query(**more)}{'&' + extra if extra else ''}"


def asked(member: Member, told: Mapping[str, str]) -> Asked:
    """Read the address; a shop that the member does not see is no shop."""
    shop = shops_seen_by(member).filter(pk=told["shop"]).first() if told.get("shop", "").isdigit() else None
    return Asked(
        period=_period(member, told),
        where={name: told[name] for name in FILTERS if told.get(name)},
        shop=shop,
    )


def _period(member: Member, told: Mapping[str, str]) -> Period:
    """The period of the address, else the last whole week with facts."""
    try:
        if told.get("month"):
            return weeks.parse_month(told["month"])
        if told.get("week"):
            return weeks.week_period(weeks.parse_week(told["week"]))
    except Refused:
        pass
    return weeks.week_period(newest_week(member.workspace_id))


def newest_week(workspace_id: int) -> int:
    """The newest week that is over and has facts; without facts, the last whole week."""
    over = weeks.last_whole_week(clock.today())
    known = FactFile.objects.filter(workspace_id=workspace_id, table__in=("tickets", "orders"), week__lte=over)
    return known.order_by("-week").values_list("week", flat=True).first() or over


def names_of(member: Member, dimension: str) -> dict[str, str]:
    """What the values of a dimension are called."""
    if dimension == "product":
        return {product.code: str(product) for product in products_seen_by(member)}
    models: dict[str, Any] = {"issue_type": IssueType, "cause": Cause, "resolution": Resolution}
    if dimension in models:
        return {row.code: str(row) for row in models[dimension].objects.filter(workspace_id=member.workspace_id)}
    if dimension == "kind":
        return {str(value): str(label) for value, label in TicketKind.choices}
    return {}


@dataclass(frozen=True, slots=True)
class Ranking:
    """A product among all, by how bad its return rate certainly is."""

    product: Product
    units: float
    returns: float
    rate: float | None
    shrunk: float | None
    low: float | None
    high: float | None
    small: bool
    incidents: float
    measured: Measured | None


def ranked(member: Member, view: FactsView, period: Period, *, search: str = "", sort: str = "worst") -> list[Ranking]:
    """Products with their return rates, the certainly worst first; those without orders at the end."""
    found = measure(view, ["return_rate", "incident_rate"], period, by=("product",), compare=("previous",))
    returns = {one.slice["product"]: one for one in found if one.metric.code == "return_rate"}
    incidents = {one.slice["product"]: one for one in found if one.metric.code == "incident_rate"}
    codes = [code for code, one in returns.items() if one.denominator]
    k = np.array([min(returns[code].numerator or 0.0, 1e12) for code in codes], dtype=np.float64)
    n = np.array([returns[code].denominator or 0.0 for code in codes], dtype=np.float64)
    order = compute.worst(k, n) if n.any() else None
    place = {code: row for row, code in enumerate(codes)}
    rows = []
    for product in products_seen_by(member):
        if search and search.lower() not in f"{product.code} {product.name}".lower():
            continue
        rows.append(_ranking(product, returns.get(product.code), incidents.get(product.code), order, place))
    return sorted(rows, key=_SORTS.get(sort, _SORTS["worst"]))


def _ranking(
    product: Product, returned: Measured | None, incident: Measured | None, order: Any, place: dict[str, int]
) -> Ranking:
    row = place.get(product.code)
    shrunk = order is not None and row is not None
    return Ranking(
        product=product,
        units=(returned.denominator if returned else None) or 0.0,
        returns=(returned.numerator if returned else None) or 0.0,
        rate=returned.value if returned else None,
        shrunk=number(order.shrunk[row]) if shrunk else None,
        low=number(order.low[row]) if shrunk else None,
        high=number(order.high[row]) if shrunk else None,
        small=bool(order.small[row]) if shrunk else True,
        incidents=(incident.numerator if incident else None) or 0.0,
        measured=returned,
    )


_SORTS: dict[str, Any] = {
    "worst": lambda row: (-(row.low if row.low is not None and row.returns else -1.0), row.product.code),
    "returns": lambda row: (-row.returns, row.product.code),
    "incidents": lambda row: (-row.incidents, row.product.code),
    "units": lambda row: (-row.units, row.product.code),
    "code": lambda row: row.product.code,
}
