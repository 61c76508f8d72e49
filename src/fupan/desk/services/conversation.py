"""Messages that arrive: each finds its ticket, or opens one; once, however often it is delivered."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from fupan.commerce.models import Shop
from fupan.core import clock
from fupan.core.events import record
from fupan.core.fields import blind_index
from fupan.core.redact import redact
from fupan.desk.compute import LabelBook, contexts_languages
from fupan.desk.models import LabelSource, Message, MessageFile, MessageSide, Sending, Ticket, TicketState
from fupan.desk.received import STALE_AFTER
from fupan.desk.services import _answering, _mine
from fupan.desk.services._learn_soon import label_later
from fupan.desk.services._numbers import lock
from fupan.desk.services.opening import Arrival, open_arrivals
from fupan.desk.services.sending import mark_failed, mark_sent
from fupan.desk.services.work import move
from fupan.desk.standing import ANSWERED, days_off
from fupan.intake.messages import BOUNCE, COPY, NOTICE, MessageRecord, key_of, read_message
from fupan.intake.models import Incoming, IncomingState
from fupan.intake.records import TicketRecord

log = logging.getLogger(__name__)

AT_ONCE = 25
SAME_TROUBLE = timedelta(days=14)  # a solved ticket of the order is taken up again for so long
CASES_WITHIN = timedelta(days=90)
COPIES_WITHIN = timedelta(days=7)
COPIES_LOOKED_AT, NEWEST = 200, 20_000  # replies compared with a copy that names no conversation; among so many turns


@transaction.atomic
def receive_message(incoming_id: int) -> Ticket | None:
    """Bring an arrived message to its ticket, and those that wait behind it. A second delivery changes nothing."""
    incoming = _waiting(of_others=True).filter(pk=incoming_id).first()
    if incoming is None:
        return None
    lock(incoming.workspace_id)
    book = LabelBook.of(incoming.workspace_id)  # read once for all of them
    ticket = _receive(incoming, book)
    behind = _waiting().filter(workspace_id=incoming.workspace_id, pk__gt=incoming.pk).order_by("pk")
    for one in behind[:AT_ONCE]:
        try:
            with transaction.atomic():
                _receive(one, book)
        except Exception:
            log.exception("message %s waits for its own turn", one.pk)
            break
    return ticket


def _waiting(*, of_others: bool = False) -> QuerySet[Incoming]:
    """Locked rows that wait; `of_others`: also those another worker holds now, once it has let go."""
    rows = Incoming.objects.filter(state=IncomingState.WAITING).defer("raw").select_related("shop__workspace")
    return rows.select_for_update(of=("self",), skip_locked=not of_others)


def _receive(incoming: Incoming, book: LabelBook) -> Ticket | None:
    told = read_message(incoming.body)
    known = next(iter(_with_ids(incoming.workspace_id, [told.outside_id])), None)
    if known is not None:
        ticket: Ticket | None = _came_again(known, told)
    elif told.about == BOUNCE:
        ticket = _came_back(incoming.shop, told)
    elif told.about == COPY:
        ticket = _own_copy(incoming.shop, told)
    else:
        ticket = _from_buyer(incoming.shop, told, book)
    state, reason = (IncomingState.TAKEN, "") if ticket else (IncomingState.ASIDE, "no-ticket")
    Incoming.objects.filter(pk=incoming.pk).update(state=state, reason=reason, body="")
    return ticket


def _with_ids(workspace_id: int, ids: Sequence[str]) -> QuerySet[Message]:
    """Messages of these ids, in the very words of the partial index: SQLite does not meet it by a bound parameter."""
    named = RawSQL("NOT (desk_message.outside_id = '')", (), output_field=BooleanField())
    return Message.objects.filter(named, workspace_id=workspace_id, outside_id__in=ids)


def _came_again(known: Message, told: MessageRecord) -> Ticket:
    """Our own mail, seen in the mailbox: so it went."""
    if known.side == MessageSide.SELLER and known.sending in (Sending.CLAIMED, Sending.QUEUED, Sending.FAILED):
        mark_sent(known, told.at)
    return known.ticket


# From the buyer


def _from_buyer(shop: Shop, told: MessageRecord, book: LabelBook) -> Ticket:
    ticket = _find(shop, told)
    first = ticket is None
    ticket = ticket or _open(shop, told, book)
    message = _opening_turn(ticket, told) if first else _turn(ticket, MessageSide.BUYER, told)
    _write_down(ticket, message, told, first=first)
    record("desk.received", ticket, by=None, message=message.pk, first=first, channel=told.channel)
    if told.closes and ticket.state != TicketState.SOLVED:
        move(ticket, TicketState.SOLVED, by=None)
    if ticket.label_source in (LabelSource.NONE, LabelSource.MODEL, LabelSource.RULE):
        label_later(ticket.workspace_id)
    return ticket


def _find(shop: Shop, told: MessageRecord) -> Ticket | None:
    """By what it answers, then by the marketplace's case, then by buyer and order, then by order."""
    tickets = Ticket.objects.filter(workspace_id=shop.workspace_id, purged_at=None)
    if told.about == NOTICE:
        return _kept(next(_of_order(shop, tickets, told), None))
    found: Ticket | None = None
    if told.thread:
        answered = _with_ids(shop.workspace_id, told.thread).values_list("ticket_id", flat=True)[:1]
        found = next(_newest(shop, tickets.filter(pk__in=list(answered))), None)
    if found is None and told.case_id:
        found = _of_case(shop, tickets, told)
    return _kept(found or _by_order(shop, tickets, told))


