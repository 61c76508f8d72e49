"""Meetings as the pages list them, and what a running one needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from fupan.commerce.models import Promotion
from fupan.core import clock
from fupan.people.models import Member
from fupan.people.policies import members_seen_by
from fupan.review.models import (
    UNDER_WAY,
    AgendaItem,
    Attendance,
    Entry,
    EntryKind,
    Meeting,
    MeetingState,
    Presence,
    Problem,
)
from fupan.review.policies import entries_seen_by, meetings_seen_by, problems_seen_by

Rows = QuerySet[Meeting]
TYPING = 7  # seconds a sign of typing lasts
LEFT_OVER = 12  # weeks


def listed(member: Member) -> Rows:
    related = meetings_seen_by(member).select_related("host__user")
    return related.annotate(
        decided=Count("entries", filter=Q(entries__kind=EntryKind.DECISION), distinct=True),
        asked=Count("attendances", distinct=True),
        came=Count("attendances", filter=Q(attendances__presence=Presence.PRESENT), distinct=True),
    )


def coming(member: Member) -> list[Meeting]:
    """Running ones, then planned ones by time."""
    rows = list(listed(member).filter(state__in=(MeetingState.RUNNING, MeetingState.PLANNED)))
    return sorted(rows, key=lambda one: (one.state != MeetingState.RUNNING, one.planned_at))


def held(member: Member) -> Rows:
    return listed(member).filter(state=MeetingState.ENDED).order_by("-ended_at", "-pk")


def next_one(member: Member) -> Meeting | None:
    """The running one, else the next that is planned."""
    return next(iter(coming(member)), None)


def of_period(member: Member, label: str) -> Meeting | None:
    """The review of a week or month that was not cancelled."""
    rows = meetings_seen_by(member).filter(period=label).exclude(state=MeetingState.CANCELLED)
    return rows.order_by("-pk").first()


def find(member: Member, pk: int) -> Meeting | None:
    related = meetings_seen_by(member).select_related("workspace", "host__user", "recorder__user")
    return related.filter(pk=pk).first()


def digging_into(member: Member, problem: Problem) -> Meeting | None:
    """The running meeting whose deep dive is this problem: what is decided now belongs to it."""
    return meetings_seen_by(member).filter(state=MeetingState.RUNNING, agenda__problem=problem).order_by("pk").first()


def promotions(member: Member) -> list[Promotion]:
    """Those that are over and have no review yet, newest first."""
    reviewed = meetings_seen_by(member).exclude(state=MeetingState.CANCELLED).exclude(promotion_id=None)
    over = Promotion.objects.filter(workspace_id=member.workspace_id, end__lt=clock.today())
    return list(over.exclude(pk__in=reviewed.values("promotion_id")).order_by("-end")[:12])


def agenda_for(member: Member, meeting: Meeting) -> list[AgendaItem]:
    """The items of a meeting; a problem that is not for this reader is left out of them."""
    agenda = list(meeting.agenda.select_related("problem__owner__user", "problem__signal"))
    seen = set(problems_seen_by(member).filter(agenda_items__in=agenda).values_list("pk", flat=True))
    for item in agenda:
        if item.problem_id is not None and item.problem_id not in seen:
            item.problem = None
    return agenda


def current(agenda: Sequence[AgendaItem]) -> AgendaItem | None:
    return next((one for one in agenda if one.started_at is not None), None)


def upcoming(agenda: Sequence[AgendaItem]) -> AgendaItem | None:
    return next((one for one in agenda if one.started_at is None and one.ended_at is None), None)


# What waits for somebody


def waiting_for(meeting: Meeting, attends: Attendance) -> int:
    """How many actions on the agenda are theirs or their department's."""
    departments = {one.pk for one in attends.member.departments.all()}
    refs = (ref for item in meeting.agenda.all() for ref in item.refs if ref["kind"] == "action")
    mine = {
        ref["id"]
        for ref in refs
        if ref.get("owner_id") == attends.member_id or (ref.get("department_id") in departments and departments)
    }
    return len(mine)


def not_asked(member: Member, meeting: Meeting) -> list[Member]:
    """Colleagues who see every shop and are not invited."""
    known = meeting.attendances.values("member_id")
    rows = members_seen_by(member).filter(active=True, shop_ids=[]).exclude(pk__in=known)
    return list(rows.order_by("pk"))


def left_over(meeting: Meeting, member: Member) -> list[Entry]:
    """What earlier meetings parked and no agenda has taken up since."""
    rows = entries_seen_by(member).filter(kind=EntryKind.PARKED, meeting__state=MeetingState.ENDED)
    rows = rows.exclude(meeting=meeting).select_related("meeting", "by__user").order_by("-at", "-pk")[:60]
    taken = {
        ref["id"]
        for item in AgendaItem.objects.filter(meeting__workspace_id=member.workspace_id, code="own")
        for ref in item.refs
        if ref["kind"] == "parked"
    }
    return [one for one in rows if one.pk not in taken][:LEFT_OVER]


# The problem to dig into


def choices(member: Member, meeting: Meeting) -> list[Problem]:
    """Problems under way, the one of the strongest signal first."""
    rows = list(problems_seen_by(member).filter(state__in=UNDER_WAY).select_related("signal")[:50])
    strongest = [_slice(one) for one in meeting.snapshot.get("signals") or ()]

    def rank(problem: Problem) -> tuple[int, int]:
        return (strongest.index(problem.slice) if problem.slice in strongest else len(strongest), -problem.pk)

    return sorted(rows, key=rank)


def _slice(entry: Any) -> str:
    return "&".join(f"{name}={value}" for name, value in sorted(entry["slice"].items()))


# Who is typing


def say_typing(meeting: Meeting, member: Member) -> None:
    cache.set(_typing_key(meeting.pk, member.pk), 1, timeout=TYPING)


def typing(meeting: Meeting, member: Member, attends: Sequence[Attendance]) -> list[str]:
    """Names of the others who write just now."""
    keys = {_typing_key(meeting.pk, one.member_id): one for one in attends if one.member_id != member.pk}
    found = cache.get_many(keys) if keys else {}
    return [str(one.member) for key, one in keys.items() if key in found]


def _typing_key(meeting_id: int, member_id: int) -> str:
    return f"typing:{meeting_id}:{member_id}"
