"""The clock of a meeting: minutes planned and used, when it is expected to end, how far behind it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fupan.review.models import AgendaCode, AgendaItem, MeetingKind

SHORTEST, LONGEST = 60, 90  # minutes a review should take in all
USUAL: dict[str, tuple[tuple[AgendaCode, int], ...]] = {
    MeetingKind.WEEKLY: (
        (AgendaCode.LAST_ACTIONS, 10), (AgendaCode.BRIEFING, 15), (AgendaCode.DEEP_DIVE, 30),
        (AgendaCode.ACTIONS, 15), (AgendaCode.CLOSE, 5),
    ),
    MeetingKind.MONTHLY: (
        (AgendaCode.LAST_ACTIONS, 15), (AgendaCode.BRIEFING, 20), (AgendaCode.DEEP_DIVE, 30),
        (AgendaCode.ACTIONS, 15), (AgendaCode.CLOSE, 10),
    ),
    MeetingKind.PROMOTION: (
        (AgendaCode.LAST_ACTIONS, 10), (AgendaCode.BRIEFING, 20), (AgendaCode.DEEP_DIVE, 30),
        (AgendaCode.ACTIONS, 15), (AgendaCode.CLOSE, 5),
    ),
}  # fmt: skip


def used(item: AgendaItem, now: datetime) -> int:
    """Seconds an item has taken so far."""
    running = int((now - item.started_at).total_seconds()) if item.started_at else 0
    return item.spent + max(0, running)


@dataclass(frozen=True, slots=True)
class Pace:
    """How the meeting goes; seconds."""

    planned: int  # of the whole agenda
    behind: int  # over plan so far; never negative
    ahead: int  # planned for what is still to come
    ends: datetime


def pace(agenda: Sequence[AgendaItem], now: datetime) -> Pace:
    """Items that are done or running took what they took; the running one and the rest still get their plan."""
    behind, ahead, left = 0, 0, 0
    for item in agenda:
        plan, took = item.minutes * 60, used(item, now)
        if item.ended_at is not None:
            behind += took - plan
        elif item.started_at is not None:
            behind += max(0, took - plan)
            left += max(0, plan - took)
        else:
            ahead += plan
    planned = sum(item.minutes for item in agenda) * 60
    return Pace(planned, max(0, behind), ahead, now + timedelta(seconds=left + ahead))
