"""The special functions the engine stands on, typed, and defined where SciPy's own answer is NaN.

A beta with a first shape of 0 is all at 0, with a second shape of 0 all at 1; a gamma with shape 0 is all at 0.
These limits are what makes zero counts ordinary.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from fupan.engine.checks import FloatArray

Z95 = 1.959963984540054  # 97.5 % point of the normal: two-sided 95 %
_TINY = 1e-300


def beta_cdf(first: ArrayLike, second: ArrayLike, at: ArrayLike) -> FloatArray:
    """P(Beta(first, second) <= at), elementwise; at in [0, 1)."""
    a, b = np.asarray(first, float), np.asarray(second, float)
    inside = special.betainc(np.maximum(a, _TINY), np.maximum(b, _TINY), at)
    return np.where(a <= 0, 1.0, np.where(b <= 0, 0.0, inside))


def beta_quantile(first: ArrayLike, second: ArrayLike, level: ArrayLike) -> FloatArray:
    """The ``level`` quantile of Beta(first, second), elementwise."""
    a, b = np.asarray(first, float), np.asarray(second, float)
    inside = special.betaincinv(np.maximum(a, _TINY), np.maximum(b, _TINY), level)
    return np.where(a <= 0, 0.0, np.where(b <= 0, 1.0, inside))


def gamma_quantile(shape: ArrayLike, level: ArrayLike) -> FloatArray:
    """The ``level`` quantile of Gamma(shape, rate 1), elementwise."""
    a = np.asarray(shape, float)
    return np.where(a <= 0, 0.0, special.gammaincinv(np.maximum(a, _TINY), level))


def t_quantile(freedom: ArrayLike, level: float) -> FloatArray:
    """The ``level`` quantile of Student's t with ``freedom`` degrees of freedom (0 or fewer: infinite)."""
    df = np.asarray(freedom, float)
    return np.where(df > 0, special.stdtrit(np.maximum(df, _TINY), level), np.inf)


def two_sided(z: ArrayLike) -> FloatArray:
    """P(|Normal| >= |z|)."""
    return np.asarray(2 * special.ndtr(-np.abs(z)), float)


def log_beta(first: ArrayLike, second: ArrayLike) -> FloatArray:
    """ln B(first, second), elementwise, both above 0."""
    return np.asarray(special.betaln(first, second), float)


def log_gamma(at: ArrayLike) -> FloatArray:
    """ln Gamma(at), elementwise, at above 0."""
    return np.asarray(special.gammaln(at), float)


def x_log_y(x: ArrayLike, y: ArrayLike) -> FloatArray:
    """x ln y, elementwise, 0 where x is 0."""
    return np.asarray(special.xlogy(x, y), float)
