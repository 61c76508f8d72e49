"""Slow drifts: a cumulative sum over the weeks left out of the baseline, on the mean fitted for the tested week.

Each week's count becomes a normal score, by the middle of its probability; the sum of scores less an allowance of half
a standard deviation, never below 0, climbs when weeks on end lie a little too high (Page 1954). It tells since when.
How surprising that is comes from the total since then against its expectation, whose error the weeks share, times the
number of times it could have begun. No single week counts for more than its own upper bound, so that an outbreak
gone by is no drift.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from fupan.engine.checks import BoolArray, FloatArray, IntArray
from fupan.engine.outbreak.predictive import Forecast, predictive
from fupan.engine.outbreak.quantiles import quantile, tail

WINDOW = 27  # the tested week and the 26 before it
_ALLOWANCE = 0.5
_LIMIT = 4.0
_SHORTEST = 4
_CAP = 0.995
_STARTS = 8  # the 27 possible beginnings, being nested, are worth about so many independent ones


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """Per slice, shape (slices,): weeks since the sum left 0, cases and expectation of them, P-value (1: no drift)."""

    weeks: IntArray
    observed: FloatArray
    expected: FloatArray
    dispersion: FloatArray
    pvalue: FloatArray


def drift(counts: FloatArray, found: Forecast, seen: BoolArray) -> Drift:
    """The sum of each slice over its last weeks.

    ``counts``, ``seen``: the last weeks up to the tested one and whether they are reported, shape (slices, window).
    """
    mean = np.where(seen & np.isfinite(found.past), found.past, 0.0)
    phi = np.broadcast_to(found.phi[:, None], mean.shape)
    likely = np.nan_to_num(mean + 5 * np.sqrt(mean * phi) + 1)
    y = np.where(mean > 0, counts, 0.0)
    high = y > likely  # bounds are looked up only where they can bind
    y[high] = np.minimum(y[high], quantile(_CAP, mean[high], phi[high]))
    middle = 0.5 * (tail(y, mean, phi) + tail(y + 1, mean, phi))
    score = np.where(mean > 0, -special.ndtri(np.clip(middle, 1e-12, 1 - 1e-12)), 0.0)
    height, weeks = np.zeros(len(y)), np.zeros(len(y), dtype=np.intp)
    for column in range(y.shape[1]):
        height = np.maximum(0.0, height + score[:, column] - _ALLOWANCE)
        weeks = np.where(height > 0, weeks + 1, 0)
    inside = np.arange(y.shape[1]) >= y.shape[1] - weeks[:, None]
    total, due = (y * inside).sum(axis=1), (mean * inside).sum(axis=1)
    dispersion = predictive(due, found.phi, found.error)
    chance = np.minimum(1.0, _STARTS * tail(total, np.maximum(due, 1e-9), dispersion))
    found_one = (height > _LIMIT) & (weeks >= _SHORTEST) & np.isfinite(found.mean)
    return Drift(weeks, (counts * inside).sum(axis=1), due, dispersion, np.where(found_one, chance, 1.0))
