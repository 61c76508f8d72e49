"""Turns of a conversation: who waited for whom, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from django.db.models.functions import Length

from fupan.desk.models import Message, MessageSide
from fupan.insight.building import columns as col
from fupan.insight.building.context import Context
from fupan.insight.building.incidents import WEEK_LONG


class Line(NamedTuple):
    """A message, as far as clocks care."""

    ticket: int
    at: int
    pk: int
    side: str
    automatic: bool
    length: int
    author: int | None


class Turn(NamedTuple):
    """The buyer wrote (once or more in a row), and perhaps was answered by a person."""

    ticket: int
    message: int
    at: int
    replied: int
    author: int | None


@dataclass(slots=True)
class Talk:
    """What one ticket's messages come to."""

    turns: int = 0
    text_length: int = 0
    first_reply: int = col.NEVER
    came_back: bool = False


def read(context: Context, week: int) -> list[Line]:
    """Messages of the week's tickets in order; internal notes are no part of the talk."""
    rows = (
        Message.objects.filter(ticket__workspace_id=context.workspace.pk, ticket__week=week)
        .exclude(side=MessageSide.NOTE)
        .annotate(length=Length("redacted"))
    )
    got = col.fetch(rows, "ticket_id", "at", "pk", "side", "automatic", "length", "author_id")
    got["at"] = col.instants(got["at"]).tolist()
    return sorted(map(Line._make, zip(*(got[name] for name in _ORDER), strict=True)), key=itemgetter(0, 1, 2))


_ORDER = ("ticket_id", "at", "pk", "side", "automatic", "length", "author_id")


def talks(lines: list[Line]) -> tuple[dict[int, Talk], list[Turn]]:
    """Per ticket what its talk was like, and all turns of buyers."""
    found: dict[int, Talk] = {}
    turns: list[Turn] = []
    for ticket, said in groupby(lines, key=itemgetter(0)):
        found[ticket] = _one(list(said), turns)
    return found, turns


def _one(lines: list[Line], turns: list[Turn]) -> Talk:
    talk = Talk()
    waiting: Line | None = None
    side = ""
    for line in lines:
        buyer = line.side == MessageSide.BUYER
        if not buyer and line.automatic:
            continue  # an automatic answer is no answer
        talk.turns += line.side != side
        side = line.side
        if buyer:
            waiting = waiting or line
            _note_buyer(talk, line)
            continue
        if waiting:
            turns.append(Turn(waiting.ticket, waiting.pk, waiting.at, line.at, line.author))
            waiting = None
        if talk.first_reply == col.NEVER:
            talk.first_reply = line.at
    if waiting:
        turns.append(Turn(waiting.ticket, waiting.pk, waiting.at, col.NEVER, None))
    return talk


def _note_buyer(talk: Talk, line: Line) -> None:
    talk.text_length = talk.text_length or line.length or 0
    if talk.first_reply != col.NEVER and line.at <= talk.first_reply + WEEK_LONG:
        talk.came_back = True
