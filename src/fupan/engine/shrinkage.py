"""How much true rates differ between rows, and what that makes of each observed rate (empirical Bayes).

Two families share everything but their likelihood:

- beta-binomial, for k <= n: the true rate of a row is Beta(k + a, n - k + b)
- gamma-Poisson, for events that may outnumber the units: Gamma(k + a, rate n + b)

with a = weight * mean, and b = weight (1 - mean) or weight. ``mean`` and ``weight`` (in units of n) have the marginal
likelihood of all rows under a weak prior: half-Cauchy(1) on the coefficient of variation of the true rates (Gelman
2006), and half a pseudo-event at the pooled rate on the mean. The prior answers where the data do not (few rows, equal
rates, no event at all) and is nothing among hundreds of rows. The posterior of a row is averaged over the (mean,
weight) that the likelihood leaves possible, on a small grid around its top, since with few rows a single best pair
claims a certainty nobody has (Morris 1983); the average is a beta or a gamma again, by its first two moments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from scipy import optimize

from fupan.engine.checks import FloatArray
from fupan.engine.special import beta_quantile, gamma_quantile, log_beta, log_gamma, x_log_y

Family = Literal["beta-binomial", "gamma-poisson"]

_WEIGHTS = (1e-3, 1e7)  # how little and how much the common mean may weigh, in events
_GRID = np.linspace(-2.5, 2.5, 7)  # standard deviations around the top, on both axes
_WIDEST = 1.5  # standard deviation allowed for ln(weight) and the transformed mean


@dataclass(frozen=True, slots=True, eq=False)
class Shrunk:
    """Rates drawn towards their common mean: posterior mean and the 5 % and 95 % quantiles, shape (rows,)."""

    mean: FloatArray
    low: FloatArray
    high: FloatArray
    prior_mean: float
    prior_weight: float
    family: Family


def shrink(k: FloatArray, n: FloatArray, *, tail: float) -> Shrunk:
    """The posterior of every row; ``k`` events of ``n`` units, shape (rows,), some n above 0, k = 0 where n = 0.

    ``tail``: the part of the posterior left out below ``low`` and above ``high``.
    """
    family: _Likelihood = _BetaBinomial(k, n) if (k <= n).all() else _GammaPoisson(k, n)
    top = _top(family)
    means, variances = _averaged(family, *_possible(family, top))
    best = family.prior(top)
    return Shrunk(
        mean=means,
        low=np.minimum(family.quantile(means, variances, tail), means),
        high=np.maximum(family.quantile(means, variances, 1 - tail), means),
        prior_mean=best[0],
        prior_weight=best[1],
        family=family.name,
    )


class _Likelihood(Protocol):
    """One family, over the rows it was made for; ``at`` is (transformed mean, ln weight)."""

    name: Family
    start: FloatArray  # a first guess of ``at``
    unit: float  # so many units hold one event on average

    def cost(self, at: FloatArray) -> float: ...

    def prior(self, at: FloatArray) -> tuple[float, float]: ...

    def posterior(self, at: FloatArray) -> tuple[FloatArray, FloatArray]: ...

    def quantile(self, mean: FloatArray, variance: FloatArray, level: float) -> FloatArray: ...


class _BetaBinomial:
    name: Family = "beta-binomial"

    def __init__(self, k: FloatArray, n: FloatArray) -> None:
        self.k, self.n = k, n
        self.pooled = mean = min(float((k.sum() + 0.5) / (n.sum() + 1)), 1 - 1e-10)
        self.unit = 1 / min(mean, 1 - mean)
        rate = k / np.where(n > 0, n, 1.0)
        self.saturated = x_log_y(k, rate) + x_log_y(n - k, 1 - rate)  # keeps the cost small, so that it is precise
        self.start = np.array([np.log(mean / (1 - mean)), np.log(_moments(k, n, mean, mean * (1 - mean)))])

    def prior(self, at: FloatArray) -> tuple[float, float]:
        return float(1 / (1 + np.exp(-at[0]))), float(np.exp(at[1]))

    def cost(self, at: FloatArray) -> float:
        mean, weight = self.prior(at)
        a, b = weight * mean, weight * (1 - mean)
        likelihood = (log_beta(self.k + a, self.n - self.k + b) - log_beta(a, b) - self.saturated).sum()
        belief = 0.5 * self.unit * (self.pooled * np.log(mean) + (1 - self.pooled) * np.log1p(-mean))
        # the variation hardly depends on a weight below 1, so neither may the belief: hence its slope, w / (1 + w)
        belief += _half_cauchy((1 - mean) / (mean * (1 + weight))) + np.log(weight / (1 + weight))
        return -float(likelihood + belief)

    def posterior(self, at: FloatArray) -> tuple[FloatArray, FloatArray]:
        mean, weight = self.prior(at)
        total = self.n + weight
        rate = (self.k + weight * mean) / total
        return rate, rate * (1 - rate) / (total + 1)

    def quantile(self, mean: FloatArray, variance: FloatArray, level: float) -> FloatArray:
        total = np.maximum(mean * (1 - mean) / variance - 1, 1e-3)
        return beta_quantile(total * mean, total * (1 - mean), level)


class _GammaPoisson:
    name: Family = "gamma-poisson"

    def __init__(self, k: FloatArray, n: FloatArray) -> None:
        self.k, self.n = k, n
        self.pooled = mean = float((k.sum() + 0.5) / n.sum())
        self.unit = float(1 / mean)
        self.saturated = x_log_y(k, k) - x_log_y(k, np.where(n > 0, n, 1.0)) - k
        self.start = np.array([np.log(mean), np.log(_moments(k, n, mean, mean))])

    def prior(self, at: FloatArray) -> tuple[float, float]:
        return float(np.exp(at[0])), float(np.exp(at[1]))

    def cost(self, at: FloatArray) -> float:
        mean, weight = self.prior(at)
        a = weight * mean
        likelihood = log_gamma(self.k + a) - log_gamma(a) - a * np.log1p(self.n / weight)
        likelihood -= self.k * np.log(self.n + weight) + self.saturated
        belief = 0.5 * (np.log(mean) - mean / self.pooled) + _half_cauchy(1 / a)
        return -float(likelihood.sum() + belief)

    def posterior(self, at: FloatArray) -> tuple[FloatArray, FloatArray]:
        mean, weight = self.prior(at)
        rate = (self.k + weight * mean) / (self.n + weight)
        return rate, rate / (self.n + weight)

    def quantile(self, mean: FloatArray, variance: FloatArray, level: float) -> FloatArray:
        return gamma_quantile(mean**2 / variance, level) * variance / mean


def _half_cauchy(squared_variation: float) -> float:
    """ln of the half-Cauchy(1) density of the logarithm of a coefficient of variation."""
    return float(0.5 * np.log(squared_variation) - np.log1p(squared_variation))


def _moments(k: FloatArray, n: FloatArray, mean: float, noise: float) -> float:
    """A first guess of the weight by moments; ``noise`` is the variance of one unit's event."""
    seen = n > 0
    rate, units = k[seen] / n[seen], n[seen]
    spread = float((units * (rate - mean) ** 2).sum() - (len(rate) - 1) * noise)
    room = float(units.sum() - (units**2).sum() / units.sum())
    return noise * room / spread if spread > 0 and room > 0 else 20 * noise / mean**2


