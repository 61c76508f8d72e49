"""Was the slice already on its way before anything was done?"""

from __future__ import annotations

import numpy as np

from fupan.engine.checks import FloatArray
from fupan.engine.effect.windows import Series

_FEWEST_WEEKS = 6
_FEWEST_CONTROLS = 5


def pre_trend(series: Series, baseline: tuple[int, ...]) -> float:
    """z of the slope difference between slice and controls over the baseline, negative when the slice was falling.

    A score test of a log-linear trend, with each row's own dispersion, scaled by how much the controls' own slopes
    differ from each other. 0 when there is too little to tell.
    """
    weeks = np.array(baseline)
    if len(weeks) < _FEWEST_WEEKS:
        return 0.0
    z = _slopes(series.counts[:, weeks], series.exposure[:, weeks], weeks.astype(float))
    controls = z[1:][np.isfinite(z[1:])]
    usual = float(np.sqrt((controls**2).mean())) if len(controls) >= _FEWEST_CONTROLS else 1.0
    return float(z[0] / max(usual, 1.0)) if np.isfinite(z[0]) else 0.0


def _slopes(counts: FloatArray, exposure: FloatArray, weeks: FloatArray) -> FloatArray:
    """z of each row's slope against the other controls; NaN for rows without cases."""
    others = _without_own(counts)
    units = _without_own(exposure)
    rate = np.where(units > 0, others / np.where(units > 0, units, 1.0), 1.0)
    level = exposure * np.where(rate > 0, rate, rate.mean())
    total, cases = level.sum(axis=1, keepdims=True), counts.sum(axis=1, keepdims=True)
    expected = cases * level / np.where(total > 0, total, 1.0)
    told = np.where(cases > 0, cases, 1.0)
    away = weeks - (expected * weeks).sum(axis=1, keepdims=True) / told
    residual = counts - expected
    chi = (residual**2 / np.maximum(expected, 1e-9)).sum(axis=1)
    dispersion = np.maximum(1.0, chi / max(len(weeks) - 2, 1))
    of_controls = cases / np.maximum(others.sum(axis=1, keepdims=True), 1.0)
    variance = (expected * away**2 * (1 + of_controls)).sum(axis=1) * dispersion
    score = (residual * away).sum(axis=1)
    return np.where(variance > 0, score / np.sqrt(np.where(variance > 0, variance, 1.0)), np.nan)


def _without_own(part: FloatArray) -> FloatArray:
    total = part[1:].sum(axis=0)
    others: FloatArray = total - np.vstack([np.zeros_like(total), part[1:]])
    return others
