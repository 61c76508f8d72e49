"""How much more a weekly count swings than a Poisson count would: the unrest that every comparison must allow for."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from fupan.engine import checks
from fupan.engine.checks import FloatArray
from fupan.engine.errors import BadShape
from fupan.engine.special import Z95, t_quantile

_TYPICAL = 1.5  # a shop's weekly counts, before its own weeks have spoken
_PRIOR_WEEKS = 4.0
_PAIR = 2 / 3


def dispersion(
    weekly_counts: ArrayLike, weekly_exposure: ArrayLike | None = None, *, typical: float = _TYPICAL
) -> float:
    """Variance over mean of one weekly series, 1 (Poisson) or more, for the ``dispersion`` of a comparison.

    ``weekly_counts``, ``weekly_exposure``: shape (weeks,), exposure None when all weeks are equal; weeks with exposure
    0 are left out. Leave out the weeks under suspicion yourself: an outbreak would hide itself.

    The estimate is Pearson's (McCullagh and Nelder 1989) between neighbouring weeks (the idea of von Neumann 1941), so
    that a season or a slow drift, which is a change and no noise, does not widen every interval; drawn towards
    ``typical`` with the weight of 4 weeks, and enlarged by the squared ratio of the t to the normal quantile, so that
    intervals with normal quantiles keep their coverage although the dispersion is itself estimated from few weeks.

    Raises BadCounts, BadShape.
    """
    counts = checks.counts("weekly_counts", weekly_counts)
    if counts.ndim != 1:
        raise BadShape("weekly_counts", f"expected shape (weeks,), got {counts.shape}")
    prior = float(checks.dispersion(typical))
    chi, freedom, _ = _pearson(counts[None, :], _exposure(counts[None, :], weekly_exposure))
    known = freedom + _PRIOR_WEEKS
    return float(_shrunk(chi, freedom, prior, weight=_PRIOR_WEEKS, known=known)[0])


def dispersion_many(weekly_counts: ArrayLike, weekly_exposure: ArrayLike | None = None) -> FloatArray:
    """:func:`dispersion` of many slices at once, each half its own and half what all of them show together.

    ``weekly_counts``: shape (slices, weeks); ``weekly_exposure``: the same shape, or (weeks,) for all slices, or None.
    Returns shape (slices,). The common part is 1 + kappa m, with m the weekly mean of the slice and kappa fitted over
    all slices by moments: week effects shared by many tickets weigh more where there are more tickets. Raises as
    :func:`dispersion` does.
    """
    counts = checks.counts("weekly_counts", weekly_counts)
    if counts.ndim != 2:
        raise BadShape("weekly_counts", f"expected shape (slices, weeks), got {counts.shape}")
    chi, freedom, mean = _pearson(counts, _exposure(counts, weekly_exposure))
    events = float((freedom * mean).sum())
    kappa = max(0.0, float((chi - freedom).sum()) / events) if events > 0 else _TYPICAL - 1
    weight = np.maximum(freedom, _PRIOR_WEEKS)
    # halving the own part leaves a quarter of its variance: as well known as from four times the weeks
    known = np.minimum(4 * weight, freedom.sum() + _PRIOR_WEEKS)
    return _shrunk(chi, freedom, 1 + kappa * mean, weight=weight, known=known)


def _exposure(counts: FloatArray, weekly_exposure: ArrayLike | None) -> FloatArray:
    exposure = checks.counts("weekly_exposure", 1.0 if weekly_exposure is None else weekly_exposure)
    try:
        return np.broadcast_to(exposure, counts.shape)
    except ValueError as wrong:
        message = f"expected a value for each of {counts.shape[1]} weeks, got shape {exposure.shape}"
        raise BadShape("weekly_exposure", message) from wrong


def _pearson(counts: FloatArray, exposure: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Per slice: chi-square of neighbouring weeks around the rate of the two, its freedom, the mean weekly count.

    Neighbours share a week, so a pair is worth two thirds of an independent one; a pair without an event tells nothing.
    """
    covered = exposure > 0
    seen = np.where(covered, counts, 0.0)
    mean = seen.sum(axis=1) / np.maximum(covered.sum(axis=1), 1)
    units = exposure[:, 1:] + exposure[:, :-1]
    both = seen[:, 1:] + seen[:, :-1]
    telling = covered[:, 1:] & covered[:, :-1] & (both > 0)
    later = both * exposure[:, 1:] / np.where(units > 0, units, 1.0)
    spread = later * exposure[:, :-1] / np.where(units > 0, units, 1.0)  # Poisson variance of the later week
    chi = np.where(telling, (seen[:, 1:] - later) ** 2 / np.where(telling, spread, 1.0), 0.0)
    return _PAIR * chi.sum(axis=1), _PAIR * telling.sum(axis=1), mean


def _shrunk(
    chi: FloatArray, freedom: FloatArray, typical: FloatArray | float, *, weight: FloatArray | float, known: FloatArray
) -> FloatArray:
    """Own and typical dispersion weighed, times what the t quantile asks for with ``known`` degrees of freedom."""
    allowance = (t_quantile(known, 0.975) / Z95) ** 2
    return np.maximum(1.0, allowance * (chi + weight * typical) / (freedom + weight))
