from __future__ import annotations

from fupan.desk.models import LabelSource, Ticket
from fupan.desk.standing import CLOCKS

_WORK = frozenset(
    {
        "state",
        "first_response_at",
        "resolved_at",
        "resolution_id",
        "cost",
        "currency",
        "cause_guess_id",
        "agent",
        "replies",
        *CLOCKS,
    }
)
LABEL = frozenset({"issue_type_id", "label_source", "label_confidence"})
PERSONAL = frozenset({"buyer_name", "buyer_email", "buyer_key"})


def protected(ticket: Ticket) -> frozenset[str]:
    """Columns that deliveries leave alone: a person's work and label, and what was purged."""
    kept: frozenset[str] = frozenset()
    if ticket.touched_at is not None:
        kept |= _WORK
    if ticket.label_source == LabelSource.PERSON:
        kept |= LABEL
    if ticket.purged_at is not None:
        kept |= PERSONAL
    return kept
