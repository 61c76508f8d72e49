"""ISO weeks as integers yyyyww (202646), and the periods a review is held over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused

YEARS = range(1900, 3000)  # what a person may mean


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The time zone of that name; Refused when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as missing:
        raise Refused(_("There is no time zone “%(name)s”.") % {"name": name}, code="no-such-zone") from missing


@lru_cache(maxsize=4096)
def week_of_day(day: date) -> int:
    year, week, _weekday = day.isocalendar()
    return year * 100 + week


def week_of(instant: datetime, timezone: str = "UTC") -> int:
    """The ISO week of an aware instant on the wall clock of `timezone`."""
    return week_of_day(instant.astimezone(zone(timezone)).date())


def monday(week: int) -> date:
    return date.fromisocalendar(week // 100, week % 100, 1)


def shift(week: int, by: int) -> int:
    """The week `by` weeks later (earlier when negative)."""
    return week_of_day(monday(week) + timedelta(weeks=by))


def between(first: int, last: int) -> list[int]:
    """All weeks from `first` to `last`, both included."""
    days = (monday(last) - monday(first)).days
    return [week_of_day(monday(first) + timedelta(days=step)) for step in range(0, days + 1, 7)]


def a_year_before(week: int) -> int:
    """The week 52 weeks earlier: the same season, whole weeks."""
    return shift(week, -52)


def label(week: int) -> str:
    """`2026-W46`."""
    return f"{week // 100}-W{week % 100:02d}"


def parse_week(text: str) -> int:
    """`2026-W46`, `2026W46`, `2026-46` or `202646`; Refused otherwise."""
    found = re.fullmatch(r"(\d{4})-?[Ww]?(\d{1,2})", text.strip())
    if found and int(found[1]) in YEARS:
        year, number = int(found[1]), int(found[2])
        try:
            date.fromisocalendar(year, number, 1)
        except ValueError:
            pass
        else:
            return year * 100 + number
    raise Refused(_("“%(text)s” is not an ISO week; write it like 2026-W46.") % {"text": text}, code="not-a-week")


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days a review looks at; `end` is the last day, included."""

    kind: str  # "week" | "month"
    label: str  # "2026-W46" | "2026-11"
    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def weeks(self) -> list[int]:
        """ISO weeks that have at least one day in the period."""
        return between(week_of_day(self.start), week_of_day(self.end))

    def previous(self, steps: int = 1) -> Period:
        """The period of the same kind, `steps` earlier (later when negative)."""
        if self.kind == "week":
            return week_period(shift(week_of_day(self.start), -steps))
        index = self.start.year * 12 + self.start.month - 1 - steps
        return month_period(index // 12, index % 12 + 1)

    def a_year_before(self) -> Period:
        if self.kind == "week":
            return week_period(a_year_before(week_of_day(self.start)))
        return month_period(self.start.year - 1, self.start.month)

    def bounds(self, timezone: str) -> tuple[datetime, datetime]:
        """First instant, and the first instant after, in UTC, of the period on that wall clock."""
        local = zone(timezone)
        first = datetime(self.start.year, self.start.month, self.start.day, tzinfo=local)
        after = self.end + timedelta(days=1)
        return first.astimezone(UTC), datetime(after.year, after.month, after.day, tzinfo=local).astimezone(UTC)


def week_period(week: int) -> Period:
    first = monday(week)
    return Period("week", label(week), first, first + timedelta(days=6))


def month_period(year: int, month: int) -> Period:
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    return Period("month", f"{year}-{month:02d}", first, after - timedelta(days=1))


def parse_month(text: str) -> Period:
    found = re.fullmatch(r"(\d{4})-(\d{1,2})", text.strip())
    if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) not in YEARS:
        raise Refused(_("“%(text)s” is not a month; write it like 2026-11.") % {"text": text}, code="not-a-month")
    return month_period(int(found[1]), int(found[2]))


def last_whole_week(today: date) -> int:
    """The newest ISO week that is over."""
    return week_of_day(today - timedelta(weeks=1))