def _bounds(family: _Likelihood) -> FloatArray:
    least, most = (np.log(weight * family.unit) for weight in _WEIGHTS)
    return np.array([(family.start[0] - 10, family.start[0] + 10), (least, most)])


def _top(family: _Likelihood) -> FloatArray:
    """Where the cost is lowest; the first guess when the search finds nothing better.

    By simplex, as cheap as any in two dimensions: gradient methods of SciPy wake the threads of the linear algebra
    library, which then keep a second core busy for nothing.
    """
    bounds = _bounds(family)
    start = np.clip(family.start, bounds[:, 0] + 1, bounds[:, 1] - 1)
    simplex = start + np.array([[0.0, 0.0], [0.2, 0.0], [0.0, 0.5]])
    asked = {"initial_simplex": simplex, "xatol": 1e-3, "fatol": 1e-5, "maxfev": 400}
    found = optimize.minimize(family.cost, start, method="Nelder-Mead", bounds=bounds, options=asked)
    return np.asarray(found.x if found.fun <= family.cost(start) else start, dtype=np.float64)


def _possible(family: _Likelihood, top: FloatArray) -> tuple[FloatArray, FloatArray]:
    """A grid of (transformed mean, ln weight) around the top, shape (points, 2), and the part each plays."""
    bounds = _bounds(family)
    axes = _axes(family, top)
    points = top + np.array([(x, y) for x in _GRID for y in _GRID]) @ axes.T
    points = np.clip(points, bounds[:, 0], bounds[:, 1])
    costs = np.array([family.cost(point) for point in points])
    parts = np.exp(costs.min() - costs)
    return points, parts / parts.sum()


def _axes(family: _Likelihood, top: FloatArray, step: float = 0.02) -> FloatArray:
    """The principal axes of the cost at its top, each as long as one standard deviation (as columns)."""
    one, two = np.array([step, 0.0]), np.array([0.0, step])
    cost = family.cost
    mixed = cost(top + one + two) - cost(top + one - two) - cost(top - one + two) + cost(top - one - two)
    own = [cost(top + side) + cost(top - side) - 2 * cost(top) for side in (one, two)]
    curvature = np.array([[own[0], mixed / 4], [mixed / 4, own[1]]]) / step**2
    values, vectors = np.linalg.eigh(curvature)
    return np.asarray(vectors / np.sqrt(np.maximum(values, _WIDEST**-2)))


def _averaged(family: _Likelihood, points: FloatArray, parts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Posterior mean and variance of every row over all points, by the law of total variance."""
    each = [family.posterior(point) for point in points]
    means, variances = np.array([mean for mean, _ in each]), np.array([variance for _, variance in each])
    weights = parts[:, None]  # sums, not matrix products: those start threads, at a loss for so few numbers
    mean = (weights * means).sum(axis=0)
    return mean, (weights * (variances + (means - mean) ** 2)).sum(axis=0)
