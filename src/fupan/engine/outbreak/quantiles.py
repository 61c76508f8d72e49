"""Tail and quantile of negative binomial counts given by mean and dispersion (variance over mean), vectorised."""

from __future__ import annotations

import numpy as np
from scipy import special

from fupan.engine.checks import FloatArray

_FUZZ = 64 * 2.220446049250313e-16  # a cumulated probability may miss its level by rounding


def tail(count: FloatArray, mean: FloatArray, dispersion: FloatArray) -> FloatArray:
    """P(Y >= count), elementwise; dispersion 1 is Poisson; NaN in, NaN out."""
    count, mean, dispersion = np.broadcast_arrays(np.ceil(count), mean, dispersion)
    over = dispersion > 1
    excess = np.where(over, dispersion - 1, 1.0)
    shape = np.maximum(mean, 1e-300) / excess
    positive = np.maximum(count, 1.0)
    negative_binomial = special.betainc(positive, shape, excess / (excess + 1))
    poisson = special.gammainc(positive, mean)
    found = np.where(over, negative_binomial, poisson)
    return np.where(np.isnan(mean) | np.isnan(dispersion), np.nan, np.where(count > 0, found, 1.0))


def surprise(count: FloatArray, mean: FloatArray, dispersion: FloatArray) -> FloatArray:
    """P(Y > count) and half of P(Y = count): uniform on average, where the tail is timid with small counts."""
    return 0.5 * (tail(count, mean, dispersion) + tail(count + 1, mean, dispersion))


def bound(alpha: float, mean: FloatArray, dispersion: FloatArray) -> FloatArray:
    """The highest count whose successor is not yet a surprise at level ``alpha``, elementwise; NaN in, NaN out."""
    found = quantile(1 - alpha, mean, dispersion)
    return np.where((found > 0) & (surprise(found, mean, dispersion) <= alpha), found - 1, found)


def quantile(level: float, mean: FloatArray, dispersion: FloatArray) -> FloatArray:
    """The least count whose cumulated probability reaches ``level``, elementwise; NaN in, NaN out."""
    mean, dispersion = np.broadcast_arrays(np.asarray(mean, float), np.asarray(dispersion, float))
    known = np.isfinite(mean) & np.isfinite(dispersion)
    m, phi = np.where(known, mean, 1.0), np.where(known, dispersion, 1.0)
    beyond = (1 - level) * (1 + _FUZZ) + _FUZZ * level
    low = np.full(m.shape, -1.0)  # never reaches the level
    high = np.ceil(m + 4 * np.sqrt(m * phi) + 4 * phi)
    while (short := tail(high + 1, m, phi) > beyond).any():
        low, high = np.where(short, high, low), np.where(short, 2 * high + 1, high)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        reached = tail(middle + 1, m, phi) <= beyond
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return np.where(known, high, np.nan)
