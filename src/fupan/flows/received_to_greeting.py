"""A buyer wrote for the first time -> the automatic answer of the channel goes out, where there is one."""

from __future__ import annotations

from collections.abc import Sequence

from fupan.core.events import when_many
from fupan.core.models import Event
from fupan.desk.services import greet_many


@when_many("desk.received")
def greet(events: Sequence[Event]) -> None:
    greet_many([event.subject_id for event in events if event.subject_id is not None and event.data.get("first")])
