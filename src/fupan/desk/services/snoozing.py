"""Put a ticket aside until a moment; it wakes by itself, or when the buyer writes. And who follows it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.desk.models import Ticket, TicketState
from fupan.desk.services._mine import alive, standing, ticket_for, write
from fupan.notify.models import Topic
from fupan.notify.services import tell
from fupan.people.models import Member

LONGEST = timedelta(days=90)
AT_ONCE = 500


@transaction.atomic
def snooze(ticket_id: int, until: datetime, *, by: Member) -> Ticket:
    """Out of the way until then; the clocks of the marketplace go on."""
    ticket = alive(ticket_for(ticket_id, by))
    now = clock.now()
    if ticket.state == TicketState.SOLVED:
        raise Refused(_("A solved ticket sleeps already."), code="solved")
    if not now < until <= now + LONGEST:
        raise Refused(_("Choose a moment within the next 90 days."), code="not-a-moment")
    write(ticket, {"state": TicketState.WAITING, "snoozed_until": until})
    record("desk.snoozed", ticket, by=by, until=until.isoformat())
    return ticket


@transaction.atomic
def wake(ticket_id: int, *, by: Member) -> Ticket:
    """Take a snoozed ticket up before its time."""
    ticket = ticket_for(ticket_id, by)
    if ticket.snoozed_until is not None:
        _wake(ticket, by)
    return ticket


def wake_due() -> int:
    """Wake every ticket whose moment has come, and tell who looks after it; how many."""
    due = Ticket.objects.filter(snoozed_until__lte=clock.now()).order_by("snoozed_until")
    woken = 0
    for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            rows = due.select_for_update(of=("self",), skip_locked=True).select_related("shop", "workspace")
            ticket = rows.filter(pk=pk).first()
            if ticket is not None:
                _wake(ticket, None)
                woken += 1
    return woken


def _wake(ticket: Ticket, by: Member | None) -> None:
    slept_until = ticket.snoozed_until
    assert slept_until is not None
    write(ticket, {"state": TicketState.OPEN, "snoozed_until": None, **standing(ticket)})
    record("desk.woken", ticket, by=by)
    if by is None and ticket.assignee_id:
        once = f"woken:{ticket.pk}:{int(slept_until.timestamp())}"
        url = reverse("desk:ticket", args=[ticket.number])
        tell([ticket.assignee_id], Topic.TICKET, "ticket_woken", {"ticket": str(ticket)}, url, once)


@transaction.atomic
def follow(ticket_id: int, *, by: Member, on: bool = True) -> Ticket:
    """Hear of what happens to a ticket, or no longer."""
    ticket = ticket_for(ticket_id, by, "see_tickets")
    if on:
        ticket.followers.add(by)
        record("desk.followed", ticket, by=by)
    else:
        ticket.followers.remove(by)
        record("desk.unfollowed", ticket, by=by)
    return ticket
