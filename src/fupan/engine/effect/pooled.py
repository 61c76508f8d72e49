"""One verdict over all actions of a shop too small for a verdict on each."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import numpy as np

from fupan.engine import checks
from fupan.engine.effect.conclusion import Setting, concluded
from fupan.engine.effect.estimate import Estimate
from fupan.engine.effect.planning import FEWEST_CASES
from fupan.engine.effect.verdict import Verdict, Warned
from fupan.engine.effect.windows import HALF

_UNFIT: frozenset[Warned] = frozenset({"overlapping", "no_exposure", "few_controls", "pre_trend"})


def pool(
    verdicts: Sequence[Verdict],
    *,
    planned: bool = True,
    min_effect: float = 0.2,
    cost_per_case: float | None = None,
    currency: str | None = None,
) -> Verdict:
    """Did the actions together prevent cases? All cases after them against all cases expected without them.

    ``verdicts``: of :func:`judge`, one per action, each slice and week in one of them only; what each says alone does
    not matter. Those that overlap another action, have too few controls or were moving before are left out (warning
    ``left_out``). ``planned``: the one look at a date fixed before (a quarter's end); False for a look whenever one
    likes. Actions are taken to err independently; controls they share make the interval a little too narrow.

    No placebo test is asked, and ``weeks_needed`` is None unless a verdict stands. Raises BadChoice (min_effect),
    BadCounts (cost_per_case).
    """
    least = checks.level("min_effect", min_effect)
    cost = None if cost_per_case is None else float(checks.nonnegative("cost_per_case", cost_per_case))
    fit = [v for v in verdicts if isfinite(v.error) and not _UNFIT & set(v.warnings)]
    warned: list[Warned] = ["left_out"] if len(fit) < len(verdicts) else []
    if not fit:
        return Verdict.nothing((*warned, "few_cases"), currency=currency)
    expected = np.array([v.expected for v in fit])
    observed = sum(v.observed for v in fit)
    if expected.sum() < FEWEST_CASES:
        warned.append("few_cases")
    spread = float((expected**2 * [v.spread for v in fit]).sum() / expected.sum() ** 2)
    told = Estimate(
        log_ratio=float(np.log((observed + HALF) / expected.sum())),
        variance=1 / (observed + HALF) + spread,
        spread=spread,
        lasting=spread,
        observed=observed,
        expected=float(expected.sum()),
    )
    return concluded(told, Setting(planned, least, tuple(warned), cost=cost, currency=currency))
