"""A buyer wrote, or rows of an import opened tickets -> rules and the team's skills find who answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from fupan.core import clock
from fupan.core.events import when, when_many
from fupan.core.models import Event
from fupan.desk.models import Ticket, TicketState
from fupan.desk.services import route

FRESH = timedelta(days=14)  # older rows of an import are history, not work


@when_many("desk.received")
def send_on(events: Sequence[Event]) -> None:
    route([event.subject_id or 0 for event in events])


@when("desk.received_opened")
def send_on_rows(event: Event) -> None:
    waiting = Ticket.objects.filter(
        import_id=event.subject_id or 0, state=TicketState.OPEN, assignee=None, opened_at__gte=clock.now() - FRESH
    )
    route(waiting.values_list("pk", flat=True))
