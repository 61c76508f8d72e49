"""After-sales cubes with planted causes, to see whether they are found again.

Carrier 6 x country 10 x issue 12 x product 40, about 6,000 complaints a week; of the 28,800 leaves only those are
listed in which anything ever happened. One or two slices of one to three attributes complain 2.2 times as often or
more, small slices more than large ones, so that a person who knows where to look could see it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fupan.engine.checks import FloatArray, IntArray
from fupan.engine.localize.answers import Localization

SIZES = {"carrier": 6, "country": 10, "issue": 12, "product": 40}
COMPLAINTS = 6000.0
_LEAST, _MOST = 8.0, 0.1 * COMPLAINTS  # expected of a planted slice
_RATIO, _VISIBLE = 2.2, 6.0  # least ratio; least excess in standard deviations
Slice = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True, eq=False)
class Planted:
    """A week with a known truth; arrays of shape (leaves,).

    dims       {attribute: values}
    actual     complaints of the week
    expected   what the week would have had without the causes
    history    complaints of ``weeks`` weeks before
    truth      the planted slices
    """

    dims: dict[str, NDArray[np.str_]]
    actual: FloatArray
    expected: FloatArray
    history: FloatArray
    weeks: int
    truth: set[Slice]

    @property
    def estimate(self) -> FloatArray:
        """The expectation one has who only knows the history."""
        return self.history / self.weeks


@dataclass(frozen=True, slots=True)
class Marks:
    """Slices found and missed; add them up over cases."""

    hits: int = 0
    false: int = 0
    missed: int = 0

    def __add__(self, other: Marks) -> Marks:
        return Marks(self.hits + other.hits, self.false + other.false, self.missed + other.missed)

    @property
    def f1(self) -> float:
        """Micro F1 over exact slices, 2 TP / (2 TP + FP + FN); 1 when there was nothing to find and nothing found."""
        all_told = 2 * self.hits + self.false + self.missed
        return 2 * self.hits / all_told if all_told else 1.0


def marks(found: Localization | Collection[Slice], truth: Collection[Slice]) -> Marks:
    """An answer against the truth, by exact slices."""
    told = {as_slice(c.slice) for c in found.causes} if isinstance(found, Localization) else set(found)
    hits = len(told & set(truth))
    return Marks(hits, len(told) - hits, len(truth) - hits)


def as_slice(told: Mapping[str, str]) -> Slice:
    """A slice that can be compared."""
    return frozenset(told.items())


def week(
    rng: np.random.Generator, *, causes: int, depth: int = 1, weeks: int = 26, swing: float = 0.0, bundles: float = 0.0
) -> Planted:
    """A week with that many causes of ``depth`` attributes (0 causes: a week in which nothing happened).

    ``swing``: standard deviation of the log rate of every value of every attribute, from week to week; ``bundles``:
    variance of the rate of every leaf, relative to its square. Both 0: Poisson.
    """
    rate = _rates(rng)
    place = np.indices(rate.shape).reshape(len(SIZES), -1)
    rate = rate.ravel()
    truth, factor = _plant(rng, place, rate, causes, depth)
    for axis, values in enumerate(SIZES.values()):
        factor = factor * np.exp(rng.normal(0.0, swing, values))[place[axis]]
    if bundles:
        factor = factor * rng.gamma(1 / bundles, bundles, len(rate))
    actual, history = rng.poisson(rate * factor), rng.poisson(rate * weeks)
    listed = actual + history > 0
    dims = {name: _labels(name)[place[axis, listed]] for axis, name in enumerate(SIZES)}
    return Planted(
        dims, actual[listed].astype(np.float64), rate[listed], history[listed].astype(np.float64), weeks, truth
    )


def _rates(rng: np.random.Generator) -> FloatArray:
    """Complaints expected at every leaf: uneven values, and combinations that go together or do not."""
    rate = np.ones(())
    for values in SIZES.values():
        rate = np.multiply.outer(rate, rng.dirichlet(np.ones(values)))
    rate = rate * np.exp(rng.normal(0.0, 0.8, rate.shape))
    return np.asarray(rate * COMPLAINTS / rate.sum())


def _plant(
    rng: np.random.Generator, place: IntArray, rate: FloatArray, causes: int, depth: int
) -> tuple[set[Slice], FloatArray]:
    truth: set[Slice] = set()
    factor = np.ones(len(rate))
    names = list(SIZES)
    while len(truth) < causes:
        axes = rng.choice(len(names), depth, replace=False)
        values = [int(rng.integers(SIZES[names[axis]])) for axis in axes]
        inside = np.all([place[axis] == value for axis, value in zip(axes, values, strict=True)], axis=0)
        planted = frozenset((names[a], str(_labels(names[a])[v])) for a, v in zip(axes, values, strict=True))
        due = float(rate[inside].sum())
        if planted in truth or not _LEAST <= due <= _MOST:
            continue
        truth.add(planted)
        factor[inside] *= max(_RATIO, 1 + _VISIBLE / np.sqrt(due)) * rng.uniform(1.0, 2.0)
    return truth, factor


def _labels(name: str) -> NDArray[np.str_]:
    return np.array([f"{name}-{i}" for i in range(SIZES[name])])
