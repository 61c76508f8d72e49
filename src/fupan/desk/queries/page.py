"""One ticket: its conversation, its order, its incident, its buyer's other tickets, its history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fupan.commerce.models import Order, OrderLine
from fupan.core.models import Event
from fupan.desk.compute.learning import same_said
from fupan.desk.models import UNSAID, Merge, Message, MessageFile, MessageSide, Sending, Ticket, TicketKind
from fupan.desk.policies import may_see_buyers, tickets_seen_by
from fupan.desk.queries.choices import issue_names
from fupan.desk.queries.lists import shown
from fupan.desk.texts import texts_of
from fupan.people.models import Member
from fupan.people.wording import sentence

OTHERS = 8
ORDERS = 200  # of a buyer that are counted
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


class Bought(NamedTuple):
    """A buyer's orders, as far as they are known."""

    orders: int
    since: datetime | None
    amounts: list[tuple[Any, str]]
    returns: int


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
    bought: Bought | None = None
    said_before: list[Ticket] = field(default_factory=list)  # other tickets of the order with the same words
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
    related = tickets_seen_by(member).select_related(
        "shop", "workspace", "order", "order_line", "listing__product", "batch", "issue_type", "cause_guess",
        "cause_confirmed", "resolution", "assignee__user",
    )  # fmt: skip
    return related.filter(number=number).first()


def page_of(member: Member, ticket: Ticket) -> TicketPage:
    others = tickets_seen_by(member).exclude(pk=ticket.pk)
    incident = others.filter(incident_id=ticket.incident_id) if ticket.incident_id else others.none()
    buyer = others.filter(buyer_key=ticket.buyer_key) if ticket.buyer_key else others.none()
    known = may_see_buyers(member)
    turns = turns_of(ticket, member)
    return TicketPage(
        ticket=ticket,
        buyer=ticket.buyer_name if known else "",
        turns=turns,
        platform_due=ticket.platform_due_at,
        office_due=ticket.office_due_at,
        in_incident=list(_newest(incident)[:20]),
        of_buyer=list(_newest(buyer)[:OTHERS]),
        of_buyer_count=buyer.count(),
        said_before=_same_words(others, ticket),
        history=history(member, ticket),
        bought=_bought(ticket),
        merges=list(ticket.merges_into_it.filter(taken_back_at=None).select_related("ticket").order_by("pk")),
        merged_here=list(ticket.merges.filter(taken_back_at=None)) if ticket.merged_into_id else [],
        follows=ticket.followers.filter(pk=member.pk).exists(),
        newest=max((turn.message.pk for turn in turns), default=0),
    )


def _bought(ticket: Ticket) -> Bought | None:
    """What else this buyer ordered here, and what came back of it."""
    if not ticket.buyer_key:
        return None
    mine = {"workspace_id": ticket.workspace_id, "buyer_key": ticket.buyer_key}
    orders = list(Order.objects.filter(**mine).order_by("placed_at").values_list("pk", "placed_at")[:ORDERS])
    lines = OrderLine.objects.filter(order_id__in=[pk for pk, _placed in orders]).exclude(amount=None)
    sums = lines.values_list("currency").annotate(total=Sum("amount")).order_by("-total")
    back = Ticket.objects.filter(**mine, kind=TicketKind.RETURN, merged_into=None).count()
    since = orders[0][1] if orders else None
    return Bought(len(orders), since, [(total, currency) for currency, total in sums], back)


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
    names = {one.pk: str(one) for one in Member.objects.filter(pk__in=actors).select_related("user")}
    issues = issue_names(member)
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
