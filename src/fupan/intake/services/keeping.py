"""Storing one chunk of records: everything of it in one transaction, with its checkpoint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from fupan.commerce.models import Shop
from fupan.commerce.services import Before as Was
from fupan.commerce.services import Told, store_order_lines, store_products, told_by
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.core.redact import redact
from fupan.core.weeks import zone
from fupan.intake.faults import Fault, words
from fupan.intake.models import Before, Coverage, Import, ImportState, Reject, Source
from fupan.intake.records import OrderLineRecord, ProductRecord, Record, TicketRecord
from fupan.intake.services.receiving import receive
from fupan.intake.services.run import Run, by_shape, in_utc

MOST_REJECTS = 20_000  # kept of one import; all are counted
COUNTED = ("created", "updated", "unchanged", "rejected")


class Kept(NamedTuple):
    """What storing a chunk came to."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    again: bool = False  # the chunk had been stored before


def store_records(
    import_: Import,
    chunk_no: int,
    records: Sequence[Record],
    *,
    faults: Sequence[Fault] = (),
    rows: int | None = None,
    ignored: int = 0,
    run: Run | None = None,
) -> Kept:
    """Store chunk `chunk_no` of an import, once: a chunk stored before changes nothing.

    `rows` is how many rows of the file the chunk stands for (default: one per record), `ignored` how many of them the
    profile leaves out on purpose.
    """
    run = run or Run(import_)
    lines, tickets, products = by_shape(records)
    prepared, late = _prepared(run, lines)
    with transaction.atomic():
        if not _claimed(import_, chunk_no):
            return Kept(again=True)
        counts: Counter[str] = Counter()
        _store_lines(run, chunk_no, prepared, counts)
        late += _store_tickets(run, chunk_no, tickets, counts)
        _store_products(run, products, counts)
        problems = [*faults, *late]
        counts["rejected"] = len({fault.line for fault in problems})
        _keep_rejects(import_, problems)
        read = len(records) + len(faults) if rows is None else rows
        _count(import_, counts, read, ignored)
    return Kept(counts["created"], counts["updated"], counts["unchanged"], counts["rejected"])


def _claimed(import_: Import, chunk_no: int) -> bool:
    """Take the chunk; False when it was stored already. Locks the import until the transaction ends."""
    waiting = Import.objects.filter(pk=import_.pk, next_chunk=chunk_no, undone_at=None)
    if waiting.update(next_chunk=chunk_no + 1, state=ImportState.RUNNING):
        return True
    now = Import.objects.get(pk=import_.pk)
    if now.undone_at is not None:
        raise Refused(_("This import was undone."), code="already-undone")
    if now.next_chunk < chunk_no:
        raise Refused(_("An earlier part of this import is still missing."), code="wrong-chunk")
    return False


class Prepared(NamedTuple):
    """The lines of one shop, worked out before the transaction begins."""

    shop: Shop
    lines: list[OrderLineRecord]
    told: Told


def _prepared(run: Run, lines: Sequence[OrderLineRecord]) -> tuple[list[Prepared], list[Fault]]:
    if not lines:
        return [], []
    placed, faults = run.placed(lines)
    prepared = []
    for shop_id, found in placed.items():
        shop = run.shops[shop_id]
        mine = [one for one in found if isinstance(one, OrderLineRecord)]
        prepared.append(Prepared(shop, mine, told_by(mine, run.catalogue(shop))))
    return prepared, faults


def _store_lines(run: Run, chunk: int, prepared: Sequence[Prepared], counts: Counter[str]) -> None:
    imported = run.imported
    for shop, lines, told in prepared:
        stored = store_order_lines(
            imported.workspace, shop, lines, import_id=imported.pk, catalogue=run.catalogue(shop), told=told
        )
        counts.update(created=stored.created, updated=stored.updated, unchanged=stored.unchanged)
        _keep_befores(imported, stored.befores)
        _cover(imported, shop, [one.placed_at for one in lines], orders=True)
    if prepared:
        record("intake.orders_stored", imported, by=imported.by, chunk=chunk)


