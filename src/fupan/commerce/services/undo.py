"""Taking an import of orders or products back, piece by piece."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from django.db import models, transaction
from django.db.models import QuerySet

from fupan.commerce.models import Batch, Listing, Order, OrderLine, Product
from fupan.core import stale
from fupan.core.events import record
from fupan.people.models import Workspace

TABLES: Mapping[str, type[models.Model]] = {
    "order": Order, "order_line": OrderLine, "product": Product, "listing": Listing, "batch": Batch,
}  # fmt: skip


LAST = {"listing": 1, "product": 2}  # they go when what hung on them has gone


class TakenBack(NamedTuple):
    lines: int
    orders: int
    left: bool  # whether another call is needed


@transaction.atomic
def take_back_orders(
    workspace: Workspace,
    import_id: int,
    *,
    kept_lines: QuerySet[Any, Any],
    kept_orders: QuerySet[Any, Any],
    limit: int = 2000,
) -> TakenBack:
    """Remove up to `limit` order lines that this import made and nobody changed since, then orders left empty."""
    own = OrderLine.objects.filter(workspace=workspace, import_id=import_id).exclude(pk__in=kept_lines).order_by("pk")
    found = list(own.values_list("pk", "week")[:limit])
    if found:
        stale.mark(workspace.pk, {(table, week) for _pk, week in found for table in ("orders", "tickets")})
        OrderLine.objects.filter(pk__in=[pk for pk, _week in found]).delete()
        orders = 0
    else:
        bare = Order.objects.filter(workspace=workspace, import_id=import_id, lines=None).exclude(pk__in=kept_orders)
        ids = list(bare.order_by("pk").values_list("pk", flat=True)[:limit])
        Order.objects.filter(pk__in=ids).delete()
        orders = len(ids)
    if found or orders:
        record("commerce.orders_taken_back", workspace, by=None, import_id=import_id, lines=len(found), orders=orders)
    return TakenBack(len(found), orders, left=bool(found) or orders == limit)


@transaction.atomic
def put_back(workspace: Workspace, rows: Collection[tuple[str, int, Mapping[str, Any]]]) -> int:
    """Give rows (table, id, values) the values they had; without values there was no such row, so it goes when nothing
    hangs on it. Returns how many were found."""
    ordered = sorted(rows, key=lambda row: LAST.get(row[0], 0))
    weeks: set[int] = set()
    done = sum(_put_back(workspace, table, row_id, values, weeks) for table, row_id, values in ordered)
    stale.mark(workspace.pk, {(kind, week) for week in weeks for kind in ("orders", "tickets")})
    if done:
        record("commerce.rows_put_back", workspace, by=None, rows=done)
    return done


def _put_back(workspace: Workspace, table: str, row_id: int, values: Mapping[str, Any], weeks: set[int]) -> bool:
    rows = TABLES[table]._default_manager.filter(workspace=workspace, pk=row_id)
    row = rows.first()
    if row is None:
        return False
    weeks |= _weeks(row)
    if values:
        rows.update(**values)
        weeks |= _weeks(row)
    elif isinstance(row, Batch) or not _is_used(row):
        row.delete()
    return True


def _weeks(row: models.Model) -> set[int]:
    where = {Order: "order", OrderLine: "pk", Product: "listing__product", Listing: "listing", Batch: "batch"}[
        type(row)
    ]
    return set(OrderLine.objects.filter(**{where: row.pk}).values_list("week", flat=True).distinct())


def _is_used(row: models.Model) -> bool:
    """Whether any row anywhere points at this one."""
    for relation in row._meta.related_objects:
        if relation.related_model._default_manager.filter(**{relation.field.name: row.pk}).exists():
            return True
    return False
