"""Reply clocks: the marketplace's (all days) and our own (office time), as dated rules in `clocks.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from fupan.core.weeks import zone

CLOCKED_KINDS = ("inquiry",)  # what a marketplace's reply clock runs on
_MONDAY = date(2000, 1, 3)


@dataclass(frozen=True, slots=True)
class PlatformRule:
    platform: str
    since: date
    hours: float


@dataclass(frozen=True, slots=True)
class OfficeRule:
    since: date
    days: frozenset[int]  # ISO weekdays
    start: time
    end: time
    hours: float

    @property
    def daily(self) -> float:
        """Office seconds of one office day."""
        return _seconds(self.end) - _seconds(self.start)

    @property
    def weekly(self) -> float:
        return self.daily * len(self.days)


@cache
def platform_rules() -> tuple[PlatformRule, ...]:
    """Oldest first."""
    rows = [PlatformRule(row["platform"], row["from"], row["hours"]) for row in _read()["platform"]]
    return tuple(sorted(rows, key=lambda rule: rule.since))


@cache
def office_rules() -> tuple[OfficeRule, ...]:
    rows = [
        OfficeRule(row["from"], frozenset(row["days"]), row["start"], row["end"], row["hours"])
        for row in _read()["office"]
    ]
    return tuple(sorted(rows, key=lambda rule: rule.since))


def platform_limit(platform: str, day: date) -> timedelta | None:
    """How long the marketplace gives on that day; None where it keeps no clock."""
    holding = [rule for rule in platform_rules() if rule.platform == platform and rule.since <= day]
    return timedelta(hours=holding[-1].hours) if holding else None


def platform_due(platform: str, asked: datetime) -> datetime | None:
    """Until when a message of that instant must be answered on the marketplace's clock."""
    limit = platform_limit(platform, asked.date())
    return asked + limit if limit is not None else None


def office_limit(day: date) -> timedelta:
    return timedelta(hours=_office_on(day).hours)


def office_elapsed(start: datetime, end: datetime, timezone: str, closed: Collection[date] = ()) -> timedelta:
    """Office time between two instants on the wall clock of `timezone`, by the rule of the first day."""
    local, until = start.astimezone(zone(timezone)), end.astimezone(zone(timezone))
    rule = _office_on(local.date())
    worked = _position(rule, until) - _position(rule, local)
    for day in closed:
        if day.isoweekday() in rule.days and local.date() <= day <= until.date():
            opens = datetime.combine(day, rule.start, local.tzinfo)
            shuts = datetime.combine(day, rule.end, local.tzinfo)
            worked -= max(0.0, (min(until, shuts) - max(local, opens)).total_seconds())
    return timedelta(seconds=max(0.0, worked))


def office_due(asked: datetime, timezone: str, closed: Collection[date] = ()) -> datetime:
    """Until when we promise an answer: `hours` of office time after `asked`; nothing is worked on `closed` days."""
    local = asked.astimezone(zone(timezone))
    rule = _office_on(local.date())
    left = rule.hours * 3600
    day = local.date()
    while True:
        if day.isoweekday() in rule.days and day not in closed:
            opens = datetime.combine(day, rule.start, local.tzinfo)
            begin = max(opens, local)
            room = (datetime.combine(day, rule.end, local.tzinfo) - begin).total_seconds()
            if room >= left:
                return (begin + timedelta(seconds=left)).astimezone(asked.tzinfo)
            left -= max(0.0, room)
        day += timedelta(days=1)


def promised_since(day: date, closed: Collection[date]) -> date:
    """The earliest day from which a promise may still run on that day."""
    rule, earliest = _office_on(day), day
    left = rule.hours * 3600
    while left > 0:
        earliest -= timedelta(days=1)
        left -= rule.daily if earliest.isoweekday() in rule.days and earliest not in closed else 0
    return earliest


def _position(rule: OfficeRule, local: datetime) -> float:
    """Office seconds from a Monday long ago until `local`."""
    weeks, weekday = divmod((local.date() - _MONDAY).days, 7)
    whole = sum(1 for day in rule.days if day <= weekday)
    today = min(max(_seconds(local.time()) - _seconds(rule.start), 0.0), rule.daily)
    return weeks * rule.weekly + whole * rule.daily + (today if weekday + 1 in rule.days else 0.0)


def _office_on(day: date) -> OfficeRule:
    holding = [rule for rule in office_rules() if rule.since <= day]
    return holding[-1] if holding else office_rules()[0]


def _seconds(moment: time) -> float:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "clocks.toml").read_text("utf-8"))
