"""Leaves of a dense metric: how far each deviates, how far a normal one does, and the two densities to compare.

Normal leaves swing as the quieter leaves do, with a few that swing thrice as far and rare outliers.
Leaves under a cause lie near the cause's own deviation, around it, anywhere on its side, or did not move: small
leaves move in whole steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import nnls

from fupan.engine.checks import BoolArray, FloatArray
from fupan.engine.localize.cube import Cube

FEW = 0.01  # normal leaves that are outliers, until more are seen
_LOUD = 0.1  # normal leaves that swing three times as far
_NEAR, _WIDE, _SIDE, _STILL = 0.5, 0.15, 0.2, 0.15  # leaves of a cause: at it, around it, on its side, unmoved
_ABNORMAL = 4.0  # in units of the noise
_LEAST_NOISE = 0.005
_LEAST_SHIFT = 0.05
_BINS, _BIN = 8, 50  # most bins of volume; fewest leaves in one
_QUIET, _QUIET_WIDTH = 0.4, 1.0488  # the part of the leaves held to be normal; its width for a standard normal
_ROOT = float(np.sqrt(2 * np.pi))


@dataclass(frozen=True, eq=False)
class Leaves:
    """The leaves of a cube; all arrays of shape (leaves,).

    deviation   2 (v - f) / (v + f); 0 where both are 0
    noise       the scale of it were the leaf normal
    weight      how much a leaf counts for the deviation of its slice
    telling     v or f is above 0
    outliers    part of the normal leaves that may be anywhere in [-2, 2]
    """

    cube: Cube
    deviation: FloatArray
    noise: FloatArray
    weight: FloatArray
    telling: BoolArray
    outliers: float = FEW

    @cached_property
    def abnormal(self) -> BoolArray:
        """Far outside the noise."""
        return self.telling & (np.abs(self.deviation) > _ABNORMAL * self.noise)

    @cached_property
    def normal_log(self) -> FloatArray:
        """Log density of each leaf when nothing happened; 0 where it tells nothing."""
        quiet = (1 - _LOUD) * _bell(self.deviation, self.noise) + _LOUD * _bell(self.deviation, 3 * self.noise)
        return np.where(self.telling, np.log((1 - self.outliers) * quiet + self.outliers / 4), 0.0)


def leaves_of(cube: Cube, seen: FloatArray, due: FloatArray) -> Leaves:
    """Deviation and noise of every leaf; whole numbers are held to swing at least as Poisson counts do."""
    both = seen + due
    telling = both > 0
    deviation = np.divide(2 * (seen - due), both, out=np.zeros_like(both), where=telling)
    volume = np.maximum(seen, due)
    noise = np.full(len(both), _LEAST_NOISE)
    if telling.any():
        noise[telling] = _noise(deviation[telling], volume[telling])
        if (seen == np.round(seen)).all():
            noise[telling] = np.maximum(noise[telling], np.sqrt(2 / both[telling]))
    return Leaves(cube, deviation, noise, np.sqrt(both), telling)


def shift_of(data: Leaves) -> float:
    """The ratio by which the bulk of the leaves moved, 1 when it did not."""
    deviation = data.deviation[data.telling]
    if len(deviation) < _BIN:
        return 1.0
    middle, spread = _quiet_part(deviation)
    if abs(middle) < max(_LEAST_SHIFT, 4 * max(spread, _LEAST_NOISE) / np.sqrt(len(deviation))) or abs(middle) > 1.9:
        return 1.0
    return float((2 + middle) / (2 - middle))


def centres(data: Leaves) -> FloatArray:
    """The weighted median deviation of the abnormal leaves of every element; NaN where there are none."""
    cube, odd = data.cube, np.flatnonzero(data.abnormal)
    centre = np.full(cube.width, np.nan)
    if not len(odd):
        return centre
    odd = odd[np.argsort(data.deviation[odd], kind="stable")]
    for member in cube.member[:, odd]:
        order = np.argsort(member, kind="stable")
        group, weight = member[order], data.weight[odd][order]
        running = np.cumsum(weight)
        first = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
        last = np.r_[first[1:], len(group)] - 1
        middle = np.searchsorted(running, (running[first] - weight[first] + running[last]) / 2)
        centre[group[first]] = data.deviation[odd][order][np.clip(middle, first, last)]
    return centre


def cause_log(data: Leaves, at: FloatArray) -> FloatArray:
    """Log density of each leaf under a cause with that deviation, shape (leaves,); hopeless where it is NaN."""
    known = np.isfinite(at)
    off = np.where(known, data.deviation - at, 0.0)
    side = np.where(np.sign(data.deviation) == np.sign(at), 0.5, 0.0)
    density = (
        _NEAR * _bell(off, 1.5 * data.noise)
        + _WIDE * _bell(off, np.maximum(5 * data.noise, 0.1))
        + _SIDE * side
        + _STILL * _bell(data.deviation, data.noise)
    )
    return np.where(known, np.log(np.maximum(density, 1e-300)), -1e3)


def _noise(deviation: FloatArray, volume: FloatArray) -> FloatArray:
    """sqrt(base^2 + grain / volume), fitted to the quieter leaves in bins of volume."""
    bins = np.array_split(np.argsort(volume), max(1, min(_BINS, len(volume) // _BIN)))
    variance = np.array([max(_quiet_part(deviation[b])[1], _LEAST_NOISE) ** 2 for b in bins])
    inverse = np.array([1 / float(np.median(volume[b])) for b in bins])
    base, grain = float(np.median(variance)), 0.0
    if len(bins) > 2:
        design = np.stack([np.ones(len(bins)), inverse], axis=1)
        base, grain = map(float, nnls(design / variance[:, None], np.ones(len(bins)))[0])
    return np.sqrt(np.maximum(base + grain / volume, _LEAST_NOISE**2))


def _quiet_part(values: FloatArray) -> tuple[float, float]:
    """Middle and scale (as a standard deviation) of the shortest stretch that holds 40 % of the values."""
    ordered = np.sort(values)
    part = int(_QUIET * len(ordered))
    if not part:
        return float(ordered.mean()), 0.0
    width = ordered[part:] - ordered[: len(ordered) - part]
    start = int(np.argmin(width))
    return float(ordered[start] + ordered[start + part]) / 2, float(width[start]) / _QUIET_WIDTH


def _bell(at: FloatArray, scale: FloatArray) -> FloatArray:
    return np.exp(-0.5 * (at / scale) ** 2) / (scale * _ROOT)
