"""Memory and budget: at most one open alarm per slice, at most so many new ones a week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from fupan.engine.outbreak.answers import Alarm

QUIET = 3


class Ledger:
    """Takes in each week's findings, oldest week first, and knows which alarms are open.

    ``before``: alarms of earlier runs; the open ones go on. ``budget``: new alarms a week, None for no limit.
    """

    def __init__(self, before: Sequence[Alarm], budget: int | None) -> None:
        self.alarms = [alarm for alarm in before if alarm.open]
        self.budget = budget

    def take(self, week: int, found: Sequence[Alarm], stirring: Iterable[int]) -> None:
        """Enter a week. ``found``: alarms in order of importance; ``stirring``: slices above their bound."""
        self._close(week)
        busy = {alarm.slice for alarm in found} | set(stirring)
        self.alarms = [
            replace(alarm, last=max(week, alarm.last)) if alarm.open and alarm.slice in busy else alarm
            for alarm in self.alarms
        ]
        known = {alarm.slice for alarm in self.alarms if alarm.open}
        new = [alarm for alarm in found if alarm.slice not in known]
        self.alarms += new if self.budget is None else new[: self.budget]

    def read(self, week: int) -> list[Alarm]:
        """All alarms taken over or raised, in order of their weeks, as they stand after ``week``."""
        self._close(week + 1)
        return sorted(self.alarms, key=lambda alarm: alarm.week)

    def _close(self, week: int) -> None:
        """Close what has been quiet for three weeks before ``week``."""
        self.alarms = [
            replace(alarm, open=False) if alarm.open and week - alarm.last > QUIET else alarm for alarm in self.alarms
        ]
