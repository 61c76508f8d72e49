"""The tickets around one: of its incident, of its buyer, and those that say the same about the same order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, Sum

from fupan.commerce.models import Order, OrderLine
from fupan.desk.compute.learning import same_said
from fupan.desk.models import Ticket, TicketKind
from fupan.desk.policies import tickets_seen_by
from fupan.desk.queries.lists import Row, rows_of
from fupan.desk.texts import texts_of
from fupan.people.models import Member

OTHERS = 8
TOGETHER = 20
ORDERS = 200  # of a buyer that are counted
LOOKED_AT = 200


class Bought(NamedTuple):
    """A buyer's orders, as far as they are known."""

    orders: int
    since: datetime | None
    amounts: list[tuple[Any, str]]
    returns: int


class _Other(NamedTuple):
    pk: int
    incident_id: int | None
    buyer_key: str
    shop_id: int
    order_number: str


@dataclass(frozen=True, slots=True)
class Near:
    """Newest first."""

    incident: list[Row]
    buyer: list[Row]
    buyer_count: int
    said_before: list[Row]


def near(member: Member, ticket: Ticket) -> Near:
    """All of them with one question, and their words with another where there are any."""
    beside, others = _beside(ticket), tickets_seen_by(member).exclude(pk=ticket.pk)
    if not beside:
        return Near([], [], 0, [])
    found = [
        _Other(*one)
        for one in others.filter(beside).order_by("-opened_at", "-pk").values_list(*_Other._fields)[:LOOKED_AT]
    ]
    incident = [one.pk for one in found if one.incident_id and one.incident_id == ticket.incident_id]
    buyer = [one.pk for one in found if one.buyer_key and one.buyer_key == ticket.buyer_key]
    said = _same_words(others, ticket, [one.pk for one in found if _of_order(one, ticket)])
    wanted = dict.fromkeys([*incident[:TOGETHER], *buyer[:OTHERS], *said])
    rows = {row.pk: row for row in rows_of(list(wanted), member, ("issue",))}
    more = bool(buyer) and len(found) == LOOKED_AT
    count = others.filter(buyer_key=ticket.buyer_key).count() if more else len(buyer)
    return Near(
        [rows[pk] for pk in incident[:TOGETHER]], [rows[pk] for pk in buyer[:OTHERS]], count, [rows[pk] for pk in said]
    )


def _beside(ticket: Ticket) -> Q:
    beside = Q()
    if ticket.incident_id:
        beside |= Q(incident_id=ticket.incident_id)
    if ticket.buyer_key:
        beside |= Q(buyer_key=ticket.buyer_key)
    if ticket.order_number:
        beside |= Q(order_number=ticket.order_number, shop_id=ticket.shop_id)
    return beside


def _of_order(one: _Other, ticket: Ticket) -> bool:
    return bool(one.order_number) and (one.order_number, one.shop_id) == (ticket.order_number, ticket.shop_id)


def _same_words(others: QuerySet[Ticket], ticket: Ticket, keys: list[int]) -> list[int]:
    """Tickets of the same order that say the same: one trouble told twice, through two channels."""
    if not keys:
        return []
    both = [ticket, *others.filter(pk__in=keys[:TOGETHER]).order_by("-opened_at", "-pk").only("pk", "subject")]
    texts = texts_of(both)
    words = [texts[one.pk] for one in both]
    first = same_said(words, [ticket.order_number if text.strip() else "" for text in words])
    return [one.pk for one, at in zip(both[1:], first[1:], strict=True) if at == 0]


def bought(ticket: Ticket) -> Bought | None:
    """What else this buyer ordered here, and what came back of it; None when no order is known."""
    if not ticket.buyer_key:
        return None
    mine = {"workspace_id": ticket.workspace_id, "buyer_key": ticket.buyer_key}
    orders = list(Order.objects.filter(**mine).order_by("placed_at").values_list("pk", "placed_at")[:ORDERS])
    if not orders:
        return None
    lines = OrderLine.objects.filter(order_id__in=[pk for pk, _placed in orders]).exclude(amount=None)
    sums = lines.values_list("currency").annotate(total=Sum("amount")).order_by("-total")
    back = Ticket.objects.filter(**mine, kind=TicketKind.RETURN, merged_into=None).count()
    return Bought(len(orders), orders[0][1], [(total, currency) for currency, total in sums], back)
