"""What the sections of a pack are made of: a few wide questions to the facts, asked once and cut in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from fupan.core.weeks import Period
from fupan.desk.models import Cause, IssueType
from fupan.insight import exposure
from fupan.insight.calendar import of_period
from fupan.insight.exposure import Exposures
from fupan.insight.facts import Reading
from fupan.insight.metrics import metric
from fupan.insight.metrics.kinds import Delay
from fupan.insight.queries import Scope
from fupan.insight.sums import NO_SLICES, Cube, Extra, Floats, Key, Question, Slices, added
from fupan.people.models import Department

EARLIER = 11  # weeks (or months) before the period that its numbers are held against
_GOODS = ("product", "batch")
_WAYS = ("country", "carrier")
_MEASURES = {
    "incidents": "incident_rate", "tickets": "tickets", "returned": "return_rate", "negative": "negative_rating_rate",
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """Slices with one array per measure, each of shape (slices, buckets); the last bucket is the period."""

    slices: Slices
    values: dict[str, Floats]

    @property
    def by(self) -> tuple[str, ...]:
        return self.slices.by

    @property
    def keys(self) -> list[Key]:
        return self.slices.keys

    def __getitem__(self, name: str) -> Floats:
        return self.values[name]

    def cut(self, *by: str) -> Table:
        """The same, added up over the dimensions that are not named."""
        if by not in self._cuts:
            slices, rows = self.slices.cut(by)
            self._cuts[by] = Table(
                slices, {name: added(table, rows, len(slices)) for name, table in self.values.items()}
            )
        return self._cuts[by]

    @cached_property
    def _cuts(self) -> dict[tuple[str, ...], Table]:
        return {}

    def total(self, name: str) -> Floats:
        """Shape (buckets,)."""
        return np.asarray(self.values[name].sum(axis=0), dtype=np.float64)

    def rows_for(self, keys: Sequence[Key], name: str) -> Floats:
        """The rows of these keys, zeros where there is none."""
        if not len(self.slices):
            return np.zeros((len(keys), self.values[name].shape[1]))
        places = np.array([self._rows.get(key, -1) for key in keys], dtype=np.int64)
        found = self.values[name][np.maximum(places, 0)]
        return np.asarray(np.where((places >= 0)[:, None], found, 0.0), dtype=np.float64)

    @cached_property
    def _rows(self) -> dict[Key, int]:
        return {key: row for row, key in enumerate(self.keys)}


class Material:
    """One view, one period, read at one moment."""

    def __init__(self, reading: Reading, period: Period, department: Department | None = None) -> None:
        self.reading, self.period, self.department = reading, period, department
        self.calendar, self.bucket = of_period(period)
        self.extra = owned_by(department) if department is not None else None

    @cached_property
    def scope(self) -> Scope:
        """For the numbers: 13 periods and the one a year ago."""
        scope = Scope(self.reading, self.calendar, self.bucket, extra=self.extra)
        scope.__dict__["arrived"] = self._goods.arrived
        scope.__dict__["exposures"] = _whole(self._goods)
        return scope

    @cached_property
    def recent(self) -> Scope:
        """For slices: the period and those it grew out of."""
        scope = Scope(self.reading, self.calendar, self.bucket, extra=self.extra, length=EARLIER + 1, year=False)
        scope.__dict__["arrived"] = self.scope.arrived
        return scope

    @cached_property
    def _goods(self) -> Exposures:
        numbers = Scope(self.reading, self.calendar, self.bucket)
        return exposure.load(self.reading, self.calendar, numbers.buckets, numbers.arrived, by=_GOODS)

    @cached_property
    def _ways(self) -> Exposures:
        found = exposure.load(self.reading, self.calendar, self.recent.buckets, self.scope.arrived, by=_WAYS)
        found.__dict__["curves"] = self.scope.exposures.curves
        return found

    @property
    def rated(self) -> bool:
        """Whether orders have arrived for the period, so that there are rates at all."""
        return bool(self.scope.exposures.mask[:, self.scope.now].any())

    @cached_property
    def mask(self) -> NDArray[np.bool_]:
        """(shops, recent buckets) whose orders have arrived; all of them when there are no rates to give."""
        found = self.scope.exposures.mask[:, self.scope.length - EARLIER - 1 : self.scope.length]
        return found if self.rated else np.ones_like(found)

    @cached_property
    def goods(self) -> Table:
        """Tickets by issue type, product and batch, of every shop."""
        return self._tickets(("issue_type", *_GOODS), None)

    @cached_property
    def rated_goods(self) -> Table:
        """The same, of the shops and periods whose orders have arrived: what may be divided by exposure."""
        return self.goods if self.mask.all() else self._tickets(("issue_type", *_GOODS), self.mask)

    @cached_property
    def rated_ways(self) -> Table:
        return self._tickets(("issue_type", *_WAYS), self.mask)

    def _tickets(self, by: tuple[str, ...], mask: NDArray[np.bool_] | None) -> Table:
        cube = self._cubes[by]
        return Table(cube.slices, {name: cube.over_shops(name, mask) for name in cube.parts})

    @cached_property
    def _cubes(self) -> dict[tuple[str, ...], Cube]:
        return {by: self._cube(by) for by in (("issue_type", *_GOODS), ("issue_type", *_WAYS))}

    def _cube(self, by: tuple[str, ...]) -> Cube:
        measures = {name: metric(code).numerator for name, code in _MEASURES.items()}
        if by[1:] == _WAYS:
            measures = {"incidents": measures["incidents"]}
        return self.recent.add_up(Question("tickets", measures, self.calendar.grain, by=by, extra=self.extra))

    @cached_property
    def shipped(self) -> Table:
        """Exposure by product and batch over the recent buckets: "incident", "return" and "rating"."""
        held = slice(self.scope.length - EARLIER - 1, self.scope.length)
        delays: tuple[Delay, ...] = ("incident", "return", "rating")
        return Table(self._goods.cube.slices, {delay: self._goods.weighted(delay)[:, held] for delay in delays})

    @cached_property
    def rated_shops(self) -> Table:
        """Incidents by issue type and shop; the shop is an axis of every cube."""
        cube = self._cubes["issue_type", *_WAYS]
        slices, rows = cube.slices.cut(("issue_type",))
        cases = added(cube.parts["incidents"] * self.mask, rows, len(slices))
        return _by_shop(("issue_type", "shop"), slices, list(self.scope.arrived.shops.values()), {"incidents": cases})

    @cached_property
    def served(self) -> Table:
        """Exposure by shop over the recent buckets."""
        names = list(self.scope.arrived.shops.values())
        return _by_shop(("shop",), NO_SLICES, names, {"incident": self._ways.weighted_shops("incident")[None]})

    @cached_property
    def sent(self) -> Table:
        """Exposure by country and carrier over the recent buckets."""
        return Table(self._ways.cube.slices, {"incident": self._ways.weighted("incident")})


def _whole(parts: Exposures) -> Exposures:
    """The exposure of everything, from that of its slices."""
    summed = {name: table.sum(axis=0, keepdims=True) for name, table in parts.cube.parts.items()}
    whole = replace(parts, cube=replace(parts.cube, slices=NO_SLICES, parts=summed))
    whole.__dict__["curves"] = parts.curves
    return whole


def _by_shop(by: tuple[str, ...], slices: Slices, shops: list[str], values: dict[str, Floats]) -> Table:
    """Arrays (slices, shops, buckets) as a table whose last dimension is the shop."""
    codes = np.concatenate(
        [np.repeat(slices.codes, len(shops), axis=0), np.tile(np.arange(len(shops)), len(slices))[:, None]], axis=1
    )
    flat = {name: table.reshape(-1, table.shape[-1]) for name, table in values.items()}
    return Table(Slices(by, [*slices.words, shops], codes), flat)


def owned_by(department: Department) -> Extra:
    """Only what this department owns, by cause where there is one, else by issue type."""
    causes = list(Cause.objects.filter(department=department).values_list("code", flat=True))
    issues = list(IssueType.objects.filter(department=department).values_list("code", flat=True))

    def owned(table: ir.Table) -> ir.BooleanValue:
        return table.cause.isin(causes) | ((table.cause == "") & table.issue_type.isin(issues))

    return owned
