"""From an estimate to the word that is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log1p, nan, sqrt

from scipy import special

from fupan.engine.effect.estimate import Estimate
from fupan.engine.effect.looks import detectable, half_width
from fupan.engine.effect.planning import weeks_until
from fupan.engine.effect.verdict import PLACEBO_ERROR, Outcome, Verdict, Warned
from fupan.engine.effect.windows import HALF

PRE_TREND_Z = 1.6449  # two-sided 10 %
_LEAST_CHANGE = -0.05
_SPOKEN_ONLY: frozenset[Warned] = frozenset({"pre_trend", "left_out"})  # all others forbid any claim


@dataclass(frozen=True, slots=True)
class Setting:
    """What a conclusion depends on besides the estimate.

    ``ranks``: shares of placebos that fell, and that rose, as much (NaN: not asked). ``trend``: z of the slope before,
    against the controls. ``weeks``: after the action, 0 when it is no matter of weeks.
    """

    planned: bool
    min_effect: float
    warnings: tuple[Warned, ...] = ()
    ranks: tuple[float, float] = (nan, nan)
    trend: float = 0.0
    weeks: int = 0
    planned_weeks: int = 0
    cost: float | None = None
    currency: str | None = None


def concluded(told: Estimate, setting: Setting) -> Verdict:
    """The verdict an estimate allows."""
    half = half_width(told.variance, planned=setting.planned)
    low, d, high = told.log_ratio - half, told.log_ratio, told.log_ratio + half
    outcome = _outcome(low, d, high, setting)
    prevented = [(told.observed + HALF) * (exp(-x) - 1) for x in (d, high, low)]
    saved = [None if setting.cost is None else setting.cost * cases for cases in prevented]
    return Verdict(
        verdict=outcome,
        change=exp(d) - 1,
        low=exp(low) - 1,
        high=exp(high) - 1,
        mde=1 - exp(-detectable(told.variance, planned=setting.planned)),
        weeks_needed=_weeks_needed(told, outcome, setting),
        prevented=prevented[0],
        prevented_low=prevented[1],
        prevented_high=prevented[2],
        warnings=setting.warnings,
        pvalue=float(special.ndtr(d / sqrt(told.variance))),
        placebo=setting.ranks[0],
        planned=setting.planned,
        observed=told.observed,
        expected=told.expected,
        error=sqrt(told.variance),
        spread=told.spread,
        saved=saved[0],
        saved_low=saved[1],
        saved_high=saved[2],
        currency=setting.currency,
    )


def _outcome(low: float, d: float, high: float, setting: Setting) -> Outcome:
    if set(setting.warnings) - _SPOKEN_ONLY:
        return "inconclusive"
    fell, rose = setting.ranks
    claimed: Outcome = "inconclusive"
    if low > 0 and not rose > PLACEBO_ERROR:
        claimed = "harmful"
    elif high < 0 and d <= log1p(_LEAST_CHANGE) and not fell > PLACEBO_ERROR:
        claimed = "effective"
    elif low > log1p(-setting.min_effect):
        claimed = "not_effective"
    # a trend from before may make the claim for us: falling already "effective", rising already the other two
    suspect = -setting.trend if claimed == "effective" else setting.trend
    return "inconclusive" if suspect > PRE_TREND_Z else claimed


def _weeks_needed(told: Estimate, outcome: Outcome, setting: Setting) -> int | None:
    """More weeks until the smallest worthwhile effect would be found; the next planned look at the earliest."""
    if outcome != "inconclusive":
        return 0
    if not setting.weeks:
        return None
    weekly = max(told.variance - told.lasting, 0.0) * setting.weeks
    ahead = setting.weeks < setting.planned_weeks
    expected = told.expected / setting.weeks
    total = weeks_until(told.lasting, weekly, -setting.min_effect, expected, planned=ahead)
    if total is None:
        return None
    return max(total, setting.planned_weeks if ahead else setting.weeks) - setting.weeks
