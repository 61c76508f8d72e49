"""What a turn of the conversation does to its ticket: the counters, the clocks, the weeks of the facts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fupan.core import stale, weeks
from fupan.desk.models import Message, Ticket, TicketState
from fupan.desk.services import _mine


def answered(ticket: Ticket, at: datetime) -> dict[str, Any]:
    """A person's answer, stored already, reached the buyer then."""
    first = ticket.first_response_at
    return _mine.standing(ticket) | {
        "replies": ticket.replies + 1, "first_response_at": min(first, at) if first else at,
    }  # fmt: skip


def unanswered(ticket: Ticket, message: Message) -> dict[str, Any]:
    """An answer that was counted, and is stored as failed already, came back: as if it had never been given."""
    values: dict[str, Any] = _mine.standing(ticket) | {"replies": max(0, ticket.replies - 1)}
    if ticket.first_response_at == message.sent_at:
        values["first_response_at"] = None
    if ticket.state != TicketState.OPEN:
        values |= {"state": TicketState.OPEN, "resolved_at": None}
    return values


def write(ticket: Ticket, values: dict[str, Any], *turns: datetime, touched: bool = True) -> None:
    """Write what changed and let the facts of the ticket and of those turns know."""
    _mine.write(ticket, values, touched=touched)
    stale.mark(ticket.workspace_id, {("messages", weeks.week_of(at, ticket.shop.timezone)) for at in turns})
