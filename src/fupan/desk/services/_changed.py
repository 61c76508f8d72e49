"""Tickets that changed many at once, under an event that is not theirs: search reads them anew."""

from __future__ import annotations

from collections.abc import Iterable

from fupan.core import changed
from fupan.desk.models import Ticket


def mark_changed(workspace_id: int, ticket_ids: Iterable[int]) -> None:
    changed.mark(workspace_id, Ticket._meta.label_lower, ticket_ids)
