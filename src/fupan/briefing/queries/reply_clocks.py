"""Replies in time, shop by shop, on the platform's clock and on our own."""

from __future__ import annotations

from typing import Any

from fupan.briefing import compute
from fupan.briefing.queries.material import Material
from fupan.briefing.queries.names import Names
from fupan.commerce.models import Shop
from fupan.core.weeks import Period
from fupan.desk import clocks
from fupan.insight.metrics import metric
from fupan.insight.queries import Scope
from fupan.insight.queries.measure import number
from fupan.insight.sums import Measure, Question

Entry = dict[str, Any]
_CLOCKS = {"platform": "reply_in_time", "office": "reply_in_office_time"}


def reply_clocks(material: Material, names: Names) -> dict[str, list[Entry]]:
    scope = Scope(material.reading, material.calendar, material.bucket, extra=material.extra, length=1, year=False)
    scope.__dict__["arrived"] = material.scope.arrived
    measures: dict[str, Measure] = {}
    for name, code in _CLOCKS.items():
        one = metric(code)
        assert one.denominator is not None
        measures |= {f"{name}_in": one.numerator, f"{name}_of": one.denominator}
    question = Question("messages", measures, material.calendar.grain, extra=material.extra)
    cube = scope.add_up(question, look_back=metric("reply_in_time").look_back)
    shops = Shop.objects.in_bulk(cube.shops)
    found: dict[str, list[Entry]] = {"platform": [], "office": []}
    for name, rows in found.items():
        for place, pk in enumerate(cube.shops):
            k, n = (float(cube.parts[f"{name}_{part}"][0, place, 0]) for part in ("in", "of"))
            if n:
                rows.append(_entry(names, shops[pk], name, material.period, k, n))
    return found


def _entry(names: Names, shop: Shop, clock: str, period: Period, k: float, n: float) -> Entry:
    limit = clocks.platform_limit(shop.platform, period.end) if clock == "platform" else clocks.office_limit(period.end)
    low, high = compute.share(k, n)
    return {
        "shop": shop.name,
        "hours_limit": number(limit.total_seconds() / 3600) if limit else None,
        "in_time": int(k),
        "answered_due": int(n),
        "late": int(n - k),
        "share": number(k / n),
        "low": number(low),
        "high": number(high),
        "url": names.tickets({"shop": shop.name}, "late=platform" if clock == "platform" else ""),
    }
