"""How far two windows of an untouched slice lie apart beyond Poisson, read from the placebos.

Weeks swing together with their neighbours, products have lives of their own: a dispersion taken week by week misses
both. So the extra variance of ln(after / expected) is measured on what it is needed for: contrasts of the same shape
where nothing was done, over controls (placebo in space) and earlier weeks (placebo in time).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from fupan.engine.checks import FloatArray
from fupan.engine.effect.windows import Contrast, Contrasts, Series

_GUESS = 0.05  # for weighing only
_LEAST_EXPECTED = 1.0
_PRIOR_DISPERSION = 1.5  # a shop's weekly counts, before its own weeks have spoken
_PRIOR_WINDOWS = 4.0


@dataclass(frozen=True, slots=True)
class Unrest:
    """Variances on the log scale, beyond Poisson.

    after       of the after-window against the baseline
    slice       the same for the judged slice: not below what its own weeks show
    selection   of the selection window
    lasting     covariance of the two: how much of an excess in the selection window is still there afterwards
    doubt       variance of ``lasting`` as an estimate
    freedom     degrees of freedom of ``after``
    """

    after: float
    slice: float
    selection: float
    lasting: float
    doubt: float
    freedom: float


def unrest(found: Contrasts, series: Series, baseline: tuple[int, ...]) -> Unrest:
    """Estimate the unrest from the placebos, by moments."""
    after, freedom = _extra(found.after, found, found.shortened)
    selection, _ = _extra(found.selection, found, 1.0)
    after = _with_prior(after, freedom, found)
    lasting, doubt = _lasting(found, after, selection)
    n_after, n_before = found.lengths
    per_week = _own_weekly(series, baseline) * (1 / max(n_after, 1) + 1 / n_before)
    return Unrest(after, max(after, (after + per_week) / 2), selection, lasting, doubt, freedom + _PRIOR_WINDOWS)


def _extra(window: Contrast, found: Contrasts, times: FloatArray | float) -> tuple[float, float]:
    """Extra variance and its degrees of freedom: squared residuals minus what Poisson explains."""
    m = window.expected
    use = found.placebo & window.usable & (m >= _LEAST_EXPECTED) & (window.base >= 1)
    safe = np.where(use, m, 1.0)
    weight = np.where(use, (1 / safe + _GUESS) ** -2, 0.0)
    if weight.sum() == 0:
        return 0.0, 0.0
    excess = ((window.observed - safe) / safe) ** 2 - 1 / safe - window.known
    value = float((weight * excess).sum() / (weight * times * (1 + window.shared)).sum())
    rows = weight.mean(axis=1)
    return max(0.0, value), float(rows.sum() ** 2 / (rows**2).sum()) * found.independent


def _with_prior(after: float, freedom: float, found: Contrasts) -> float:
    """Drawn towards a typical dispersion with the weight of a few windows."""
    n_after, n_before = found.lengths
    weekly = found.after.base[0, 0] / n_before
    typical = (_PRIOR_DISPERSION - 1) / max(weekly, 1.0) * (1 / max(n_after, 1) + 1 / n_before)
    return float((after * freedom + typical * _PRIOR_WINDOWS) / (freedom + _PRIOR_WINDOWS))


def _lasting(found: Contrasts, after: float, selection: float) -> tuple[float, float]:
    """Covariance of both windows' true unrest (the baseline they share is taken off), and its variance by rows."""
    a, s = found.after, found.selection
    use = found.placebo & s.usable & (np.minimum(a.expected, s.expected) >= _LEAST_EXPECTED) & (a.base >= 1)
    ma, ms = np.where(use, a.expected, 1.0), np.where(use, s.expected, 1.0)
    weight = np.where(use, 1 / ((1 / ma + after + a.known) * (1 / ms + selection + s.known)), 0.0)
    total = (weight * (1 + a.shared)).sum()
    if total == 0:
        return 0.0, 0.0
    product = (a.observed - ma) / ma * (s.observed - ms) / ms - a.common
    value = float((weight * product).sum() / total)
    by_row = (weight * (product - value * (1 + a.shared))).sum(axis=1)
    rows = max(int((weight.sum(axis=1) > 0).sum()), 2)
    return max(0.0, value), float((by_row**2).sum() / total**2 * rows / (rows - 1))


def _own_weekly(series: Series, baseline: tuple[int, ...]) -> float:
    """Extra variance of one week of the slice around its level, the controls' movement taken out, less its own error.

    So much is beyond doubt: the larger of an unbiased estimate and the controls' would be too large on average.
    """
    weeks = np.array(baseline)
    counts, exposure = series.counts[:, weeks], series.exposure[:, weeks]
    movement = _movement(counts[1:], exposure[1:])
    level = exposure[0] * movement
    if level.sum() == 0 or counts[0].sum() == 0 or len(weeks) < 3:
        return 0.0
    expected = counts[0].sum() * level / level.sum()
    squares = ((counts[0] - expected) ** 2).sum() * len(weeks) / (len(weeks) - 1)
    error = sqrt(2 / (len(weeks) - 1))
    return max(0.0, float((squares * (1 - error) - expected.sum()) / (expected**2).sum()))


def _movement(counts: FloatArray, exposure: FloatArray) -> FloatArray:
    """The controls' rate by week against their own mean rates; 1 where they tell nothing."""
    units = exposure.sum(axis=1, keepdims=True)
    rate = counts.sum(axis=1, keepdims=True) / np.where(units > 0, units, 1.0)
    expected = (rate * exposure).sum(axis=0)
    return np.where(expected > 0, (counts.sum(axis=0) + 0.5) / (np.where(expected > 0, expected, 1.0) + 0.5), 1.0)
