"""Slices with less than a year behind them: the season of the parent slice, and a rate drawn towards its rate.

What the parent leads to expect of the slice's weeks, D, is compared with what came, k. Ratios of siblings to their
parent are gamma with variance tau^2, fitted by moments, so the ratio of one slice is
(1 / tau^2 + k / phi) / (1 / tau^2 + D / phi): its own once it has seen enough, its parent's while it has not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fupan.engine.checks import BoolArray, FloatArray, IntArray
from fupan.engine.outbreak.design import YEAR
from fupan.engine.outbreak.predictive import Forecast

_TYPICAL = 1.5
_LATEST = 4  # weeks left out before the tested one, once as many again remain
_MEMORY = 3 * YEAR
_STEPS = 12
_VARIATION = (0.05, 4.0)
_UNKNOWN = 1.0  # squared variation between siblings when too few tell
_FEW = 5


@dataclass(frozen=True, slots=True, eq=False)
class Short:
    """Short slices, all at one tested week.

    counts, exposure                 of the slices, shape (slices, weeks up to the tested one); 0 before they began
    parent_counts, parent_exposure   of the parent of each, same shape
    window                           so many last weeks are to be forecast
    """

    counts: FloatArray
    exposure: FloatArray
    parent_counts: FloatArray
    parent_exposure: FloatArray
    window: int


def pooled(short: Short) -> Forecast:
    """The forecast of each short slice; its mean is NaN where the tested week or the parent has no exposure."""
    due = short.exposure * _rate(short.parent_counts, short.parent_exposure)
    base = _baseline(short.exposure > 0)
    cases, weeks = (short.counts * base).sum(axis=1), base.sum(axis=1)
    expected = (due * base).sum(axis=1)
    weight = 1 / _variation(cases, expected)
    shape = weight + cases / _TYPICAL
    ratio = shape / (weight + expected / _TYPICAL)
    fitted = ratio[:, None] * due
    squares = np.where(base & (fitted > 0), (short.counts - fitted) ** 2 / np.where(fitted > 0, fitted, 1.0), 0.0)
    freedom = np.maximum(weeks - 1.0, 0.0)
    return Forecast(
        mean=np.where(fitted[:, -1] > 0, fitted[:, -1], np.nan),
        phi=np.where(freedom > 0, squares.sum(axis=1) / np.maximum(freedom, 1.0), _TYPICAL),
        error=1 / shape,
        past=fitted[:, -short.window :],
        typical=(fitted * base).sum(axis=1) / np.maximum(weeks, 1),
        freedom=freedom,
    )


def _baseline(seen: BoolArray) -> BoolArray:
    """The weeks that may speak: all with exposure before the tested one, the last four only while few others do."""
    base = seen.copy()
    base[:, -1:] = False
    earlier = base.copy()
    earlier[:, -1 - _LATEST :] = False
    enough = earlier.sum(axis=1) >= _LATEST
    return np.where(enough[:, None], earlier, base)


def _variation(cases: FloatArray, expected: FloatArray) -> float:
    """Squared variation of the ratios of siblings to their parent."""
    told = expected > 0
    if told.sum() < _FEW:
        return _UNKNOWN
    noise = _TYPICAL / expected[told]
    weight = 1 / (noise + 1) ** 2
    spread = float((weight * ((cases[told] / expected[told] - 1) ** 2 - noise)).sum() / weight.sum())
    return float(np.clip(spread, *_VARIATION))


def _rate(counts: FloatArray, exposure: FloatArray) -> FloatArray:
    """Cases per exposure of every week by Poisson regression on one yearly wave, without the latest weeks."""
    weeks = counts.shape[1]
    seen = exposure > 0
    seen[:, : max(0, weeks - _MEMORY)] = False
    seen[:, max(1, weeks - 1 - _LATEST) :] = False
    angle = 2 * np.pi * np.arange(weeks) / YEAR
    columns = np.stack([np.ones(weeks), np.cos(angle), np.sin(angle)], axis=1)
    waved = (seen.sum(axis=1) >= YEAR)[:, None] * np.array([0.0, 1.0, 1.0]) + np.array([1.0, 0.0, 0.0])
    y, units = np.where(seen, counts, 0.0), np.where(seen, exposure, 0.0)
    level = (y.sum(axis=1) + 0.5) / np.maximum(units.sum(axis=1), 1e-300)
    beta = np.zeros((len(y), 3))
    beta[:, 0] = np.where(units.any(axis=1), np.log(level), -np.inf)
    beta[:, 0] = np.maximum(beta[:, 0], -600)
    for _ in range(_STEPS):
        mean = units * np.exp(np.clip(beta @ columns.T, -600, 600))
        slope = ((y - mean) @ columns) * waved
        gram = np.einsum("sw,wi,wj->sij", mean, columns, columns) * waved[:, :, None] * waved[:, None, :]
        gram = gram + np.eye(3) * (1e-6 + (1 - waved)[:, :, None])
        beta = beta + np.clip(np.linalg.solve(gram, slope[..., None])[..., 0], -1.0, 1.0)
    rate = np.exp(np.clip(beta @ columns.T, -600, 600))
    return np.where(units.sum(axis=1)[:, None] > 0, rate, 0.0)


def parents_of(rows: IntArray, parents: IntArray, counts: FloatArray, exposure: FloatArray) -> tuple[FloatArray, ...]:
    """Counts and exposure of the parent of each of ``rows``; all slices together stand in for one that is missing."""
    parent = parents[rows]
    known = (parent >= 0)[:, None]
    total, units = counts.sum(axis=0), exposure.sum(axis=0)
    return np.where(known, counts[parent], total), np.where(known, exposure[parent], units)
