"""Verbs of time: remind the owner around the deadline, and hand up what stays overdue."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from fupan.action.models import OPEN_STATES, Action
from fupan.action.policies import actions_seen_by
from fupan.action.queries.board import day_in
from fupan.action.services.telling import tell_member
from fupan.core import clock
from fupan.core.events import record
from fupan.people.models import Member, Workspace
from fupan.people.policies import roles_that_may
from fupan.review.models import Meeting, MeetingState

SOON = timedelta(days=2)
PATIENCE = timedelta(days=3)


def remind_owners(workspace: Workspace) -> int:
    """Two days before, on the day, and the day after: once each; the number of reminders that went out.

    A day on which nothing ran is made up for, as long as its word still fits.
    """
    today = day_in(workspace)
    near = Action.objects.filter(workspace=workspace, state__in=OPEN_STATES, deadline__lte=today + SOON)
    told = 0
    for action in near.select_related("owner").order_by("pk"):
        told += _remind(action, today)
    return told


def _remind(action: Action, today: date) -> int:
    kind = "action_late" if action.deadline < today else "action_due" if action.deadline == today else "action_soon"
    with transaction.atomic():
        once = f"{kind}:{action.deadline.isoformat()}:{action.owner_id}"
        heard = tell_member(action.owner_id, action, kind, once=once)
        if heard:
            record("action.reminded", action, by=None, kind=kind)
    return heard


def escalate_overdue(workspace: Workspace) -> int:
    """What is overdue by more than three days is handed to the host of the review, once; the number handed up."""
    late = day_in(workspace) - PATIENCE
    rows = Action.objects.filter(workspace=workspace, state__in=OPEN_STATES, deadline__lt=late, escalated_at=None)
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    return sum(_escalate(pk) for pk in pks)


@transaction.atomic
def _escalate(action_id: int) -> bool:
    rows = Action.objects.select_for_update(of=("self",)).select_related("workspace", "owner__user", "meeting")
    action = rows.filter(pk=action_id, state__in=OPEN_STATES, escalated_at=None).first()
    if action is None:
        return False
    action.escalated_at = clock.now()
    action.save(update_fields=["escalated_at"])
    told = [member.pk for member in _hosts(action) if member.pk != action.owner_id]
    days = (day_in(action.workspace) - action.deadline).days
    for pk in told:
        tell_member(pk, action, "action_escalated", once=f"escalated:{action.deadline.isoformat()}",
                    owner=str(action.owner), days=days)  # fmt: skip
    record("action.escalated", action, by=None, to=told, days=days)
    return True


def _hosts(action: Action) -> list[Member]:
    """The host of its meeting, else of the next or newest one, else those who answer for the team."""
    meetings = Meeting.objects.filter(workspace_id=action.workspace_id).exclude(state=MeetingState.CANCELLED)
    own = meetings.filter(pk=action.meeting_id or 0)
    for found in (own, meetings.exclude(state=MeetingState.ENDED).order_by("planned_at"), meetings):
        hosts = Member.objects.filter(pk__in=[one.host_id for one in found[:1] if one.host_id], active=True)
        seeing = [host for host in hosts if actions_seen_by(host).filter(pk=action.pk).exists()]
        if seeing and seeing[0].pk != action.owner_id:
            return seeing
    leads = Member.objects.filter(
        workspace_id=action.workspace_id, active=True, role__in=roles_that_may("close_unproved")
    )
    return list(leads.order_by("pk"))
