"""A ticket handed up with what was tried and what is asked; somebody decides in time, or the default does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.desk.models import (
    Escalation,
    EscalationPath,
    EscalationState,
    Message,
    MessageSide,
    Resolution,
    Ticket,
    TicketState,
)
from fupan.desk.policies import paths_seen_by, tickets_seen_by
from fupan.desk.queries.escalations import RANKS, WAITING, deciders, may_decide, scope_of
from fupan.desk.services._escalation_notices import tell_asker, tell_deciders
from fupan.desk.services._mine import alive, ticket_for, write
from fupan.desk.services.authority import currency_of, in_our_money, path_for
from fupan.desk.services.routing import route
from fupan.people.models import Member

REASONS: dict[str, Any] = {
    "amount": gettext_lazy("above my limit"),
    "scope": gettext_lazy("several buyers have it"),
    "hard": gettext_lazy("too hard for the first line"),
    "claim": gettext_lazy("claim, legal, or safety"),
}
HANDED_OVER = ("hard", "claim")  # the ticket itself goes to the second line; of the others only a decision is asked
DEFAULTS = ("approve", "decline")
HOURS = 4.0  # where no path is set
_MOST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class HandOver:
    """What the one who takes over has to know."""

    reason: str
    tried: str
    wants: str = ""
    resolution: str = ""
    amount: Decimal | None = None


@transaction.atomic
def escalate(ticket_id: int, told: HandOver, *, by: Member) -> Escalation:
    """Hand a ticket up, or ask for a decision; until when, and what happens otherwise, is said by the path."""
    ticket = alive(ticket_for(ticket_id, by))
    _check(ticket, told)
    resolution = _resolution(by, told.resolution)
    ours = in_our_money(ticket, told.amount)
    step = path_for(ticket.workspace_id, ours, scope_of(ticket))
    now = clock.now()
    escalation = Escalation.objects.create(
        ticket=ticket, by=by, tier=step.tier if step else 2, role=step.role if step else "", reason=told.reason,
        tried=told.tried.strip()[:_MOST_WORDS], wants=told.wants.strip()[:_MOST_WORDS], resolution=resolution,
        amount=told.amount, currency=currency_of(ticket) if told.amount is not None else "",
        default=step.default if step else "decline", at=now,
        due_at=now + timedelta(hours=step.hours if step else HOURS),
    )  # fmt: skip
    if told.reason in HANDED_OVER:
        write(ticket, {"tier": 2, "assignee_id": None, "assigned_at": None})
    record("desk.escalated", ticket, by=by, escalation=escalation.pk, reason=told.reason, role=escalation.role)
    tell_deciders(escalation, deciders(escalation))
    if told.reason in HANDED_OVER:
        route([ticket.pk], without={by.pk})
    return escalation


@transaction.atomic
def take_escalation(pk: int, *, by: Member) -> Escalation:
    """Say that one is looking into it; with a ticket that was handed over, it becomes one's own."""
    escalation = _waiting(pk, by)
    _mine_to_decide(escalation, by)
    escalation.state, escalation.to = EscalationState.TAKEN, by
    escalation.save(update_fields=["state", "to"])
    if escalation.reason in HANDED_OVER:
        write(escalation.ticket, {"assignee_id": by.pk, "assigned_at": clock.now(), "tier": 2})
    record("desk.escalation_taken", escalation.ticket, by=by, escalation=escalation.pk)
    return escalation


@transaction.atomic
def decide_escalation(pk: int, *, by: Member, approve: bool, said: str = "") -> Escalation:
    """Approve what is proposed, or decline it with a word why."""
    escalation = _waiting(pk, by)
    _mine_to_decide(escalation, by)
    if not approve and not said.strip():
        raise Refused(_("Say why, or what to do instead."), code="no-reason")
    state = EscalationState.APPROVED if approve else EscalationState.DECLINED
    _decide(escalation, state, by, said.strip()[:_MOST_WORDS], approve=approve)
    record("desk.escalation_decided", escalation.ticket, by=by, escalation=escalation.pk, approved=approve)
    tell_asker(escalation, approved=approve)
    return escalation


