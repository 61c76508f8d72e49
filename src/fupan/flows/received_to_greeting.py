"""A buyer wrote for the first time -> the automatic answer of the channel goes out, where there is one."""

from __future__ import annotations

from fupan.core.events import when
from fupan.core.models import Event
from fupan.desk.services import reply_automatically


@when("desk.received")
def greet(event: Event) -> None:
    if event.subject_id is not None and event.data.get("first"):
        reply_automatically(event.subject_id)
