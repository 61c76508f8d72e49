"""What may be expected of the tested week once the uncertainty of the model is counted in.

The fitted mean, with its season as ``season`` draws it, and the dispersion get back what the outbreak weights take from
a calm series. Dispersions are drawn towards a curve over the mean count, which all slices tested together show
(empirical Bayes; Morris 1983). The coming count is then negative binomial with the variance phi m + m^2 v, v the
variance of the log mean.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fupan.engine.checks import FloatArray, IntArray
from fupan.engine.outbreak.consistency import consistent
from fupan.engine.outbreak.design import YEAR
from fupan.engine.outbreak.model import Expectation
from fupan.engine.outbreak.season import drawn

_TINY = 1e-300
_GIVEN_BACK = 0.75  # of the dispersion the weights take; small past outbreaks, which they miss, put the rest in
_FARTHEST = 0.5  # standard errors a dispersion may be moved, so that the odd slice stays odd (Efron and Morris 1972)
_TYPICAL = 1.5  # dispersion of a shop's weekly counts, before its own weeks have spoken
_PRIOR = 4.0  # slices' worth of belief in it


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """The tested week and the weeks before it, per slice.

    mean       expected count, shape (slices,); NaN where unknown
    phi        dispersion, 1 or more
    error      squared variation of the mean as estimated (variance of its logarithm)
    past       expected counts of the last weeks up to the tested one, shape (slices, window); the last is ``mean``
    typical    mean count of a baseline week
    freedom    what ``phi`` was estimated from
    """

    mean: FloatArray
    phi: FloatArray
    error: FloatArray
    past: FloatArray
    typical: FloatArray
    freedom: FloatArray

    @property
    def dispersion(self) -> FloatArray:
        """Variance over mean of the coming count: its own, and that of the estimated mean."""
        return predictive(self.mean, self.phi, self.error)


def predictive(mean: FloatArray, phi: FloatArray, error: FloatArray) -> FloatArray:
    """Dispersion of a count with dispersion ``phi`` around a mean of squared variation ``error``: gamma on gamma."""
    return 1 + (phi - 1) * (1 + error) + mean * error


def forecast(
    found: Expectation, calendar: IntArray, exposure: FloatArray, threshold: float | None, *, alone: bool = False
) -> Forecast:
    """From fitted models to a forecast.

    ``calendar``: periods of the last weeks up to the tested one, shape (window,), -1 counting as the tested week's own;
    ``exposure``: of the same weeks, shape (slices, window); ``threshold``: of the outbreak weights used in the fit,
    None without; ``alone``: learn nothing from the other slices.
    """
    seen = np.where(found.pearson > 0, found.pearson, 1.0)
    part, phi = np.ones_like(seen), np.maximum(1.0, seen)
    if threshold is not None:
        part, whole = consistent(found.typical, seen, threshold)
        phi = phi ** (1 - _GIVEN_BACK) * whole**_GIVEN_BACK
    season = drawn(found.total, found.level, phi, alone=alone)
    of_trend = phi * np.maximum(0.0, found.error - 1 / np.maximum(found.total[:, -1], _TINY))
    time = np.arange(1 - exposure.shape[1], 1)
    periods = np.where(calendar < 0, season.level.shape[1] - 1, calendar)
    log = season.level[:, periods] + found.course[:, time % YEAR] + found.slope[:, None] * time
    with np.errstate(over="ignore"):
        past = np.exp(log) * exposure / part[:, None]
    known = np.isfinite(found.mean)
    return Forecast(
        mean=np.where(known, past[:, -1], np.nan),
        phi=phi,
        error=season.error + of_trend,
        past=np.where(known[:, None], past, np.nan),
        typical=found.typical,
        freedom=found.freedom,
    )


def with_shared_dispersion(found: Forecast) -> Forecast:
    """Draw every slice's dispersion towards a curve over the mean count, by how little its own weeks say of it.

    The curve is a parabola in the log mean; the variance of a slice's own estimate is that of a negative binomial.
    """
    usable = np.isfinite(found.mean) & (found.freedom > 0) & (found.typical > 0)
    x = np.log(np.maximum(found.typical, 1e-3))
    columns = np.stack([np.ones_like(x), x, x**2], axis=1)
    curve = np.full(len(x), _TYPICAL)
    between = 1.0
    for _ in range(4):
        noise = _noise(found, curve)
        trust = np.where(usable, 1 / (noise + between), 0.0)
        curve = np.clip(_parabola(columns, found.phi, trust), 1.0, 50.0)
        gap = np.where(usable, (found.phi - curve) ** 2 - noise, 0.0)
        between = max(1e-3, float((trust * gap).sum() / max(trust.sum(), _TINY)))
    moved = found.phi
    for _ in range(3):  # a calm slice's own estimate is also the more precise one
        noise = _noise(found, np.maximum(1.0, moved))
        pull = (curve - found.phi) * noise / (between + noise)
        farthest = _FARTHEST * np.sqrt(noise)
        moved = found.phi + np.clip(pull, -farthest, farthest)
    return replace(found, phi=np.maximum(1.0, np.where(usable, moved, curve)))


def _noise(found: Forecast, phi: FloatArray) -> FloatArray:
    mean = np.maximum(found.typical, 1e-3)
    kurtosis = 2 + 6 * (phi - 1) / mean + 1 / (phi * mean)
    return np.asarray(phi**2 * kurtosis / np.maximum(found.freedom, 1.0))


def _parabola(columns: FloatArray, y: FloatArray, trust: FloatArray) -> FloatArray:
    weighted = columns * trust[:, None]
    belief = _PRIOR * np.diag([1.0, 1.0, 1.0])
    gram = columns.T @ weighted + belief
    return np.asarray(columns @ np.linalg.solve(gram, weighted.T @ y + belief[:, 0] * _TYPICAL))
