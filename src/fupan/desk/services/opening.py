"""Received rows become tickets: linked to orders, labelled, joined into incidents; in bulk, however often delivered."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from fupan.commerce.models import Shop
from fupan.core import stale, weeks
from fupan.core.events import record
from fupan.core.fields import blind_index
from fupan.core.redact import redact
from fupan.desk.compute import Context, LabelBook, Suggestion, contexts_languages, suggest
from fupan.desk.linking import Found, Linker, Wanted, chunks
from fupan.desk.models import LabelSource, Message, MessageSide, Tag, Ticket, TicketBefore
from fupan.desk.received import read, state_of
from fupan.desk.services._bulk import insert
from fupan.desk.services._changed import mark_changed
from fupan.desk.services._goods import make_listings
from fupan.desk.services._incidents import home_of_ticket, kin_weeks, rearrange
from fupan.desk.services._learn_soon import label_later
from fupan.desk.services._numbers import lock, take_numbers
from fupan.desk.services._protected import LABEL, PERSONAL, protected
from fupan.desk.standing import days_off, imported
from fupan.intake.models import Import, ImportState, Received
from fupan.intake.records import TicketRecord


@dataclass(slots=True)
class Arrival:
    """One received row on its way to a ticket."""

    received_id: int | None  # None: it came as a message, not as a row
    outside_id: str
    told: TicketRecord
    shop: Shop
    found: Found = field(default_factory=Found)
    language: str = ""
    label: Suggestion = field(default_factory=Suggestion)
    known: Ticket | None = None  # the ticket that is there already
    fresh: Any = None  # the one to be stored: its columns as attributes
    subject: str = ""
    redacted: str = ""
    closed: frozenset[date] = frozenset()  # days off of the office
    more: dict[str, Any] = field(default_factory=dict)  # further columns of a new ticket
    turn: dict[str, Any] = field(default_factory=dict)  # and of the buyer's turn it opens with
    turn_id: int | None = None  # that turn, once it is stored

    @property
    def key(self) -> tuple[int, str, str]:
        return self.shop.pk, self.told.kind, self.outside_id

    @property
    def ticket(self) -> Any:
        return self.known or self.fresh

    @property
    def text(self) -> str:
        return f"{self.told.subject}\n{self.told.text}".strip()


@dataclass(slots=True)
class Opened:
    """What a delivery did."""

    created: int = 0
    updated: int = 0


@transaction.atomic
def open_received(import_id: int, chunk: int | None = None) -> Opened:
    """Open or update the tickets of an import's chunk (all chunks when None); a second delivery changes nothing."""
    source = Import.objects.filter(pk=import_id).exclude(state=ImportState.UNDONE).first()
    if source is None:
        return Opened()
    lock(source.workspace_id)
    rows = Received.objects.filter(workspace_id=source.workspace_id, imported_id=import_id).exclude(body="")
    if chunk is not None:
        rows = rows.filter(chunk=chunk)
    opened = open_arrivals(source.workspace_id, _arrivals(source.workspace_id, rows), import_id)
    if opened.created or opened.updated:
        record("desk.received_opened", source, by=None, chunk=chunk, created=opened.created, updated=opened.updated)
        label_later(source.workspace_id)
    return opened


def _arrivals(workspace_id: int, rows: QuerySet[Received]) -> list[Arrival]:
    shops = {shop.pk: shop for shop in Shop.objects.filter(workspace_id=workspace_id).select_related("workspace")}
    closed = days_off(workspace_id)
    columns = rows.order_by("pk").values_list("pk", "shop_id", "kind", "outside_id", "body")
    return [
        Arrival(pk, outside_id, read(body)._replace(kind=kind), shops[shop_id], closed=closed)
        for pk, shop_id, kind, outside_id, body in columns
    ]


def open_arrivals(
    workspace_id: int, arrivals: list[Arrival], import_id: int | None, book: LabelBook | None = None
) -> Opened:
    """Link, label, place and store them; call it inside a transaction, with the workspace locked."""
    if not arrivals:
        return Opened()
    book = book or LabelBook.of(workspace_id)
    _link(workspace_id, arrivals)
    _label(book, arrivals)
    if import_id is not None:  # a single message was looked for before, by its own id
        _meet(workspace_id, arrivals)
    touched: set[tuple[str, int]] = set()
    homes = {home_of_ticket(one.known) for one in arrivals if one.known}
    changed = _update(book, [one for one in arrivals if one.known], import_id, touched)
    homes |= {home_of_ticket(ticket) for ticket in changed}
    fresh = _build(book, workspace_id, import_id, [one for one in arrivals if not one.known])
    homes |= {home_of_ticket(ticket) for ticket in fresh}
    touched |= rearrange(workspace_id, homes, fresh)
    _store(workspace_id, arrivals, touched)
    for several in chunks([one.received_id for one in arrivals if one.received_id is not None]):
        Received.objects.filter(pk__in=several).update(body="")
    stale.mark(workspace_id, touched)
    mark_changed(workspace_id, (ticket.pk for ticket in (*fresh, *changed)))
    return Opened(len(fresh), len(changed))


