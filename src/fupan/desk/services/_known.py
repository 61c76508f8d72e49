"""Which ticket a message belongs to: what may be is read at once, for messages that have nothing in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from fupan.commerce.models import Shop
from fupan.core import clock
from fupan.core.fields import blind_index
from fupan.desk.linking import chunks
from fupan.desk.models import Message, Ticket, TicketState
from fupan.intake.messages import NOTICE, MessageRecord

SAME_TROUBLE = timedelta(days=14)  # a solved ticket of the order is taken up again for so long
CASES_WITHIN = timedelta(days=90)

Told = tuple[Shop, MessageRecord]


class Candidate(NamedTuple):
    """A ticket, as far as finding it goes."""

    pk: int
    shop_id: int
    kind: str
    state: str
    order_number: str
    buyer_key: str
    case_id: str
    opened_at: datetime
    resolved_at: datetime | None


class Known:
    """What is there already of some messages: themselves, those they answer, and tickets they may be about."""

    def __init__(self, workspace_id: int, told: Sequence[Told]) -> None:
        self.workspace_id = workspace_id
        named = {one for _shop, message in told for one in (message.outside_id, *message.thread) if one}
        self.turns: dict[str, tuple[datetime, int, int]] = {}  # outside id -> time, message, ticket
        for several in chunks(sorted(named)):
            rows = with_ids(workspace_id, several).order_by().values_list("outside_id", "at", "pk", "ticket_id")
            self.turns |= {outside_id: (at, pk, ticket) for outside_id, at, pk, ticket in rows}
        self.candidates = self._read(told)

    def _read(self, told: Sequence[Told]) -> list[Candidate]:
        """Newest first; sought where an index leads: by order, by buyer, by thread, else among the newest cases."""
        answered = {self.turns[one][2] for _shop, message in told for one in message.thread if one in self.turns}
        orders = {message.order_number for _shop, message in told if message.order_number}
        buyers = {_buyer_key(shop, message) for shop, message in told if message.buyer}
        cases = {message.case_id for _shop, message in told if message.case_id and not message.buyer}
        searches = (
            (Q(pk__in=answered), answered), (Q(order_number__in=orders), orders), (Q(buyer_key__in=buyers), buyers),
            (Q(case_id__in=cases, opened_at__gte=clock.now() - CASES_WITHIN), cases),
        )  # fmt: skip
        tickets = Ticket.objects.filter(workspace_id=self.workspace_id, purged_at=None).order_by()
        found: dict[int, Candidate] = {}
        for condition, wanted in searches:
            if wanted:
                rows = map(Candidate._make, tickets.filter(condition).values_list(*Candidate._fields))
                found |= {one.pk: one for one in rows}
        return sorted(found.values(), key=lambda one: -one.pk)

    def itself(self, told: MessageRecord) -> int | None:
        """The message, when it was taken in before or is one of ours."""
        turn = self.turns.get(told.outside_id)
        return turn[1] if turn else None

    def ticket_of(self, shop: Shop, told: MessageRecord) -> int | None:
        """By what it answers, then by the marketplace's case, then by buyer and order, then by order."""
        mine = [one for one in self.candidates if one.shop_id == shop.pk]
        if told.about == NOTICE:
            return next((one.pk for one in _of_order(shop, mine, told)), None)
        turns = sorted(self.turns[one] for one in told.thread if one in self.turns)
        found = next((one.pk for one in mine if one.pk == turns[0][2]), None) if turns else None
        if found is None and told.case_id:
            found = next((one.pk for one in _of_case(shop, mine, told)), None)
        if found is not None:
            return found
        of_order = _of_order(shop, mine, told)
        # another case of the marketplace is another conversation
        return next((one.pk for one in of_order if not (told.case_id and one.case_id)), None)


def with_ids(workspace_id: int, ids: Sequence[str]) -> QuerySet[Message]:
    """Messages of these ids, in the very words of the partial index: SQLite does not meet it by a bound parameter."""
    named = RawSQL("NOT (desk_message.outside_id = '')", (), output_field=BooleanField())
    return Message.objects.filter(named, workspace_id=workspace_id, outside_id__in=ids)


def in_common(shop: Shop, told: MessageRecord) -> set[tuple[str, ...]]:
    """What a message shares with others of its conversation."""
    here = str(shop.pk)
    traits = {("id", one) for one in (told.outside_id, *told.thread) if one}
    named = (("order", told.order_number), ("case", told.case_id), ("buyer", told.buyer.lower()))
    return {*traits, *((name, here, value) for name, value in named if value)}


def rounds(told: Sequence[Told]) -> Iterator[list[int]]:
    """Places of messages that have nothing in common, in as few rounds as their order within a conversation allows."""
    taken: list[set[tuple[str, ...]]] = []
    places: list[list[int]] = []
    for place, (shop, message) in enumerate(told):
        traits = in_common(shop, message)
        after = next((at for at in range(len(taken), 0, -1) if taken[at - 1] & traits), 0)
        if after == len(taken):
            taken.append(set())
            places.append([])
        taken[after] |= traits
        places[after].append(place)
    yield from places


def _buyer_key(shop: Shop, told: MessageRecord) -> str:
    return blind_index(told.buyer, workspace_id=shop.workspace_id)


def _of_case(shop: Shop, mine: Sequence[Candidate], told: MessageRecord) -> Iterator[Candidate]:
    key = _buyer_key(shop, told) if told.buyer else ""
    near = clock.now() - CASES_WITHIN
    for one in mine:
        if one.case_id == told.case_id and (one.buyer_key == key if key else one.opened_at >= near):
            yield one


def _of_order(shop: Shop, mine: Sequence[Candidate], told: MessageRecord) -> Iterator[Candidate]:
    """Tickets of that kind about the order, or of that buyer when no order is named, which a person still works on."""
    since = clock.now() - SAME_TROUBLE
    key = _buyer_key(shop, told) if told.buyer else ""
    if not told.order_number and not key:
        return
    for one in mine:
        about = one.order_number == told.order_number and (bool(told.order_number) or one.buyer_key == key)
        fresh = one.state != TicketState.SOLVED or (one.resolved_at or one.opened_at) >= since
        if about and one.kind == told.kind and fresh:
            yield one
