"""An import was undone -> its untouched tickets go."""

from __future__ import annotations

from fupan.core.events import when
from fupan.core.models import Event
from fupan.desk.services import drop_import


@when("intake.undone")
def drop_tickets(event: Event) -> None:
    if event.subject_id is not None:
        drop_import(event.subject_id)
