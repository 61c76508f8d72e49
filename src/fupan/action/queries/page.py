"""One action and all that hangs on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from fupan.action.models import Action, GuestLink, Proof
from fupan.action.policies import actions_seen_by, guest_links_seen_by
from fupan.core import clock
from fupan.core.models import Event
from fupan.people.models import Member
from fupan.people.secrets import fingerprint
from fupan.review.models import Meeting, Problem

SHOWN_EVENTS = 60


def find(member: Member, number: int) -> Action | None:
    rows = actions_seen_by(member).select_related(
        "owner__user", "department", "problem", "why__cause", "meeting", "copied_from", "workspace", "created_by__user"
    )
    return rows.filter(number=number).distinct().first()


def proof_of(member: Member, pk: int) -> Proof | None:
    rows = Proof.objects.filter(action__in=actions_seen_by(member)).select_related("action", "attachment")
    return rows.filter(pk=pk).first()


def links_of(member: Member, action: Action) -> QuerySet[GuestLink]:
    rows = guest_links_seen_by(member).filter(action=action).select_related("made_by__user")
    return rows.order_by("-pk")


def guest_link(token: str) -> GuestLink | None:
    """The link behind an address, while it counts."""
    rows = GuestLink.objects.filter(token_hash=fingerprint(token), revoked_at=None, expires_at__gt=clock.now())
    return rows.select_related("action__workspace", "action__owner__user", "action__department").first()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an action's history."""

    event: Event
    who: str  # "" = the product itself


def history(action: Action) -> list[Line]:
    """Newest first."""
    rows = Event.objects.filter(
        workspace_id=action.workspace_id, subject_kind=action._meta.label_lower, subject_id=action.pk
    )
    events = list(rows.order_by("-pk")[:SHOWN_EVENTS])
    members = Member.objects.filter(pk__in={one.actor_id for one in events if one.actor_id}).select_related("user")
    names = {one.pk: str(one) for one in members}
    guests = dict(action.guest_links.values_list("pk", "name"))
    return [Line(one, names.get(one.actor_id or 0) or guests.get(one.data.get("guest"), "")) for one in events]


def of_problem(member: Member, problem: Problem) -> QuerySet[Action]:
    rows = actions_seen_by(member).filter(problem=problem).select_related("owner__user", "department", "workspace")
    return rows.order_by("-round", "deadline", "pk")


def of_meeting(member: Member, meeting: Meeting) -> dict[str, Any]:
    """What the meeting before decided and what else is overdue, and what this one has decided so far."""
    rows = actions_seen_by(member).select_related("owner__user", "department", "workspace")
    earlier = Meeting.objects.filter(
        workspace_id=meeting.workspace_id, kind=meeting.kind, planned_at__lt=meeting.planned_at, state="ended"
    ).order_by("-planned_at")
    last = earlier.first()
    return {
        "last": last,
        "decided_then": rows.filter(meeting=last).order_by("deadline", "pk") if last is not None else rows.none(),
        "decided_now": rows.filter(meeting=meeting).order_by("pk"),
        "open": rows.filter(state__in=("todo", "doing")).exclude(meeting=meeting),
    }