def decide_by_default() -> int:
    """By the clock: what nobody decided in time is decided as its path says; how many."""
    due = Escalation.objects.filter(state__in=WAITING, due_at__lte=clock.now()).order_by("due_at")
    return sum(_default(pk) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _default(pk: int) -> int:
    rows = Escalation.objects.select_for_update(of=("self",)).select_related("ticket__shop", "ticket__workspace")
    escalation = rows.filter(pk=pk, state__in=WAITING, due_at__lte=clock.now()).first()
    if escalation is None:
        return 0
    approve = escalation.default == "approve"
    with override(escalation.ticket.workspace.language):
        said = _("Nobody decided in time, so the default holds.")
    _decide(escalation, EscalationState.BY_DEFAULT, None, said, approve=approve)
    record("desk.escalation_decided", escalation.ticket, by=None, escalation=escalation.pk, approved=approve)
    tell_asker(escalation, approved=approve)
    return 1


@transaction.atomic
def set_step(
    *, by: Member, from_amount: Decimal | None = None, from_tickets: int | None = None, role: str = "",
    hours: float = HOURS, default: str = "decline", step: EscalationPath | None = None, version: int = 0,
) -> EscalationPath:  # fmt: skip
    """Who decides from which amount, or from how many tickets of one kind in a day."""
    if (from_amount is None) == (from_tickets is None):
        raise Refused(_("A step begins at an amount, or at a number of tickets."), code="no-bound")
    if role not in RANKS or default not in DEFAULTS:
        raise Refused(_("A step needs somebody who decides, and a default."), code="no-such-role")
    if not 0.25 <= hours <= 240:
        raise Refused(_("A decision takes a quarter of an hour to 240 hours."), code="out-of-range")
    row = EscalationPath(workspace_id=by.workspace_id, version=0) if step is None else _step(step.pk, by)
    if step is not None and row.version != version:
        raise Refused(_("Somebody changed this while you were looking at it."), code="edited-meanwhile")
    row.from_amount, row.from_tickets, row.role = from_amount, from_tickets, role
    row.hours, row.default, row.tier, row.version = hours, default, 2, row.version + 1
    row.save()
    record("desk.path_set", row, by=by, role=role)
    return row


@transaction.atomic
def drop_step(pk: int, *, by: Member) -> None:
    """Take a step out of the path."""
    row = _step(pk, by)
    record("desk.path_dropped", row, by=by, role=row.role)
    row.delete()


def _check(ticket: Ticket, told: HandOver) -> None:
    if told.reason not in REASONS:
        raise Refused(_("Say why it is handed up."), code="no-reason")
    if not told.tried.strip():
        raise Refused(_("Say what was tried, so that nobody asks the buyer again."), code="no-note")
    if told.reason == "amount" and (told.amount is None or not told.resolution):
        raise Refused(_("Say what you propose, and how much."), code="no-proposal")
    if told.amount is not None and told.amount < 0:
        raise Refused(_("An amount is not negative."), code="negative-amount")
    if ticket.escalations.filter(state__in=WAITING).exists():
        raise Refused(_("It waits for a decision already."), code="waits-already")


def _resolution(by: Member, code: str) -> Resolution | None:
    if not code:
        return None
    found = Resolution.objects.filter(workspace_id=by.workspace_id, code=code, retired_at=None).first()
    if found is None:
        raise Refused(_("“%(code)s” is not in the tree.") % {"code": code}, code="not-in-the-tree")
    return found


def _waiting(pk: int, by: Member) -> Escalation:
    rows = Escalation.objects.select_for_update(of=("self",)).select_related(
        "ticket__shop", "ticket__workspace", "by__user", "resolution"
    )
    escalation = rows.get(pk=pk, ticket__in=tickets_seen_by(by))
    if escalation.state not in WAITING:
        raise Refused(_("It has been decided already."), code="decided")
    return escalation


def _mine_to_decide(escalation: Escalation, by: Member) -> None:
    if not may_decide(by, escalation):
        raise Refused(_("Somebody above decides this."), code="not-yours")


def _decide(escalation: Escalation, state: str, by: Member | None, said: str, *, approve: bool) -> None:
    """Write the decision down, on the ticket as well; an approved proposal becomes the ticket's resolution."""
    escalation.state, escalation.decided_by, escalation.decided_at, escalation.said = state, by, clock.now(), said
    escalation.save(update_fields=["state", "decided_by", "decided_at", "said"])
    ticket = escalation.ticket
    values: dict[str, Any] = {}
    if approve and escalation.resolution is not None and ticket.state != TicketState.SOLVED:
        values = {"resolution_id": escalation.resolution_id}
    write(ticket, values, touched=by is not None)
    with override(ticket.workspace.language):
        words = _("Approved.") if approve else _("Declined.")
    text = f"{words} {said}".strip()
    Message.objects.create(
        workspace_id=ticket.workspace_id, ticket=ticket, side=MessageSide.NOTE, author=by, at=clock.now(),
        automatic=by is None, original=text, redacted=text,
    )  # fmt: skip


def _step(pk: int, by: Member) -> EscalationPath:
    row = paths_seen_by(by).select_for_update().filter(pk=pk).first()
    if row is None:
        raise Refused(_("This row is gone already."), code="gone")
    return row
