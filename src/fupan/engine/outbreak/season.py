"""The season of sparse slices, and its course between the ten steps of the model.

Two corrections of the step function of periods, neither in Farrington:

- how much a slice's own periods differ from its year is drawn towards the little or the much that slices show in
  general (gamma-Poisson, the spreads of all slices estimated by EM; Morris 1983), so that a slice does not expect
  nothing because its seven weeks of last year were empty
- between the middles of the periods the season runs along a periodic cubic spline instead of jumping, since a steep
  season within a step looks like dispersion and hides outbreaks
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import interpolate, special

from fupan.engine.checks import FloatArray
from fupan.engine.outbreak.design import YEAR, Design

_SPREADS = np.array([1e-4, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0])  # squared variation of the periods of a year
_ROUNDS = 20
_FEWEST = 4  # periods that make a curve
_TINY = 1e-300
_HALF_A_CASE = 0.5  # no case in years is no proof that none can come (Jeffreys)


@dataclass(frozen=True, slots=True, eq=False)
class Season:
    """The year of each slice.

    level   log mean of each period, drawn towards the year, shape (slices, periods)
    error   squared variation of the tested week's own, trend apart, shape (slices,)
    """

    level: FloatArray
    error: FloatArray


def drawn(total: FloatArray, level: FloatArray, phi: FloatArray, *, alone: bool = False) -> Season:
    """Draw periods towards their year.

    ``total``: weighted cases per period and ``level``: fitted log means, shape (slices, periods); ``phi``: dispersion,
    shape (slices,); ``alone``: learn nothing from the other slices.
    """
    relative = np.exp(np.clip(level, -600, 600))
    units = np.where(total > 0, total / relative, 0.0)
    seen = total.sum(axis=1) + _HALF_A_CASE
    year = seen / np.maximum(units.sum(axis=1), _TINY)
    cases = (total / phi[:, None])[..., None]
    due = (year[:, None] * units / phi[:, None])[..., None]
    weight = 1 / _SPREADS
    log = special.gammaln(cases + weight) - special.gammaln(weight) + weight * np.log(weight)
    log = log - (cases + weight) * np.log(due + weight) + special.xlogy(cases, due)
    part = _mixture(np.where(due > 0, log, 0.0).sum(axis=1), 1 if alone else _ROUNDS)[:, None, :]
    ratio = (cases + weight) / (due + weight)
    mean = (part * ratio).sum(axis=2)
    own = (part[:, 0] * (ratio[:, -1] ** 2 / (cases[:, -1] + weight) + (ratio[:, -1] - mean[:, -1:]) ** 2)).sum(axis=1)
    borrowed = (part[:, 0] * (weight / (due[:, -1] + weight))).sum(axis=1)
    return Season(
        level=np.log(np.maximum(year[:, None] * mean, _TINY)),
        error=own / mean[:, -1] ** 2 + borrowed**2 * phi / seen,
    )


def _mixture(log: FloatArray, rounds: int) -> FloatArray:
    """What each slice makes of the candidate spreads, their shares among slices estimated by EM; rows sum to 1."""
    likelihood = np.exp(log - log.max(axis=1, keepdims=True))
    share = part = np.full(log.shape[1], 1 / log.shape[1])
    for _ in range(rounds):
        part = likelihood * share
        part /= part.sum(axis=1, keepdims=True)
        share = (part.sum(axis=0) + 1) / (len(part) + len(share))
    return part


def course(level: FloatArray, design: Design) -> FloatArray:
    """What the spline adds to the steps, by weeks after the tested week's place in the year: shape (slices, 52)."""
    if design.n_periods < _FEWEST or len(design.calendar) <= YEAR:
        return np.zeros((len(level), YEAR))
    period = design.calendar[(design.week - YEAR + np.arange(YEAR))]
    after = np.arange(YEAR)
    after_own = np.where(period == design.n_periods - 1, (after + YEAR // 2) % YEAR - YEAR // 2, after)
    middle = np.array([after_own[period == p].mean() for p in range(design.n_periods)])
    order = np.argsort(middle)
    knots = np.append(middle[order], middle[order[0]] + YEAR)
    corners = np.eye(design.n_periods)[np.append(order, order[0])]
    spline = interpolate.CubicSpline(knots, corners, bc_type="periodic")(after)
    steps = np.eye(design.n_periods)[period]
    return np.asarray(level @ (spline - steps).T)