def _of_case(shop: Shop, tickets: QuerySet[Ticket], told: MessageRecord) -> Ticket | None:
    """The ticket of the marketplace's case, sought where an index leads: by buyer, by order, else among the newest."""
    near = tickets.filter(opened_at__gte=clock.now() - CASES_WITHIN)
    if told.buyer:
        near = tickets.filter(buyer_key=_buyer_key(shop, told))
    return next(_newest(shop, near.filter(case_id=told.case_id)), None)


def _by_order(shop: Shop, tickets: QuerySet[Ticket], told: MessageRecord) -> Ticket | None:
    found = list(_of_order(shop, tickets, told))
    if told.case_id:  # another case of the marketplace is another conversation
        found = [one for one in found if not one.case_id]
    return next(iter(found), None)


def _of_order(shop: Shop, tickets: QuerySet[Ticket], told: MessageRecord) -> Iterator[Ticket]:
    """Tickets of that kind about the order, or of that buyer when no order is named, which a person still works on."""
    since = clock.now() - SAME_TROUBLE
    if told.order_number:
        rows = tickets.filter(order_number=told.order_number)
    elif told.buyer:
        rows = tickets.filter(order_number="", buyer_key=_buyer_key(shop, told))
    else:
        return
    for ticket in _newest(shop, rows.filter(kind=told.kind)):
        if ticket.state != TicketState.SOLVED or (ticket.resolved_at or ticket.opened_at) >= since:
            yield ticket


def _newest(shop: Shop, tickets: QuerySet[Ticket]) -> Iterator[Ticket]:
    """Those of the shop, the newest first: put in order here, or SQLite would walk all tickets in that order."""
    for one in sorted((one for one in tickets if one.shop_id == shop.pk), key=lambda one: -one.pk):
        one.shop, one.workspace = shop, shop.workspace
        yield one


def _buyer_key(shop: Shop, told: MessageRecord) -> str:
    return blind_index(told.buyer, workspace_id=shop.workspace_id)


def _kept(ticket: Ticket | None) -> Ticket | None:
    """The ticket it was merged into, if it was."""
    for _step in range(10):
        if ticket is None or ticket.merged_into_id is None:
            break
        ticket = Ticket.objects.select_related("shop", "workspace").get(pk=ticket.merged_into_id)
    return ticket


def _open(shop: Shop, told: MessageRecord, book: LabelBook) -> Ticket:
    """A new ticket by the road of imported rows: linked to its order, labelled, placed among the incidents."""
    fresh = clock.now() - told.at <= STALE_AFTER
    outside_id = f"{told.channel}:{key_of(told.outside_id)[:40]}"
    row = TicketRecord(
        0, told.kind, outside_id, told.at, order_number=told.order_number, asin=told.asin, sku=told.sku,
        language=told.language, channel=told.channel, subject=told.subject, text=told.text, buyer=told.buyer,
        buyer_name=told.buyer_name, buyer_email=told.buyer_email, status="open" if fresh else "",
        units=0 if told.kind == "return" else 1,  # the report of returns brings the units
    )  # fmt: skip
    open_arrivals(
        shop.workspace_id, [Arrival(None, outside_id, row, shop, closed=days_off(shop.workspace_id))], None, book
    )
    tickets = Ticket.objects.select_related("shop", "workspace")
    return tickets.get(shop=shop, kind=told.kind, outside_id=outside_id)


def _opening_turn(ticket: Ticket, told: MessageRecord) -> Message:
    """The turn that the new ticket was opened with; without words there is none yet."""
    message = ticket.messages.filter(side=MessageSide.BUYER).first()
    if message is None:
        return _turn(ticket, MessageSide.BUYER, told)
    message.outside_id, message.quoted, message.automatic = told.outside_id, told.quoted, told.automatic
    message.save(update_fields=["outside_id", "quoted", "automatic"])
    _files(message, told)
    return message