def _link(workspace_id: int, arrivals: Sequence[Arrival]) -> None:
    wanted = [wanted_of(one) for one in arrivals]
    linker = Linker.of(workspace_id, wanted)
    if make_listings(workspace_id, linker, wanted):
        linker = Linker.of(workspace_id, wanted)
    for one, want in zip(arrivals, wanted, strict=True):
        one.found = linker.find(want)


def wanted_of(one: Arrival) -> Wanted:
    told = one.told
    return Wanted(
        one.shop.pk, told.order_number[:64], told.sku[:120], told.asin[:40], told.product_name[:120], told.batch[:60]
    )


def _label(book: LabelBook, arrivals: Sequence[Arrival]) -> None:
    languages = contexts_languages([one.text for one in arrivals], [one.told.language for one in arrivals])
    contexts = []
    for one, language in zip(arrivals, languages, strict=True):
        one.language = language
        told = one.told
        contexts.append(Context(told.kind, told.reason_code, told.issue, language, one.shop.country, told.stars))
    for one, label in zip(arrivals, suggest(book, [one.text for one in arrivals], contexts), strict=True):
        one.label = label
        names = names_in(one.text, one.told)
        one.redacted = redact(one.told.text, names=names)
        one.subject = redact(one.told.subject, names=names)[:300] or one.redacted.strip().split("\n", 1)[0][:120]


def names_in(text: str, told: TicketRecord) -> tuple[str, ...]:
    """The buyer's names that really occur in the text: looking for the others would only cost time."""
    lowered = text.lower()
    whole = [name for name in (told.buyer_name, told.buyer) if len(name) >= 2 and not name.isdigit()]
    parts = {part for name in whole for part in (name, *name.split()) if len(part) >= 2}
    return tuple(sorted(part for part in parts if part.lower() in lowered))


def _meet(workspace_id: int, arrivals: Sequence[Arrival]) -> None:
    """Find the tickets that are there already; the last row of an id wins within a delivery."""
    by_key = {one.key: one for one in arrivals}
    for several in chunks(sorted({key[2] for key in by_key})):
        for ticket in Ticket.objects.filter(workspace_id=workspace_id, outside_id__in=several):
            one = by_key.get((ticket.shop_id, ticket.kind, ticket.outside_id))
            if one is not None:
                one.known = ticket


def _values(book: LabelBook, one: Arrival, workspace_id: int) -> dict[str, Any]:
    """Every column that the record and its order decide."""
    told, found, shop = one.told, one.found, one.shop
    issue = one.label.issue
    cause, resolution = book.cause_for(issue, told.cause), book.resolution_for(told.kind, told.resolution)
    return {
        "channel": told.channel[:20], "week": weeks.week_of(told.opened_at, shop.timezone), "opened_at": told.opened_at,
        "first_response_at": told.first_response_at, "resolved_at": told.resolved_at, "state": state_of(told),
        "replies": 1 if told.reply or told.first_response_at else 0,
        "order_number": told.order_number[:64], "order_id": found.order_id, "order_line_id": found.order_line_id,
        "listing_id": found.listing_id, "batch_id": found.batch_id, "country": (told.country or found.country)[:2],
        "fulfilment": told.fulfilment or found.fulfilment, "carrier": (told.carrier or found.carrier)[:60],
        "units": max(0, told.units), "stars": told.stars if told.stars in range(1, 6) else None, "csat": told.csat,
        "cost": told.cost, "currency": told.currency or (shop.currency if told.cost is not None else ""),
        "buyer_key": blind_index(told.buyer or told.buyer_email, workspace_id=workspace_id) or found.buyer_key,
        "buyer_name": told.buyer_name, "buyer_email": told.buyer_email, "language": one.language[:5],
        "agent": told.agent[:80], "subject": one.subject, "reason_code": told.reason_code[:60],
        "issue_type_id": book.issues.get(issue), "label_source": one.label.source if issue else LabelSource.NONE,
        "label_confidence": one.label.confidence if issue else None,
        "cause_guess_id": book.causes.get(cause), "resolution_id": book.resolutions.get(resolution),
        "received_id": one.received_id,
        **imported(state_of(told), told.kind, told.first_response_at, told.opened_at, shop, one.closed),
    }  # fmt: skip


def _update(
    book: LabelBook, arrivals: Sequence[Arrival], import_id: int | None, touched: set[tuple[str, int]]
) -> list[Ticket]:
    """Bring known tickets up to date, sparing what a person did; those that changed."""
    changed, befores = [], []
    for one in arrivals:
        ticket = one.known
        assert ticket is not None and import_id is not None  # only rows of files meet a ticket that is there
        kept = protected(ticket) | _learnt(one)
        values = _values(book, one, ticket.workspace_id)
        different = [name for name, value in values.items() if name not in kept and getattr(ticket, name) != value]
        if not different:
            continue
        old = {name: getattr(ticket, name) for name in different if name not in PERSONAL}
        befores.append(
            TicketBefore(ticket=ticket, import_id=import_id, values=json.loads(json.dumps(old, default=str)))
        )
        touched |= {("tickets", ticket.week), ("messages", ticket.week)}
        for name in different:
            setattr(ticket, name, values[name])
        ticket.judged_by = None
        ticket.save(update_fields=[*different, "judged_by"])
        changed.append(ticket)
    TicketBefore.objects.bulk_create(befores, batch_size=200)
    touched |= kin_weeks([ticket.pk for ticket in changed])
    return changed


