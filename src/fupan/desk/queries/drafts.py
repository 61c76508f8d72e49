"""What is being written on a ticket: by the reader, and by colleagues."""

from __future__ import annotations

from typing import NamedTuple

from fupan.desk.models import Draft, MessageSide, Ticket
from fupan.desk.policies import drafts_seen_by
from fupan.people.models import Member


class Drafts(NamedTuple):
    reply: Draft | None
    note: Draft | None
    others: list[Draft]


def drafts_of(ticket: Ticket, member: Member) -> Drafts:
    rows = list(drafts_seen_by(member).filter(ticket=ticket).select_related("by__user").order_by("at"))
    mine = {one.side: one for one in rows if one.by_id == member.pk}
    theirs = [one for one in rows if one.by_id != member.pk and one.text]
    return Drafts(mine.get(MessageSide.SELLER), mine.get(MessageSide.NOTE), theirs)
