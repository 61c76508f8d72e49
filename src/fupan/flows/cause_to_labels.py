"""A cause was confirmed, or taken up again -> the tickets that prove it and those of the problem are labelled."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from fupan.core.events import when
from fupan.core.models import Event
from fupan.desk.models import Cause, Ticket
from fupan.desk.services import set_cause
from fupan.people.models import Member
from fupan.review.models import Problem, Why, WhyState


@when("review.cause_confirmed", "review.evidence_added", "review.tickets_linked")
def label_tickets(event: Event) -> None:
    by = Member.objects.filter(pk=event.actor_id or 0).first()
    for why in _confirmed(event.subject_id or 0):
        if "why" in event.data and not _concerns(why, event.data["why"]):
            continue
        for ticket in _unlabelled(why):
            _set(ticket, why.cause, by)


@when("review.cause_unconfirmed")
def unlabel_tickets(event: Event) -> None:
    """Tickets that have the cause from this problem lose it, unless another branch of it says the same."""
    problem, code = event.subject_id or 0, event.data.get("cause", "")
    standing = _confirmed(problem)
    if not code or any(why.cause is not None and why.cause.code == code for why in standing):
        return
    by = Member.objects.filter(pk=event.actor_id or 0).first()
    held_up = Q(pk__in=Why.objects.filter(problem=problem).values("evidence__tickets"))
    for ticket in Ticket.objects.filter(held_up | _linked(problem), cause_confirmed__code=code):
        set_cause(ticket, "", by=by, confirmed=True)
    for why in standing:
        for ticket in _unlabelled(why):
            _set(ticket, why.cause, by)


def _confirmed(problem: int) -> list[Why]:
    """Its root causes, the oldest first."""
    rows = Why.objects.filter(problem=problem, state=WhyState.CONFIRMED, cause__retired_at=None).exclude(cause=None)
    return list(rows.select_related("cause", "parent", "problem").order_by("pk"))


def _concerns(why: Why, changed: int) -> bool:
    return changed in _path(why)


def _path(why: Why) -> list[int]:
    """From the confirmed leaf up to what happens."""
    found, step = [why.pk], why.parent
    while step is not None:
        found.append(step.pk)
        step = step.parent
    return found


def _linked(problem: int) -> Q:
    return Q(pk__in=Problem.objects.filter(pk=problem).values("links__ticket"))


def _unlabelled(why: Why) -> Iterator[Ticket]:
    """Tickets that prove this very leaf; of its branch and of the problem those without a confirmed cause."""
    yield from _of_leaf(why)
    yield from _of_branch(why)


def _of_leaf(why: Why) -> list[Ticket]:
    proving = Ticket.objects.filter(pk__in=Why.objects.filter(pk=why.pk).values("evidence__tickets"))
    return list(proving.exclude(cause_confirmed=why.cause).order_by("pk"))


def _of_branch(why: Why) -> list[Ticket]:
    above = Q(pk__in=Why.objects.filter(pk__in=_path(why)[1:]).values("evidence__tickets"))
    return list(Ticket.objects.filter(above | _linked(why.problem_id), cause_confirmed=None))


def _set(ticket: Ticket, cause: Cause | None, by: Member | None) -> None:
    if cause is not None:
        set_cause(ticket, cause.code, by=by, confirmed=True)
