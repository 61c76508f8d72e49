"""Messages have arrived -> the desk opens their tickets, or adds them to those they belong to."""

from __future__ import annotations

from collections.abc import Sequence

from fupan.core.events import when_many
from fupan.core.models import Event
from fupan.desk.services import receive_messages


@when_many("intake.message_arrived")
def bring_to_ticket(events: Sequence[Event]) -> None:
    receive_messages([event.subject_id for event in events if event.subject_id is not None])
