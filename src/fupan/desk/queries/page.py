"""One ticket: its conversation, its order, its incident, its buyer's other tickets, its history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from fupan.core.models import Event
from fupan.desk.clocks import CLOCKED_KINDS, office_due
from fupan.desk.compute.learning import same_said
from fupan.desk.models import Message, MessageSide, Ticket, TicketState
from fupan.desk.policies import may_see_buyers, tickets_seen_by
from fupan.desk.queries.choices import issue_names
from fupan.desk.queries.lists import owed, shown
from fupan.desk.texts import texts_of
from fupan.people.models import Member
from fupan.people.wording import sentence

OTHERS = 8


class Turn(NamedTuple):
    """A message as this reader may see it."""

    message: Message
    who: str
    text: str
    masked: bool  # words were there, but only the redacted ones are shown


class Happened(NamedTuple):
    at: datetime
    who: str
    what: str
    detail: str


@dataclass(slots=True)
class TicketPage:
    ticket: Ticket
    buyer: str  # "" = not for this reader, or not told
    turns: list[Turn]
    platform_due: datetime | None
    office_due: datetime | None
    in_incident: list[Ticket]
    of_buyer: list[Ticket]
    of_buyer_count: int
    said_before: list[Ticket] = field(default_factory=list)  # other tickets of the order with the same words
    history: list[Happened] = field(default_factory=list)


def find(member: Member, number: int) -> Ticket | None:
    related = tickets_seen_by(member).select_related(
        "shop", "workspace", "order", "order_line", "listing__product", "batch", "issue_type", "cause_guess",
        "cause_confirmed", "resolution", "assignee__user", "incident__issue_type",
    )  # fmt: skip
    return related.filter(number=number).first()


def page_of(member: Member, ticket: Ticket) -> TicketPage:
    others = tickets_seen_by(member).exclude(pk=ticket.pk)
    incident = others.filter(incident_id=ticket.incident_id) if ticket.incident_id else others.none()
    buyer = others.filter(buyer_key=ticket.buyer_key) if ticket.buyer_key else others.none()
    known = may_see_buyers(member)
    waits = ticket.state == TicketState.OPEN and ticket.first_response_at is None and ticket.kind in CLOCKED_KINDS
    return TicketPage(
        ticket=ticket,
        buyer=ticket.buyer_name if known else "",
        turns=_turns(ticket, known=known),
        platform_due=owed(ticket),
        office_due=office_due(ticket.opened_at, ticket.workspace.timezone) if waits else None,
        in_incident=list(_newest(incident)[:20]),
        of_buyer=list(_newest(buyer)[:OTHERS]),
        of_buyer_count=buyer.count(),
        said_before=_same_words(others, ticket),
        history=history(member, ticket),
    )


def _same_words(others: QuerySet[Ticket], ticket: Ticket) -> list[Ticket]:
    """Tickets of the same order that say the same: one trouble told twice, through two channels."""
    if not ticket.order_number:
        return []
    siblings = list(_newest(others.filter(shop_id=ticket.shop_id, order_number=ticket.order_number))[:20])
    if not siblings:
        return []
    both = [ticket, *siblings]
    texts = texts_of(both)
    words = [texts[one.pk] for one in both]
    orders = [ticket.order_number if text.strip() else "" for text in words]
    first = same_said(words, orders)
    return [one for one, at in zip(siblings, first[1:], strict=True) if at == 0]


def _newest(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    return shown(tickets.order_by("-opened_at", "-pk"))


def _turns(ticket: Ticket, *, known: bool) -> list[Turn]:
    """Original words for those who answer buyers, redacted ones for everybody else and after the purge."""
    found = []
    for message in ticket.messages.select_related("author__user").order_by("at", "pk"):
        original = message.original if known else ""
        who = {
            MessageSide.BUYER: (ticket.buyer_name if known else "") or _("Buyer"),
            MessageSide.SELLER: str(message.author or ticket.agent or _("Us")),
        }.get(MessageSide(message.side), str(message.author or _("Us")))
        found.append(Turn(message, who, original or message.redacted, masked=not original))
    return found


def history(member: Member, ticket: Ticket) -> list[Happened]:
    """What happened to the ticket, newest first, from the record of events."""
    events = list(
        Event.objects.filter(
            workspace_id=member.workspace_id, subject_kind=Ticket._meta.label_lower, subject_id=ticket.pk
        ).order_by("-pk")[:50]
    )
    actors = {event.actor_id for event in events if event.actor_id}
    names = {one.pk: str(one) for one in Member.objects.filter(pk__in=actors).select_related("user")}
    issues = issue_names(member)
    return [
        Happened(event.at, names.get(event.actor_id or 0, _("Fupan")), sentence(event.name), _detail(event, issues))
        for event in events
    ]


def _detail(event: Event, issues: dict[str, str]) -> str:
    data: dict[str, Any] = event.data
    if "issue" in data:
        return issues.get(data["issue"], str(data["issue"])) or _("no label")
    return ""
