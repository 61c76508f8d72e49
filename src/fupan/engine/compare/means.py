"""Averages of what is measured on a scale: satisfaction, stars, cost per incident."""

from __future__ import annotations

import numpy as np

from fupan.engine import checks
from fupan.engine.checks import FloatArray
from fupan.engine.compare.answers import Difference
from fupan.engine.errors import NoExposure
from fupan.engine.special import t_quantile


def means(n1: int, mean1: float, var1: float, n0: int, mean0: float, var0: float) -> Difference:
    """mean1 - mean0 with Welch's interval (Welch 1947), in the unit of the means.

    ``n``: how many values (1 or more), ``var``: their sample variance (denominator n - 1; ignored when n is 1).
    With fewer than two values on a side, or only equal values on both sides, the data cannot bound the difference:
    the limits are infinite and nothing is detectable. Where the values of one side are all equal, the variance of
    the other stands in for it, since "no spread seen" is not "no spread".

    Raises BadCounts, NoExposure.
    """
    count = np.array([_size("n1", n1), _size("n0", n0)])
    mean = np.array([float(checks.numbers("mean1", mean1)), float(checks.numbers("mean0", mean0))])
    spread = np.array([float(checks.nonnegative("var1", var1)), float(checks.nonnegative("var0", var0))])
    difference = float(mean[0] - mean[1])
    half = _half_width(count, spread)
    low, high = difference - half, difference + half
    return Difference(difference, low, high, detectable=low > 0 or high < 0, scale="value")


def _half_width(count: FloatArray, spread: FloatArray) -> float:
    spread = np.where(spread > 0, spread, spread.max())
    if (count < 2).any() or spread.max() == 0:
        return np.inf
    error = spread / count
    freedom = error.sum() ** 2 / (error**2 / (count - 1)).sum()
    return float(t_quantile(freedom, 0.975) * np.sqrt(error.sum()))


def _size(name: str, value: int) -> float:
    size = float(checks.counts(name, value))
    if size == 0:
        raise NoExposure(name, "there are no values to average")
    return size
