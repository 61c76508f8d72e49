"""A message has arrived -> the desk opens its ticket, or adds it to the one it belongs to."""

from __future__ import annotations

from fupan.core.events import when
from fupan.core.models import Event
from fupan.desk.services import receive_message


@when("intake.message_arrived")
def bring_to_ticket(event: Event) -> None:
    if event.subject_id is not None:
        receive_message(event.subject_id)
