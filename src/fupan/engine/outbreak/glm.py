"""Quasi-Poisson regression on periods of the year and a trend, for many slices at once (McCullagh and Nelder 1989).

log mu_t = offset_t + level(period_t) + slope * t. With indicator columns and one trend the information matrix is an
arrow, so a step of the iteration is a handful of weighted sums over weeks (two matrix products for all slices) and a
division; nothing is inverted. Start, stopping rule and iteration limit are those of R's ``glm``, and so is what the
answer keeps of the last iteration, since the golden bounds of ``surveillance`` hang on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from fupan.engine.checks import BoolArray, FloatArray, IntArray
from fupan.engine.outbreak.design import Design

_TOLERANCE = 1e-8
_ITERATIONS = 25
_LEAST = 2.220446049250313e-16  # the smallest mean, as in R
_MOST_ETA = 700.0
_ROWS = 256  # slices worked on together: what the cache holds


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """One regression per slice; shapes (slices,), (slices, n) over baseline weeks, (slices, periods).

    level, slope    coefficients; time is counted from the tested week, so ``level`` of its own period is its log mean
    mu              fitted means
    working         working weights of the last iteration
    total, centre   sum of working weights per period, and their mean time
    spread          sum of working weights times squared time around the centres; infinite without a trend
    freedom         weeks less coefficients
    converged       the deviance settled within 25 iterations
    """

    level: FloatArray
    slope: FloatArray
    mu: FloatArray
    working: FloatArray
    total: FloatArray
    centre: FloatArray
    spread: FloatArray
    freedom: FloatArray
    converged: BoolArray

    def leverage(self, design: Design) -> FloatArray:
        """The diagonal of the hat matrix, shape (slices, n)."""
        inverse = 1 / np.where(self.total > 0, self.total, np.inf)
        own = inverse[:, design.period]
        away = design.time - self.centre[:, design.period]
        return np.minimum(1.0, self.working * (own + away**2 / self.spread[:, None]))

    def keep(
        self, rows: IntArray, solution: _Solution, mu: FloatArray, working: FloatArray, settled: BoolArray
    ) -> None:
        """Write one iteration of these rows down."""
        for kept, new in zip(
            (self.level, self.slope, self.total, self.centre, self.spread, self.mu, self.working, self.converged),
            (*solution, mu, working, settled),
            strict=True,
        ):
            kept[rows] = new

    def variance_at_test(self, design: Design) -> FloatArray:
        """Variance of the log mean of the tested week over the dispersion, shape (slices,)."""
        last = design.n_periods - 1
        with np.errstate(divide="ignore"):
            return 1 / self.total[:, last] + self.centre[:, last] ** 2 / self.spread


def fit(
    counts: FloatArray, offset: FloatArray, prior: FloatArray, design: Design, *, trend: bool, start: Fit | None = None
) -> Fit:
    """Fit all slices. ``counts``, ``offset`` (log exposure), ``prior`` (weights, 0 drops a week): (slices, n).

    ``start``: a fit of the same slices to begin with, instead of the counts themselves.
    """
    steps = _Steps(design, trend=trend)
    linear = np.log(counts + 0.1) - offset if start is None else steps.predict(start.level, start.slope)
    parts = [
        _fit(_Data(counts[rows], offset[rows], prior[rows]), linear[rows], steps)
        for rows in (slice(first, first + _ROWS) for first in range(0, max(len(counts), 1), _ROWS))
    ]
    return Fit(*(np.concatenate([getattr(part, name) for part in parts]) for name in Fit.__slots__))


@dataclass(frozen=True, slots=True, eq=False)
class _Data:
    y: FloatArray
    offset: FloatArray
    prior: FloatArray

    def only(self, rows: BoolArray) -> _Data:
        return _Data(self.y[rows], self.offset[rows], self.prior[rows])

    def fixed(self) -> FloatArray:
        """The part of the deviance that no fit changes."""
        return np.asarray((self.prior * (special.xlogy(self.y, self.y) - self.y)).sum(axis=1))

    def deviance(self, fixed: FloatArray, eta: FloatArray, mu: FloatArray) -> FloatArray:
        changing = np.einsum("ij,ij->i", self.prior, mu) - np.einsum("ij,ij,ij->i", self.prior, self.y, eta)
        return np.asarray(2 * (fixed + changing))


def _fit(data: _Data, linear: FloatArray, steps: _Steps) -> Fit:
    eta = linear + data.offset
    mu = np.exp(eta)
    fixed = data.fixed()
    deviance = data.deviance(fixed, eta, mu)
    found = steps.unknown(data, mu)
    left, active = data, np.arange(len(mu))
    for _ in range(_ITERATIONS):
        weights = left.prior * mu
        solution = steps.solve(weights, weights * linear + left.prior * (left.y - mu))
        linear = steps.predict(solution[0], solution[1])
        eta = np.minimum(linear + left.offset, _MOST_ETA)
        mu = np.maximum(np.exp(eta), _LEAST)
        newer = left.deviance(fixed, eta, mu)
        settled = np.abs(newer - deviance) / (np.abs(newer) + 0.1) < _TOLERANCE
        found.keep(active, solution, mu, weights, settled)
        if settled.all():
            break
        if settled.any():
            on = ~settled
            active, left, linear, mu, newer, fixed = active[on], left.only(on), linear[on], mu[on], newer[on], fixed[on]
        deviance = newer
    return found


_Solution = tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]


class _Steps:
    """Weighted least squares on one design."""

    def __init__(self, design: Design, *, trend: bool) -> None:
        indicator = design.indicator
        self.periods, self.trend = design.n_periods, trend
        self.columns = np.hstack([indicator, indicator * design.time[:, None]])
        self.squares = design.time**2
        self.rows = np.vstack([indicator.T, design.time])

    def unknown(self, data: _Data, mu: FloatArray) -> Fit:
        """Room for the answers, with the degrees of freedom filled in."""
        seen = data.prior > 0
        used = (seen @ self.columns[:, : self.periods] > 0).sum(axis=1) + (1.0 if self.trend else 0.0)
        rows, wide = np.zeros(len(mu)), np.zeros((len(mu), self.periods))
        freedom = seen.sum(axis=1) - used
        settled = np.zeros(len(mu), dtype=np.bool_)
        return Fit(wide, rows, mu.copy(), mu.copy(), wide.copy(), wide.copy(), rows.copy(), freedom, settled)

    def solve(self, weights: FloatArray, response: FloatArray) -> _Solution:
        """Level and slope, and of the weights: sum per period, mean time per period, spread of time."""
        p = self.periods
        columns = self.columns if self.trend else self.columns[:, :p]
        sums, products = weights @ columns, response @ columns
        total = sums[:, :p]
        inverse = 1 / np.where(total > 0, total, np.inf)
        if not self.trend:
            nothing, endless = np.zeros(len(total)), np.full(len(total), np.inf)
            return products * inverse, nothing, total, np.zeros_like(total), endless
        centre = sums[:, p:] * inverse
        spread = weights @ self.squares - (centre * sums[:, p:]).sum(axis=1)
        slope = (products[:, p:] - centre * products[:, :p]).sum(axis=1) / np.where(spread > 0, spread, np.inf)
        level = products[:, :p] * inverse - slope[:, None] * centre
        return level, slope, total, centre, spread

    def predict(self, level: FloatArray, slope: FloatArray) -> FloatArray:
        """The linear predictor without offset, shape (slices, n)."""
        return np.asarray(np.hstack([level, slope[:, None]]) @ self.rows)
