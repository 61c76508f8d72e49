"""Simulated shops with a known truth: by them the tests and ``bench/`` measure what the engine claims of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from fupan.engine import checks
from fupan.engine.checks import FloatArray, IntArray

Truth = Literal["beta", "lognormal", "skewed"]
TRUE_BETA = (2.0, 38.0)
TRUE_LOGNORMAL = {"lognormal": (0.042, 0.6), "skewed": (0.043, 0.7)}  # median, standard deviation of the logarithm
_UNITS, _UNITS_SKEWED = 1.6, 1.9  # standard deviation of the logarithm of units sold
Ranker = Callable[[FloatArray, FloatArray], IntArray]


def swinging_counts(rng: np.random.Generator, mean: float, dispersion: float, shape: tuple[int, ...]) -> FloatArray:
    """Counts with the given mean and variance ``dispersion`` times the mean: Poisson at 1, else negative binomial."""
    if dispersion == 1:
        return rng.poisson(mean, shape).astype(np.float64)
    return rng.negative_binomial(mean / (dispersion - 1), 1 / dispersion, shape).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Weeks:
    """A question for ``compare.rates``: a week against the ``weeks_before`` ahead of it, asked ``runs`` times.

    ``mean``: events in a week before; the week itself has ``ratio`` times as many; ``dispersion``: variance over mean.
    """

    mean: float
    weeks_before: int = 4
    ratio: float = 1.0
    dispersion: float = 1.0

    def draw(self, rng: np.random.Generator, runs: int) -> tuple[FloatArray, FloatArray]:
        """(k1, k0), each of shape (runs,); their exposures are 1 and ``weeks_before``."""
        now = swinging_counts(rng, self.mean * self.ratio, self.dispersion, (runs,))
        before = swinging_counts(rng, self.mean, self.dispersion, (runs, self.weeks_before))
        return now, before.sum(axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class Shop:
    """Products with their true return rates: ``k`` returns of ``n`` units, all arrays of shape (products,)."""

    k: FloatArray
    n: FloatArray
    true: FloatArray

    @classmethod
    def drawn(cls, rng: np.random.Generator, *, truth: Truth = "beta", products: int = 500) -> Shop:
        """Units log-normal with median 55 (a third below 30, a few above 1,000), true rates around 5 %.

        "skewed": rates and units uneven enough for the usual rankings (raw rate, raw rate with n >= 30, Wilson, raw
        excess) to fare as they do in the comparison that set the target of the ranking.
        """
        checks.one_of("truth", truth, ("beta", "lognormal", "skewed"))
        units = _UNITS_SKEWED if truth == "skewed" else _UNITS
        n = np.maximum(1.0, np.round(55 * np.exp(rng.normal(0.0, units, products))))
        median, spread = TRUE_LOGNORMAL.get(truth, TRUE_LOGNORMAL["lognormal"])
        lognormal = np.minimum(0.9, median * np.exp(rng.normal(0.0, spread, products)))
        true = rng.beta(*TRUE_BETA, products) if truth == "beta" else lognormal
        return cls(rng.binomial(n.astype(np.int64), true).astype(np.float64), n, true)


@dataclass(frozen=True, slots=True)
class TopFive:
    """How good the five rows on top of a ranking are, on average over the shops."""

    of_oracle: float  # their mean true rate over that of the truly worst five
    tiny: float  # share with n < 10
    twice: float  # share whose true rate is above twice the average
    avoidable: float  # events a shop would save by bringing all five down to the average


def top_five(rng: np.random.Generator, rankers: dict[str, Ranker], *, shops: int, truth: Truth) -> dict[str, TopFive]:
    """The protocol of the ranking: every ranker sees the same simulated shops."""
    drawn = [Shop.drawn(rng, truth=truth) for _ in range(shops)]
    return {name: _judged(rank, drawn) for name, rank in rankers.items()}


def _judged(rank: Ranker, shops: list[Shop]) -> TopFive:
    marks = np.array([_marks(shop, rank(shop.k, shop.n)[:5]) for shop in shops])
    return TopFive(*(float(mark) for mark in marks.mean(axis=0)))


def _marks(shop: Shop, top: IntArray) -> tuple[float, float, float, float]:
    oracle, average = np.sort(shop.true)[-5:].mean(), shop.true.mean()
    return (
        float(shop.true[top].mean() / oracle),
        float((shop.n[top] < 10).mean()),
        float((shop.true[top] > 2 * average).mean()),
        float((shop.n * (shop.true - average))[top].sum()),
    )
