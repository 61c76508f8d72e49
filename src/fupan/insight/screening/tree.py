"""The slices that are watched, and the weeks in which one of them is out of line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fupan.insight import compute
from fupan.insight.screening.ground import Cut, Ground
from fupan.insight.sums import Floats, Key

LEVELS: tuple[tuple[str, ...], ...] = (
    ("issue_type",),
    ("issue_type", "product"),
    ("issue_type", "country"),
    ("issue_type", "carrier"),
    ("issue_type", "supplier"),
    ("issue_type", "product", "batch"),
)
LEAST = 5  # cases that a slice must have had to be watched
BAND = 52


@dataclass(frozen=True)
class Raised:
    """An alarm: a slice, since when, and its figures over the weeks from `since` on (places among the weeks)."""

    where: dict[str, str]
    kind: str
    since: int
    observed: float
    expected: float
    low: float
    pvalue: float

    @property
    def issue(self) -> str:
        return self.where["issue_type"]


class Tree:
    """Watched slices with their counts and exposure, parents before children."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.cuts: list[Cut] = [ground.cut(by, least=LEAST) for by in LEVELS]
        self.slices = [(cut.by, key) for cut in self.cuts for key in cut.keys]
        self.counts: Floats = np.concatenate([cut.cases for cut in self.cuts])
        self.units: Floats = np.concatenate([cut.units for cut in self.cuts])
        self.levels = np.repeat(np.arange(len(self.cuts)), [len(cut) for cut in self.cuts])
        self.place = {one: row for row, one in enumerate(self.slices)}
        self.parents = np.array([self.parent(*one) for one in self.slices], dtype=np.int64)

    def parent(self, by: tuple[str, ...], key: Key) -> int:
        """The row of the slice without the last dimension that it is cut by, or of its issue type; -1 for none."""
        for upto in range(len(by) - 1, 0, -1):
            found = self.place.get((by[:upto], key[:upto]), -1)
            if found >= 0:
                return found
        return -1

    @property
    def issues(self) -> list[str]:
        return [key[0] for key in self.cuts[0].keys]

    def alarms(self, week: int, *, q: float) -> list[Raised]:
        """Slices out of line in a week (its place), by nothing but what was known at its end."""
        watched = np.flatnonzero(self.counts[:, : week + 1].sum(axis=1) >= LEAST)
        if not len(watched):
            return []
        found = compute.outbreaks(
            self.counts[watched], self.units[watched], week, q=q, parents=_among(watched, self.parents[watched]),
            levels=self.levels[watched],
        )  # fmt: skip
        return [
            Raised(
                self._where(int(watched[one.slice])), one.kind, one.since, one.observed, one.expected, one.low,
                one.pvalue,
            )
            for one in found
        ]  # fmt: skip

    def _where(self, row: int) -> dict[str, str]:
        by, key = self.slices[row]
        return dict(zip(by, key, strict=True))

    def band(self, rows: NDArray[np.int64], week: int) -> compute.Outbreaks:
        """What is to be expected of some rows in a week (its place)."""
        return compute.bands(self.counts[rows], self.units[rows], [week], _among(rows, self.parents[rows]))

    def due(self, issue: str, window: Sequence[int]) -> float | None:
        """Cases of an issue type that its history leads to expect in these weeks."""
        row = self.issues.index(issue)
        expected = [self._expected(week)[row] for week in window]
        return float(np.sum(expected)) if np.isfinite(expected).all() else None

    def _expected(self, week: int) -> Floats:
        if week not in self._due:
            count = len(self.cuts[0])
            band = compute.bands(self.counts[:count], self.units[:count], [week], self.parents[:count])
            self._due[week] = band.expected[:, 0]
        return self._due[week]

    @cached_property
    def _due(self) -> dict[int, Floats]:
        return {}


def _among(rows: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each wanted row is among `rows`; -1 when it is not there."""
    place = np.clip(np.searchsorted(rows, wanted), 0, len(rows) - 1)
    return np.where(rows[place] == wanted, place, -1)
