"""Weekly counts of what is bad, with what could have gone bad, for slices: what verdicts are made of.

Three clocks. By contact: the week the buyer wrote, over shipments weighted by the delay curve. By order: orders of one
week and what became of them up to the same age, weeks too young left out. By batch: order weeks again, of goods of the
old batches up to the change and of new batches after it. Shares (late replies) have no orders behind them and count by
contact only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from fupan.core import weeks
from fupan.insight import compute, exposure
from fupan.insight.calendar import Calendar
from fupan.insight.coverage import ENOUGH, Arrived
from fupan.insight.facts import Reading
from fupan.insight.metrics import METRICS, Metric, metric
from fupan.insight.screening.ground import DIMENSIONS, LONGEST, Ground, inside
from fupan.insight.shapes import DIMENSIONS as KNOWN
from fupan.insight.shapes import ORDER_DIMENSIONS
from fupan.insight.sums import Codes, Floats, Key, Measure, Question, Rows, rows

Where = Mapping[str, str]
AGES = range(2, 7)  # weeks an order is given to show its trouble
SHOWN_BY_THEN = 0.85  # of all trouble
ALARM = 0.005


@dataclass(frozen=True, slots=True)
class Weekly:
    """Counts and exposure of slices, each of shape (slices, weeks); `weeks` are of the clock, oldest first."""

    weeks: list[int]
    counts: Floats
    exposure: Floats

    def until(self, week: int) -> Weekly:
        """What was known of the weeks up to that one."""
        kept = sum(one <= week for one in self.weeks)
        return Weekly(self.weeks[:kept], self.counts[:, :kept], self.exposure[:, :kept])


class Source(Protocol):
    """Where the series of one number on one clock come from."""

    @property
    def weeks(self) -> list[int]: ...

    @property
    def dimensions(self) -> tuple[str, ...]: ...

    def series(self, where: Where) -> tuple[Floats, Floats]: ...

    def volumes(self, by: tuple[str, ...], before: int) -> list[tuple[Key, float]]: ...


def judged(code: str) -> bool:
    """Whether a number counts something bad, so that a verdict can be given on it; others are only followed."""
    one = METRICS.get(code)
    if one is None:
        return False
    return (one.kind == "rate" and one.direction < 0) or (one.kind == "share" and one.direction != 0)


def upside_down(code: str) -> bool:
    """Whether its bad cases are those that it misses: of replies in time, the late ones."""
    return metric(code).kind == "share" and metric(code).direction > 0


def of_bad_cases(code: str, change: float, bad: float, every: float) -> float:
    """A target for a number as one for its bad cases: 10 % more replies in time is so many fewer late ones."""
    if not upside_down(code) or not bad or not every:
        return -abs(change)
    fewer = abs(change) * (every - bad) / bad
    return -min(fewer, 0.95)


def by_order(code: str) -> bool:
    """Whether its cases can be counted by the week of the order: only those of a rate can."""
    return judged(code) and metric(code).kind == "rate"


def source(reading: Reading, code: str, clock: str, last: int, slices: Collection[Where], *, age: int = 4) -> Source:
    """The source of a number's series up to the contact week `last`, fine enough for these slices."""
    one = metric(code)
    cut = tuple(sorted({name for where in slices for name in where} | {"issue_type", "product"}))
    dimensions = tuple(name for name in cut if name in KNOWN[one.table])
    if one.kind == "share":
        return Shares(reading, last, one, dimensions)
    if clock == "contact":
        return Contacts(reading, last, code=code, dimensions=dimensions)
    return Cohorts(reading, last, one, (*dimensions, *({"batch"} - {*dimensions})), age)


def gathered(found: Source, slices: Sequence[Where]) -> Weekly:
    """The series of several slices side by side."""
    pairs = [found.series(where) for where in slices]
    shape = (len(slices), len(found.weeks))
    counts, units = (np.array([pair[place] for pair in pairs]).reshape(shape) for place in (0, 1))
    return Weekly(list(found.weeks), counts, units)


def aged(reading: Reading, code: str, last: int) -> int:
    """Weeks after which most trouble of an order has shown, by the seller's own delay curve."""
    calendar = Calendar("week")
    recent = weeks.between(weeks.shift(last, -25), last)
    curve = exposure.load(reading, calendar, recent, Arrived.of(reading.view)).curves[metric(code).delay]
    return int(np.clip(np.searchsorted(curve.cumsum(), SHOWN_BY_THEN), AGES[0], AGES[-1]))


def half_shown(reading: Reading, code: str, last: int) -> int:
    """Weeks after which half of the trouble of an order has shown."""
    calendar = Calendar("week")
    recent = weeks.between(weeks.shift(last, -25), last)
    curve = exposure.load(reading, calendar, recent, Arrived.of(reading.view)).curves[metric(code).delay]
    return int(np.searchsorted(curve.cumsum(), 0.5))


