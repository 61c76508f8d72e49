"""The door to the engine for what reuse is worth: used and not used, side by side, each with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from statistics import fmean, variance
from typing import NamedTuple

import numpy as np

from fupan.engine import compare

FEW = 20  # with fewer on either side nothing is said
EDGES = np.concatenate([[0.0], np.geomspace(0.05, 4000.0, 120)])  # hours
CEILING = 3999.0


class Effect(NamedTuple):
    """Tickets with a case against matched ones without. `used` and `other` are figures of the same unit."""

    n_used: int
    n_other: int
    used: float | None
    other: float | None
    change: float | None  # relative for hours, in points for shares, in marks for satisfaction
    low: float | None
    high: float | None
    detectable: bool

    @property
    def too_few(self) -> bool:
        return min(self.n_used, self.n_other) < FEW


def hours(used: Sequence[float], other: Sequence[float]) -> Effect:
    """The median handling time; `change` is relative: -0.2 is a fifth faster."""
    if min(len(used), len(other)) < FEW:
        return _few(used, other, float(np.median(used)) if used else None, float(np.median(other)) if other else None)
    told = compare.medians(_binned(used), _binned(other), EDGES)
    return Effect(
        len(used), len(other), float(np.median(used)), float(np.median(other)), told.change, told.low - 1,
        told.high - 1 if isfinite(told.high) else None, told.detectable,
    )  # fmt: skip


def _binned(values: Sequence[float]) -> np.ndarray:
    return np.histogram(np.clip(values, 0.0, CEILING), EDGES)[0]


def shares(used: Sequence[bool], other: Sequence[bool]) -> Effect:
    """How many of them; `change` in points: 0.05 is five more in a hundred."""
    mine, theirs = (fmean(used) if used else None), (fmean(other) if other else None)
    if min(len(used), len(other)) < FEW:
        return _few(used, other, mine, theirs)
    told = compare.shares(sum(used), len(used), sum(other), len(other))
    return Effect(len(used), len(other), mine, theirs, told.difference, told.low, told.high, told.detectable)


def marks(used: Sequence[float], other: Sequence[float]) -> Effect:
    """Mean satisfaction of those who gave a mark."""
    mine, theirs = (fmean(used) if used else None), (fmean(other) if other else None)
    if mine is None or theirs is None or min(len(used), len(other)) < FEW:
        return _few(used, other, mine, theirs)
    told = compare.means(len(used), mine, variance(used), len(other), theirs, variance(other))
    low, high = (told.low, told.high) if isfinite(told.low) else (None, None)
    return Effect(len(used), len(other), mine, theirs, told.difference, low, high, told.detectable)


def _few(used: Sequence[object], other: Sequence[object], mine: float | None, theirs: float | None) -> Effect:
    return Effect(len(used), len(other), mine, theirs, None, None, None, detectable=False)


def surely(yes: int, asked: int) -> float:
    """How many of them at the lower end of the interval: two of two count for less than forty of forty-five."""
    return asked * compare.interval(yes, asked).low if asked else 0.0
