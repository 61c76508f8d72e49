"""One ticket: its conversation, its order, its incident, its buyer's other tickets, its history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fupan.core.models import Event
from fupan.desk.models import UNSAID, Merge, Message, MessageFile, MessageSide, Sending, Ticket
from fupan.desk.policies import may_see_buyers, tickets_seen_by
from fupan.desk.queries.choices import issue_names
from fupan.desk.queries.near import Bought, Near, bought, near
from fupan.people.models import Member
from fupan.people.wording import sentence

LANGUAGE_NAMES = {
    "en": _("English"), "zh": _("Chinese"), "de": _("German"), "ja": _("Japanese"), "fr": _("French"),
    "es": _("Spanish"), "pt": _("Portuguese"), "it": _("Italian"),
    "th": _("Thai"), "vi": _("Vietnamese"), "ms": _("Malay and Indonesian"),
    "nl": _("Dutch"), "pl": _("Polish"), "sv": _("Swedish"), "tr": _("Turkish"), "ar": _("Arabic"), "ko": _("Korean"),
    "id": _("Indonesian"),
}  # fmt: skip


@dataclass(slots=True)
class Turn:
    """A message as this reader may see it."""

    message: Message
    who: str
    text: str
    masked: bool  # words were there, but only the redacted ones are shown
    files: list[MessageFile] = field(default_factory=list)
    quoted: str = ""
    first: bool = False  # our first answer
    back: bool = False  # may still be taken back by this reader

    @property
    def tongue(self) -> str:
        return str(LANGUAGE_NAMES.get(self.message.language, self.message.language))


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
    near: Near
    bought: Bought | None = None
    history: list[Happened] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)  # tickets that were put into this one
    merged_here: list[Merge] = field(default_factory=list)  # by which this one went into another
    follows: bool = False
    newest: int = 0  # the newest message; 0: none

    @property
    def took(self) -> timedelta | None:
        """From the question to our first answer."""
        answered = self.ticket.first_response_at
        return answered - self.ticket.opened_at if answered else None


def find(member: Member, number: int) -> Ticket | None:
    """With what is nearly always shown; what few tickets have is asked for when it is there."""
    related = tickets_seen_by(member).select_related(
        "shop", "order", "order_line", "listing__product", "issue_type", "assignee__user"
    )
    found = related.prefetch_related("tags").filter(number=number).order_by().first()
    if found is not None:
        found.workspace = member.workspace
    return found


def page_of(member: Member, ticket: Ticket) -> TicketPage:
    turns = turns_of(ticket, member)
    return TicketPage(
        ticket=ticket,
        buyer=ticket.buyer_name if may_see_buyers(member) else "",
        turns=turns,
        platform_due=ticket.platform_due_at,
        office_due=ticket.office_due_at,
        near=near(member, ticket),
        history=history(member, ticket),
        bought=bought(ticket),
        merges=list(ticket.merges_into_it.filter(taken_back_at=None).select_related("ticket").order_by("pk")),
        merged_here=list(ticket.merges.filter(taken_back_at=None)) if ticket.merged_into_id else [],
        follows=ticket.followers.through.objects.filter(ticket_id=ticket.pk, member_id=member.pk).exists(),
        newest=max((turn.message.pk for turn in turns), default=0),
    )


def turns_of(ticket: Ticket, member: Member) -> list[Turn]:
    """Original words for those who answer buyers, redacted ones for everybody else and after the purge."""
    known = may_see_buyers(member)
    buyer = (ticket.buyer_name if known else "") or gettext("Buyer")
    found, answered = [], False
    messages = ticket.messages.select_related("author__user").prefetch_related("files__file")
    for message in messages.order_by("at", "pk"):
        original = message.original if known else ""
        ours = message.side == MessageSide.SELLER
        who = (
            buyer
            if message.side == MessageSide.BUYER
            else str(message.author or (ours and ticket.agent) or gettext("Us"))
        )
        turn = Turn(message, who, original or message.redacted, masked=not original)
        if known:
            turn.files, turn.quoted = list(message.files.all()), message.quoted
        turn.first = ours and not message.automatic and message.sending not in UNSAID and not answered
        turn.back = message.sending == Sending.QUEUED and not message.attempts and message.author_id == member.pk
        answered = answered or turn.first
        found.append(turn)
    return found


def history(member: Member, ticket: Ticket) -> list[Happened]:
    """What happened to the ticket, newest first, from the record of events."""
    events = list(
        Event.objects.filter(
            workspace_id=member.workspace_id, subject_kind=Ticket._meta.label_lower, subject_id=ticket.pk
        ).order_by("-pk")[:50]
    )
    actors = {event.actor_id for event in events if event.actor_id}
    names = {one.pk: str(one) for one in Member.objects.filter(pk__in=actors).select_related("user")} if actors else {}
    issues = issue_names(member) if any("issue" in event.data for event in events) else {}
    return [
        Happened(
            event.at, names.get(event.actor_id or 0, gettext("Fupan")), sentence(event.name), _detail(event, issues)
        )
        for event in events
    ]


def _detail(event: Event, issues: dict[str, str]) -> str:
    data: dict[str, Any] = event.data
    if "issue" in data:
        return issues.get(data["issue"], str(data["issue"])) or gettext("no label")
    return ""
