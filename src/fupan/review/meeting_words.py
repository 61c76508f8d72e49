"""Meetings in words: what one is called, what it is over, what an item of its agenda is about."""

from __future__ import annotations

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from fupan.commerce.models import Promotion
from fupan.core import weeks
from fupan.core.errors import Refused
from fupan.review.models import AgendaCode, AgendaItem, Meeting, MeetingKind

ITEMS: dict[str, Promise] = {
    AgendaCode.LAST_ACTIONS: _lazy("Last actions"),
    AgendaCode.BRIEFING: _lazy("Data briefing"),
    AgendaCode.DEEP_DIVE: _lazy("Deep dive of the top problem"),
    AgendaCode.ACTIONS: _lazy("Decide actions"),
    AgendaCode.CLOSE: _lazy("Close and confirm"),
}
ABOUT: dict[str, Promise] = {
    AgendaCode.LAST_ACTIONS: _lazy("open and overdue ones, verdicts due"),
    AgendaCode.BRIEFING: _lazy("frozen from the pack"),
    AgendaCode.DEEP_DIVE: _lazy("number, replay, five whys"),
    AgendaCode.ACTIONS: _lazy("owner, deadline, target"),
    AgendaCode.CLOSE: _lazy("read the decisions, send the minutes"),
}


def item_name(item: AgendaItem) -> str:
    return item.title or str(ITEMS.get(item.code, item.code))


def period_name(meeting: Meeting) -> str:
    """What the meeting looks at: week 46, November 2026, 11.11 2026."""
    if meeting.kind == MeetingKind.PROMOTION:
        found = Promotion.objects.filter(workspace_id=meeting.workspace_id, pk=meeting.promotion_id or 0).first()
        return found.name if found else meeting.period
    return label_name(meeting.period)


def label_name(label: str) -> str:
    """A week or month in words; anything else as it is."""
    try:
        if "W" in label:
            week = weeks.parse_week(label)
            return _("%(year)s week %(week)s") % {"year": week // 100, "week": week % 100}
        month = weeks.parse_month(label).start
    except Refused:
        return label
    return _("%(year)s-%(month)s") % {"year": month.year, "month": f"{month.month:02d}"}


def name(meeting: Meeting) -> str:
    """Weekly review · 2026 week 46."""
    return meeting.title or f"{meeting.get_kind_display()} · {period_name(meeting)}"


def days_of(meeting: Meeting) -> tuple[date, date] | None:
    """First and last day of what the meeting looks at."""
    if meeting.kind == MeetingKind.PROMOTION:
        found = Promotion.objects.filter(workspace_id=meeting.workspace_id, pk=meeting.promotion_id or 0).first()
        return (found.start, found.end) if found else None
    try:
        weekly = "W" in meeting.period
        period = weeks.week_period(weeks.parse_week(meeting.period)) if weekly else weeks.parse_month(meeting.period)
    except Refused:
        return None
    return period.start, period.end


def clock_text(seconds: int) -> str:
    """9:12 as on the agenda."""
    minutes, rest = divmod(max(0, seconds), 60)
    return f"{minutes}:{rest:02d}"


def long_clock(seconds: int) -> str:
    """00:31:24 as in the head."""
    hours, rest = divmod(max(0, seconds), 3600)
    return f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