def _learnt(one: Arrival) -> frozenset[str]:
    """The classifier's label stays where codes, sheet and rules say nothing; it reads the ticket again anyway."""
    stays = one.known is not None and one.known.label_source == LabelSource.MODEL and not one.label.issue
    return LABEL | {"cause_guess_id"} if stays else frozenset()


def _build(book: LabelBook, workspace_id: int, import_id: int | None, arrivals: Sequence[Arrival]) -> list[Any]:
    ordered = sorted(arrivals, key=lambda one: (one.told.opened_at, one.key))
    first = take_numbers(workspace_id, len(ordered))
    for number, one in enumerate(ordered, first):
        one.fresh = SimpleNamespace(
            workspace_id=workspace_id, shop_id=one.shop.pk, number=number, kind=one.told.kind,
            outside_id=one.outside_id, import_id=import_id, incident_id=None, purged_at=None, pk=None,
            **_values(book, one, workspace_id) | one.more,
        )  # fmt: skip
    return [one.fresh for one in ordered]


def _store(workspace_id: int, arrivals: Sequence[Arrival], touched: set[tuple[str, int]]) -> None:
    fresh = [one.fresh for one in arrivals if one.fresh]
    for ticket, pk in zip(fresh, insert(Ticket, [vars(ticket) for ticket in fresh]), strict=True):
        ticket.pk = pk
        touched |= {("tickets", ticket.week), ("messages", ticket.week)}
    turns = [turn for one in arrivals if one.fresh for turn in _turns(one)]
    turns += _renewed([one for one in arrivals if one.known], touched)
    stored = {(turn["ticket_id"], turn["side"]): pk for turn, pk in zip(turns, insert(Message, turns), strict=True)}
    for one in arrivals:
        one.turn_id = stored.get((one.ticket.pk, MessageSide.BUYER))
    zones = {one.ticket.pk: one.shop.timezone for one in arrivals}
    touched |= {("messages", weeks.week_of(turn["at"], zones[turn["ticket_id"]])) for turn in turns}
    _tag(workspace_id, arrivals)


def _turns(one: Arrival) -> list[dict[str, Any]]:
    """The buyer's words and our answer. An answer of unknown time stands at the instant of the question."""
    told = one.told
    turns = []
    if told.text.strip():
        turns.append(_turn(one, MessageSide.BUYER, told.opened_at, told.text, one.redacted) | one.turn)
    if told.reply.strip():
        redacted = redact(told.reply, names=names_in(told.reply, told))
        turns.append(_turn(one, MessageSide.SELLER, told.first_response_at or told.opened_at, told.reply, redacted))
    return turns


def _turn(one: Arrival, side: str, at: datetime, original: str, redacted: str) -> dict[str, Any]:
    kept = one.ticket.purged_at is None
    return {
        "workspace_id": one.ticket.workspace_id, "ticket_id": one.ticket.pk, "side": side, "at": at,
        "language": one.language[:5], "original": original if kept else "", "redacted": redacted,
    }  # fmt: skip


def _renewed(known: Sequence[Arrival], touched: set[tuple[str, int]]) -> list[dict[str, Any]]:
    """Turns of known tickets that are not there yet; imported turns whose words or time changed are replaced."""
    stored: dict[tuple[int, str], Message] = {}
    for several in chunks([one.ticket.pk for one in known]):
        imported = Message.objects.filter(ticket_id__in=several, author=None).exclude(side=MessageSide.NOTE)
        for message in imported.order_by("-at", "-pk"):
            stored[message.ticket_id, message.side] = message
    missing = []
    for one in known:
        for turn in _turns(one):
            old = stored.get((turn["ticket_id"], turn["side"]))
            if old is None:
                missing.append(turn)
            elif (old.redacted, old.at) != (turn["redacted"], turn["at"]):
                touched |= {("messages", weeks.week_of(at, one.shop.timezone)) for at in (old.at, turn["at"])}
                Message(pk=old.pk, **turn).save()
    return missing


def _tag(workspace_id: int, arrivals: Sequence[Arrival]) -> None:
    wanted: dict[str, list[int]] = defaultdict(list)
    for one in arrivals:
        for name in one.told.tags:
            if name.strip():
                wanted[name.strip()[:60]].append(one.ticket.pk)
    if not wanted:
        return
    Tag.objects.bulk_create([Tag(workspace_id=workspace_id, name=name) for name in wanted], ignore_conflicts=True)
    through = Ticket.tags.through
    for tag in Tag.objects.filter(workspace_id=workspace_id, name__in=list(wanted)):
        rows = [through(ticket_id=ticket_id, tag_id=tag.pk) for ticket_id in wanted[tag.name]]
        through.objects.bulk_create(rows, ignore_conflicts=True)
