"""The words rules and people judge a ticket by: its subject and what the buyer wrote, redacted."""

from __future__ import annotations

from collections.abc import Sequence

from fupan.desk.linking import chunks
from fupan.desk.models import Message, MessageSide, Ticket


def texts_of(tickets: Sequence[Ticket]) -> dict[int, str]:
    """Subject and buyer's turns by ticket id."""
    words = {ticket.pk: [ticket.subject] for ticket in tickets}
    for ids in chunks(sorted(words)):
        said = Message.objects.filter(ticket_id__in=ids, side=MessageSide.BUYER).order_by("at", "pk")
        for ticket_id, text in said.values_list("ticket_id", "redacted"):
            words[ticket_id].append(text)
    return {pk: "\n".join(_once(parts)) for pk, parts in words.items()}


def _once(parts: Sequence[str]) -> Sequence[str]:
    """Without a subject that only repeats how the words begin."""
    subject = parts[0].strip()
    return parts[1:] if len(parts) > 1 and parts[1].strip().startswith(subject) else parts
