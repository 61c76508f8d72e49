"""Verbs of follow-ups: a low score gets an owner and a time, and at the end a cause and an outcome."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from fupan.core import clock, weeks
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.desk.models import FollowUp, Survey, Ticket
from fupan.desk.policies import causes_seen_by, follow_ups_seen_by, may_work, tickets_seen_by
from fupan.desk.queries.surveys import late_follow_ups
from fupan.notify.models import Topic
from fupan.notify.services import tell
from fupan.people.models import Member, Role
from fupan.people.policies import may

LONGEST = timedelta(days=60)
AGAIN = timedelta(days=1)  # leads hear of it when it is a day overdue


def open_follow_up(survey: Survey, *, hours: int) -> FollowUp:
    """Somebody goes after a low score: who answered the ticket, else a lead. Call it inside a transaction."""
    ticket = survey.ticket
    found, first = FollowUp.objects.get_or_create(
        survey=survey,
        defaults={"owner": _owner_for(ticket), "due_at": clock.now() + timedelta(hours=hours)},
    )
    if first:
        record("desk.follow_up_opened", ticket, by=None, follow_up=found.pk, score=survey.score)
        _tell(found, [found.owner_id] if found.owner_id else [one.pk for one in _leads(ticket.workspace_id)])
    return found


def _owner_for(ticket: Ticket) -> Member | None:
    one = ticket.assignee
    if one is not None and one.active and may(one, "answer"):
        return one
    return next((lead for lead in _leads(ticket.workspace_id) if _sees(lead, ticket)), None)


def _leads(workspace_id: int) -> list[Member]:
    rows = Member.objects.filter(workspace_id=workspace_id, active=True, role=Role.LEAD)
    return list(rows.select_related("user").order_by("pk"))


def _sees(member: Member, ticket: Ticket) -> bool:
    return tickets_seen_by(member).filter(pk=ticket.pk).exists()


@transaction.atomic
def hand_over_follow_up(
    follow_up_id: int, *, owner_id: int | None, due_at: datetime, version: int, by: Member
) -> FollowUp:
    """Another owner, another time, or both."""
    found = _open(follow_up_id, version, by)
    ticket = found.survey.ticket
    owner = Member.objects.filter(pk=owner_id or 0, workspace_id=by.workspace_id, active=True).first()
    if owner is None or not may(owner, "answer") or not _sees(owner, ticket):
        raise Refused(_("Choose somebody who answers buyers of this shop."), code="no-owner")
    if not clock.now() < due_at <= clock.now() + LONGEST:
        raise Refused(_("It is due between now and 60 days from now."), code="bad-due")
    found.owner, found.due_at, found.version = owner, due_at, found.version + 1
    found.save(update_fields=["owner", "due_at", "version"])
    record("desk.follow_up_handed", ticket, by=by, follow_up=found.pk, owner=owner.pk)
    if owner.pk != by.pk:
        _tell(found, [owner.pk])
    return found


@transaction.atomic
def close_follow_up(follow_up_id: int, *, cause: str, outcome: str, version: int, by: Member) -> FollowUp:
    """What was behind it and what came of it; both are asked for, or nothing is learnt."""
    found = _open(follow_up_id, version, by)
    known = causes_seen_by(by).filter(code=cause, retired_at=None).first()
    if known is None:
        raise Refused(_("Choose the cause."), code="no-cause")
    if not outcome.strip():
        raise Refused(_("Say what came of it."), code="no-outcome")
    found.cause, found.outcome, found.done_at = known, outcome.strip()[:300], clock.now()
    found.version += 1
    found.save(update_fields=["cause", "outcome", "done_at", "version"])
    record("desk.follow_up_closed", found.survey.ticket, by=by, follow_up=found.pk, cause=known.code)
    return found


def chase_follow_ups() -> int:
    """Remind owners of what is overdue, and leads a day later; the number that heard of it."""
    now, told = clock.now(), 0
    for found in late_follow_ups(now):
        heard = [found.owner_id] if found.owner_id else []
        if found.due_at < now - AGAIN or not heard:
            heard += [lead.pk for lead in _leads(found.survey.ticket.workspace_id)]
        with transaction.atomic():
            fresh = _tell_late(found, heard)
            if fresh:
                record("desk.follow_up_chased", found.survey.ticket, by=None, follow_up=found.pk)
        told += fresh
    return told


def _open(follow_up_id: int, version: int, by: Member) -> FollowUp:
    if not may_work(by):
        raise Refused(_("Your role reads follow-ups; it does not change them."), code="not-allowed")
    rows = follow_ups_seen_by(by).select_for_update(of=("self",)).select_related("survey__ticket", "owner__user")
    found = rows.get(pk=follow_up_id)
    if found.done_at is not None:
        raise Refused(_("This follow-up is closed."), code="closed")
    if found.version != version:
        raise Refused(_("Somebody changed this follow-up meanwhile; look at it again."), code="changed")
    return found


def _tell(found: FollowUp, members: Iterable[int]) -> None:
    ticket = found.survey.ticket
    due = f"{found.due_at.astimezone(weeks.zone(ticket.workspace.timezone)):%m-%d %H:%M}"
    context = {"ticket": str(ticket), "score": found.survey.score, "due": due}
    tell(members, Topic.TICKET, "follow_up_given", context, _url(), f"follow-up:{found.pk}:{found.version}")


def _tell_late(found: FollowUp, members: Iterable[int]) -> int:
    context = {"ticket": str(found.survey.ticket), "owner": str(found.owner or "—")}
    once = f"follow-up-late:{found.pk}:{found.version}"
    return tell(members, Topic.TICKET, "follow_up_late", context, _url(), once)


def _url() -> str:
    return reverse("desk:follow_ups")