class Contacts(Ground):
    """By the week the buyer wrote."""

    def volumes(self, by: tuple[str, ...], before: int) -> list[tuple[Key, float]]:
        return _volumes(self.cases, by, self.cases.values["cases"], before)


class Cohorts:
    """By the week of the order, every week at the same age."""

    def __init__(self, reading: Reading, last: int, one: Metric, dimensions: tuple[str, ...], age: int) -> None:
        self.reading, self.last, self.metric, self.dimensions, self.age = reading, last, one, dimensions, age
        self.calendar = Calendar("week")

    @cached_property
    def weeks(self) -> list[int]:
        """Order weeks that are old enough."""
        first = max(self.reading.weeks("tickets")[0], weeks.shift(self.last, 1 - LONGEST))
        newest = weeks.shift(self.last, -self.age)
        return weeks.between(first, newest) if newest >= first else []

    @cached_property
    def arrived(self) -> Arrived:
        return Arrived.of(self.reading.view)

    @cached_property
    def cases(self) -> Rows:
        """By contact week, a measure for each delay."""
        measures = {str(lag): _after(self.metric, lag) for lag in range(self.age + 1)}
        buckets = weeks.between(self.weeks[0], self.last)
        question = Question("tickets", measures, "week", self.dimensions)
        return rows(self.reading, question, shops=self.arrived.shops, buckets=buckets, weeks=buckets)

    @cached_property
    def shipments(self) -> Rows:
        what = exposure.units if self.metric.exposure == "units" else exposure.orders
        by = tuple(name for name in self.dimensions if name in ORDER_DIMENSIONS)
        question = Question("orders", {"units": what}, "week", by, extra=exposure.counted)
        return rows(self.reading, question, shops=self.arrived.shops, buckets=self.weeks, weeks=self.weeks)

    @cached_property
    def mask(self) -> NDArray[np.bool_]:
        """(shops, weeks): orders have arrived, and the shop's tickets have begun."""
        covered = self.arrived.shares("orders", self.calendar, self.weeks) >= ENOUGH
        seen = np.zeros((len(self.cases.shops), len(self.cases.buckets)))
        np.add.at(seen, (self.cases.shop, self.cases.bucket), _summed(self.cases.values))
        begun = (seen.cumsum(axis=1) > 0)[:, : len(self.weeks)]
        return np.asarray(covered & begun, dtype=bool)

    def series(self, where: Where) -> tuple[Floats, Floats]:
        return self._counts(where), self._units(where)

    def volumes(self, by: tuple[str, ...], before: int) -> list[tuple[Key, float]]:
        return _volumes(self.cases, by, _summed(self.cases.values), before)

    def renewed(self, where: Where, fresh: Collection[str], change: int) -> tuple[Floats, Floats]:
        """Old goods up to the week of the change, goods of the `fresh` batches after it."""
        counts, units = self.series({name: value for name, value in where.items() if name != "batch"})
        parts = [self.series({**where, "batch": code}) for code in fresh]
        new_counts, new_units = (sum((part[at] for part in parts), np.zeros(len(self.weeks))) for at in (0, 1))
        after = np.array(self.weeks) > change
        return np.where(after, new_counts, counts - new_counts), np.where(after, new_units, units - new_units)

    def _counts(self, where: Where) -> Floats:
        found, mine = self.cases, inside(self.cases.slices, where) >= 0
        total = np.zeros(len(self.weeks))
        for lag in range(self.age + 1):
            week = found.bucket - lag
            kept = mine[found.row] & (week >= 0) & (week < len(self.weeks))
            kept[kept] = self.mask[found.shop[kept], week[kept]]
            total += np.bincount(week[kept], weights=found.values[str(lag)][kept], minlength=len(self.weeks))
        return total

    def _units(self, where: Where) -> Floats:
        found, mine = self.shipments, inside(self.shipments.slices, where) >= 0
        kept = mine[found.row] & self.mask[found.shop, found.bucket]
        values = np.bincount(found.bucket[kept], weights=found.values["units"][kept], minlength=len(self.weeks))
        return np.asarray(values, dtype=np.float64)