def _store_tickets(run: Run, chunk: int, tickets: Sequence[TicketRecord], counts: Counter[str]) -> list[Fault]:
    if not tickets:
        return []
    placed, faults = run.placed(tickets)
    for shop_id, mine in placed.items():
        shop = run.shops[shop_id]
        timed = [in_utc(one, shop) for one in mine if isinstance(one, TicketRecord)]
        arrived = receive(run.imported, chunk, shop, timed)
        counts.update(created=arrived.created, updated=arrived.updated, unchanged=arrived.unchanged)
        _cover(run.imported, shop, [one.opened_at for one in timed], orders=False)
    record("intake.received", run.imported, by=run.imported.by, chunk=chunk)
    return faults


def _store_products(run: Run, products: Sequence[ProductRecord], counts: Counter[str]) -> None:
    if not products:
        return
    stored = store_products(run.imported.workspace, run.imported.shop, products, import_id=run.imported.pk)
    counts.update(created=stored.created, updated=stored.updated, unchanged=stored.unchanged)
    _keep_befores(run.imported, stored.befores)


def _keep_befores(import_: Import, befores: Sequence[Was]) -> None:
    rows = [Before(imported=import_, table=one.table, row_id=one.row_id, values=one.values) for one in befores]
    Before.objects.bulk_create(rows, batch_size=400)


def _keep_rejects(import_: Import, faults: Sequence[Fault]) -> None:
    """Rows that did not go in, in the workspace's language (screens say it in the reader's own)."""
    room = max(MOST_REJECTS - import_.rejected, 0)
    with translation.override(import_.workspace.language):
        Reject.objects.bulk_create([reject_of(import_, fault) for fault in faults[:room]], batch_size=400)


def reject_of(import_: Import, fault: Fault) -> Reject:
    reason, advice = words(fault.code, hint=fault.hint)
    return Reject(
        imported=import_, line=fault.line, column=fault.column[:120], value=redact(fault.value[:200]), code=fault.code,
        reason=reason[:300], advice=advice[:300],
    )  # fmt: skip


def _count(import_: Import, counts: Counter[str], read: int, ignored: int) -> None:
    changes: dict[str, Any] = {name: F(name) + counts[name] for name in COUNTED}
    if ignored:
        import_.options["ignored"] = import_.options.get("ignored", 0) + ignored
        changes["options"] = import_.options
    Import.objects.filter(pk=import_.pk).update(rows_read=F("rows_read") + read, **changes)
    import_.refresh_from_db(fields=["rows_read", "next_chunk", "state", "first_day", "last_day", *COUNTED])


# Coverage


def _cover(import_: Import, shop: Shop, moments: Sequence[datetime], *, orders: bool) -> None:
    """Days between the first and the last row have arrived; a day of an order says nothing less of other sources."""
    covers = import_.options.get("covers") or [import_.source]
    sources = covers if orders else [source for source in covers if source != Source.ORDERS]
    if not moments:
        return
    first, last = days_of(moments, shop)
    for source in sources:
        row, made = Coverage.objects.get_or_create(
            workspace_id=import_.workspace_id, shop=shop, source=source, imported=import_,
            defaults={"first_day": first, "last_day": last},
        )  # fmt: skip
        if not made and (first < row.first_day or last > row.last_day):
            row.first_day, row.last_day = min(first, row.first_day), max(last, row.last_day)
            row.save(update_fields=["first_day", "last_day"])
    import_.first_day = min(first, import_.first_day or first)
    import_.last_day = max(last, import_.last_day or last)
    Import.objects.filter(pk=import_.pk).update(first_day=import_.first_day, last_day=import_.last_day)


def days_of(moments: Sequence[datetime], shop: Shop) -> tuple[date, date]:
    """First and last day on the shop's clock (naive moments are on it already)."""
    naive = [one for one in moments if one.tzinfo is None]
    aware = [one for one in moments if one.tzinfo is not None]
    days = [one.date() for found in (naive,) if found for one in (min(found), max(found))]
    days += [
        one.astimezone(zone(shop.timezone)).date() for found in (aware,) if found for one in (min(found), max(found))
    ]
    return min(days), max(days)
