"""What people do on a ticket: state, owner, cost, and which incident it belongs to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fupan.core import clock, stale
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.desk.models import Incident, Ticket, TicketState
from fupan.desk.services._incidents import homes_of, kin_weeks, rearrange
from fupan.desk.services._mine import standing, write
from fupan.desk.services._numbers import lock
from fupan.desk.services.closing import ready_to_close
from fupan.desk.standing import ANSWERED
from fupan.people.models import Member


@transaction.atomic
def set_state(ticket: Ticket, state: str, *, by: Member | None) -> Ticket:
    """Solve a ticket, wait for the buyer, or take it up again (which counts as reopening when it was solved).

    A person solves only what its closing rule finds complete, and settles only what their authority covers.
    """
    if state not in TicketState.values:
        raise Refused(_("“%(state)s” is not a state of a ticket.") % {"state": state}, code="no-such-state")
    if state == ticket.state and ticket.snoozed_until is None:
        return ticket
    if state == TicketState.SOLVED and by is not None:
        ready_to_close(ticket, by)
    return move(ticket, state, by=by)


def move(ticket: Ticket, state: str, *, by: Member | None) -> Ticket:
    """Bring a ticket into a state, whatever rules say of people."""
    was = ticket.state
    values: dict[str, Any] = {"state": state, "snoozed_until": None}
    if state == TicketState.OPEN:
        values |= standing(ticket)
    else:
        values |= ANSWERED
    if state == TicketState.SOLVED:
        values["resolved_at"] = clock.now()
    elif was == TicketState.SOLVED:
        values |= {"resolved_at": None, "reopened": ticket.reopened + 1}
    write(ticket, values)
    if state == TicketState.SOLVED:
        record("desk.solved", ticket, by=by, was=was)
    elif state == TicketState.OPEN:
        record("desk.reopened", ticket, by=by, was=was)
    else:
        record("desk.waited", ticket, by=by, was=was)
    return ticket


@transaction.atomic
def assign(ticket: Ticket, assignee: Member | None, *, by: Member | None) -> Ticket:
    """Hand the ticket to a member, or to nobody."""
    if assignee is not None and (assignee.workspace_id != ticket.workspace_id or not assignee.active):
        raise Refused(_("This person does not work here."), code="not-a-member")
    if assignee is not None and assignee.shop_ids and ticket.shop_id not in assignee.shop_ids:
        raise Refused(_("%(name)s does not look after this shop.") % {"name": assignee}, code="not-their-shop")
    write(ticket, {"assignee": assignee, "assigned_at": clock.now() if assignee else None})
    record("desk.assigned", ticket, by=by, assignee=assignee.pk if assignee else None)
    return ticket


@transaction.atomic
def set_cost(ticket: Ticket, cost: Decimal | None, *, by: Member | None, currency: str = "") -> Ticket:
    """What the resolution cost us, in the shop's currency unless told otherwise."""
    if cost is not None and cost < 0:
        raise Refused(_("A cost is not negative."), code="negative-cost")
    money = (currency or ticket.currency or ticket.shop.currency) if cost is not None else ""
    write(ticket, {"cost": cost, "currency": money})
    record("desk.cost_set", ticket, by=by)
    return ticket


@transaction.atomic
def split_incident(ticket: Ticket, *, by: Member | None) -> Ticket:
    """This ticket is another trouble than the rest of its incident; rules leave both alone from now on."""
    lock(ticket.workspace_id)
    was = ticket.incident_id
    tickets = Ticket.objects.filter(workspace_id=ticket.workspace_id, incident__isnull=False)
    others = tickets.filter(incident=ticket.incident).exclude(pk=ticket.pk)
    if not others.exists():
        raise Refused(_("This ticket is alone in its incident."), code="alone")
    weeks = kin_weeks([ticket.pk])
    others.update(placed_by_person=True)
    own = Incident.objects.create(
        workspace_id=ticket.workspace_id, shop_id=ticket.shop_id, order_line_id=ticket.order_line_id,
        issue_type_id=ticket.issue_type_id, opened_at=ticket.opened_at,
    )  # fmt: skip
    place(ticket, own.pk, weeks)
    record("desk.incident_split", ticket, by=by, was=was, incident=own.pk)
    return ticket


@transaction.atomic
def join_incident(ticket: Ticket, other: Ticket, *, by: Member | None) -> Ticket:
    """Both tickets, and all of their incidents, are one trouble; rules leave it alone from now on."""
    if ticket.workspace_id != other.workspace_id:
        raise Refused(_("These tickets belong to different workspaces."), code="other-workspace")
    lock(ticket.workspace_id)
    if ticket.pk == other.pk or (ticket.incident_id is not None and ticket.incident_id == other.incident_id):
        raise Refused(_("These tickets are one incident already."), code="already-one")
    was, target = ticket.incident_id, other.incident_id or ticket.incident_id
    if target is None:
        raise Refused(_("Neither ticket has an incident yet."), code="no-incident")
    weeks = kin_weeks([ticket.pk, other.pk])
    tickets = Ticket.objects.filter(workspace_id=ticket.workspace_id)
    tickets.filter(incident_id=target).update(placed_by_person=True)
    if was is not None:
        tickets.filter(incident_id=was).update(incident_id=target, placed_by_person=True)
    place(other, target, weeks)
    place(ticket, target, weeks)
    Incident.objects.filter(workspace_id=ticket.workspace_id, pk=was or 0, tickets=None).delete()
    record("desk.incident_joined", ticket, by=by, was=was, incident=target)
    return ticket


def place(ticket: Ticket, incident_id: int, weeks: set[tuple[str, int]]) -> None:
    """Pin the ticket to an incident and let its neighbourhood settle around it."""
    write(ticket, {"incident_id": incident_id, "placed_by_person": True})
    weeks |= rearrange(ticket.workspace_id, homes_of(ticket.workspace_id, [ticket.pk]))
    stale.mark(ticket.workspace_id, weeks | kin_weeks([ticket.pk]))
