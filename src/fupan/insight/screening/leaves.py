"""The smallest slices of one issue type, and how many cases each was to bring if nothing had happened.

A leaf alone is too small to have a past worth the name, so its expectation is made of rates that several leaves share:
those of its product, country, carrier, of pairs of these, and of its batch, each drawn towards what the others already
say (a gamma prior), fitted in turn until they agree. A new batch is held against all of its product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fupan.insight.screening.ground import SHIPPED, Ground
from fupan.insight.sums import Codes, Floats, Key, Rows

# Each kind of shared rate, and how many expected cases it must have seen before it is believed half-way: products
# differ by far more than countries do.
_SHARED: tuple[tuple[tuple[str, ...], float], ...] = (
    (("product",), 0.5),
    (("country",), 4.0),
    (("carrier",), 4.0),
    (("country", "carrier"), 4.0),
    (("product", "country"), 4.0),
    (("product", "batch"), 4.0),
)
_SWEEPS = 12
_LEAST_DUE = 1e-9
_YEAR = 52
Where = Mapping[str, str]


@dataclass(frozen=True)
class Shared:
    """A rate that groups of leaves share: the group of each leaf, how many there are, and how sceptical to be."""

    group: Codes
    count: int
    prior: float


class Leaves:
    """Every combination of product, batch, country, carrier and supplier that shipped or had a case."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        cases, self._case_place = ground.cases.slices.cut(SHIPPED)
        self.keys: list[Key] = sorted({*ground.shipments.slices.keys, *cases.keys})
        row = {key: place for place, key in enumerate(self.keys)}
        self._of_shipment = _placed(ground.shipments.slices.keys, row)
        self._of_case = _placed(cases.keys, row)[self._case_place]
        issues, self._issue_of_case = ground.cases.slices.cut(("issue_type",))
        self._issues = {key[0]: place for place, key in enumerate(issues.keys)}

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def dims(self) -> dict[str, NDArray[np.object_]]:
        """Values by dimension; a batch is named with its product, since lots of two products share their codes."""
        columns = {
            name: np.array([key[place] for key in self.keys], dtype=object) for place, name in enumerate(SHIPPED)
        }
        named = [f"{product}\n{batch}" for product, batch in zip(columns["product"], columns["batch"], strict=True)]
        return columns | {"batch": np.array(named, dtype=object)}

    @cached_property
    def shared(self) -> list[Shared]:
        return [Shared(*self._groups(names), prior) for names, prior in _SHARED]

    def _groups(self, names: tuple[str, ...]) -> tuple[Codes, int]:
        places = [SHIPPED.index(name) for name in names]
        known: dict[Key, int] = {}
        codes = np.array([known.setdefault(tuple(key[place] for place in places), len(known)) for key in self.keys])
        return np.asarray(codes, dtype=np.int64), len(known)

    def cases(self, issue: str, at: Sequence[int]) -> Floats:
        """Cases of an issue type in these weeks (places), by leaf."""
        mine = np.where(self._issue_of_case == self._issues[issue], self._of_case, -1)
        return self._summed(self.ground.cases, mine, at)

    def _summed(self, found: Rows, place: Codes, at: Sequence[int]) -> Floats:
        wanted = np.zeros(len(self.ground.weeks), dtype=bool)
        wanted[list(at)] = True
        group = place[found.row]
        inside = (group >= 0) & wanted[found.bucket] & self.ground.mask[found.shop, found.bucket]
        values = np.bincount(group[inside], weights=found.values["cases"][inside], minlength=len(self))
        return np.asarray(values, dtype=np.float64)

    def units(self, at: Sequence[int]) -> Floats:
        """Exposure in these weeks, by leaf; without orders, what the leaf is of all cases."""
        if self.ground.rated:
            return self.ground.exposure_over(self._of_shipment, len(self), at)
        whole = np.bincount(self._of_case[self.ground.cases.row], minlength=len(self)).astype(np.float64)
        return whole * len(at)

    def rows(self, where: Where) -> NDArray[np.bool_]:
        """The leaves of a slice."""
        inside = np.ones(len(self), dtype=bool)
        for name, value in where.items():
            if name != "issue_type":
                inside &= self.codes(name) == value
        return inside

    def codes(self, name: str) -> NDArray[np.object_]:
        """The value of a dimension, by leaf."""
        return self._batches if name == "batch" else self.dims[name]

    @cached_property
    def _batches(self) -> NDArray[np.object_]:
        return np.array([key[SHIPPED.index("batch")] for key in self.keys], dtype=object)


@dataclass
class Held:
    """One issue type over some weeks, by leaf: cases seen, cases due, and the cases behind that expectation."""

    seen: Floats
    due: Floats
    past: Floats

    def figures(self, rows: NDArray[np.bool_]) -> tuple[float, float]:
        return float(self.seen[rows].sum()), float(self.due[rows].sum())

    def explained(self, rows: NDArray[np.bool_]) -> None:
        """What is known of these leaves is no news: from here on it is expected of them."""
        seen, due = self.figures(rows)
        if seen > due:
            self.due[rows] *= seen / max(due, _LEAST_DUE)


def held(leaves: Leaves, issue: str, window: Sequence[int], due: float | None) -> Held:
    """Hold the cases of a window against those of the past; `due` is the number expected of all leaves together."""
    past = baseline(min(window))
    before, seen = leaves.cases(issue, past), leaves.cases(issue, window)
    rate = _rates(before, leaves.units(past), leaves.shared)
    expected = leaves.units(window) * rate
    total = expected.sum()
    if due is not None and total > 0:
        expected = expected * (due / total)
    behind = before.sum()
    times = expected.sum() / behind if behind > 0 else 1.0
    return Held(seen, expected, expected / max(times, _LEAST_DUE))


def baseline(first: int) -> range:
    """The weeks that tell what is usual: a year, without those in which trouble of now may have begun."""
    skipped = 26 if first >= _YEAR else 8 if first >= 34 else min(4, first // 4)
    return range(max(0, first - skipped - _YEAR), max(1, first - skipped))


def _rates(before: Floats, units: Floats, shared: Sequence[Shared]) -> Floats:
    """The rate of each leaf, made of rates that several leaves share."""
    level = before.sum() / max(units.sum(), _LEAST_DUE)
    rate = np.full(len(before), level)
    for _ in range(_SWEEPS):
        for one in shared:
            due = np.bincount(one.group, weights=units * rate, minlength=one.count)
            seen = np.bincount(one.group, weights=before, minlength=one.count)
            rate = rate * ((seen + one.prior) / (due + one.prior))[one.group]
    return rate


def _placed(keys: Sequence[Key], row: Mapping[Key, int]) -> Codes:
    return np.array([row[key] for key in keys], dtype=np.int64)
