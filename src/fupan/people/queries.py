"""Questions about people, named as the screens name them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from fupan.core import clock
from fupan.core.models import Event
from fupan.people.models import ApiToken, Invitation, Member, User
from fupan.people.policies import events_seen_by, invitations_seen_by, members_seen_by
from fupan.people.secrets import fingerprint


def open_invitation(token: str) -> Invitation | None:
    """The invitation behind a link, while it can still be accepted."""
    return (
        Invitation.objects.filter(
            token_hash=fingerprint(token), accepted_at=None, revoked_at=None, expires_at__gt=clock.now()
        )
        .select_related("workspace")
        .first()
    )


def waiting_invitations(member: Member) -> QuerySet[Invitation]:
    return invitations_seen_by(member).filter(accepted_at=None, revoked_at=None).order_by("-pk")


def colleagues(member: Member) -> QuerySet[Member]:
    return members_seen_by(member).prefetch_related("departments").order_by("-active", "user__name")


def memberships(user: User) -> QuerySet[Member]:
    """Where a person works."""
    return Member.objects.filter(user=user, active=True).select_related("workspace").order_by("pk")


def living_token(secret: str) -> ApiToken | None:
    """The key of a program, if it still counts and its member does."""
    return (
        ApiToken.objects.filter(token_hash=fingerprint(secret), revoked_at=None, member__active=True)
        .select_related("member__workspace", "member__user")
        .first()
    )


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What the audit log is narrowed to; days are days of the workspace's clock."""

    stage: str = ""  # first part of the event's name: "desk", "intake" ...
    actor: int | None = None
    first_day: date | None = None
    last_day: date | None = None


def events_of(member: Member, chosen: EventFilter) -> QuerySet[Event]:
    """The audit log, newest first."""
    rows = events_seen_by(member).order_by("-pk")
    if chosen.stage:
        rows = rows.filter(name__startswith=f"{chosen.stage}.")
    if chosen.actor is not None:
        rows = rows.filter(actor_id=chosen.actor)
    return rows.filter(**_between(chosen, member.workspace.timezone))


def _between(chosen: EventFilter, timezone: str) -> dict[str, Any]:
    zone = ZoneInfo(timezone)
    bounds: dict[str, datetime] = {}
    if chosen.first_day:
        bounds["at__gte"] = datetime.combine(chosen.first_day, time(), zone)
    if chosen.last_day:
        bounds["at__lt"] = datetime.combine(chosen.last_day + timedelta(days=1), time(), zone)
    return bounds
