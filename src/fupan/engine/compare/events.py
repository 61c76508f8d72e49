"""Events with exposure: incidents per unit, contacts per order. The events may outnumber the exposure.

The two counts are held to be Poisson (or, with ``dispersion``, quasi-Poisson). Given their sum N the newer one is
binomial with p = R n1 / (R n1 + n0), R the ratio of the rates (Przyborowski and Wilenski 1940), so a limit for p is a
limit for R. The limit taken is the mid-P one (Lancaster 1961): half of the probability of the observed count goes to
each side. Computed exactly over means from .05 to 60 and exposures from 1:1 to 52:1, it calls at most 5.4 % of equal
rates different, and it is less timid than Clopper and Pearson at the counts a shop has. Quasi-Poisson counts are
divided by the dispersion first, which multiplies the variance of ln R by it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from fupan.engine import checks
from fupan.engine.checks import FloatArray
from fupan.engine.compare.answers import Change, Changes, Interval, Intervals
from fupan.engine.special import beta_cdf, beta_quantile, gamma_quantile

_TAIL = 0.025
_HALVINGS = 44


def rates(k1: float, n1: float, k0: float, n0: float, *, dispersion: float | None = None) -> Change:
    """The rate k1/n1 over the rate k0/n0.

    ``k1``, ``k0``: events, 0 or more. ``n1``, ``n0``: exposure above 0, in any one unit. ``dispersion``: variance
    over mean of the counts, 1 or more (see :func:`dispersion`); None is 1, plain Poisson.

    Raises BadCounts for anything negative or not finite, NoExposure when n1 or n0 is 0.

    >>> rates(30, 1000, 12, 1000).explain("en")
    'Up: +150% (95% interval +30% to ×5.1).'
    """
    return rates_many(k1, checks.positive("n1", n1), k0, checks.positive("n0", n0), dispersion=dispersion)[0]


def counts(k1: float, k0: float, *, dispersion: float | None = None) -> Change:
    """Two counts over equally long, equally exposed periods: :func:`rates` with exposure 1 each."""
    return rates(k1, 1, k0, 1, dispersion=dispersion)


def rates_many(
    k1: ArrayLike, n1: ArrayLike, k0: ArrayLike, n0: ArrayLike, *, dispersion: ArrayLike | None = None
) -> Changes:
    """:func:`rates` for many rows: arrays of one length (or single numbers for all rows).

    A row without exposure in one period is unknown (ratio NaN, interval [0, inf]) instead of an error, so that one
    new product does not stop the table. ``pvalue`` is the two-sided mid-P value of "the rates are equal".
    """
    now, exposed, before, was_exposed, phi = checks.together(
        k1=checks.counts("k1", k1),
        n1=checks.counts("n1", n1),
        k0=checks.counts("k0", k0),
        n0=checks.counts("n0", n0),
        dispersion=checks.dispersion(dispersion),
    )
    known = (exposed > 0) & (was_exposed > 0)
    scale = np.where(known, was_exposed, 1.0) / np.where(known, exposed, 1.0)
    low = scale * _odds(_low_share(now / phi, before / phi))
    high = _over(scale, _odds(_low_share(before / phi, now / phi)))
    low, high = np.where(known, low, 0.0), np.where(known, high, np.inf)
    return Changes(
        ratio=np.where(known, _ratio(scale * now, before), np.nan),
        low=low,
        high=high,
        detectable=(low > 1) | (high < 1),
        pvalue=np.where(known, _pvalue(now / phi, before / phi, scale), 1.0),
    )


def rate_interval(k: float, n: float, *, dispersion: float | None = None) -> Interval:
    """The rate k/n with the gamma interval (Garwood 1936), which covers at least 95 % for Poisson counts.

    ``k``: events, 0 or more; ``n``: exposure above 0. With ``dispersion`` the interval widens by about its root.
    Raises BadCounts, NoExposure.

    >>> rate_interval(0, 100)
    Interval(value=0.0, low=0.0, high=0.0368...)
    """
    return rate_interval_many(k, checks.positive("n", n), dispersion=dispersion)[0]


def rate_interval_many(k: ArrayLike, n: ArrayLike, *, dispersion: ArrayLike | None = None) -> Intervals:
    """:func:`rate_interval` for many rows; a row without exposure is NaN in [0, inf]."""
    events, exposure, phi = checks.together(
        k=checks.counts("k", k), n=checks.counts("n", n), dispersion=checks.dispersion(dispersion)
    )
    known = exposure > 0
    unit = phi / np.where(known, exposure, 1.0)
    return Intervals(
        value=np.where(known, events / np.where(known, exposure, 1.0), np.nan),
        low=np.where(known, unit * gamma_quantile(events / phi, _TAIL), 0.0),
        high=np.where(known, unit * gamma_quantile(events / phi + 1, 1 - _TAIL), np.inf),
    )


def _mid_p(share: FloatArray, hits: FloatArray, misses: FloatArray) -> FloatArray:
    """P(X > hits) + P(X = hits) / 2 for X binomial(hits + misses, share), continued to fractional counts."""
    return (beta_cdf(hits, misses + 1, share) + beta_cdf(hits + 1, misses, share)) / 2


def _low_share(hits: FloatArray, misses: FloatArray) -> FloatArray:
    """The share at which as many hits are just too many; by bisection between the two exact limits."""
    below = beta_quantile(hits, misses + 1, _TAIL)
    above = beta_quantile(hits + 1, misses, _TAIL)
    for _ in range(_HALVINGS):
        middle = (below + above) / 2
        rare = _mid_p(middle, hits, misses) < _TAIL
        below, above = np.where(rare, middle, below), np.where(rare, above, middle)
    return np.where(hits > 0, below, 0.0)


def _pvalue(now: FloatArray, before: FloatArray, scale: FloatArray) -> FloatArray:
    """Two-sided mid-P value of the share that equal rates would give."""
    tails = np.minimum(_mid_p(1 / (1 + scale), now, before), _mid_p(scale / (1 + scale), before, now))
    return np.where(now + before > 0, np.minimum(1.0, 2 * tails), 1.0)


def _ratio(now: FloatArray, before: FloatArray) -> FloatArray:
    """now / before; inf when there was none before, 1 when there is none at all."""
    return np.where(now + before > 0, _over(now, before), 1.0)


def _odds(share: FloatArray) -> FloatArray:
    return _over(share, 1 - share)


def _over(part: FloatArray, whole: FloatArray) -> FloatArray:
    """part / whole, inf where the whole is 0 (also for 0 / 0: a limit that does not exist)."""
    with np.errstate(over="ignore"):  # beyond the largest float is inf, too
        return np.divide(part, whole, out=np.full_like(part, np.inf), where=whole > 0)
