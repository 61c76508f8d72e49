"""Rows have arrived -> the desk opens or updates their tickets."""

from __future__ import annotations

from fupan.core.events import when
from fupan.core.models import Event
from fupan.desk.services import open_received


@when("intake.received")
def open_tickets(event: Event) -> None:
    if event.subject_id is not None:
        open_received(event.subject_id, event.data.get("chunk"))
