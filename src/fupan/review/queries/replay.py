"""A ticket as a game: a stone a turn, white the buyer, black us. Only redacted words, since a room reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fupan.core import figures, weeks
from fupan.desk.models import Message, MessageSide, Ticket, TicketState
from fupan.desk.policies import tickets_seen_by
from fupan.people.models import Member
from fupan.people.policies import may
from fupan.review.models import MoveNote, Problem
from fupan.review.policies import move_notes_seen_by
from fupan.review.queries.problems import days_of, in_slice, where_of

KINDS = ("typical", "worst", "best")
MOST_TURNS = 40
LOOKED_BACK = 8  # weeks
Tickets = QuerySet[Any]  # tickets, counted by their turns where `turns` is asked for


@dataclass(frozen=True, slots=True)
class Move:
    """One turn: a message, or what became of the ticket."""

    number: int
    ours: bool
    label: str
    who: str
    at: datetime
    text: str
    language: str
    message: Message | None
    notes: list[MoveNote] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Game:
    """A replayed ticket."""

    ticket: Ticket
    moves: list[Move]
    facts: list[str]


def chosen(member: Member, problem: Problem | None, last_week: int, frozen: Mapping[str, int]) -> dict[str, Ticket]:
    """The typical, the worst and the best ticket: of the problem's slice, else those frozen with the numbers."""
    if problem is not None:
        found = _of_problem(member, problem, last_week)
        if found:
            return found
    known = {one.number: one for one in _shown(tickets_seen_by(member)).filter(number__in=list(frozen.values()))}
    return {kind: known[frozen[kind]] for kind in KINDS if frozen.get(kind) in known}


def _shown(rows: Tickets) -> Tickets:
    related = rows.select_related("shop", "batch", "resolution", "issue_type")
    return related.defer("buyer_name", "buyer_email")


def _of_problem(member: Member, problem: Problem, last_week: int) -> dict[str, Ticket]:
    days = days_of(weeks.shift(last_week, 1 - LOOKED_BACK), last_week)
    inside = in_slice(member, where_of(problem), **days).values("pk")
    linked = problem.links.values("ticket")
    rows = _shown(tickets_seen_by(member).filter(Q(pk__in=inside) | Q(pk__in=linked), merged_into=None))
    rows = rows.annotate(turns=Count("messages", filter=~Q(messages__side=MessageSide.NOTE))).filter(turns__gt=0)
    rows = rows.filter(turns__gt=1) if rows.filter(turns__gt=1).count() >= len(KINDS) else rows
    worst = rows.order_by(
        "-reopened", F("stars").asc(nulls_last=True), "-turns", F("cost").desc(nulls_last=True), "pk"
    ).first()
    if worst is None:
        return {}
    rest = rows.exclude(pk=worst.pk)
    best = _best(rest)
    rest = rest.exclude(pk=best.pk) if best else rest
    found = {"typical": _middle(rest) or worst, "worst": worst, "best": best}
    return {kind: ticket for kind, ticket in found.items() if ticket is not None}


def _best(rows: Tickets) -> Ticket | None:
    """Settled by one reply, by the happiest buyer, the soonest."""
    good = rows.filter(replies=1, reopened=0, state=TicketState.SOLVED, resolved_at__isnull=False)
    good = good.filter(Q(stars=None) | Q(stars__gte=4), Q(csat=None) | Q(csat__gte=4))
    return good.order_by(F("csat").desc(nulls_last=True), F("resolved_at") - F("opened_at"), "pk").first()


def _middle(rows: Tickets) -> Ticket | None:
    """The one with the middling number of turns, newest among equals."""
    counts = sorted(rows.values_list("turns", flat=True))
    if not counts:
        return None
    return rows.filter(turns=counts[len(counts) // 2]).order_by("-opened_at", "-pk").first()


def game(member: Member, ticket: Ticket) -> Game:
    """The turns of a ticket, with the remarks on them."""
    notes: dict[int, list[MoveNote]] = {}
    for note in move_notes_seen_by(member).filter(message__ticket=ticket).select_related("by__user"):
        notes.setdefault(note.message_id, []).append(note)
    messages = list(ticket.messages.exclude(side=MessageSide.NOTE).order_by("at", "pk").defer("original")[:MOST_TURNS])
    moves = list(_moves(ticket, messages, notes))
    return Game(ticket, moves, list(_facts(member, ticket, moves)))


def _moves(ticket: Ticket, messages: list[Message], notes: Mapping[int, list[MoveNote]]) -> Iterator[Move]:
    number, written, answered = 0, 0, 0
    for message in messages:
        number += 1
        ours = message.side == MessageSide.SELLER
        written, answered = written + (not ours), answered + ours
        yield Move(
            number, ours, _label(message, written, answered), _("Us") if ours else _("Buyer"), message.at,
            message.redacted, message.language, message, notes.get(message.pk, []),
        )  # fmt: skip
    last = messages[-1].at if messages else ticket.opened_at
    if ticket.resolution is not None:
        at = max(ticket.resolved_at or last, last)
        yield Move(number + 1, True, str(ticket.resolution), _("Us"), at, str(ticket.resolution), "", None)  # noqa: FBT003
        number += 1
    if ticket.stars:
        stars = ngettext("%(count)s star", "%(count)s stars", ticket.stars) % {"count": ticket.stars}
        yield Move(number + 1, False, stars, _("Buyer"), last, stars, "", None)  # noqa: FBT003


def _label(message: Message, written: int, answered: int) -> str:
    if message.side == MessageSide.SELLER:
        return (
            _("Automatic")
            if message.automatic
            else _("Our reply")
            if answered == 1
            else _("Reply %(number)s") % {"number": answered}
        )
    return (
        _("First word")
        if written == 1
        else _("Writes again")
        if written == 2
        else _("Word %(number)s") % {"number": written}
    )


def _facts(member: Member, ticket: Ticket, moves: list[Move]) -> Iterator[str]:
    """Under the stones: where, which batch, what it cost, how long it took."""
    yield ticket.shop.name
    if ticket.batch is not None:
        yield _("batch %(code)s") % {"code": ticket.batch.code}
    if ticket.cost and may(member, "see_money"):
        yield figures.amount(ticket.cost, ticket.currency)
    end = ticket.resolved_at or (moves[-1].at if moves else None)
    if end is not None and end > ticket.opened_at:
        yield _("took %(time)s") % {"time": figures.duration(end - ticket.opened_at)}
