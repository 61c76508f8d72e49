"""Return-like rates by the week of the order, every week at the same age: what verdicts are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fupan.core import weeks
from fupan.insight import compute
from fupan.insight.calendar import Calendar
from fupan.insight.compute import Parts
from fupan.insight.coverage import ENOUGH, Arrived
from fupan.insight.exposure import shipped
from fupan.insight.facts import TICKETS, FactsView
from fupan.insight.metrics import metric
from fupan.insight.queries.measure import number
from fupan.insight.queries.scope import Scope, narrowed
from fupan.insight.sums import Floats, filtered

AGE = 4


@dataclass(frozen=True, slots=True)
class Cohort:
    """Orders of one week, and what had become of them `age` weeks later."""

    week: int
    label: str
    k: float
    n: float
    value: float | None
    low: float | None
    high: float | None
    reason: str | None  # "too_young" | "no_orders"


def cohorts(
    view: FactsView,
    code: str,
    *,
    last: int,
    length: int = 13,
    age: int = AGE,
    where: Mapping[str, str | Sequence[str]] | None = None,
) -> list[Cohort]:
    """Cohorts of the `length` order weeks up to `last`, each with the cases of its first `age` weeks.

    A cohort whose `age` weeks are not over by the newest facts is "too_young": a rate now would only be a low one.
    """
    chosen = weeks.between(weeks.shift(last, 1 - length), last)
    reading, calendar = view.read(), Calendar("week")
    held = narrowed(view.workspace_id, where or {})
    arrived = Arrived.of(view)
    cube = shipped(reading, calendar, chosen, arrived, where=held)
    covered = arrived.shares("orders", calendar, chosen) >= ENOUGH
    scope = Scope(reading, calendar, last, where=held)
    top = _cases(scope, code, chosen, age, arrived, covered)
    bottom = (cube.parts["units"].sum(axis=0) * covered).sum(axis=0)
    newest = max(reading.weeks("tickets"), default=0)
    low, high = compute.own_interval("rate", Parts(top, bottom))
    return [
        _cohort(
            week, top[at], bottom[at], (low[at], high[at]), metric(code).scale, young=weeks.shift(week, age) > newest
        )
        for at, week in enumerate(chosen)
    ]


def _cohort(week: int, k: float, n: float, span: tuple[float, float], scale: float, *, young: bool) -> Cohort:
    reason = "no_orders" if not n else "too_young" if young else None
    if reason:
        return Cohort(week, weeks.label(week), float(k), float(n), None, None, None, reason)
    value, low, high = (number(one * scale) for one in (k / n, *span))
    return Cohort(week, weeks.label(week), float(k), float(n), value, low, high, None)


def _cases(
    scope: Scope, code: str, chosen: list[int], age: int, arrived: Arrived, covered: NDArray[np.bool_]
) -> Floats:
    """Cases per order week, of covered shops, up to that age."""
    one = metric(code)
    table = filtered(TICKETS, "tickets", scope.where)
    table = table.filter(table.lag_weeks.between(0, age))
    asked = table.group_by(week=table.week, shop_id=table.shop_id, lag=table.lag_weeks).aggregate(
        n=one.numerator(table).sum()
    )
    until = weeks.between(chosen[0], weeks.shift(chosen[-1], age))
    place = {week: at for at, week in enumerate(chosen)}
    shops = {pk: at for at, pk in enumerate(arrived.shops)}
    top = np.zeros(len(chosen))
    for row in scope.reading.answer(asked, until).to_pylist():
        at, shop = place.get(weeks.shift(row["week"], -row["lag"])), shops.get(row["shop_id"])
        if at is not None and shop is not None and covered[shop, at]:
            top[at] += float(row["n"] or 0)
    return top
