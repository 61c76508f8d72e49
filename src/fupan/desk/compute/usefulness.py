"""How templates do, by what became of the tickets they went out on; every share with its interval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from fupan.engine.compare import interval, shares

FEW = 5  # below this many a share is shown, and called few
ENOUGH = 20  # a template is called the most useful only above this


class Counts(NamedTuple):
    """Tickets a template went out on, and what became of them."""

    uses: int  # whose seven days are over
    settled: int  # by that one answer
    reopened: int
    asked_again: int  # the buyer came back within seven days
    rated: int = 0
    stars: int = 0  # sum of their ratings, 1 to 5
    changed: int = 0  # edited before it was sent


class Share(NamedTuple):
    """k of n with Wilson's interval."""

    k: int
    n: int
    value: float
    low: float
    high: float

    @property
    def few(self) -> bool:
        return self.n < FEW


@dataclass(frozen=True, slots=True)
class Against:
    """A share held against that of the other answers under the same issues, in points."""

    points: float
    low: float
    high: float
    detectable: bool


def share(k: int, n: int) -> Share | None:
    """None when there is nothing to divide by."""
    if n <= 0:
        return None
    found = interval(min(k, n), n)
    return Share(k, n, found.value, found.low, found.high)


def against(k1: int, n1: int, k0: int, n0: int) -> Against | None:
    """The share k1/n1 minus k0/n0."""
    if n1 <= 0 or n0 <= 0:
        return None
    found = shares(k1, n1, k0, n0)
    return Against(found.difference, found.low, found.high, found.detectable)


def rank_key(found: Share | None) -> float:
    """Fair to small samples: what is certain counts, not what may be luck."""
    return found.low if found else -1.0


def total(counts: Iterable[Counts]) -> Counts:
    columns = list(zip(*counts, strict=True))
    return Counts(*(sum(column) for column in columns)) if columns else Counts(0, 0, 0, 0)
