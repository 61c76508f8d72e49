"""Store the lines of orders in bulk: read what is there, see what differs, write only that.

Keys are (shop, order number) and (order, line key), so the same lines again change nothing. A report that does not
tell something ("" or None) never wipes what another report told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import transaction

from fupan.commerce.models import OrderStatus, Shop
from fupan.commerce.services import _sql
from fupan.commerce.services._catalogue import Catalogue, Wanted
from fupan.core import stale
from fupan.core.events import record
from fupan.people.models import Workspace

ORDER = (
    "status", "fulfilment", "carrier", "country", "buyer_key", "placed_at", "shipped_at", "promised_at", "delivered_at",
)  # fmt: skip
LINE = ("listing_id", "batch_id", "batch_inferred", "week", "units", "amount", "currency", "status")
AMOUNT = LINE.index("amount")
STATUS, CARRIER, PLACED = ORDER.index("status"), ORDER.index("carrier"), ORDER.index("placed_at")
LINE_WEEK, LINE_STATUS = LINE.index("week"), LINE.index("status")
UNDERWAY = frozenset({OrderStatus.PENDING, OrderStatus.SHIPPED, OrderStatus.DELIVERED})

Row = tuple[Any, ...]
LineKey = tuple[str, str]  # order number, line key
TOLD = attrgetter("order_number", "sku", "placed_at", "units", "key", "asin", "batch", "amount", "currency", "status")


class Before(NamedTuple):
    """What a row was, so that an import can be undone; no values: there was no such row."""

    table: str
    row_id: int
    values: dict[str, Any]


class Stored(NamedTuple):
    created: int
    updated: int
    unchanged: int
    weeks: frozenset[int]
    befores: tuple[Before, ...] = ()


@dataclass(slots=True)
class Told:
    """What a chunk of records says, by order and by line."""

    orders: dict[str, Row] = field(default_factory=dict)
    lines: dict[LineKey, Row] = field(default_factory=dict)  # sku, batch code, then `LINE` from its third
    skus: dict[str, Wanted] = field(default_factory=dict)
    days: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Plan:
    """What storing would do."""

    order_ids: dict[str, int] = field(default_factory=dict)
    new_orders: list[str] = field(default_factory=list)
    changed_orders: list[tuple[int, Row, Row]] = field(default_factory=list)
    new_lines: list[LineKey] = field(default_factory=list)
    changed_lines: list[tuple[int, Row, Row]] = field(default_factory=list)
    updated: int = 0
    unchanged: int = 0

    @property
    def weeks(self) -> set[int]:
        return {row[LINE_WEEK] for _pk, old, new in self.changed_lines for row in (old, new)}


def store_order_lines(
    workspace: Workspace,
    shop: Shop,
    records: Sequence[Any],
    *,
    import_id: int | None,
    catalogue: Catalogue | None = None,
    told: Told | None = None,
) -> Stored:
    """Create or update the order lines of `records` (intake.records.OrderLineRecord) in one transaction.

    `told` is what `told_by(records, catalogue)` gave before, outside the transaction, so that it is held for less long.
    """
    catalogue = catalogue or Catalogue(shop)
    told = told or told_by(records, catalogue)
    with transaction.atomic():
        made = tuple(Before(table, pk, {}) for table, pk in catalogue.open(told.skus))
        plan = _planned(told, catalogue, import_id)
        weeks = _written(plan, told, catalogue, import_id)
        stale.mark(workspace.pk, {("orders", week) for week in weeks})
        stored = Stored(len(plan.new_lines), plan.updated, plan.unchanged, frozenset(weeks), (*made, *_befores(plan)))
        if plan.new_lines or plan.updated:
            record("commerce.orders_stored", shop, by=None, created=stored.created, updated=stored.updated)
    return stored


def plan_order_lines(shop: Shop, records: Sequence[Any], *, catalogue: Catalogue | None = None) -> Stored:
    """What `store_order_lines` would count, without writing (a dry run)."""
    catalogue = catalogue or Catalogue(shop)
    told = told_by(records, catalogue)
    catalogue.read(told.skus)
    plan = _planned(told, catalogue, None)
    weeks = plan.weeks | {told.lines[key][LINE_WEEK] for key in plan.new_lines}
    return Stored(len(plan.new_lines), plan.updated, plan.unchanged, frozenset(weeks))


# What the records say


def told_by(records: Sequence[Any], catalogue: Catalogue) -> Told:
    """Group records by order and line; the hot loop of an import, hence the locals."""
    told = Told()
    orders, lines, skus = told.orders, told.lines, told.skus
    instants = catalogue.instants
    seen: Counter[LineKey] = Counter()
    currency_of_shop = catalogue.shop.currency
    fields = map(TOLD, records)
    for one, (number, sku, placed, units, key, asin, batch, amount, currency, status) in zip(records, fields):  # noqa: B905
        if not key:
            seen[number, sku] += 1
            key = f"{sku}#{seen[number, sku]}"
        stored_at, week = instants[placed]
        known = orders.get(number)
        if known is None:
            orders[number] = _order_row(one, stored_at, catalogue)
        elif status != "cancelled" == known[STATUS]:
            orders[number] = (status, *known[1:])
        if sku not in skus:
            skus[sku] = Wanted(asin, one.parent, one.product_name, one.product_line)
        paid = None if amount is None else f"{amount:.2f}"
        lines[number, key] = (sku, batch, None, week, units, paid, currency or currency_of_shop, status)
    told.days = {one[1]: one[3] for one in records} if catalogue.has_batches else {}
    return told


def _order_row(one: Any, placed: Any, catalogue: Catalogue) -> Row:
    stored = catalogue.instants.stored
    later = [stored(moment) for moment in (one.shipped_at, one.promised_at, one.delivered_at)]
    buyer = catalogue.buyers[one.buyer] if one.buyer else ""
    return (one.status, one.fulfilment, one.carrier, one.country, buyer, placed, *later)


# What is there already, and what differs


def _planned(told: Told, catalogue: Catalogue, import_id: int | None) -> _Plan:
    """Compare with what is there. An order that this very import opened in an earlier chunk only learns what it lacks,
    so that a file whose lines disagree about their order does not change it back and forth."""
    plan = _Plan()
    existing = _existing_orders(catalogue.shop, told)
    changed = set()
    for number, new in told.orders.items():
        found = existing.get(number)
        if found is None:
            plan.new_orders.append(number)
            continue
        pk, maker, old = found
        plan.order_ids[number] = pk
        merged = _merged(old, new, STATUS, fill_only=maker is not None and maker == import_id)
        if merged != old:
            plan.changed_orders.append((pk, old, merged))
            changed.add(number)
    _plan_lines(plan, told, catalogue, changed)
    return plan


def _plan_lines(plan: _Plan, told: Told, catalogue: Catalogue, changed_orders: set[str]) -> None:
    existing = _existing_lines(plan.order_ids)
    for at, row in told.lines.items():
        found = existing.get((plan.order_ids.get(at[0]), at[1])) if existing else None
        if found is None:
            plan.new_lines.append(at)
            continue
        pk, old = found
        known = catalogue.known.get(row[0])
        batch = _batch(catalogue, told, at[0], row[0], row[1])
        inferred = None if batch is None else not row[1]
        new = (known.listing_id if known else None, batch, inferred, *row[3:])
        merged = _merged(old, new, LINE_STATUS)
        if merged != old:
            plan.changed_lines.append((pk, old, merged))
        if merged != old or at[0] in changed_orders:
            plan.updated += 1
        else:
            plan.unchanged += 1


def _merged(old: Row, new: Row, status: int, *, fill_only: bool = False) -> Row:
    """What a row becomes: told values win, untold ones stay; a replacement stays one while it is under way."""
    if fill_only:
        return tuple(was if was not in (None, "") else now for was, now in zip(old, new, strict=True))
    merged = [now if now not in (None, "") else was for was, now in zip(old, new, strict=True)]
    if old[status] == OrderStatus.REPLACEMENT and merged[status] in UNDERWAY:
        merged[status] = old[status]
    return tuple(merged)


def _batch(catalogue: Catalogue, told: Told, number: str, sku: str, code: str) -> int | None:
    if not code and not told.days:
        return None
    if sku not in catalogue.known:
        return None
    return catalogue.batch(sku, code, told.days[number].date() if told.days else None)


def _existing_orders(shop: Shop, told: Told) -> dict[str, tuple[int, int | None, Row]]:
    columns = [_sql.as_stored(name) if name.endswith("_at") else name for name in ORDER]
    wanted = f"shop_id = %s AND {_sql.among('number')}"
    sql = f"SELECT number, id, import_id, {', '.join(columns)} FROM commerce_order WHERE {wanted}"
    return {row[0]: (row[1], row[2], row[3:]) for row in _sql.fetch(sql, [shop.pk, _sql.listed(told.orders)])}


def _existing_lines(order_ids: dict[str, int]) -> dict[tuple[int | None, str], tuple[int, Row]]:
    if not order_ids:
        return {}
    sql = f"SELECT id, order_id, key, {', '.join(LINE)} FROM commerce_orderline WHERE {_sql.among('order_id')}"
    rows = _sql.fetch(sql, [_sql.listed(order_ids.values())])
    return {(row[1], row[2]): (row[0], _as_planned(row[3:])) for row in rows}


def _as_planned(row: Row) -> Row:
    """An amount in the form `told_by` gives it."""
    amount = row[AMOUNT]
    return row if amount is None else (*row[:AMOUNT], f"{amount:.2f}", *row[AMOUNT + 1 :])


# Writing


def _written(plan: _Plan, told: Told, catalogue: Catalogue, import_id: int | None) -> set[int]:
    """Write the plan; the weeks whose numbers changed."""
    _write_orders(plan, told, catalogue, import_id)
    weeks = plan.weeks | _moved_weeks(plan)
    rows = _new_line_rows(plan, told, catalogue, import_id)
    weeks.update({told.lines[at][LINE_WEEK] for at in plan.new_lines})
    columns = ("workspace_id", "order_id", "key", "import_id", *LINE)
    _sql.write(_sql.insert_sql("commerce_orderline", columns, "(order_id, key) DO NOTHING"), rows)
    _sql.write(_sql.update_sql("commerce_orderline", LINE), [(*new, pk) for pk, _old, new in plan.changed_lines])
    return weeks


def _new_line_rows(plan: _Plan, told: Told, catalogue: Catalogue, import_id: int | None) -> list[Row]:
    lines, ids, known, owner = told.lines, plan.order_ids, catalogue.known, catalogue.shop.workspace_id
    dated = bool(told.days)
    rows = []
    for at in plan.new_lines:
        sku, code, _inferred, *values = lines[at]
        batch = _batch(catalogue, told, at[0], sku, code) if code or dated else None
        inferred = batch is not None and not code
        rows.append((owner, ids[at[0]], at[1], import_id, known[sku].listing_id, batch, inferred, *values))
    return rows


def _write_orders(plan: _Plan, told: Told, catalogue: Catalogue, import_id: int | None) -> None:
    shop = catalogue.shop
    usual = _usual_carriers(plan, told, catalogue)
    rows = []
    for number in plan.new_orders:
        row = told.orders[number]
        if not row[CARRIER] and number in usual:
            row = (*row[:CARRIER], usual[number], *row[CARRIER + 1 :])
        rows.append((shop.workspace_id, shop.pk, number, import_id, *row))
    columns = ("workspace_id", "shop_id", "number", "import_id", *ORDER)
    _sql.write(_sql.insert_sql("commerce_order", columns, "(shop_id, number) DO NOTHING"), rows)
    _sql.write(_sql.update_sql("commerce_order", ORDER), [(*new, pk) for pk, _old, new in plan.changed_orders])
    if plan.new_orders:
        sql = f"SELECT number, id FROM commerce_order WHERE shop_id = %s AND {_sql.among('number')}"
        plan.order_ids.update(_sql.fetch(sql, [shop.pk, _sql.listed(plan.new_orders)]))


def _usual_carriers(plan: _Plan, told: Told, catalogue: Catalogue) -> dict[str, str]:
    """The carrier a seller said a product usually goes by, for new orders that name none."""
    if not any(known.carrier for known in catalogue.known.values()):
        return {}
    return {number: catalogue.known[sku].carrier for (number, _key), (sku, *_rest) in told.lines.items()}


def _moved_weeks(plan: _Plan) -> set[int]:
    """An order's carrier, country or dates stand in the facts of all its lines' weeks."""
    changed = [pk for pk, _old, _new in plan.changed_orders]
    if not changed:
        return set()
    sql = f"SELECT DISTINCT week FROM commerce_orderline WHERE {_sql.among('order_id')}"
    return {row[0] for row in _sql.fetch(sql, [_sql.listed(changed)])}


def _befores(plan: _Plan) -> tuple[Before, ...]:
    def images(table: str, columns: Sequence[str], rows: list[tuple[int, Row, Row]]) -> list[Before]:
        return [Before(table, pk, {name: _plain(name, value) for name, value in zip(columns, old, strict=True)})
                for pk, old, _new in rows]  # fmt: skip

    return tuple(images("order", ORDER, plan.changed_orders) + images("order_line", LINE, plan.changed_lines))


def _plain(name: str, value: Any) -> Any:
    """A column's value as JSON can hold it and the ORM takes it back."""
    if name.endswith("_at") and isinstance(value, str):
        return f"{value}+00:00"  # SQLite keeps UTC without saying so
    return value if value is None or isinstance(value, int | str) else str(value)
