"""The judgement itself: from weekly arrays to a verdict."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
from numpy.typing import ArrayLike

from fupan.engine import checks
from fupan.engine.checks import FloatArray
from fupan.engine.effect.conclusion import PRE_TREND_Z, Setting, concluded
from fupan.engine.effect.estimate import Estimate, estimate
from fupan.engine.effect.plan import EffectPlan
from fupan.engine.effect.planning import FEWEST_CASES, FEWEST_WEEKS
from fupan.engine.effect.pretrend import pre_trend
from fupan.engine.effect.unrest import unrest
from fupan.engine.effect.verdict import Verdict, Warned
from fupan.engine.effect.windows import Contrasts, Series, contrasts
from fupan.engine.errors import BadChoice, BadShape

FEWEST_CONTROLS = 5
FEWEST_PLACEBOS = 39  # the most extreme of 39 + 1 is 2.5 %


def judge(
    plan: EffectPlan,
    slice_counts: ArrayLike,
    slice_exposure: ArrayLike | None,
    control_counts: ArrayLike,
    control_exposure: ArrayLike | None,
    *,
    placebos: int = 200,
    rng: np.random.Generator | None = None,
    overlapping: bool = False,
    cost_per_case: float | None = None,
    currency: str | None = None,
) -> Verdict:
    """Did the number of cases fall, more than the controls' and more than chance explains?

    ``slice_counts``, ``slice_exposure``: cases and units by week up to now, shape (weeks,). ``control_counts``,
    ``control_exposure``: the same for untreated slices, shape (controls, weeks), best 40 or more of them; exposure
    None means every week is equal. A week with exposure 0 is left out. ``placebos``: how many untouched windows the
    effect is ranked among, drawn with ``rng`` when there are more (evenly without one); 0 asks none. ``overlapping``:
    another action touched the slice. ``cost_per_case``: money in ``currency``.

    Quasi-Poisson difference-in-differences with the selection weeks left out; dispersion read from placebo windows;
    interval by the split error budget of :mod:`looks`; "effective" asks in addition for a placebo rank of 2.5 %
    (Abadie, Diamond and Hainmueller 2010) and for at least 5 % fewer cases after the selection is allowed for.

    Raises BadCounts, BadShape (arrays), BadChoice (placebos, cost_per_case).
    """
    series = _series(plan, slice_counts, slice_exposure, control_counts, control_exposure)
    cost = _cost(cost_per_case)
    found = contrasts(plan, series)
    warned = _warnings(plan, series, found, overlapping=overlapping)
    if "no_exposure" in warned or not found.lengths[0]:
        return Verdict.nothing(warned, currency=currency)
    told = estimate(found, unrest(found, series, plan.baseline_weeks), fewest_in_space=FEWEST_PLACEBOS)
    ranks = _placebo_ranks(told, _whole(placebos), rng)
    if placebos and isnan(ranks[0]):
        warned = (*warned, "few_placebos")
    trend = pre_trend(series, plan.baseline_weeks)
    setting = Setting(
        planned=found.lengths[0] == plan.planned_weeks,
        min_effect=plan.min_effect,
        warnings=(*warned, "pre_trend") if abs(trend) > PRE_TREND_Z else warned,
        ranks=ranks,
        trend=trend,
        weeks=found.lengths[0],
        planned_weeks=plan.planned_weeks,
        cost=cost,
        currency=currency,
    )
    return concluded(told, setting)


def _whole(placebos: int) -> int:
    if isinstance(placebos, bool) or not isinstance(placebos, (int, np.integer)) or placebos < 0:
        raise BadChoice("placebos", f"expected a whole number of 0 or more, got {placebos!r:.80}")
    return int(placebos)


def _placebo_ranks(told: Estimate, most: int, rng: np.random.Generator | None) -> tuple[float, float]:
    """Shares of the placebos, the slice among them, that fell as much and that rose as much; NaN with too few."""
    pool = told.placebos
    if not most or len(pool) < FEWEST_PLACEBOS:
        return nan, nan
    if len(pool) > most:
        spaced = np.linspace(0, len(pool) - 1, most).astype(np.intp)
        pool = pool[spaced] if rng is None else rng.choice(pool, most, replace=False)
    fell, rose = (pool <= told.statistic).sum(), (pool >= told.statistic).sum()
    return float((1 + fell) / (1 + len(pool))), float((1 + rose) / (1 + len(pool)))


def _warnings(plan: EffectPlan, series: Series, found: Contrasts, *, overlapping: bool) -> tuple[Warned, ...]:
    after = found.after
    checked: dict[Warned, bool] = {
        "no_exposure": bool(found.lengths[0]) and not after.usable[0, 0],
        "few_weeks": found.lengths[0] < FEWEST_WEEKS,
        "few_controls": int((after.usable[1:, 0] & (after.base[1:, 0] > 0)).sum()) < FEWEST_CONTROLS,
        "few_cases": float(after.expected[0, 0]) < FEWEST_CASES,
        "overlapping": overlapping,
    }
    return tuple(name for name, holds in checked.items() if holds)


def _series(
    plan: EffectPlan,
    slice_counts: ArrayLike,
    slice_exposure: ArrayLike | None,
    control_counts: ArrayLike,
    control_exposure: ArrayLike | None,
) -> Series:
    counts = checks.counts("slice_counts", slice_counts)
    if counts.ndim != 1:
        raise BadShape("slice_counts", f"expected shape (weeks,), got {counts.shape}")
    weeks = len(counts)
    last = max(*plan.baseline_weeks, *plan.selection_weeks)
    if weeks <= last:
        raise BadShape("slice_counts", f"expected the weeks of the plan, up to {last}, got {weeks} weeks")
    controls = checks.counts("control_counts", control_counts)
    if controls.size == 0:
        controls = np.zeros((0, weeks))
    if controls.ndim != 2 or controls.shape[1] != weeks:
        raise BadShape("control_counts", f"expected shape (controls, {weeks}), got {controls.shape}")
    own = _exposure("slice_exposure", slice_exposure, (weeks,))
    theirs = _exposure("control_exposure", control_exposure, controls.shape)
    exposure = np.vstack([own, theirs])
    return Series(np.where(exposure > 0, np.vstack([counts, controls]), 0.0), exposure)


def _exposure(name: str, value: ArrayLike | None, shape: tuple[int, ...]) -> FloatArray:
    exposure = checks.counts(name, 1.0 if value is None else value)
    if exposure.size == 0 and 0 in shape:
        return np.zeros(shape)
    try:
        return np.broadcast_to(exposure, shape)
    except ValueError as wrong:
        raise BadShape(name, f"expected shape {shape}, got {exposure.shape}") from wrong


def _cost(value: float | None) -> float | None:
    if value is None:
        return None
    array = checks.nonnegative("cost_per_case", value)
    if array.ndim:
        raise BadShape("cost_per_case", f"expected one number, got shape {array.shape}")
    return float(array)
