"""The number that brought a problem before the meeting, frozen when it is chosen and read back later."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from fupan.core import weeks
from fupan.insight.metrics import METRICS
from fupan.insight.policies import facts_seen_by
from fupan.insight.queries.measure import measure
from fupan.insight.signal_words import Names
from fupan.people.models import Member
from fupan.review.meeting_words import days_of
from fupan.review.models import AgendaItem, Meeting, Problem
from fupan.review.problem_figures import Figures
from fupan.review.queries.figures import readable
from fupan.review.queries.problems import where_of

KIND = "trend"
Ref = dict[str, Any]


def frozen(member: Member, problem: Problem, meeting: Meeting) -> list[Ref]:
    """The weeks of a problem and its number in the meeting's period, as they stand now."""
    period = period_of(meeting)
    if period is None or problem.metric not in METRICS:
        return []
    counted = Figures(member, problem, Names(member))
    counted.last = min(weeks.week_of_day(period.end), counted.last)
    chart = counted.chart()
    if chart is not None:
        for words in ("labels", "marks", "slice", "urls"):
            chart.pop(words, None)
    return [
        {"kind": KIND, "id": problem.pk, "title": problem.title, "chart": chart,
         "number": _number(member, problem, period)},
    ]  # fmt: skip


def period_of(meeting: Meeting) -> weeks.Period | None:
    """The week or month the meeting is over; of a promotion the week of its last day."""
    days = days_of(meeting)
    if days is None:
        return None
    first, last = days
    if (last - first).days > 20:
        return weeks.month_period(first.year, first.month)
    return weeks.week_period(weeks.week_of_day(last))


def _number(member: Member, problem: Problem, period: weeks.Period) -> Ref | None:
    metric = METRICS[problem.metric]
    found = measure(
        facts_seen_by(member), [metric.code], period, where=readable(where_of(problem)), compare=("previous",), length=2
    )
    if not found:
        return None
    told = found[0]
    return {
        "metric": metric.code, "name": dict(metric.name), "value": told.value, "numerator": told.numerator,
        "denominator": told.denominator, "value_low": told.low, "value_high": told.high, "reason": told.reason,
        "comparisons": {name: asdict(one) if one else None for name, one in told.comparisons.items()},
    }  # fmt: skip


def kept(item: AgendaItem) -> Ref | None:
    """What was frozen for the problem of an item."""
    return next((one for one in item.refs if one["kind"] == KIND and one["id"] == item.problem_id), None)


def chart(ref: Ref | None) -> dict[str, Any] | None:
    """As the picture wants it, with its words."""
    told = (ref or {}).get("chart")
    if not told:
        return None
    words = {"observed": _("Observed"), "expected": _("Expected"), "upper": _("Upper bound")}
    return {**told, "labels": words, "urls": []}
