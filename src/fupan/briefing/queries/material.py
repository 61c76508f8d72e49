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
from fupan.insight.exposure import Exposures
from fupan.insight.facts import Reading
from fupan.insight.metrics import metric
from fupan.insight.queries import Scope
from fupan.insight.calendar import of_period
from fupan.insight.sums import Cube, Extra, Floats, Key, Question
from fupan.people.models import Department

EARLIER = 8  # weeks (or months) that "growing" is held against
_GOODS = ("product", "batch")
_WAYS = ("country", "carrier", "shop")


@dataclass(frozen=True)
class Table:
    """Slices with one array per measure, each of shape (slices, buckets); the last bucket is the period."""

    by: tuple[str, ...]
    keys: list[Key]
    values: dict[str, Floats]

    def cut(self, *by: str) -> Table:
        """The same, added up over the dimensions that are not named."""
        places = [self.by.index(name) for name in by]
        short = [tuple(key[place] for place in places) for key in self.keys]
        keys = list(dict.fromkeys(short))
        row = {key: at for at, key in enumerate(keys)}
        at = np.array([row[key] for key in short], dtype=np.int64)
        values = {name: _added(table, at, len(keys)) for name, table in self.values.items()}
        return Table(by, keys, values)

    def total(self, name: str) -> Floats:
        """Shape (buckets,)."""
        return np.asarray(self.values[name].sum(axis=0), dtype=np.float64)


def _added(table: Floats, at: NDArray[np.int64], rows: int) -> Floats:
    out = np.zeros((rows, table.shape[1]))
    np.add.at(out, at, table)
    return out


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
        return self._tickets(("issue_type", *_GOODS), np.ones_like(self.mask))

    @cached_property
    def rated_goods(self) -> Table:
        """The same, of the shops and periods whose orders have arrived: what may be divided by exposure."""
        return self._tickets(("issue_type", *_GOODS), self.mask)

    @cached_property
    def rated_ways(self) -> Table:
        return self._tickets(("issue_type", *_WAYS), self.mask)

    def _tickets(self, by: tuple[str, ...], mask: NDArray[np.bool_]) -> Table:
        cube = self._cubes[by]
        return Table(by, cube.keys, {name: cube.over_shops(name, mask) for name in cube.parts})

    @cached_property
    def _cubes(self) -> dict[tuple[str, ...], Cube]:
        return {by: self._cube(by) for by in (("issue_type", *_GOODS), ("issue_type", *_WAYS))}

    def _cube(self, by: tuple[str, ...]) -> Cube:
        measures = {
            "incidents": metric("incident_rate").numerator,
            "tickets": metric("tickets").numerator,
            "returned": metric("return_rate").numerator,
            "negative": metric("negative_rating_rate").numerator,
        }
        question = Question("tickets", measures, self.calendar.grain, by=by, extra=self.extra)
        return self.recent.add_up(question)

    @cached_property
    def shipped(self) -> Table:
        """Exposure by product and batch over the recent buckets: "incident", "return" and "rating"."""
        held = slice(self.scope.length - EARLIER - 1, self.scope.length)
        return Table(_GOODS, self._goods.cube.keys, {
            delay: self._goods.weighted(delay)[:, held] for delay in ("incident", "return", "rating")  # type: ignore[arg-type]
        })  # fmt: skip

    @cached_property
    def sent(self) -> Table:
        """Exposure by country, carrier and shop over the recent buckets."""
        return Table(_WAYS, self._ways.cube.keys, {"incident": self._ways.weighted("incident")})


def _whole(parts: Exposures) -> Exposures:
    """The exposure of everything, from that of its slices."""
    summed = {name: table.sum(axis=0, keepdims=True) for name, table in parts.cube.parts.items()}
    return replace(parts, cube=replace(parts.cube, keys=[()], parts=summed))


def owned_by(department: Department) -> Extra:
    """Only what this department owns, by cause where there is one, else by issue type."""
    causes = list(Cause.objects.filter(department=department).values_list("code", flat=True))
    issues = list(IssueType.objects.filter(department=department).values_list("code", flat=True))

    def owned(table: ir.Table) -> ir.BooleanValue:
        if "cause" not in table.columns:
            return table.workspace.notnull()
        return table.cause.isin(causes) | ((table.cause == "") & table.issue_type.isin(issues))

    return owned


def rows_for(table: Table, keys: Sequence[Key], name: str) -> Floats:
    """The rows of these keys, zeros where there is none."""
    at = {key: row for row, key in enumerate(table.keys)}
    out = np.zeros((len(keys), table.values[name].shape[1]))
    for row, key in enumerate(keys):
        if key in at:
            out[row] = table.values[name][at[key]]
    return out
