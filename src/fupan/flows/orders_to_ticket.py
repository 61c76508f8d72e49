"""Orders (or batches of them) have arrived -> tickets that waited for them are linked."""

from __future__ import annotations

from fupan.core.events import when
from fupan.core.models import Event
from fupan.desk.services import relink_orders


@when("intake.orders_stored", "intake.imported")
def link_tickets(event: Event) -> None:
    if event.subject_id is not None:
        relink_orders(event.subject_id)
