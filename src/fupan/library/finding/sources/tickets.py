"""Tickets, by their redacted words; originals and order numbers are in no index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from django.db.models import Q, QuerySet
from django.urls import reverse

from fupan.desk.models import Message, Ticket, TicketKind, TicketState
from fupan.desk.policies import tickets_seen_by
from fupan.library.finding.sources.base import Document, Shown, Source, shop_limits, typed_number

AT_ONCE = 500
STONES = {
    TicketState.OPEN: ("open", "amber"),
    TicketState.WAITING: ("half", "slate"),
    TicketState.SOLVED: ("done", "jade"),
}
COLUMNS = ("pk", "subject", "shop_id", "issue_type_id", "opened_at")
SHOWN = (
    "number", "kind", "state", "subject", "opened_at", "shop__name", "issue_type__name_en", "issue_type__name_zh",
    "listing__product__code", "listing__product__name",
)  # fmt: skip


def _documents(tickets: QuerySet[Ticket]) -> Iterator[Document]:
    rows = tickets.order_by("pk").values_list(*COLUMNS).iterator(chunk_size=AT_ONCE)
    while several := list(islice(rows, AT_ONCE)):
        ids = [row[0] for row in several]
        said = _said(ids)
        tags = _tags(ids)
        for pk, subject, shop, issue, at in several:
            own = tuple(tags.get(pk, ()))
            keys = (f"s{shop}", *(f"t{tag}" for tag in own))
            yield Document(pk, subject, "\n".join(said.get(pk, ())), keys, issue or 0, own, at, shop)


def _said(ids: list[int]) -> dict[int, list[str]]:
    said: defaultdict[int, list[str]] = defaultdict(list)
    turns = Message.objects.filter(ticket_id__in=ids).exclude(redacted="").order_by("at", "pk")
    for ticket, text in turns.values_list("ticket_id", "redacted"):
        said[ticket].append(text)
    return said


def _tags(ids: list[int]) -> dict[int, dict[int, str]]:
    tags: defaultdict[int, dict[int, str]] = defaultdict(dict)
    through = Ticket.tags.through.objects.filter(ticket_id__in=ids).order_by("pk")
    for ticket, tag, name in through.values_list("ticket_id", "tag_id", "tag__name"):
        tags[ticket][tag] = name
    return tags


def _show(tickets: QuerySet[Ticket]) -> Iterator[Shown]:
    rows = list(tickets.select_related("issue_type", "shop", "listing__product").only(*SHOWN))
    said = _said([one.pk for one in rows])
    tags = _tags([one.pk for one in rows])
    for one in rows:
        about = [str(TicketKind(one.kind).label), str(one.shop)]
        about += [str(part) for part in (one.issue_type, one.listing and one.listing.product) if part]
        yield Shown(
            "ticket", one.pk, str(one), one.subject or str(one), reverse("desk:ticket", args=[one.number]),
            STONES[TicketState(one.state)], str(TicketState(one.state).label), about, said.get(one.pk, []),
            [*tags.get(one.pk, {}).values()], one.opened_at,
        )  # fmt: skip


def _by_number(text: str) -> Q | None:
    """By its own number, or by the whole number of its order."""
    number = typed_number(text, "T")
    if number is not None:
        return Q(number=number)
    typed = text.strip()
    wordless = len(typed) >= 8 and not any(sign.isspace() for sign in typed) and any(sign.isdigit() for sign in typed)
    return Q(order_number__in=(typed, typed.upper())) if wordless else None


TICKETS = Source(
    3, "ticket", Ticket, ("see_tickets",), tickets_seen_by, shop_limits, _documents, _show, _by_number, by_shop=True
)
