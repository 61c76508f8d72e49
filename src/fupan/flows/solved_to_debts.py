"""A ticket was solved -> it may owe a case; it was taken up again -> nothing is due until it is solved anew."""

from __future__ import annotations

from fupan.core.events import when
from fupan.core.models import Event
from fupan.desk.models import Ticket, TicketState
from fupan.library.services import forget_debt, owe_case
from fupan.people.models import Member


@when("desk.solved")
def owe(event: Event) -> None:
    ticket = Ticket.objects.filter(pk=event.subject_id or 0, state=TicketState.SOLVED).first()
    if ticket is not None:
        owe_case(ticket.pk, by=_actor(event))


@when("desk.reopened")
def forget(event: Event) -> None:
    ticket = Ticket.objects.filter(pk=event.subject_id or 0).exclude(state=TicketState.SOLVED).first()
    if ticket is not None:
        forget_debt(ticket.pk, by=_actor(event))


def _actor(event: Event) -> Member | None:
    return Member.objects.filter(pk=event.actor_id or 0, workspace_id=event.workspace_id or 0).first()
