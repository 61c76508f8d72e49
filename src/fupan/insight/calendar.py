"""Periods as buckets: whole numbers that name a week (202646), a month (202611) or a day (20261109)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from fupan.core import weeks
from fupan.core.weeks import Period
from fupan.insight.metrics import Metric

Grain = Literal["week", "month", "day"]
TREND = 13


@dataclass(frozen=True)
class Calendar:
    """Arithmetic on buckets of one grain."""

    grain: Grain

    def bucket(self, day: date) -> int:
        if self.grain == "week":
            return weeks.week_of_day(day)
        return day.year * 100 + day.month if self.grain == "month" else int(f"{day:%Y%m%d}")

    def first_day(self, bucket: int) -> date:
        if self.grain == "week":
            return weeks.monday(bucket)
        if self.grain == "month":
            return date(bucket // 100, bucket % 100, 1)
        return date(bucket // 10000, bucket // 100 % 100, bucket % 100)

    def shift(self, bucket: int, by: int) -> int:
        if self.grain == "week":
            return weeks.shift(bucket, by)
        if self.grain == "month":
            index = bucket // 100 * 12 + bucket % 100 - 1 + by
            return index // 12 * 100 + index % 12 + 1
        return self.bucket(self.first_day(bucket) + timedelta(days=by))

    def last_day(self, bucket: int) -> date:
        return self.first_day(self.shift(bucket, 1)) - timedelta(days=1)

    def a_year_before(self, bucket: int) -> int:
        return self.shift(bucket, {"week": -52, "month": -12, "day": -364}[self.grain])

    def trend(self, bucket: int, length: int = TREND) -> list[int]:
        """The last `length` buckets, `bucket` included."""
        return [self.shift(bucket, step) for step in range(1 - length, 1)]

    def label(self, bucket: int) -> str:
        if self.grain == "week":
            return weeks.label(bucket)
        return f"{self.first_day(bucket):%Y-%m}" if self.grain == "month" else self.first_day(bucket).isoformat()

    def files(self, buckets: Iterable[int], *, back: int = 0) -> set[int]:
        """ISO weeks whose files hold these buckets, and `back` weeks before each."""
        found: set[int] = set()
        for bucket in buckets:
            last = weeks.week_of_day(self.last_day(bucket))
            found.update(weeks.between(weeks.shift(weeks.week_of_day(self.first_day(bucket)), -back), last))
        return found

    def clock(self, metric: Metric) -> str:
        """The column that says in which bucket a row of this metric counts."""
        if self.grain == "day":
            return "day"
        return metric.clock[0] if self.grain == "week" else metric.clock[1]


def of_period(period: Period) -> tuple[Calendar, int]:
    """The calendar a review of this period is held on, and its bucket."""
    calendar = Calendar("month" if period.kind == "month" else "week")
    return calendar, calendar.bucket(period.start)
