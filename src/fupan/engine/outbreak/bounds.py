"""How high chance may go: the upper bound of the tested week and the probability of a count as high as seen.

========== ==================================================================== ==========================
method     bound                                                                source
========== ==================================================================== ==========================
nbPlugin   quantile of the negative binomial at the fitted mean                 Noufaily 2013
muan       the same at the upper confidence limit of the mean                   Salmon 2016 (R surveillance)
delta      normal on the scale of count ** (2/3), with the error of the mean    Farrington 1996
========== ==================================================================== ==========================
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from fupan.engine.checks import FloatArray
from fupan.engine.outbreak.quantiles import quantile, tail

METHODS = ("nbPlugin", "muan", "delta")


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """``lower``, ``upper`` bound and ``pvalue`` = P(count or more), arrays of one shape; NaN where unknown."""

    lower: FloatArray
    upper: FloatArray
    pvalue: FloatArray


def negative_binomial(count: FloatArray, mean: FloatArray, phi: FloatArray, alpha: float) -> Bound:
    """Bounds of a count with this mean and dispersion."""
    return Bound(quantile(alpha, mean, phi), quantile(1 - alpha, mean, phi), tail(count, mean, phi))


def muan(count: FloatArray, mean: FloatArray, error: FloatArray, phi: FloatArray, alpha: float) -> Bound:
    """Bounds at the upper 1 - ``alpha`` limit of the mean; ``error``: standard error of the log mean."""
    with np.errstate(over="ignore"):
        highest = mean * np.exp(special.ndtri(1 - alpha) * error)
    return negative_binomial(count, np.where(np.isfinite(highest), highest, np.nan), phi, alpha)


def delta(
    count: FloatArray, mean: FloatArray, error: FloatArray, phi: FloatArray, alpha: float, *, power: float = 2 / 3
) -> Bound:
    """Bounds on the scale count ** ``power`` (1, 1/2 or 2/3); ``error``: standard error of the mean itself."""
    per_power = {1.0: 1.0, 0.5: 1 / 4, 2 / 3: 4 / 9}[power]
    spread = np.sqrt(per_power * mean ** (2 * power - 1) * (phi + error**2 / mean))
    reach = special.ndtri(1 - alpha) * spread
    low, high = mean**power - reach, mean**power + reach
    with np.errstate(invalid="ignore"):
        lower = np.where(low > 0, np.maximum(low, 0.0) ** (1 / power), 0.0)
    return Bound(lower, high ** (1 / power), special.ndtr(-(count**power - mean**power) / spread))
