"""What a rate divides by: shipments, weighted by how long trouble takes to show.

Somebody who returns this week ordered last week or a month ago. So the exposure of a week is the sum of the shipments
of that week and the weeks before, each weighted by the share of returns that take that long: a Prime Day then neither
fakes a dip in its own week nor a surge two weeks later. The delay curve is read from the seller's own tickets (cases
per unit at each delay) and drawn towards a default while there are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from fupan.insight.calendar import Calendar, Grain
from fupan.insight.coverage import ENOUGH, Arrived
from fupan.insight.facts import TICKETS, Reading
from fupan.insight.metrics.kinds import Delay
from fupan.insight.shapes import ORDER_DIMENSIONS
from fupan.insight.sums import Cube, Floats, Key, Question, Where, add_up

LONGEST: dict[Grain, int] = {"week": 12, "month": 3, "day": 83}
PRIOR_TICKETS = 40.0  # the default curve weighs as much as so many tickets
_DEFAULT_WEEKS: dict[Delay, tuple[float, ...]] = {
    "contact": (0.34, 0.34, 0.16, 0.07, 0.04, 0.02, 0.01, 0.01, 0.01),
    "return": (0.08, 0.24, 0.26, 0.17, 0.10, 0.06, 0.04, 0.02, 0.01, 0.01, 0.01),
    "rating": (0.06, 0.26, 0.28, 0.17, 0.10, 0.06, 0.03, 0.02, 0.01, 0.01),
    "incident": (0.22, 0.30, 0.20, 0.12, 0.07, 0.04, 0.02, 0.01, 0.01, 0.01),
}
_KINDS: dict[Delay, tuple[str, ...]] = {
    "contact": ("inquiry",),
    "return": ("return", "refund", "claim"),
    "rating": ("rating", "feedback"),
    "incident": (),
}
LEAST_WEIGHT = 0.3  # of the curve must fall on covered buckets


def default_curve(delay: Delay, grain: Grain) -> Floats:
    """Shares of cases by delay, in weeks, months or days."""
    by_week = np.zeros(LONGEST["week"] + 1)
    by_week[: len(_DEFAULT_WEEKS[delay])] = _DEFAULT_WEEKS[delay]
    if grain == "day":
        by_week = np.repeat(by_week, 7)[: LONGEST["day"] + 1]
    elif grain == "month":
        by_week = _in_months(by_week)
    return np.asarray(by_week / by_week.sum(), dtype=np.float64)


def _in_months(by_week: Floats) -> Floats:
    """An order is placed in the middle of its month, on average; the delay falls between two months."""
    by_month = np.zeros(LONGEST["month"] + 1)
    for week, share in enumerate(by_week):
        later = (week * 7 + 3.5) / 30.4
        whole = min(int(later), LONGEST["month"] - 1)
        by_month[whole] += share * (1 - (later - whole))
        by_month[whole + 1] += share * (later - whole)
    return by_month


@dataclass(frozen=True)
class Exposures:
    """Units and orders of the buckets asked for and of all those that reach into them."""

    reading: Reading
    calendar: Calendar
    arrived: Arrived
    buckets: list[int]  # asked for
    history: list[int]  # all that count, oldest first
    cube: Cube  # by order dimensions; measures units, orders
    covered: NDArray[np.bool_]  # (shops, history)
    sliced: bool  # whether the cube holds only a part of what was shipped

    @cached_property
    def mask(self) -> NDArray[np.bool_]:
        """(shops, buckets): whether a rate can be given at all; its numerator counts the same shop-buckets."""
        arrived = self._spread(default_curve("incident", self.calendar.grain)).sum(axis=2) >= LEAST_WEIGHT
        now = [self.history.index(bucket) for bucket in self.buckets]
        return np.asarray(arrived & self.covered[:, now], dtype=bool)

    def weighted(self, delay: Delay, what: str = "units") -> Floats:
        """Exposure of shape (keys, buckets), over covered shop-buckets."""
        weighted = np.einsum("ksh,sbh->kb", self.cube.parts[what], self.weights(delay), optimize=True)
        return np.asarray(weighted, dtype=np.float64)

    def weighted_shops(self, delay: Delay) -> Floats:
        """Exposure of each shop: shape (shops, buckets)."""
        units = self.cube.parts["units"].sum(axis=0)
        return np.asarray(np.einsum("sh,sbh->sb", units, self.weights(delay)), dtype=np.float64)

    def weights(self, delay: Delay) -> Floats:
        """(shops, buckets, history): how much of what was shipped in each earlier bucket shows in a bucket."""
        spread = self._spread(self.curves[delay])
        total = spread.sum(axis=2, keepdims=True)
        return np.asarray(spread / np.where(total > 0, total, 1.0) * self.mask[:, :, None], dtype=np.float64)

    def rows(self, keys: Sequence[Key], by: tuple[str, ...]) -> NDArray[np.int64]:
        """For slices `keys` of dimensions `by`, the row of their exposure; -1 when nothing was shipped."""
        kept = [place for place, name in enumerate(by) if name in ORDER_DIMENSIONS]
        known = {key: row for row, key in enumerate(self.cube.keys)}
        return np.array([known.get(tuple([key[place] for place in kept]), -1) for key in keys], dtype=np.int64)

    def _spread(self, curve: Floats) -> Floats:
        """(shops, buckets, history): the curve laid over the buckets that reach into each bucket; what has not
        arrived weighs nothing, and the rest of the curve will stand for it."""
        place = {bucket: at for at, bucket in enumerate(self.history)}
        shape = np.zeros((len(self.buckets), len(self.history)))
        for row, bucket in enumerate(self.buckets):
            for lag, share in enumerate(curve):
                shape[row, place[self.calendar.shift(bucket, -lag)]] += share
        return np.asarray(shape[None] * self.covered[:, None, :], dtype=np.float64)

    @cached_property
    def curves(self) -> dict[Delay, Floats]:
        """Cases per unit at each delay, over the buckets asked for, drawn towards the default curve."""
        whole = load(self.reading, self.calendar, self.buckets, self.arrived) if self.sliced else self
        cases = self.reading.answer(_lags(self.calendar.grain), self.calendar.files(self.buckets)).to_pylist()
        chances = whole._units_at_lag()
        return {delay: _curve(delay, cases, chances, self) for delay in _KINDS}

    def _units_at_lag(self) -> Floats:
        """How many units had the chance to make trouble at each delay."""
        units = (self.cube.parts["units"].sum(axis=0) * self.covered).sum(axis=0)
        place = {bucket: at for at, bucket in enumerate(self.history)}
        lags = range(LONGEST[self.calendar.grain] + 1)
        shifted = [[units[place[self.calendar.shift(bucket, -lag)]] for bucket in self.buckets] for lag in lags]
        return np.asarray(np.sum(shifted, axis=1), dtype=np.float64)


def load(
    reading: Reading,
    calendar: Calendar,
    buckets: Sequence[int],
    arrived: Arrived,
    *,
    by: tuple[str, ...] = (),
    where: Where | None = None,
) -> Exposures:
    """Read the orders behind rates of these buckets, cut by those dimensions that orders have."""
    longest = LONGEST[calendar.grain]
    history = sorted({calendar.shift(bucket, -lag) for bucket in buckets for lag in range(longest + 1)})
    cube = shipped(reading, calendar, history, arrived, by=by, where=where)
    covered = arrived.shares("orders", calendar, history) >= ENOUGH
    sliced = any(name in ORDER_DIMENSIONS for name in where or {})
    return Exposures(reading, calendar, arrived, list(buckets), history, cube, covered, sliced)


def shipped(
    reading: Reading,
    calendar: Calendar,
    buckets: Sequence[int],
    arrived: Arrived,
    *,
    by: tuple[str, ...] = (),
    where: Where | None = None,
) -> Cube:
    """Units and orders of buckets, by the dimensions that orders have."""
    question = Question(
        table="orders",
        measures={"units": units, "orders": orders},
        clock=calendar.grain,
        by=tuple(name for name in by if name in ORDER_DIMENSIONS),
        where=tuple((name, tuple(values)) for name, values in (where or {}).items() if name in ORDER_DIMENSIONS),
        extra=counted,
    )
    return add_up(reading, question, shops=arrived.shops, buckets=buckets, weeks=calendar.files(buckets))


def counted(t: ir.Table) -> ir.BooleanValue:
    """Lines that were shipped: not pending, cancelled or a replacement."""
    return t.counted


def units(t: ir.Table) -> ir.Value:
    return t.units


def orders(t: ir.Table) -> ir.Value:
    return t.order_first.cast("int64")


@cache
def _lags(grain: Grain) -> ir.Table:
    """Tickets and their units by kind and delay."""
    kept = TICKETS.filter(~TICKETS.merged, TICKETS.order_day.notnull())
    lag = kept.day.delta(kept.order_day, unit="day") if grain == "day" else kept[f"lag_{grain}s"]
    return kept.group_by(kind=kept.kind, first=kept.first, lag=lag).aggregate(
        tickets=kept.count(), units=kept.units.sum()
    )


def _curve(delay: Delay, cases: list[dict[str, Any]], chances: Floats, exposures: Exposures) -> Floats:
    prior = default_curve(delay, exposures.calendar.grain)
    seen = np.zeros(len(prior))
    for case in cases:
        fits = case["first"] if delay == "incident" else case["kind"] in _KINDS[delay]
        if fits and 0 <= case["lag"] < len(prior):
            seen[case["lag"]] += float(case["units" if delay == "return" else "tickets"])
    known = chances > 0
    per_unit = np.where(known, seen / np.where(known, chances, 1.0), 0.0)
    if not per_unit.sum():
        return prior
    own, weight = per_unit / per_unit.sum(), float(seen[known].sum())
    return np.asarray((own * weight + prior * PRIOR_TICKETS) / (weight + PRIOR_TICKETS), dtype=np.float64)
