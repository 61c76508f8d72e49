"""Messages that arrive: each finds its ticket, or opens one; once, however often it is delivered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from fupan.commerce.models import Shop
from fupan.core import clock
from fupan.core.events import record
from fupan.core.gathering import gathered
from fupan.core.redact import redact
from fupan.desk.compute import LabelBook, contexts_languages
from fupan.desk.models import LabelSource, Message, MessageFile, MessageSide, Sending, Ticket, TicketState
from fupan.desk.received import STALE_AFTER
from fupan.desk.services import _answering, _mine
from fupan.desk.services._known import Known, rounds, with_ids
from fupan.desk.services._learn_soon import label_later
from fupan.desk.services._numbers import lock
from fupan.desk.services.opening import Arrival, open_arrivals
from fupan.desk.services.sending import mark_failed, mark_sent
from fupan.desk.services.work import move
from fupan.desk.standing import ANSWERED, days_off
from fupan.intake.messages import BOUNCE, COPY, MessageRecord, key_of, read_message
from fupan.intake.models import Incoming, IncomingState
from fupan.intake.records import TicketRecord

UNSURE = (LabelSource.NONE, LabelSource.MODEL, LabelSource.RULE)
COPIES_WITHIN = timedelta(days=7)
COPIES_LOOKED_AT, NEWEST = 200, 20_000  # replies compared with a copy that names no conversation; among so many turns


@transaction.atomic
def receive_messages(incoming_ids: Iterable[int]) -> dict[int, Ticket | None]:
    """Bring arrived messages to their tickets, all or none; the ticket of each that still waited, None without one.

    A second delivery changes nothing.
    """
    waiting = Incoming.objects.filter(pk__in=list(incoming_ids), state=IncomingState.WAITING)
    rows = waiting.defer("raw").select_related("shop__workspace").select_for_update(of=("self",)).order_by("pk")
    by_workspace: dict[int, list[Incoming]] = {}
    for one in rows:
        by_workspace.setdefault(one.workspace_id, []).append(one)
    found: dict[int, Ticket | None] = {}
    with gathered():
        for workspace_id, mine in sorted(by_workspace.items()):
            lock(workspace_id)
            found |= _receive(workspace_id, mine)
    _put_aside(found)
    return found


def _put_aside(found: dict[int, Ticket | None]) -> None:
    """Their words are the desk's now."""
    taken = [pk for pk, ticket in found.items() if ticket is not None]
    nobodys = [pk for pk, ticket in found.items() if ticket is None]
    for pks, state, reason in ((taken, IncomingState.TAKEN, ""), (nobodys, IncomingState.ASIDE, "no-ticket")):
        if pks:
            Incoming.objects.filter(pk__in=pks).update(state=state, reason=reason, body="")


def _receive(workspace_id: int, rows: Sequence[Incoming]) -> dict[int, Ticket | None]:
    """Those of one conversation one after the other, all others side by side."""
    book = LabelBook.of(workspace_id)
    told = [(one.shop, read_message(one.body)) for one in rows]
    found: dict[int, Ticket | None] = {}
    for places in rounds(told):
        known = Known(workspace_id, [told[place] for place in places])
        new: list[int] = []
        for place in places:
            ticket, is_new = _settled(*told[place], known)
            found[rows[place].pk] = ticket
            new += [place] if is_new else []
        opened = _open(workspace_id, [told[place] for place in new], book)
        found |= {rows[place].pk: ticket for place, ticket in zip(new, opened, strict=True)}
    if any(one and one.label_source in UNSURE for one in found.values()):
        label_later(workspace_id)
    return found


def _settled(shop: Shop, told: MessageRecord, known: Known) -> tuple[Ticket | None, bool]:
    """The ticket it went to, if any; or that it opens a new one."""
    itself = known.itself(told)
    if itself is not None:
        return _came_again(Message.objects.select_related("ticket").get(pk=itself), told), False
    if told.about == BOUNCE:
        return _came_back(shop, told), False
    if told.about == COPY:
        named = told.thread or told.case_id or told.order_number
        return _own_copy(shop, _kept(known.ticket_of(shop, told)) if named else None, told), False
    ticket = _kept(known.ticket_of(shop, told))
    if ticket is None:
        return None, True
    _went_on(ticket, told)
    return ticket, False


def _kept(pk: int | None) -> Ticket | None:
    """The ticket, or the one it was merged into, held until the message is in it."""
    ticket: Ticket | None = None
    for _step in range(10):
        if pk is None:
            break
        rows = Ticket.objects.select_for_update(of=("self",)).select_related("shop", "workspace")
        ticket = rows.get(pk=pk)
        pk = ticket.merged_into_id
    return ticket


