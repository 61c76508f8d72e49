"""From a baseline to the expected count of the tested week: fit, reweight, keep or drop the trend (Noufaily 2013).

Weeks far above the fit are likely old outbreaks: by their Anscombe residuals they are weighted down and the model is
fitted once more. The trend stays if three years show it and it does not extrapolate beyond anything seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from fupan.engine.checks import BoolArray, FloatArray
from fupan.engine.outbreak import glm
from fupan.engine.outbreak.consistency import consistent
from fupan.engine.outbreak.design import YEAR, Design
from fupan.engine.outbreak.season import course, drawn

ROUNDS = 3  # of outbreak weights, until they settle
_YEARS_FOR_A_TREND = 3


@dataclass(frozen=True, slots=True)
class Rules:
    """How to fit; the arguments of :func:`fupan.engine.outbreak.farrington` by the same names."""

    b: int = 5
    trend: bool = True
    p_threshold_trend: float = 1.0
    weights_threshold: float = 2.58
    rounds: int = 1
    consistent: bool = False
    r_compatible: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Expectation:
    """What the model says of the tested week, per slice; arrays of shape (slices,).

    mean       expected count; NaN where nothing could be fitted
    phi        dispersion, 1 or more
    pearson    the same before the limit at 1
    error      variance of the log mean over the dispersion
    scale      the dispersion that goes with ``error``: phi, or R's own
    freedom    weeks less coefficients
    typical    mean fitted count of the baseline weeks
    level      log mean of each period at the tested week's time, without exposure, shape (slices, periods)
    course     added to it by weeks after the tested week's place in the year, shape (slices, 52)
    slope      of the log mean, per week
    slope_error  its variance over the dispersion; 0 without a trend
    total      weighted cases per period, shape (slices, periods)
    trended    the trend was kept
    """

    mean: FloatArray
    phi: FloatArray
    pearson: FloatArray
    error: FloatArray
    scale: FloatArray
    freedom: FloatArray
    typical: FloatArray
    level: FloatArray
    course: FloatArray
    slope: FloatArray
    slope_error: FloatArray
    total: FloatArray
    trended: BoolArray

    @property
    def standard_error(self) -> FloatArray:
        """Of the log mean."""
        return np.sqrt(self.scale * self.error)

    def replaced(self, rows: BoolArray, other: Expectation) -> Expectation:
        """The same with ``rows`` taken from ``other``, which holds only those."""
        merged = {}
        for name in self.__slots__:
            array = getattr(self, name).copy()
            array[rows] = getattr(other, name)
            merged[name] = array
        return Expectation(**merged)


def expect(counts: FloatArray, exposure: FloatArray, design: Design, rules: Rules) -> Expectation:
    """Fit the baseline of every slice and predict the tested week.

    ``counts``, ``exposure``: shape (slices, weeks) from week 0 on; a baseline week without exposure is left out.
    """
    y, units = counts[:, design.weeks], exposure[:, design.weeks]
    seen = (units > 0).astype(np.float64)
    y, offset = y * seen, np.log(np.where(units > 0, units, 1.0))
    task = _Task(y, offset, seen, design, rules, exposure[:, design.week], np.zeros((len(y), YEAR)))
    if not rules.trend or rules.b < _YEARS_FOR_A_TREND:
        return task.solve(trend=False)
    found = task.solve(trend=True)
    with np.errstate(invalid="ignore"):
        doubt = 2 * special.stdtr(found.freedom, -np.abs(found.slope) / np.sqrt(found.scale * found.slope_error))
        # at the peak of its season a growing slice exceeds all it has seen: Farrington then drops its trend, we wait
        # until the lower limit of the prediction is half as high again
        least = found.mean * np.exp(-2 * found.standard_error) / 1.5 if rules.consistent else found.mean
        kept = (doubt < rules.p_threshold_trend) & (least <= y.max(axis=1, initial=0.0))
    return found if kept.all() else found.replaced(~kept, task.only(~kept).solve(trend=False))


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    y: FloatArray
    offset: FloatArray
    seen: FloatArray
    design: Design
    rules: Rules
    now: FloatArray
    course: FloatArray

    def only(self, rows: BoolArray) -> _Task:
        return replace(
            self,
            y=self.y[rows],
            offset=self.offset[rows],
            seen=self.seen[rows],
            now=self.now[rows],
            course=self.course[rows],
        )

    def fit(self, weights: FloatArray, *, trend: bool) -> glm.Fit:
        return glm.fit(self.y, self.offset + self.bend, weights, self.design, trend=trend)

    def bent(self, fit: glm.Fit) -> _Task:
        """The same with a season that runs smoothly through the middles of the fitted steps."""
        phi = self._dispersion(fit, first=False)
        shape = course(drawn(fit.total, fit.level, phi).level, self.design)
        return replace(self, course=shape)

    @property
    def bend(self) -> FloatArray:
        """What the course of the season adds to the steps in each week of the baseline."""
        return self.course[:, (self.design.weeks - self.design.week) % YEAR]

    def solve(self, *, trend: bool) -> Expectation:
        """Fit, reweight, fit again; slices that do not converge have a mean of NaN."""
        first = self.fit(self.seen, trend=trend)
        task, found, weights = self, first, self.seen
        for again in range(self.rules.rounds):
            weights = _weights(task._anscombe(found, first=not again), self.seen, self.rules.weights_threshold)
            task = task.bent(found) if self.rules.consistent and again == 1 else task
            found = task.fit(weights, trend=trend)
        return task._expectation(found, weights, first.converged, trend=trend)

    def _anscombe(self, fit: glm.Fit, *, first: bool) -> FloatArray:
        phi = self._dispersion(fit, first=first)[:, None]
        residual = 1.5 * (np.cbrt(self.y) ** 2 * fit.mu ** (-1 / 6) - np.sqrt(fit.mu))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(residual / np.sqrt(phi * (1 - fit.leverage(self.design))))

    def _dispersion(self, fit: glm.Fit, *, first: bool) -> FloatArray:
        """Of a fit with or without outbreak weights, which lower it."""
        pearson = np.maximum(1.0, _pearson(fit, self.y, self.seen))
        if first or not self.rules.consistent:
            return pearson
        typical = (fit.mu * self.seen).sum(axis=1) / np.maximum(self.seen.sum(axis=1), 1.0)
        return consistent(typical, pearson, self.rules.weights_threshold)[1]

    def _expectation(self, fit: glm.Fit, weights: FloatArray, converged: BoolArray, *, trend: bool) -> Expectation:
        pearson = _pearson(fit, self.y, self.seen)
        phi = np.maximum(1.0, pearson)
        compatible = self.rules.r_compatible and self.rules.rounds > 0
        scale = _rs_scale(fit, self.y, weights) if compatible else phi
        settled = converged | (not trend and not self.rules.r_compatible)  # without a trend nothing can run away
        known = settled & (self.now > 0) & (fit.freedom > 0)
        with np.errstate(divide="ignore"):
            eta = np.where(known, fit.level[:, -1] + np.log(self.now), np.nan)
        weeks = np.maximum(self.seen.sum(axis=1), 1.0)
        return Expectation(
            mean=np.maximum(np.exp(np.minimum(eta, 700.0)), 2.220446049250313e-16),
            phi=phi,
            pearson=pearson,
            error=fit.variance_at_test(self.design),
            scale=scale,
            freedom=fit.freedom,
            typical=(fit.mu * self.seen).sum(axis=1) / weeks,
            level=fit.level,
            course=self.course,
            slope=fit.slope,
            total=fit.total,
            slope_error=1 / np.where(fit.spread > 0, fit.spread, np.nan),
            trended=np.full(len(self.y), trend),
        )


def _pearson(fit: glm.Fit, y: FloatArray, seen: FloatArray) -> FloatArray:
    """Sum of squared Pearson residuals over the degrees of freedom, with the working weights, as ``summary.glm``."""
    squares = (fit.working * seen * ((y - fit.mu) / fit.mu) ** 2).sum(axis=1)
    return np.asarray(squares / np.where(fit.freedom > 0, fit.freedom, np.nan))


def _rs_scale(fit: glm.Fit, y: FloatArray, weights: FloatArray) -> FloatArray:
    """The dispersion R's standard errors hang on: its code puts the outbreak weights where working weights belong."""
    squares = (weights * ((y - fit.mu) / fit.mu) ** 2).sum(axis=1)
    return np.asarray(squares / np.where(fit.freedom > 0, fit.freedom, np.nan))


def _weights(residual: FloatArray, seen: FloatArray, threshold: float) -> FloatArray:
    """Weights that add up to the number of weeks: residuals above the threshold count by their inverse square."""
    with np.errstate(divide="ignore", invalid="ignore"):
        raw = np.where(residual > threshold, 1 / residual**2, 1.0) * seen
    return np.asarray(raw * (seen.sum(axis=1) / np.maximum(raw.sum(axis=1), 1e-300))[:, None])
