"""Counts summed over the three windows of a plan, for the real action and for the same plan moved back in time."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from fupan.engine.checks import BoolArray, FloatArray, IntArray
from fupan.engine.effect.plan import EffectPlan

_FEWEST_BASELINE = 4
_MOST_SHIFTS = 24
HALF = 0.5  # added to counts before the logarithm (Haldane 1956; Anscombe 1956): ln(Y + 1/2) has hardly any bias


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The slice in row 0, the controls below; counts and exposure, shape (1 + controls, weeks)."""

    counts: FloatArray
    exposure: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Contrast:
    """One window held against the baseline and the controls; arrays of shape (rows, shifts).

    observed   cases in the window
    expected   cases had the row moved as the controls did
    base       cases in the baseline
    known      Poisson variance of ln expected: of the row's own baseline and of the controls
    shared     sum of the squared weights of the controls: how much of their unrest is left in their mean
    common     the part of ``known`` that comes from the baseline, so that it is the same for every window
    usable     there is exposure on both sides, and something to compare
    """

    observed: FloatArray
    expected: FloatArray
    base: FloatArray
    known: FloatArray
    shared: FloatArray
    common: FloatArray
    usable: BoolArray

    @property
    def log_ratio(self) -> FloatArray:
        """ln of observed over expected, with half a case added to both counts behind it."""
        scale = (self.base + HALF) / np.maximum(self.base, HALF)
        expected = np.where(self.base > 0, self.expected * scale, self.expected)
        return np.log(self.observed + HALF) - np.log(np.maximum(expected, 1e-12))

    @property
    def poisson(self) -> FloatArray:
        """Variance of ``log_ratio`` were all counts Poisson."""
        return 1 / (self.observed + HALF) + self.known


@dataclass(frozen=True, slots=True, eq=False)
class Contrasts:
    """The windows after the action and of the selection, for every row and shift; column 0 is the real plan.

    placebo       shape (rows, shifts): nothing was done there, so that any difference is unrest
    shortened     shape (shifts,): how much more unrest a baseline cut short by the shift lets through, 1 or more
    lengths       weeks in the after-window and in the baseline of the real plan
    independent   how many of the shifts do not overlap
    """

    after: Contrast
    selection: Contrast
    placebo: BoolArray
    shortened: FloatArray
    lengths: tuple[int, int]
    independent: float


def contrasts(plan: EffectPlan, series: Series) -> Contrasts:
    """Sum up the windows of the plan and of its placebos in time (the plan moved back week by week)."""
    n_weeks = series.counts.shape[1]
    baseline, selection = np.array(plan.baseline_weeks), np.array(plan.selection_weeks, dtype=np.intp)
    after = plan.after(n_weeks)
    shifts = _shifts(baseline, selection, after)
    sums = [_sums(series, weeks, shifts) for weeks in (baseline, selection, after)]
    placebo = np.ones((len(series.counts), len(shifts)), dtype=np.bool_)
    placebo[0] = shifts > (after[-1] if len(after) else n_weeks) - 1 - baseline[-1]
    placebo[:, 0] &= np.arange(len(placebo)) > 0
    left = (baseline[:, None] >= shifts).sum(axis=0)
    ahead = 1 / max(len(after), 1)
    found = Contrasts(
        after=_contrast(*sums[0], *sums[2]),
        selection=_contrast(*sums[0], *sums[1]),
        placebo=placebo,
        shortened=(ahead + 1 / left) / (ahead + 1 / len(baseline)),
        lengths=(len(after), len(baseline)),
        independent=1 + float(shifts[-1]) / max(len(after) + len(selection), 1),
    )
    placebo &= found.after.usable
    return found


def _shifts(baseline: IntArray, selection: IntArray, after: IntArray) -> IntArray:
    """By how many weeks the plan can be moved back and still keep half of its baseline; 0 first."""
    fewest = max(_FEWEST_BASELINE, ceil(len(baseline) / 2))
    if not len(after) or len(baseline) < fewest:
        return np.zeros(1, dtype=np.intp)
    first = min(int(after[0]), int(selection[0]) if len(selection) else int(after[0]))
    farthest = min(int(baseline[-fewest]), first)
    step = max(1, ceil(farthest / _MOST_SHIFTS))
    return np.arange(0, farthest + 1, step)


def _sums(series: Series, weeks: IntArray, shifts: IntArray) -> tuple[FloatArray, FloatArray]:
    """Cases and exposure in ``weeks``, moved back by each of the shifts; both (rows, shifts)."""
    member = np.zeros((series.counts.shape[1], len(shifts)))
    moved = weeks[:, None] - shifts
    column = np.broadcast_to(np.arange(len(shifts)), moved.shape)
    member[moved[moved >= 0], column[moved >= 0]] = 1
    return series.counts @ member, series.exposure @ member


def _contrast(base: FloatArray, base_exposure: FloatArray, seen: FloatArray, exposure: FloatArray) -> Contrast:
    """Indirect standardisation: each row's own baseline rate times its exposure, times how the controls moved."""
    covered = (base_exposure > 0) & (exposure > 0)
    scale = np.where(covered, exposure, 0.0) / np.where(covered, base_exposure, 1.0)
    own = base * scale
    observed, expected, squares, noise = (
        _others(part) for part in (np.where(covered, seen, 0.0), own, own**2, own * scale)
    )
    told = expected > 0
    total = np.where(told, expected, 1.0)
    ratio = np.where(told, (observed + HALF) / (total + HALF), 1.0)
    of_controls = np.where(told, noise / total**2, 0.0)
    common = 1 / (base + HALF) + of_controls
    floor = HALF * scale * ratio  # an empty baseline still expects something
    return Contrast(
        observed=np.where(covered, seen, 0.0),
        expected=np.where(base > 0, own * ratio, floor),
        base=base,
        known=common + np.where(told, 1 / (observed + HALF), 0.0),
        shared=np.where(told, squares / total**2, 0.0),
        common=common,
        usable=covered,
    )


def _others(part: FloatArray) -> FloatArray:
    """Per row the sum over all controls but itself; the slice (row 0) is no control."""
    total = part[1:].sum(axis=0)
    others: FloatArray = np.maximum(total - np.vstack([np.zeros_like(total), part[1:]]), 0.0)
    return others
