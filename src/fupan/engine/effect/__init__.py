"""Did the action work? A verdict with an interval, right as often as it claims.

=============================  ==============================================================================
before the action              ``EffectPlan(action_week, selection_weeks, baseline_weeks)``, ``weeks_needed``
when it is due, or weekly      ``judge(plan, slice_counts, slice_exposure, control_counts, control_exposure)``
over all actions of a shop     ``pool(verdicts)``
=============================  ==============================================================================

What is picked for being bad gets better by itself, weeks swing together, seasons move everything, and people look
every week. So: the weeks that led to the choice are left out, and what they leave behind is taken off; untreated
slices say what would have happened; the dispersion is measured on windows in which nothing was done; the error is
split between one planned look and the weekly ones; and "effective" has to stand out among placebo actions, too.
Only bad counts are judged: down is good.
"""

from __future__ import annotations

from fupan.engine.effect.judging import judge
from fupan.engine.effect.plan import EffectPlan
from fupan.engine.effect.planning import weeks_needed
from fupan.engine.effect.pooled import pool
from fupan.engine.effect.verdict import Outcome, Verdict, Warned

__all__ = ["EffectPlan", "Outcome", "Verdict", "Warned", "judge", "pool", "weeks_needed"]
