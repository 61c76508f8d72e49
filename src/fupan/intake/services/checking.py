"""The dry run: everything an import would do, counted, with nothing written but the answer."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.db import transaction

from fupan.commerce.models import Order, Shop
from fupan.commerce.services import plan_order_lines, store_products
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.intake.faults import Fault
from fupan.intake.models import Import, ImportState, Reject
from fupan.intake.payloads import survey_of
from fupan.intake.profiles.parse import from_toml
from fupan.intake.readers import Found
from fupan.intake.records import OrderLineRecord, ProductRecord, TicketRecord
from fupan.intake.services.keeping import days_of, reject_of
from fupan.intake.services.receiving import expected
from fupan.intake.services.run import Run, by_shape, in_utc
from fupan.intake.services.running import choices
from fupan.intake.services.source import Source, beside, named_profile, open_source
from fupan.intake.services.starting import earlier, shop_of

SECONDS = 60.0  # after that the counts are of the part read so far
MOST_KEPT = 5_000
# What a person can mend by saying how the file is read; with other problems the file is left out.
MENDABLE = frozenset({
    "unknown-heading", "column-missing", "no-such-encoding", "bad-mapping", "not-in-mapping", "join-missing",
})  # fmt: skip
Named = Mapping[str, Path] | None
Orders = dict[str, Shop]  # order number -> the shop it belongs to


def check(import_: Import, path: Path, *, named: Named = None, told: Orders | None = None) -> Import:
    """Try an uploaded import: what reads it, and what it would create, change, leave and refuse (`options["check"]`).

    A workbook of several known sheets becomes several imports. An unknown file waits for a mapping, with the reason.
    `told` gathers the orders of files checked together, so that tickets find orders that are not in yet.
    """
    try:
        sources = sources_of(import_, path, named=named)
    except Refused as refused:
        return _not_read(import_, refused)
    for at, (source, toml) in enumerate(sources):
        one = import_ if at == 0 else _sibling(import_)
        _settle(one, source, toml)
        _count(one, source, {} if told is None else told)
    return import_


def sources_of(import_: Import, path: Path, *, named: Named = None) -> list[tuple[Source, str]]:
    """The tables of an import's file, ready to be read; one when the import was settled on it before."""
    told = dict(import_.options)
    mapping = import_.mapping.get("toml", "")
    name = str(told.get("profile") or import_.profile)
    chosen = (
        from_toml(mapping, name=name or "mapping")
        if mapping
        else named_profile(import_.workspace, name)
        if name
        else None
    )
    picked = choices(
        import_.workspace, Found(path, file_name(import_)), survey_of(import_, path), shop=import_.shop, options=told,
        chosen=chosen, mapping=mapping,
    )  # fmt: skip
    if "part" in told:
        picked = [one for one in picked if one[1].sheet == told["part"]] or picked
    siblings = beside(path, named)
    return [(open_source(table, one, shop=import_.shop, options=told, siblings=siblings), toml)
            for table, one, toml in picked]  # fmt: skip


def file_name(import_: Import) -> str:
    return import_.name.partition(" › ")[0]


def _not_read(import_: Import, refused: Refused) -> Import:
    import_.error = str(refused.message)[:2000]
    import_.options["check"] = {"problem": refused.code}
    import_.state = ImportState.UPLOADED if refused.code in MENDABLE else ImportState.FAILED
    import_.save()
    record("intake.not_recognised", import_, by=import_.by, code=refused.code)
    return import_


def _sibling(import_: Import) -> Import:
    """Another table of the same file."""
    keep = {name: value for name, value in import_.options.items() if name in ("upload", "survey", "encoding")}
    return Import(
        workspace=import_.workspace, shop=import_.shop, by=import_.by, name=file_name(import_), sha256=import_.sha256,
        profile="", source="", options=keep, state=ImportState.UPLOADED,
    )  # fmt: skip


def _settle(import_: Import, source: Source, toml: str) -> None:
    """Write down what reads the table, so that the run reads it the same way."""
    detected, table = source.detected, source.table
    import_.profile, import_.source = detected.profile.name[:60], detected.spec.covers[0]
    import_.mapping = {"toml": toml} if toml else import_.mapping
    if import_.shop is None and detected.profile.shop is not None:
        import_.shop = shop_of(import_.workspace, detected.profile.shop, by=import_.by)
    if table.sheet:
        import_.name = f"{file_name(import_)} › {table.sheet}"[:255]
        import_.options["sheet"] = table.sheet
    import_.options |= {
        "covers": list(detected.spec.covers), "platform": detected.profile.platform, "part": detected.sheet,
        "encoding": table.encoding, "dates": source.style.dates, "comma": source.style.comma,
        "unlocks": list(detected.profile.unlocks), "heading_line": detected.row + 1,
    }  # fmt: skip
    import_.error = ""
    import_.save()


