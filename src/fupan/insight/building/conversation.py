"""Turns of a conversation: who waited for whom, and for how long. Whole columns at a time, a week at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models.functions import Length
from numpy.typing import NDArray

from fupan.desk.models import UNSAID, Message, MessageSide
from fupan.insight.building import columns as col
from fupan.insight.building.context import Context
from fupan.insight.building.incidents import WEEK_LONG

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Lines:
    """Messages by ticket and time, without internal notes, automatic answers and words not sent yet."""

    row: Ints  # of their ticket in the week
    at: Ints
    pk: Ints
    buyer: Bools
    length: Ints

    def starts(self) -> Bools:
        """Where a turn begins: another ticket, or the other side."""
        if not len(self.row):
            return np.zeros(0, dtype=bool)
        changed = (np.diff(self.row) != 0) | (np.diff(self.buyer.astype(np.int8)) != 0)
        return np.concatenate([[True], changed])


@dataclass(frozen=True)
class Talks:
    """What the messages of each ticket come to; all arrays follow the tickets of the week."""

    turns: Ints
    text_length: Ints  # of the buyer's first words
    first_reply: col.Instants
    came_back: Bools  # more words within 7 days of the first reply


@dataclass(frozen=True)
class Turns:
    """Each time the buyer wrote, once or more in a row, and when a person answered."""

    row: Ints
    message: Ints
    at: col.Instants
    replied: col.Instants


def read(context: Context, week: int, tickets: col.Column) -> Lines:
    """The messages of the week's tickets."""
    rows = (
        Message.objects.filter(ticket__workspace_id=context.workspace.pk, ticket__week=week)
        .exclude(side=MessageSide.NOTE)
        .exclude(sending__in=UNSAID)
        .annotate(length=Length("redacted"))
    )
    got = col.fetch(rows, "ticket_id", "pk", "side", "automatic", "length", moments=("at",))
    place = {pk: row for row, pk in enumerate(tickets)}
    row = np.array([place.get(pk, -1) for pk in got["ticket_id"]], dtype=np.int64)
    buyer = np.array([side == MessageSide.BUYER for side in got["side"]], dtype=bool)
    kept = (row >= 0) & (buyer | ~np.array(got["automatic"], dtype=bool))
    at, pk = col.instants(got["at"]), np.array(got["pk"], dtype=np.int64)
    length = np.array([size or 0 for size in got["length"]], dtype=np.int64)
    order = np.lexsort((pk, at, row))
    order = order[kept[order]]
    return Lines(row[order], at[order], pk[order], buyer[order], length[order])


def talks(lines: Lines, tickets: int) -> Talks:
    first_reply = _first(lines.row, lines.at, ~lines.buyer, tickets, col.NEVER)
    replied = first_reply[lines.row]
    back = lines.buyer & (replied != col.NEVER) & (lines.at > replied) & (lines.at - WEEK_LONG <= replied)
    return Talks(
        turns=np.bincount(lines.row[lines.starts()], minlength=tickets),
        text_length=_first(lines.row, lines.length, lines.buyer & (lines.length > 0), tickets, 0),
        first_reply=first_reply,
        came_back=np.bincount(lines.row[back], minlength=tickets) > 0,
    )


def turns(lines: Lines) -> Turns:
    """A buyer's turn is answered by the turn after it, if it has one."""
    starts = np.flatnonzero(lines.starts())
    row, at, buyer = lines.row[starts], lines.at[starts], lines.buyer[starts]
    answered = np.append(np.diff(row) == 0, [False]) if len(row) else np.zeros(0, dtype=bool)
    replied = np.where(answered, np.roll(at, -1), col.NEVER)
    return Turns(row[buyer], lines.pk[starts][buyer], at[buyer], replied[buyer])


def _first(rows: Ints, values: Ints, which: Bools, count: int, default: int) -> Ints:
    """Per row, the first value among those chosen."""
    out = np.full(count, default, dtype=np.int64)
    chosen = np.flatnonzero(which)[::-1]
    out[rows[chosen]] = values[chosen]  # the first comes last and stays
    return out
