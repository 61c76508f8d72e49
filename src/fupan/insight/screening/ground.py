"""What screening stands on: cases and shipments of many weeks, asked once each and cut in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fupan.core import weeks
from fupan.insight import exposure
from fupan.insight.calendar import Calendar
from fupan.insight.coverage import Arrived
from fupan.insight.facts import Reading
from fupan.insight.metrics import metric
from fupan.insight.shapes import ORDER_DIMENSIONS
from fupan.insight.sums import Codes, Floats, Key, Question, Rows, Slices, rows

LONGEST = 156  # weeks of history
DIMENSIONS = ("issue_type", "product", "batch", "country", "carrier", "supplier")
SHIPPED = tuple(name for name in DIMENSIONS if name in ORDER_DIMENSIONS)
_TALKATIVE = 5  # a shop with as many tickets in a usual week is never silent for a whole one


@dataclass(frozen=True)
class Cut:
    """Slices over some dimensions: cases and exposure, each of shape (slices, weeks)."""

    by: tuple[str, ...]
    keys: list[Key]
    cases: Floats
    units: Floats

    def __len__(self) -> int:
        return len(self.keys)


class Ground:
    """Cases (first tickets of incidents, or what another rate counts) and weighted shipments up to the week `last`."""

    def __init__(
        self, reading: Reading, last: int, *, code: str = "incident_rate", dimensions: tuple[str, ...] = DIMENSIONS
    ) -> None:
        self.reading, self.last, self.metric, self.dimensions = reading, last, metric(code), dimensions
        self.calendar = Calendar("week")

    @cached_property
    def weeks(self) -> list[int]:
        """Oldest first; from the first week with tickets on."""
        first = max([self.reading.weeks("tickets")[0], weeks.shift(self.last, 1 - LONGEST)])
        return weeks.between(first, self.last)

    @cached_property
    def arrived(self) -> Arrived:
        return Arrived.of(self.reading.view)

    @cached_property
    def _whole(self) -> exposure.Exposures:
        return exposure.load(self.reading, self.calendar, self.weeks, self.arrived)

    @property
    def rated(self) -> bool:
        """Whether there are orders at all; without any, every week weighs the same."""
        return bool(self._whole.mask.any())

    @cached_property
    def cases(self) -> Rows:
        measures = {"cases": self.metric.numerator, "cost": _cost, "unpriced": _unpriced}
        return self._rows(Question("tickets", measures, "week", self.dimensions), self.weeks)

    @cached_property
    def shipments(self) -> Rows:
        what = exposure.units if self.metric.exposure == "units" else exposure.orders
        by = tuple(name for name in self.dimensions if name in ORDER_DIMENSIONS)
        question = Question("orders", {"units": what}, "week", by, extra=exposure.counted)
        return self._rows(question, self._whole.history)

    def _rows(self, question: Question, buckets: Sequence[int]) -> Rows:
        found = self.calendar.files(buckets)
        return rows(self.reading, question, shops=self.arrived.shops, buckets=buckets, weeks=found)

    @cached_property
    def mask(self) -> NDArray[np.bool_]:
        """(shops, weeks) that may be judged: orders have arrived, and the shop's tickets have begun and not paused."""
        covered = self._whole.mask if self.rated else np.ones_like(self._whole.mask)
        found = self.cases
        seen = np.zeros(covered.shape)
        np.add.at(seen, (found.shop, found.bucket), found.values["cases"])
        begun = seen.cumsum(axis=1) > 0
        usual = np.array([np.median(row[on]) if on.any() else 0.0 for row, on in zip(seen, begun, strict=True)])
        silent = (seen == 0) & (usual >= _TALKATIVE)[:, None]
        return np.asarray(covered & begun & ~silent, dtype=bool)

    @cached_property
    def weights(self) -> sparse.csr_matrix:
        """(shops x history, weeks): how much of a shipment shows in each week."""
        if not self.rated:
            return sparse.csr_matrix(self._whole.mask.shape)
        table = self._whole.weights(self.metric.delay) * self.mask[:, :, None]
        return sparse.csr_matrix(table.transpose(0, 2, 1).reshape(-1, len(self.weeks)))

    def judged(self, week: int) -> bool:
        """Whether a week can be judged: some shop's orders and tickets have arrived for it."""
        return week in self.weeks and bool(self.mask[:, self.weeks.index(week)].any())

    def cut(self, by: tuple[str, ...], *, least: float = 0.0) -> Cut:
        """Slices over these dimensions that have a value in each and at least so many cases."""
        slices, place = self.cases.slices.cut(by)
        cases = self.added(self.cases, place, len(slices), "cases")
        named = np.array([all(key) for key in slices.keys], dtype=bool) if by else np.ones(1, dtype=bool)
        wanted = np.flatnonzero(named & (cases.sum(axis=1) >= least))
        keys = [slices.keys[row] for row in wanted]
        return Cut(by, keys, cases[wanted], self.exposure_of(by, keys))

    def series(self, where: Mapping[str, str]) -> tuple[Floats, Floats]:
        """Cases and exposure of one slice, each of shape (weeks,)."""
        cases = self.added(self.cases, inside(self.cases.slices, where), 1, "cases")[0]
        if not self.rated:
            return cases, np.asarray(self.mask.any(axis=0), dtype=np.float64)
        return cases, self.exposure(inside(self.shipments.slices, where), 1)[0]

    def cost_of_one(self, where: Mapping[str, str], window: Sequence[int]) -> float | None:
        """What a case of a slice costs on average; None without costs, or with some in a currency without a rate."""
        place = inside(self.cases.slices, where)
        names = ("cases", "cost", "unpriced")
        cases, cost, unpriced = (float(self.added(self.cases, place, 1, name)[0, list(window)].sum()) for name in names)
        return cost / cases if cases > 0 and cost > 0 and not unpriced else None

    def exposure_of(self, by: tuple[str, ...], keys: Sequence[Key]) -> Floats:
        """Exposure of slices, shape (slices, weeks); an issue type does not narrow what was shipped."""
        if not self.rated:
            return np.broadcast_to(self.mask.any(axis=0).astype(float), (len(keys), len(self.weeks)))
        over = tuple(name for name in by if name in ORDER_DIMENSIONS)
        slices, table = self._shipped(over)
        known = {key: row for row, key in enumerate(slices.keys)}
        kept = [place for place, name in enumerate(by) if name in ORDER_DIMENSIONS]
        places = np.array([known.get(tuple(key[place] for place in kept), len(table)) for key in keys], dtype=np.int64)
        padded = np.concatenate([table, np.zeros((1, len(self.weeks)))])
        return np.asarray(padded[places], dtype=np.float64)

    @cached_property
    def _cuts(self) -> dict[tuple[str, ...], tuple[Slices, Floats]]:
        return {}

    def _shipped(self, over: tuple[str, ...]) -> tuple[Slices, Floats]:
        if over not in self._cuts:
            slices, place = self.shipments.slices.cut(over)
            self._cuts[over] = slices, self.exposure(place, len(slices))
        return self._cuts[over]

    def exposure(self, place: Codes, count: int) -> Floats:
        """Weighted shipments of groups of leaves: `place` is each leaf's group, -1 for none; shape (count, weeks)."""
        return np.asarray((self._shipped_by(place, count) @ self.weights).toarray(), dtype=np.float64)

    def exposure_over(self, place: Codes, count: int, at: Sequence[int]) -> Floats:
        """The same, summed over some weeks (places): shape (count,)."""
        chosen = np.zeros(len(self.weeks))
        chosen[list(at)] = 1.0
        return np.asarray(self._shipped_by(place, count) @ (self.weights @ chosen), dtype=np.float64)

    def _shipped_by(self, place: Codes, count: int) -> sparse.csr_matrix:
        found = self.shipments
        group = place[found.row]
        inside = group >= 0
        shape = (count, len(found.shops) * len(found.buckets))
        column = found.shop[inside] * len(found.buckets) + found.bucket[inside]
        return sparse.csr_matrix((found.values["units"][inside], (group[inside], column)), shape=shape)

    def added(self, found: Rows, place: Codes, count: int, name: str) -> Floats:
        """A measure of groups of leaves over the judged shop-weeks: shape (count, weeks)."""
        group = place[found.row]
        inside = (group >= 0) & self.mask[found.shop, found.bucket]
        flat = group[inside] * len(self.weeks) + found.bucket[inside]
        values = np.bincount(flat, weights=found.values[name][inside], minlength=count * len(self.weeks))
        return np.asarray(values, dtype=np.float64).reshape(count, len(self.weeks))


def inside(slices: Slices, where: Mapping[str, str]) -> Codes:
    """0 for leaves inside a slice, -1 for the others."""
    inside = np.ones(len(slices), dtype=bool)
    for place, name in enumerate(slices.by):
        if name in where:
            words = slices.words[place]
            inside &= slices.codes[:, place] == (words.index(where[name]) if where[name] in words else -1)
    return np.where(inside, 0, -1)


def _unpriced(t: ir.Table) -> ir.Value:
    return t.unconverted.cast("int64").fill_null(0)


def _cost(t: ir.Table) -> ir.Value:
    return t.cost.fill_null(0.0)