class Tally:
    """What a dry run counts."""

    def __init__(self, import_: Import, told: Orders) -> None:
        self.run = Run(import_, dry=True, told=told)
        self.counts: Counter[str] = Counter()
        self.reasons: dict[tuple[str, str], list[Any]] = {}
        self.faults: list[Fault] = []
        self.coverage: dict[tuple[str, str], tuple[date, date]] = {}
        self.covers: list[str] = import_.options.get("covers", [])
        self.told = told
        self.shops: dict[str, Shop] = {}

    def add(self, records: Sequence[Any], faults: Sequence[Fault]) -> None:
        lines, tickets, products = by_shape(records)
        late = self._lines(lines) + self._tickets(tickets)
        self._products(products)
        wrong = [*faults, *late]
        self.counts["rejected"] += len({fault.line for fault in wrong})
        for fault in wrong:
            group = self.reasons.setdefault((fault.code, fault.column), [0, fault])
            group[0] += 1
        self.faults += wrong[: max(MOST_KEPT - len(self.faults), 0)]

    def _lines(self, lines: Sequence[OrderLineRecord]) -> list[Fault]:
        placed, faults = self.run.placed(lines)
        for shop_id, mine in placed.items():
            shop = self.run.shops[shop_id]
            planned = plan_order_lines(shop, mine, catalogue=self.run.catalogue(shop))
            self.counts.update(created=planned.created, updated=planned.updated, unchanged=planned.unchanged)
            self._cover(shop, [one.placed_at for one in mine if isinstance(one, OrderLineRecord)], self.covers)
            self.told.update((one.order_number, shop) for one in mine)
        return faults

    def _tickets(self, tickets: Sequence[TicketRecord]) -> list[Fault]:
        placed, faults = self.run.placed(tickets)
        for shop_id, mine in placed.items():
            shop = self.run.shops[shop_id]
            timed = [in_utc(one, shop) for one in mine if isinstance(one, TicketRecord)]
            arrived = expected(shop, timed)
            self.counts.update(created=arrived.created, updated=arrived.updated, unchanged=arrived.unchanged)
            self._cover(shop, [one.opened_at for one in timed], [one for one in self.covers if one != "orders"])
            self._link(timed)
        return faults

    def _products(self, products: Sequence[ProductRecord]) -> None:
        """Product sheets are short: they are stored for a moment, to count what differs, and taken back at once."""
        if not products:
            return
        imported = self.run.imported
        with transaction.atomic():
            stored = store_products(imported.workspace, imported.shop, products, import_id=None)
            transaction.set_rollback(True)
        self.counts.update(created=stored.created, updated=stored.updated, unchanged=stored.unchanged)

    def _cover(self, shop: Any, moments: list[Any], sources: Sequence[str]) -> None:
        if not moments:
            return
        first, last = days_of(moments, shop)
        self.shops[shop.name] = shop
        for source in sources:
            known = self.coverage.get((shop.name, source), (first, last))
            self.coverage[shop.name, source] = (min(known[0], first), max(known[1], last))

    def _link(self, tickets: Sequence[TicketRecord]) -> None:
        wanted = [one.order_number for one in tickets if one.order_number]
        known = {number for number in wanted if number in self.told}
        missing = sorted(set(wanted) - known)
        for start in range(0, len(missing), 900):
            rows = Order.objects.filter(
                workspace_id=self.run.imported.workspace_id, number__in=missing[start : start + 900]
            )
            known.update(rows.values_list("number", flat=True))
        self.counts.update(tickets=len(tickets), linked=sum(number in known for number in wanted))

    def answer(self) -> dict[str, Any]:
        counted = ("created", "updated", "unchanged", "rejected", "ignored", "rows", "tickets", "linked")
        return {name: self.counts[name] for name in counted} | {
            "reasons": [
                {"code": code, "column": column, "count": count, "line": first.line, "value": first.value[:200],
                 "hint": first.hint}
                for (code, column), (count, first) in sorted(self.reasons.items(), key=lambda item: -item[1][0])
            ],
            "coverage": [
                _covered(self.shops[shop], source, first, last)
                for (shop, source), (first, last) in sorted(self.coverage.items())
            ],
        }  # fmt: skip


def _covered(shop: Shop, source: str, first: date, last: date) -> dict[str, Any]:
    """Days that would be covered; a shop that the import would open has no id yet."""
    return {"shop": shop.name, "shop_id": shop.pk if shop.pk > 0 else None, "platform": shop.platform,
            "source": source, "from": str(first), "to": str(last)}  # fmt: skip


def _count(import_: Import, source: Source, told: Orders) -> None:
    tally = Tally(import_, told)
    deadline = time.monotonic() + SECONDS
    whole = True
    try:
        for chunk, normalised in source.chunks():
            tally.add(normalised.records, normalised.faults)
            tally.counts.update(rows=chunk.rows, ignored=normalised.ignored)
            if chunk.number % 4 == 3:
                cache.set(f"intake-check-{import_.pk}", tally.counts["rows"], 300)
            if time.monotonic() > deadline:
                whole = False
                break
    except Refused as refused:
        _not_read(import_, refused)
        return
    answer = tally.answer()
    fresh = answer["created"] + answer["updated"]
    _keep(import_, source, tally, answer | {"whole": whole, "same_as": None if fresh else _same_file(import_, source)})


def _same_file(import_: Import, source: Source) -> int | None:
    """The import by which this very table went in before."""
    finished = Import.objects.filter(state=ImportState.DONE).exclude(pk=import_.pk)
    mapping, sheet = import_.mapping.get("toml", ""), source.table.sheet
    found = earlier(
        import_.workspace, source.detected, import_.sha256, import_.shop, mapping, sheet, among=finished
    )  # fmt: skip
    return found.pk if found else None


@transaction.atomic
def _keep(import_: Import, source: Source, tally: Tally, answer: dict[str, Any]) -> None:
    Reject.objects.filter(imported=import_).delete()
    Reject.objects.bulk_create([reject_of(import_, fault) for fault in tally.faults], batch_size=400)
    import_.options["check"] = answer
    import_.state = ImportState.CHECKED
    import_.rows_total = answer["rows"] if answer["whole"] else source.table.rows_total()
    import_.save(update_fields=["options", "state", "rows_total"])
    record("intake.checked", import_, by=import_.by, rejected=answer["rejected"])