def _came_again(known: Message, told: MessageRecord) -> Ticket:
    """Our own mail, seen in the mailbox: so it went."""
    if known.side == MessageSide.SELLER and known.sending in (Sending.CLAIMED, Sending.QUEUED, Sending.FAILED):
        mark_sent(known, told.at)
    return known.ticket


# From the buyer


def _went_on(ticket: Ticket, told: MessageRecord) -> None:
    """Another turn of the buyer in a conversation that we have."""
    message = _turn(ticket, MessageSide.BUYER, told)
    _write_down(ticket, message, told)
    _tell(ticket, message.pk, told, first=False)


def _tell(ticket: Ticket, message_id: int, told: MessageRecord, *, first: bool) -> None:
    record("desk.received", ticket, by=None, message=message_id, first=first, channel=told.channel)
    if told.closes and ticket.state != TicketState.SOLVED:
        move(ticket, TicketState.SOLVED, by=None)


def _open(workspace_id: int, several: Sequence[tuple[Shop, MessageRecord]], book: LabelBook) -> list[Ticket]:
    """New tickets by the road of imported rows: linked to their orders, labelled, placed among the incidents."""
    closed = days_off(workspace_id) if several else frozenset()
    arrivals = [_arrival(shop, told, closed) for shop, told in several]
    open_arrivals(workspace_id, arrivals, None, book)
    tickets = []
    for arrival, (shop, told) in zip(arrivals, several, strict=True):
        ticket = Ticket(**vars(arrival.fresh))
        ticket._state.adding = False
        ticket.shop, ticket.workspace = shop, shop.workspace
        turn = arrival.turn_id
        if turn is None:  # without words there is none yet
            turn = _turn(ticket, MessageSide.BUYER, told).pk
        else:
            _files(turn, told)
        _tell(ticket, turn, told, first=True)
        tickets.append(ticket)
    return tickets


def _arrival(shop: Shop, told: MessageRecord, closed: frozenset[date]) -> Arrival:
    fresh = clock.now() - told.at <= STALE_AFTER
    outside_id = f"{told.channel}:{key_of(told.outside_id)[:40]}"
    row = TicketRecord(
        0, told.kind, outside_id, told.at, order_number=told.order_number, asin=told.asin, sku=told.sku,
        language=told.language, channel=told.channel, subject=told.subject, text=told.text, buyer=told.buyer,
        buyer_name=told.buyer_name, buyer_email=told.buyer_email, status="open" if fresh else "",
        units=0 if told.kind == "return" else 1,  # the report of returns brings the units
    )  # fmt: skip
    more = {"case_id": told.case_id, "reply_to": told.reply_to} | (ANSWERED if told.automatic else {})
    turn = {"outside_id": told.outside_id, "quoted": told.quoted, "automatic": told.automatic}
    return Arrival(None, outside_id, row, shop, closed=closed, more=more, turn=turn)


def _turn(ticket: Ticket, side: str, told: MessageRecord, **more: Any) -> Message:
    names = tuple(name for name in {told.buyer_name, ticket.buyer_name} if name)
    (language,) = contexts_languages([told.text], [told.language])
    message = Message.objects.create(
        workspace_id=ticket.workspace_id, ticket=ticket, side=side, at=told.at, automatic=told.automatic,
        language=(language or ticket.language)[:5], original=told.text, redacted=redact(told.text, names=names),
        outside_id=told.outside_id, quoted=told.quoted, **more,
    )  # fmt: skip
    _files(message.pk, told)
    return message


def _files(message_id: int, told: MessageRecord) -> None:
    MessageFile.objects.bulk_create(
        MessageFile(message_id=message_id, file_id=one.attachment, name=one.name[:200], refused=one.refused[:300])
        for one in told.files
    )


def _write_down(ticket: Ticket, message: Message, told: MessageRecord) -> None:
    """What the turn means for the ticket: it waits for us again, unless we answered after it or it wrote itself."""
    newer = {"case_id": told.case_id, "reply_to": told.reply_to}
    missing = {"buyer_name": told.buyer_name, "buyer_email": told.buyer_email}
    values: dict[str, Any] = {name: value for name, value in newer.items() if value}
    values |= {name: value for name, value in missing.items() if value and not getattr(ticket, name)}
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


def _own_copy(shop: Shop, ticket: Ticket | None, told: MessageRecord) -> Ticket | None:
    """The marketplace shows us what we wrote: our own reply went, or somebody answered there."""
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
    named = list(with_ids(shop.workspace_id, told.thread).values_list("pk", flat=True)) if told.thread else []
    lost = mine.filter(pk__in=named).first() if named else None
    if lost is None and told.order_number:
        lost = mine.filter(ticket__order_number=told.order_number, sending=Sending.SENT).order_by("-at").first()
    if lost is None:
        return None
    mark_failed(lost, told.failure or "bounced", told.detail)
    return lost.ticket
