"""What outbreak weights do to a series without outbreaks, and how to undo it.

Weights from Anscombe residuals reach into the ordinary upper tail of a skewed count: at mean 0.15 and dispersion 2 they
remove a quarter of the dispersion, and alarms come twice as often as promised. Under the negative binomial the loss is
a number that depends on mean and dispersion alone, so it is tabulated once and divided out (the Fisher consistency of
a robust estimate; Huber 1981).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import ndimage, special

from fupan.engine.checks import FloatArray

_LOG_MEAN = (-4.0, 7.0, 0.25)  # first, last, step
_LOG_PHI = (0.0, 3.0, 0.2)
_STEPS = 4


def consistent(typical: FloatArray, phi: FloatArray, threshold: float) -> tuple[FloatArray, FloatArray]:
    """(part of the mean that the weights leave, dispersion without their effect), shape (slices,).

    ``typical``: mean count of a baseline week; ``phi``: dispersion found with weights at this ``threshold``.
    """
    means, phis = _left(threshold)
    row = (np.log(np.maximum(typical, 1e-9)) - _LOG_MEAN[0]) / _LOG_MEAN[2]

    def read(table: FloatArray, at: FloatArray) -> FloatArray:
        column = (np.log(at) - _LOG_PHI[0]) / _LOG_PHI[2]
        return np.asarray(ndimage.map_coordinates(table, [row, column], order=1, mode="nearest"))

    true = np.maximum(phi, 1.0)
    for _ in range(_STEPS):
        true = np.maximum(1.0, phi / read(phis, true))
    return read(means, true), true


@lru_cache(maxsize=8)
def _left(threshold: float) -> tuple[FloatArray, FloatArray]:
    """The part of mean and of dispersion that the weights leave, each on the grid of (log mean, log dispersion)."""
    log_mean, log_phi = (np.arange(first, last + step / 2, step) for first, last, step in (_LOG_MEAN, _LOG_PHI))
    mean, phi = np.exp(log_mean), np.maximum(np.exp(log_phi), 1 + 1e-6)
    cells = [[_cell(m, f, threshold) for f in phi] for m in mean]
    table = np.array(cells)
    return table[..., 0], table[..., 1]


def _cell(mean: float, phi: float, threshold: float) -> tuple[float, float]:
    # evenly through the bulk and far into the tail: all counts when they are few, else a grid of 2,000
    top = mean + 12 * np.sqrt(mean * phi) + 30 * phi
    y = np.arange(0.0, top + 1, max(1.0, np.floor(top / 2000)))
    shape = mean / (phi - 1)
    log = special.gammaln(y + shape) - special.gammaln(shape) - special.gammaln(y + 1)
    chance = np.exp(log - shape * np.log(phi) + y * np.log1p(-1 / phi))
    chance /= chance.sum()
    residual = 1.5 * (np.cbrt(y) ** 2 * mean ** (-1 / 6) - np.sqrt(mean)) / np.sqrt(phi)
    weight = chance * np.where(residual > threshold, 1 / np.maximum(residual, threshold) ** 2, 1.0)
    left = float((weight * y).sum() / weight.sum())
    spread = float((weight * (y - left) ** 2).sum() / weight.sum()) / left
    return left / mean, spread / phi
