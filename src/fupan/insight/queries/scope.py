"""What is being asked: which facts, which buckets, cut and narrowed how. Read once, used by many questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fupan.core.weeks import Period, week_of_day
from fupan.desk.models import IssueType
from fupan.insight import exposure
from fupan.insight.calendar import TREND, Calendar, of_period
from fupan.insight.coverage import Arrived
from fupan.insight.exposure import Exposures
from fupan.insight.facts import FactsView, Reading
from fupan.insight.metrics import Metric
from fupan.insight.sums import Cube, Extra, Question, Where, add_up


@dataclass
class Scope:
    """A view, a bucket and those it is held against."""

    reading: Reading
    calendar: Calendar
    bucket: int
    by: tuple[str, ...] = ()
    where: Where = field(default_factory=dict)
    extra: Extra | None = None
    length: int = TREND
    year: bool = True

    @property
    def trend(self) -> list[int]:
        return self.calendar.trend(self.bucket, self.length)

    @cached_property
    def buckets(self) -> list[int]:
        """The trend, oldest first, and behind it the bucket a year before."""
        return [*self.trend, self.calendar.a_year_before(self.bucket)] if self.year else self.trend

    @property
    def now(self) -> int:
        return self.length - 1

    @cached_property
    def arrived(self) -> Arrived:
        return Arrived.of(self.reading.view)

    @cached_property
    def exposures(self) -> Exposures:
        return exposure.load(self.reading, self.calendar, self.buckets, self.arrived, by=self.by, where=self.where)

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """Buckets since facts began; before that, nothing is not zero."""
        weeks = [*self.reading.weeks("tickets")[:1], *self.reading.weeks("orders")[:1]]
        last = [week_of_day(self.calendar.last_day(bucket)) for bucket in self.buckets]
        return np.array([bool(weeks) and week >= min(weeks) for week in last])

    def add_up(self, question: Question, *, look_back: int = 0) -> Cube:
        weeks = self.calendar.files(self.buckets, back=look_back)
        if look_back:  # those files hold many rows of other buckets
            question = replace(question, only=tuple(self.buckets))
        return add_up(self.reading, question, shops=self.arrived.shops, buckets=self.buckets, weeks=weeks)

    def question(self, metric: Metric, **more: object) -> Question:
        return Question(
            table=metric.table,
            measures={},
            clock=self.calendar.clock(metric),
            by=self.by,
            where=tuple((name, tuple(values)) for name, values in sorted(self.where.items())),
            extra=self.extra,
            **more,  # type: ignore[arg-type]
        )


def scope_of(
    view: FactsView,
    period: Period,
    *,
    by: Sequence[str] = (),
    where: Mapping[str, str | Sequence[str]] | None = None,
) -> Scope:
    """The scope of a review period; an issue type stands for all types below it."""
    calendar, bucket = of_period(period)
    return Scope(view.read(), calendar, bucket, tuple(by), narrowed(view.workspace_id, where or {}))


def narrowed(workspace_id: int, where: Mapping[str, str | Sequence[str]]) -> Where:
    found = {name: [value] if isinstance(value, str) else list(value) for name, value in where.items()}
    if "issue_type" in found:
        found["issue_type"] = sorted(below(workspace_id, found["issue_type"]))
    return found


def below(workspace_id: int, codes: Sequence[str]) -> set[str]:
    """These issue types and all under them ("none" is the unlabelled)."""
    parents = IssueType.objects.filter(workspace_id=workspace_id).values_list("code", "parent__code")
    found = {"" if code == "none" else code for code in codes}
    for _level in range(8):
        more = {code for code, parent in parents if parent in found} - found
        if not more:
            break
        found |= more
    return found
