"""The reply clocks of desk over whole columns: the platform's (all days) and the office's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from fupan.desk import clocks as rules
from fupan.desk.clocks import OfficeRule
from fupan.insight.building import columns as col
from fupan.people.models import Workspace

_SECOND = col.HOUR // 3600
_DAY = 24 * col.HOUR
_EPOCH = date(1970, 1, 1)


def platform_limits(platforms: Sequence[str], kinds: Sequence[str], at: col.Instants) -> NDArray[np.float64]:
    """Hours within which the platform wants each message answered; NaN where it keeps no clock."""
    found: dict[tuple[str, int], float] = {}
    out = np.full(len(at), np.nan)
    for row, (platform, kind, day) in enumerate(zip(platforms, kinds, (at // _DAY).tolist(), strict=True)):
        if kind not in rules.CLOCKED_KINDS:
            continue
        if (platform, day) not in found:
            limit = rules.platform_limit(platform, _EPOCH + timedelta(days=day))
            found[platform, day] = np.nan if limit is None else limit / timedelta(hours=1)
        out[row] = found[platform, day]
    return out


def office_hours(
    workspace: Workspace, start: col.Instants, end: col.Instants, closed: Collection[date] = ()
) -> NDArray[np.float64]:
    """Office hours between two instants, without those of `closed` days; NaN where one is not told."""
    known = (start != col.NEVER) & (end != col.NEVER)
    out = np.full(len(start), np.nan)
    for office, chosen in _offices(workspace, start, known, closed):
        worked = office.worked(end[chosen]) - office.worked(start[chosen])
        out[chosen] = np.maximum(worked, 0) / col.HOUR
    return out


def office_due(workspace: Workspace, at: col.Instants, closed: Collection[date] = ()) -> col.Instants:
    """When the office clock runs out for what came in at `at`; nothing is worked on `closed` days."""
    out = np.full(len(at), col.NEVER, dtype=np.int64)
    for office, chosen in _offices(workspace, at, at != col.NEVER, closed):
        out[chosen] = office.when(office.worked(at[chosen]) + int(office.rule.hours * col.HOUR))
    return out


def _offices(
    workspace: Workspace, at: col.Instants, known: NDArray[np.bool_], closed: Collection[date]
) -> list[tuple[_Office, NDArray[np.int64]]]:
    """The rows that each dated rule holds for."""
    held = rules.office_rules()
    days = col.days(col.local(np.where(known, at, 0), [workspace.timezone] * len(at))) if len(at) else at
    since = np.array([(rule.since - _EPOCH).days for rule in held])
    which = np.maximum(np.searchsorted(since, days, side="right") - 1, 0)
    chosen = [np.flatnonzero(known & (which == place)) for place in range(len(held))]
    return [
        (_Office(rule, workspace.timezone, closed), rows) for rule, rows in zip(held, chosen, strict=True) if len(rows)
    ]


class _Office:
    """Office time as one running sum, so that every question is a subtraction."""

    def __init__(self, rule: OfficeRule, zone: str, closed: Collection[date]) -> None:
        self.rule, self.zone = rule, zone
        self.open = int(rule.start.hour * 3600 + rule.start.minute * 60 + rule.start.second) * _SECOND
        self.length = int(rule.daily) * _SECOND
        self.weekdays = np.array([day in rule.days for day in range(1, 8)], dtype=bool)  # Monday first
        self.before = np.concatenate([[0], np.cumsum(self.weekdays)])  # office days before that weekday
        off = sorted((day - _EPOCH).days for day in closed if day.isoweekday() in rule.days)
        self.closed = np.array(off, dtype=np.int64)
        self.closed_nth = self._nth(self.closed) - np.arange(len(off))  # office days before each, closed ones left out

    def worked(self, at: col.Instants) -> col.Instants:
        """Office time from a Monday long ago until `at`."""
        day, of_day = np.divmod(col.local(at, [self.zone] * len(at)), _DAY)
        works = self.weekdays[(day + 3) % 7] & ~np.isin(day, self.closed)
        today = np.where(works, np.clip(of_day - self.open, 0, self.length), 0)
        days = self._nth(day) - np.searchsorted(self.closed, day)
        return np.asarray(days * self.length + today, dtype=np.int64)

    def when(self, worked: col.Instants) -> col.Instants:
        """The instant at which that much office time is over (the inverse of `worked`)."""
        office_day, rest = np.divmod(worked - 1, self.length)  # the end of a day rather than the start of the next
        office_day += np.searchsorted(self.closed_nth, office_day, side="right")  # those that were closed
        week, nth = np.divmod(office_day, self.before[7])
        weekday = np.flatnonzero(self.weekdays)[nth]
        return self._utc((week * 7 + weekday - 3) * _DAY + self.open + rest + 1)

    def _nth(self, day: NDArray[np.int64]) -> NDArray[np.int64]:
        """Office days before it, whether closed or not."""
        week, weekday = np.divmod(day + 3, 7)  # day 0, 1 January 1970, was a Thursday
        return np.asarray(week * self.before[7] + self.before[weekday], dtype=np.int64)

    def _utc(self, wall: col.Instants) -> col.Instants:
        """Wall clock to UTC; office hours never fall into the hour that a clock change repeats or skips."""
        names = [self.zone] * len(wall)
        guess = wall - (col.local(wall, names) - wall)
        return wall - (col.local(guess, names) - guess)
