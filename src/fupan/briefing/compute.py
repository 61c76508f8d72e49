"""The door to the engine: what grows, what stands out, who is worst."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fupan.engine import compare, ranking
from fupan.engine.ranking import Ranked

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEAST_SEEN = 5  # cases below which nothing is called growing or high
BEYOND = 0.05  # false share of the cells marked
GROWING = 0.10


@dataclass(frozen=True)
class Grown:
    """Slices now against their own past, all arrays of one length."""

    observed: Floats
    expected: Floats
    ratio: Floats
    low: Floats
    high: Floats
    detectable: Bools


def growth(counts: Floats, exposure: Floats, before: Floats, exposed: Floats) -> Grown:
    """Cases now against the mean of earlier weeks at equal exposure.

    `counts`, `exposure`: of the period, shape (slices,). `before`, `exposed`: of the earlier weeks, shape (slices,
    weeks). Detectable are those that a Benjamini-Hochberg rule over all slices lets through, with enough cases.
    """
    if not len(counts):
        return Grown(*(np.zeros(0),) * 5, np.zeros(0, dtype=bool))
    past, units = before.sum(axis=1), exposed.sum(axis=1)
    unrest = compare.dispersion_many(before, exposed)
    expected = exposure * np.divide(past, units, out=np.zeros_like(past), where=units > 0)
    asked = np.flatnonzero((counts >= LEAST_SEEN) & (units > 0) & (counts > expected))
    found = compare.rates_many(counts[asked], exposure[asked], past[asked], units[asked], dispersion=unrest[asked])
    ratio, low, high, pvalue = (np.full(len(counts), start) for start in (np.nan, 0.0, np.inf, 1.0))
    ratio[asked], low[asked], high[asked], pvalue[asked] = found.ratio, found.low, found.high, found.pvalue
    grows = compare.discovered(pvalue, q=GROWING) & (low > 1)  # those that fell were looked at too, and count as such
    return Grown(counts, expected, ratio, low, high, np.asarray(grows, dtype=bool))


def beyond_chance(k: Floats, n: Floats) -> Bools:
    """Cells (rows, columns) that hold more than the rest of their row explains, at the exposure of their column."""
    rest, other = k.sum(axis=1, keepdims=True) - k, n.sum() - n
    exposure = np.broadcast_to(n, k.shape)
    found = compare.rates_many(
        k.ravel(), exposure.ravel(), rest.ravel(), np.broadcast_to(other, k.shape).ravel(), dispersion=1.5
    )
    if not k.size:
        return np.zeros(k.shape, dtype=bool)
    marked = compare.discovered(found.pvalue, q=BEYOND) & (found.low > 1)
    return np.asarray(marked.reshape(k.shape) & (k >= LEAST_SEEN), dtype=bool)


def moved(
    now: Floats, exposure: Floats, before: Floats, exposed: Floats, weekly: Floats, units: Floats
) -> compare.Changes:
    """Rates of this period over those of the one before; `weekly` and `units` (slices, weeks) tell the unrest."""
    unrest = compare.dispersion_many(weekly, units)
    return compare.rates_many(now, exposure, before, exposed, dispersion=unrest)


def ratio_span(seen: float, due: float) -> tuple[float, float]:
    """The 95 % interval of cases over what was due."""
    found = compare.rate_interval(seen, due)
    return found.low, found.high


def share(k: float, n: float) -> tuple[float, float]:
    """The 95 % interval of a share."""
    found = compare.interval(k, n)
    return found.low, found.high


def worst(k: Floats, n: Floats) -> Ranked:
    """Rows by the rate that each exceeds with 95 % certainty."""
    return ranking.worst_rates(k, n)
