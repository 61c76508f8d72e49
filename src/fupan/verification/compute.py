"""The door to the engine: series and a design in, verdicts and what their pictures draw out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from math import exp, isfinite, nan, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fupan.engine import compare, effect
from fupan.engine.effect import EffectPlan
from fupan.engine.effect import Verdict as Verdict
from fupan.engine.effect.pretrend import pre_trend
from fupan.engine.effect.windows import Series, contrasts
from fupan.engine.special import two_sided
from fupan.verification.design import Design

Floats = NDArray[np.float64]
PLACEBOS = 200
DRAWN_CONTROLS = 6
_Z95 = 1.959964


def plan_of(design: Design, known: Sequence[int]) -> EffectPlan | None:
    """The design on weeks given as a list; None before its action's week is among them."""
    place = {week: at for at, week in enumerate(known)}
    if design.action_week not in place:
        return None
    left_out = [place[week] for week in design.selection_weeks if week in place]
    first, last = design.baseline
    base = [at for week, at in place.items() if first <= week <= last and at not in left_out]
    if not base:
        return None
    return EffectPlan(place[design.action_week], left_out, base, design.delay, design.min_effect, design.planned_weeks)


def judged(
    plan: EffectPlan, counts: Floats, exposure: Floats, *, seed: str, overlapping: bool, cost: float | None,
    currency: str,
) -> Verdict:  # fmt: skip
    """Row 0 is the treated slice; placebos are drawn by the hash of the design, so that the same facts say the same."""
    return effect.judge(
        plan, counts[0], exposure[0], counts[1:], exposure[1:], placebos=PLACEBOS,
        rng=np.random.default_rng(int(seed[:16], 16)), overlapping=overlapping, cost_per_case=cost,
        currency=currency if cost is not None else None,
    )  # fmt: skip


def pictured(plan: EffectPlan, counts: Floats, exposure: Floats, verdict: Verdict) -> dict[str, Any]:
    """What the page draws: the series, what was to be expected with its band, every control's own change."""
    fitted = _fitted(plan, counts[0], exposure[0])
    after = plan.after(counts.shape[1])
    expected: list[float | None] = [None] * counts.shape[1]
    low, high = list(expected), list(expected)
    base = fitted[after].sum()
    scale = verdict.expected / base if base > 0 else nan
    if isfinite(scale):
        unrest = max(1.0, _dispersion(counts[0][list(plan.baseline_weeks)], fitted[list(plan.baseline_weeks)]))
        for at in after:
            middle = float(fitted[at] * scale)
            half = _Z95 * sqrt(max(verdict.spread, 0.0) * middle**2 + unrest * middle)
            expected[at], low[at], high[at] = middle, max(0.0, middle - half), middle + half
    return {
        "observed": counts[0].tolist(), "fitted": fitted.tolist(), "expected": expected, "low": low, "high": high,
        "units": exposure[0].tolist(), "trend": _trend(plan, counts, exposure), **_controls(plan, counts, exposure),
    }  # fmt: skip


def _fitted(plan: EffectPlan, counts: Floats, exposure: Floats) -> Floats:
    base = list(plan.baseline_weeks)
    units = exposure[base].sum()
    return np.asarray(exposure * (counts[base].sum() / units if units else 0.0), dtype=np.float64)


def _dispersion(seen: Floats, fitted: Floats) -> float:
    known = fitted > 0
    return float(((seen - fitted)[known] ** 2 / fitted[known]).sum() / max(known.sum() - 1, 1))


def _trend(plan: EffectPlan, counts: Floats, exposure: Floats) -> float:
    """Chance of a slope as different from the controls' over the baseline."""
    return float(two_sided(pre_trend(Series(counts, exposure), plan.baseline_weeks)))


def _controls(plan: EffectPlan, counts: Floats, exposure: Floats) -> dict[str, Any]:
    """Each control against the other controls: its change, and whether it is more than chance."""
    found = contrasts(plan, Series(np.where(exposure > 0, counts, 0.0), exposure)).after
    if not len(plan.after(counts.shape[1])):
        return {"controls": []}
    half = _Z95 * np.sqrt(found.poisson[:, 0] * _rest(plan, counts, exposure))
    told = []
    for row in range(1, len(counts)):
        usable = bool(found.usable[row, 0] and found.base[row, 0] > 0)
        d = float(found.log_ratio[row, 0])
        told.append(
            {"row": row, "change": exp(d) - 1, "detectable": bool(abs(d) > half[row]),
             "counts": counts[row].tolist() if row <= DRAWN_CONTROLS else []}
            if usable else {"row": row, "change": None, "detectable": False, "counts": []}
        )  # fmt: skip
    return {"controls": told}


def _rest(plan: EffectPlan, counts: Floats, exposure: Floats) -> Floats:
    base = list(plan.baseline_weeks)
    fitted = [_fitted(plan, k, n) for k, n in zip(counts, exposure, strict=True)]
    return np.array([max(1.0, _dispersion(k[base], f[base])) for k, f in zip(counts, fitted, strict=True)])


# Verdicts as plain data


def plain(verdict: Verdict) -> dict[str, Any]:
    """For the store: numbers that are none become None."""
    return {name: _stored(value) for name, value in asdict(verdict).items()}


def _stored(value: Any) -> Any:
    if isinstance(value, float):
        return value if isfinite(value) else None
    return list(value) if isinstance(value, tuple) else value


_NOTHING = {"high": float("inf"), "error": float("inf"), "spread": float("inf")}
_MONEY = {"saved", "saved_low", "saved_high", "currency", "weeks_needed"}


def verdict_of(told: dict[str, Any]) -> Verdict:
    """The inverse of `plain`."""
    kept = {one.name: told[one.name] for one in fields(Verdict) if one.name in told}
    for name, value in kept.items():
        if value is None and name not in _MONEY:
            kept[name] = _NOTHING.get(name, nan)
    kept["warnings"] = tuple(kept.get("warnings") or ())
    return Verdict(**kept)


def without_money(verdict: Verdict) -> Verdict:
    return replace(verdict, saved=None, saved_low=None, saved_high=None, currency=None)


def pooled(verdicts: Sequence[Verdict], *, currency: str) -> Verdict:
    """One verdict over all actions, looked at whenever one likes."""
    told = effect.pool(verdicts, planned=False)
    costs = [one.saved for one in verdicts if one.saved is not None]
    return replace(told, saved=sum(costs), currency=currency) if costs else told


def discovered(pvalues: Sequence[float], *, q: float = 0.10) -> list[bool]:
    """Which of many effects may be pointed at, so that a share q of them is false at most."""
    return [bool(one) for one in compare.discovered(np.asarray(pvalues, dtype=np.float64), q=q)]
