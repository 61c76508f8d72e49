"""Shares of a whole: replies in time of all replies, tickets solved within a day of all tickets."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from fupan.engine import checks
from fupan.engine.checks import FloatArray
from fupan.engine.compare.answers import Difference, Differences, Interval, Intervals
from fupan.engine.special import Z95, two_sided

_HALVINGS = 44


def interval(k: float, n: float) -> Interval:
    """The share k/n with Wilson's score interval (Wilson 1927).

    ``0 <= k <= n``, ``n`` above 0. Raises BadCounts, NoExposure.

    >>> interval(0, 20)
    Interval(value=0.0, low=0.0, high=0.161...)
    """
    return interval_many(k, checks.positive("n", n))[0]


def interval_many(k: ArrayLike, n: ArrayLike) -> Intervals:
    """:func:`interval` for many rows: arrays of one length; a row with n = 0 is NaN in [0, 1]."""
    hits, trials = checks.together(k=checks.counts("k", k), n=checks.counts("n", n))
    checks.at_most("k", hits, "n", trials)
    known = trials > 0
    n_or_1 = np.where(known, trials, 1.0)
    share, z2 = hits / n_or_1, Z95**2
    middle = (share + z2 / (2 * n_or_1)) / (1 + z2 / n_or_1)
    half = Z95 * np.sqrt(share * (1 - share) / n_or_1 + z2 / (4 * n_or_1**2)) / (1 + z2 / n_or_1)
    # at 0 and n the limits are 0 and 1 exactly; minimum and maximum take away what rounding adds
    return Intervals(
        value=np.where(known, share, np.nan),
        low=np.where(known & (hits > 0), np.minimum(middle - half, share), 0.0),
        high=np.where(known & (hits < trials), np.maximum(middle + half, share), 1.0),
    )


def shares(k1: float, n1: float, k0: float, n0: float, *, dispersion: float | None = None) -> Difference:
    """The share k1/n1 minus the share k0/n0, in fractions (0.01 is one point).

    Score interval of Miettinen and Nurminen (1985), with the constrained estimate of Farrington and Manning (1990).
    ``0 <= k <= n``, both n above 0. ``dispersion`` (1 or more, None is 1) multiplies the variance, for shares that
    swing from week to week more than a binomial. Of equal shares it calls about 5 % different, up to 8.6 % where a
    handful of trials with less than one hit expected is held against hundreds. Raises BadCounts, NoExposure.

    >>> shares(95, 100, 80, 100).explain("en")
    'Up: +15.0 points (95% interval +6.2 points to +24.6 points).'
    """
    return shares_many(k1, checks.positive("n1", n1), k0, checks.positive("n0", n0), dispersion=dispersion)[0]


def shares_many(
    k1: ArrayLike, n1: ArrayLike, k0: ArrayLike, n0: ArrayLike, *, dispersion: ArrayLike | None = None
) -> Differences:
    """:func:`shares` for many rows: arrays of one length; a row with n = 0 is NaN in [-1, 1]."""
    now, trials, before, was_trials, phi = checks.together(
        k1=checks.counts("k1", k1),
        n1=checks.counts("n1", n1),
        k0=checks.counts("k0", k0),
        n0=checks.counts("n0", n0),
        dispersion=checks.dispersion(dispersion),
    )
    checks.at_most("k1", now, "n1", trials)
    checks.at_most("k0", before, "n0", was_trials)
    known = (trials > 0) & (was_trials > 0)
    pair = _Pair(now, np.where(known, trials, 1.0), before, np.where(known, was_trials, 1.0), phi)
    difference, low, high = pair.difference, -_reach(pair.swapped()), _reach(pair)
    low, high = np.where(known, low, -1.0), np.where(known, high, 1.0)
    return Differences(
        difference=np.where(known, difference, np.nan),
        low=low,
        high=high,
        detectable=known & ((low > 0) | (high < 0)),
        pvalue=np.where(known, two_sided(pair.score(np.zeros_like(difference))), 1.0),
    )


class _Pair:
    """Two shares and the score statistic of any difference between them."""

    def __init__(self, k1: FloatArray, n1: FloatArray, k0: FloatArray, n0: FloatArray, phi: FloatArray) -> None:
        self.k1, self.n1, self.k0, self.n0, self.phi = k1, n1, k0, n0, phi
        self.difference = k1 / n1 - k0 / n0

    def swapped(self) -> _Pair:
        return _Pair(self.k0, self.n0, self.k1, self.n1, self.phi)

    def score(self, delta: FloatArray) -> FloatArray:
        """(observed - delta) over its standard error, were ``delta`` the true difference."""
        share1 = _constrained(self.k1 / self.n1, self.n1, self.k0 / self.n0, self.n0, delta)
        share0 = np.clip(share1 - delta, 0.0, 1.0)
        total = self.n1 + self.n0
        variance = share1 * (1 - share1) / self.n1 + share0 * (1 - share0) / self.n0
        variance = self.phi * variance * total / np.maximum(total - 1, 1.0)
        gap = self.difference - delta
        certain = np.where(gap == 0, 0.0, np.copysign(np.inf, gap))
        return np.where(variance > 0, gap / np.sqrt(np.where(variance > 0, variance, 1.0)), certain)


def _reach(pair: _Pair) -> FloatArray:
    """The largest true difference that the score does not rule out, by bisection."""
    inside, outside = pair.difference.copy(), np.ones_like(pair.difference)
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        possible = pair.score(middle) > -Z95
        inside, outside = np.where(possible, middle, inside), np.where(possible, outside, middle)
    return outside


def _constrained(p1: FloatArray, n1: FloatArray, p0: FloatArray, n0: FloatArray, delta: FloatArray) -> FloatArray:
    """The likeliest first share given that it exceeds the second by ``delta``: the root of a cubic, in closed form."""
    theta = n0 / n1
    a = 1 + theta
    b = -(1 + theta + p1 + theta * p0 + delta * (theta + 2))
    c = delta**2 + delta * (2 * p1 + theta + 1) + p1 + theta * p0
    d = -p1 * delta * (1 + delta)
    v = (b / (3 * a)) ** 3 - b * c / (6 * a**2) + d / (2 * a)
    u = np.copysign(np.sqrt(np.maximum((b / (3 * a)) ** 2 - c / (3 * a), 0.0)), v)
    cosine = np.where(u == 0, 0.0, v / np.where(u == 0, 1.0, u) ** 3)
    angle = (np.pi + np.arccos(np.clip(cosine, -1.0, 1.0))) / 3
    root: FloatArray = 2 * u * np.cos(angle) - b / (3 * a)
    return np.minimum(np.maximum(root, np.maximum(delta, 0.0)), np.minimum(1 + delta, 1.0))