def _turn(ticket: Ticket, side: str, told: MessageRecord, **more: Any) -> Message:
    names = tuple(name for name in {told.buyer_name, ticket.buyer_name} if name)
    (language,) = contexts_languages([told.text], [told.language])
    message = Message.objects.create(
        workspace_id=ticket.workspace_id, ticket=ticket, side=side, at=told.at, automatic=told.automatic,
        language=(language or ticket.language)[:5], original=told.text, redacted=redact(told.text, names=names),
        outside_id=told.outside_id, quoted=told.quoted, **more,
    )  # fmt: skip
    _files(message, told)
    return message


def _files(message: Message, told: MessageRecord) -> None:
    MessageFile.objects.bulk_create(
        MessageFile(message=message, file_id=one.attachment, name=one.name[:200], refused=one.refused[:300])
        for one in told.files
    )


def _write_down(ticket: Ticket, message: Message, told: MessageRecord, *, first: bool) -> None:
    """What the turn means for the ticket: it waits for us again, unless we answered after it or it wrote itself."""
    newer = {"case_id": told.case_id, "reply_to": told.reply_to}
    missing = {"buyer_name": told.buyer_name, "buyer_email": told.buyer_email}
    values: dict[str, Any] = {name: value for name, value in newer.items() if value}
    values |= {name: value for name, value in missing.items() if value and not getattr(ticket, name)}
    if first:  # its clocks run already, and its weeks are marked
        Ticket.objects.filter(pk=ticket.pk).update(**values, **(ANSWERED if told.automatic else {}))
        return
    if not told.automatic:
        values |= _waits_again(ticket)
    # undoing the import of a ticket must not take its conversation away
    _answering.write(ticket, values, message.at, touched=ticket.import_id is not None)


def _waits_again(ticket: Ticket) -> dict[str, Any]:
    """The ticket is ours to answer, unless we did after this turn was written."""
    values = _mine.standing(ticket)
    if values["waiting_since"] is None:
        return {}
    if ticket.state == TicketState.SOLVED:
        values |= {"state": TicketState.OPEN, "resolved_at": None, "reopened": ticket.reopened + 1}
        record("desk.reopened", ticket, by=None, was=ticket.state)
    elif ticket.state == TicketState.WAITING:
        values["state"] = TicketState.OPEN
    return values | {"snoozed_until": None}


# Of our own


def _own_copy(shop: Shop, told: MessageRecord) -> Ticket | None:
    """The marketplace shows us what we wrote: our own reply went, or somebody answered there."""
    ticket = _find(shop, told) if told.thread or told.case_id or told.order_number else None
    ours = _same_words(shop, ticket, told)
    if ours is not None:
        return _came_again(ours, told)
    if ticket is None:
        return None
    asked = ticket.waiting_since or told.at
    _turn(ticket, MessageSide.SELLER, told, sending=Sending.SENT, sent_at=told.at)
    values: dict[str, Any] = _answering.answered(ticket, told.at)
    if ticket.state == TicketState.OPEN and values["waiting_since"] is None:
        values["state"] = TicketState.WAITING
    _answering.write(ticket, values, told.at, asked)
    record("desk.answered_elsewhere", ticket, by=None)
    return ticket


def _same_words(shop: Shop, ticket: Ticket | None, told: MessageRecord) -> Message | None:
    """A reply of ours with the very words of the copy."""
    mine = Message.objects.filter(side=MessageSide.SELLER, at__gte=told.at - COPIES_WITHIN).exclude(sending="")
    if ticket:
        mine = mine.filter(ticket=ticket)
    else:
        newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        mine = mine.filter(pk__gt=newest - NEWEST, workspace_id=shop.workspace_id, ticket__shop=shop)
    words = _squeezed(told.text)
    rows = mine.select_related("ticket").order_by("-at")[:COPIES_LOOKED_AT]
    return next((one for one in rows if words and _squeezed(one.original) == words), None)


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


def _came_back(shop: Shop, told: MessageRecord) -> Ticket | None:
    """A mail of ours was not delivered."""
    mine = Message.objects.filter(
        workspace_id=shop.workspace_id, ticket__shop=shop, side=MessageSide.SELLER,
        sending__in=(Sending.SENT, Sending.CLAIMED, Sending.QUEUED),
    ).select_related("ticket", "author")  # fmt: skip
    named = list(_with_ids(shop.workspace_id, told.thread).values_list("pk", flat=True)) if told.thread else []
    lost = mine.filter(pk__in=named).first() if named else None
    if lost is None and told.order_number:
        lost = mine.filter(ticket__order_number=told.order_number, sending=Sending.SENT).order_by("-at").first()
    if lost is None:
        return None
    mark_failed(lost, told.failure or "bounced", told.detail)
    return lost.ticket
