"""What is fixed on the day of the action: the weeks looked at, those left out, and what would count as a success."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from fupan.engine.checks import IntArray
from fupan.engine.errors import BadChoice, BadShape


@dataclass(frozen=True, slots=True)
class EffectPlan:
    """The design of a before-after check, frozen when the action is decided. Weeks are 0-based indices.

    action_week      the week in which the action takes place; it belongs to neither side
    selection_weeks  every week that triggered or justified the choice (alarm weeks, ranking week); left out, since a
                     slice picked for a bad week will look better next week by itself
    baseline_weeks   the weeks it is held against, best 26 to 52 of them; a plain number N stands for the N weeks
                     before the selection weeks (before the action when there are none)
    delay            weeks until the action can show (shipping to complaint); left out
    min_effect       the smallest reduction worth having, as a fraction: 0.2 is 20 % fewer
    planned_weeks    weeks after action and delay at which the one planned look is taken

    Raises BadChoice for values that no plan can have, BadShape for weeks that overlap.

    >>> EffectPlan(30, [28, 29], 26).baseline_weeks[:3]
    (2, 3, 4)
    """

    action_week: int
    selection_weeks: tuple[int, ...]
    baseline_weeks: tuple[int, ...]
    delay: int = 0
    min_effect: float = 0.2
    planned_weeks: int = 8

    def __init__(
        self,
        action_week: int,
        selection_weeks: Iterable[int] | int,
        baseline_weeks: Iterable[int] | int,
        delay: int = 0,
        min_effect: float = 0.2,
        planned_weeks: int = 8,
    ) -> None:
        action = _whole("action_week", action_week, 0)
        selection = _weeks(
            "selection_weeks", selection_weeks if isinstance(selection_weeks, Iterable) else [selection_weeks]
        )
        before = min((action, *selection))
        baseline = _weeks("baseline_weeks", _last(baseline_weeks, before))
        for name, value in {
            "action_week": action,
            "selection_weeks": selection,
            "baseline_weeks": baseline,
            "delay": _whole("delay", delay, 0),
            "min_effect": _fraction(min_effect),
            "planned_weeks": _whole("planned_weeks", planned_weeks, 1),
        }.items():
            object.__setattr__(self, name, value)
        self._refuse_overlaps()

    def after(self, n_weeks: int) -> IntArray:
        """The weeks that show the effect, of a series of ``n_weeks``: all after action and delay."""
        return np.setdiff1d(np.arange(self.action_week + self.delay + 1, n_weeks), self.selection_weeks)

    def _refuse_overlaps(self) -> None:
        if not self.baseline_weeks:
            raise BadShape("baseline_weeks", "expected at least one week")
        shared = set(self.baseline_weeks) & set(self.selection_weeks)
        if shared:
            raise BadShape("baseline_weeks", f"expected no week of selection_weeks, got {min(shared)}")
        if self.baseline_weeks[-1] >= self.action_week:
            raise BadShape(
                "baseline_weeks", f"expected weeks before action_week {self.action_week}, got {self.baseline_weeks[-1]}"
            )


def _last(weeks: Iterable[int] | int, before: int) -> Iterable[int]:
    if isinstance(weeks, Iterable):
        return weeks
    number = _whole("baseline_weeks", weeks, 1)
    if number > before:
        raise BadShape("baseline_weeks", f"expected at most the {before} weeks there are before, got {number}")
    return range(before - number, before)


def _weeks(name: str, weeks: Iterable[int]) -> tuple[int, ...]:
    try:
        given = [_whole(name, week, 0) for week in weeks]
    except TypeError as wrong:
        raise BadChoice(name, f"expected 0-based week indices, got {weeks!r:.80}") from wrong
    return tuple(sorted(set(given)))


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _whole(name: str, value: object, least: int) -> int:
    if not _is_whole(value) or value < least:
        raise BadChoice(name, f"expected a whole number of {least} or more, got {value!r:.80}")
    return int(value)


def _fraction(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)) or not 0 < float(value) < 1:
        raise BadChoice("min_effect", f"expected a fraction between 0 and 1, got {value!r:.80}")
    return float(value)