class Shares:
    """What was not as it should be, of all that could have been: late replies of all replies due."""

    def __init__(self, reading: Reading, last: int, one: Metric, dimensions: tuple[str, ...]) -> None:
        self.reading, self.last, self.metric, self.dimensions = reading, last, one, dimensions
        self.calendar = Calendar("week")

    @cached_property
    def weeks(self) -> list[int]:
        first = max(self.reading.weeks("tickets")[0], weeks.shift(self.last, 1 - LONGEST))
        return weeks.between(first, self.last)

    @cached_property
    def _rows(self) -> Rows:
        assert self.metric.denominator is not None
        measures = {"hits": self.metric.numerator, "all": self.metric.denominator}
        question = Question(self.metric.table, measures, self.metric.clock[0], self.dimensions)
        files = self.calendar.files(self.weeks, back=self.metric.look_back)
        shops = Arrived.of(self.reading.view).shops
        return rows(self.reading, question, shops=shops, buckets=self.weeks, weeks=files)

    def series(self, where: Where) -> tuple[Floats, Floats]:
        found = self._rows
        kept = (inside(found.slices, where) >= 0)[found.row]
        hits, every = (
            np.bincount(found.bucket[kept], weights=found.values[name][kept], minlength=len(self.weeks))
            for name in ("hits", "all")
        )
        bad = hits if self.metric.direction < 0 else every - hits
        return np.asarray(bad, dtype=np.float64), np.asarray(every, dtype=np.float64)

    def volumes(self, by: tuple[str, ...], before: int) -> list[tuple[Key, float]]:
        values = self._rows.values
        bad = values["hits"] if self.metric.direction < 0 else values["all"] - values["hits"]
        return _volumes(self._rows, by, bad, before)


def _summed(values: Mapping[str, Floats]) -> Floats:
    return np.asarray(np.sum(list(values.values()), axis=0), dtype=np.float64)


def _volumes(found: Rows, by: tuple[str, ...], values: Floats, before: int) -> list[tuple[Key, float]]:
    """Slices over these dimensions that have a value in each, and their cases before a week."""
    slices, place = found.slices.cut(by)
    early = np.array(found.buckets)[found.bucket] < before
    cases = np.bincount(place[found.row[early]], weights=values[early], minlength=len(slices))
    return [(key, float(number)) for key, number in zip(slices.keys, cases, strict=True) if all(key)]


def _after(one: Metric, lag: int) -> Measure:
    def measure(t: ir.Table) -> ir.Value:
        return (t.lag_weeks == lag).ifelse(one.numerator(t), 0)

    return measure


# Slices to hold a treated one against


def disjoint(one: Where, other: Where) -> bool:
    """Whether no case can lie in both: they name different values of a dimension."""
    return any(other.get(name, value) != value for name, value in one.items())


def candidates(found: Source, where: Where, before: int) -> list[tuple[dict[str, str], float]]:
    """Slices like this one in all but one condition, with their cases before a week, the largest first.

    The same issue of other products and other issues of the same product; of an issue alone, other issues.
    """
    told = []
    by = tuple(name for name in where if name in found.dimensions)
    for key, cases in found.volumes(by, before) if by else []:
        other = dict(zip(by, key, strict=True))
        if sum(value != where[name] for name, value in other.items()) == 1:
            told.append(({**where, **other}, cases))
    return sorted(told, key=lambda one: -one[1])


def cost_of_one(reading: Reading, code: str, where: Where, last: int) -> float | None:
    """What a case of a slice has cost on average within half a year; None when nobody told."""
    cut = tuple(sorted({*where} & {*KNOWN["tickets"]} | {"issue_type"}))
    ground = Ground(reading, last, code=code, dimensions=cut)
    known = range(max(0, len(ground.weeks) - 26), len(ground.weeks))
    return ground.cost_of_one(where, list(known))


# Is it back?


@dataclass(frozen=True, slots=True)
class Band:
    """A week of a slice, and what its own past leads to expect."""

    week: int
    observed: float
    expected: float
    upper: float
    alarm: bool


def bands(reading: Reading, where: Where, asked: Sequence[int], last: int) -> list[Band]:
    """Weeks of a slice that can be judged, with the number that chance explains at most."""
    dimensions = tuple(sorted({*DIMENSIONS, *where} & {*KNOWN["tickets"]}))
    ground = Ground(reading, last, dimensions=dimensions)
    places = [ground.weeks.index(week) for week in asked if ground.judged(week)]
    if not places:
        return []
    slices: list[dict[str, str]] = [{"issue_type": where["issue_type"]}] if {*where} > {"issue_type"} else []
    slices.append(dict(where))
    pairs = [ground.series(one) for one in slices]
    parents: Codes = np.array([-1, 0][: len(slices)], dtype=np.int64)
    told = compute.bands(np.array([k for k, _n in pairs]), np.array([n for _k, n in pairs]), places, parents)
    mine = len(slices) - 1
    return [
        Band(
            ground.weeks[place], float(pairs[mine][0][place]), float(told.expected[mine, at]),
            float(told.upper[mine, at]), bool(told.alarm[mine, at]),
        )
        for at, place in enumerate(places)
        if np.isfinite(told.expected[mine, at])
    ]  # fmt: skip
