"""A week of order lines as facts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from fupan.commerce.models import OrderLine, OrderStatus
from fupan.insight.building import columns as col
from fupan.insight.building.context import NO_LISTING, Context
from fupan.insight.shapes import ORDERS

NOT_COUNTED = frozenset({OrderStatus.PENDING.value, OrderStatus.CANCELLED.value, OrderStatus.REPLACEMENT.value})
_FIELDS = (
    "pk", "order_id", "order__shop_id", "listing_id", "batch_id", "units", "amount", "currency", "status", "week",
    "order__status", "order__fulfilment", "order__carrier", "order__country", "order__buyer_key",
)  # fmt: skip
_MOMENTS = ("order__placed_at", "order__shipped_at", "order__promised_at", "order__delivered_at")


def build(context: Context, week: int) -> pa.Table:
    """All order lines placed in the week, on their shop's clock."""
    rows = col.fetch(OrderLine.objects.filter(workspace_id=context.workspace.pk, week=week), *_FIELDS, moments=_MOMENTS)
    shops = rows["order__shop_id"]
    zones = [context.shops[shop].timezone for shop in shops]
    placed = col.instants(rows["order__placed_at"])
    days = col.days(col.local(placed, zones))
    amounts = context.money(rows["amount"], _currencies(context, rows), days)
    counted = _counted(rows)
    values = places(context, shops, rows["listing_id"], rows["batch_id"]) | {
        "country": col.words(rows["order__country"]),
        "fulfilment": col.words(rows["order__fulfilment"]),
        "carrier": col.words(rows["order__carrier"]),
        "day": col.dates(days),
        "week": pa.array(rows["week"], pa.int32()),
        "month": col.integers(col.month_numbers(days), pa.int32()),
        "order_id": pa.array(rows["order_id"], pa.int64()),
        "order_first": pa.array(_first_lines(rows, counted)),
        "status": col.words(rows["status"]),
        "counted": pa.array(counted),
        "buyer": col.words(rows["order__buyer_key"]),
        "placed": col.stamps(placed),
        "shipped": col.stamps(col.instants(rows["order__shipped_at"])),
        "promised": col.stamps(col.instants(rows["order__promised_at"])),
        "delivered": col.stamps(col.instants(rows["order__delivered_at"])),
        "units": pa.array(rows["units"], pa.int32()),
        "amount": col.floats(amounts),
        "unconverted": pa.array(
            np.array([amount is not None for amount in rows["amount"]], dtype=bool) & np.isnan(amounts)
        ),
    }
    return pa.table([values[name] for name in ORDERS.names], schema=ORDERS)


def places(context: Context, shops: col.Column, listings: col.Column, batches: col.Column) -> dict[str, pa.Array]:
    """The columns that say where in the business a row belongs."""
    sold = [context.listings.get(pk, NO_LISTING) for pk in listings]
    return {
        "workspace": pa.array(np.full(len(shops), context.workspace.pk), pa.int64()),
        "shop_id": pa.array(shops, pa.int64()),
        "shop": pa.array([context.shops[pk].name for pk in shops], pa.string()),
        "platform": pa.array([context.shops[pk].platform for pk in shops], pa.string()),
        "product": pa.array([row.product for row in sold], pa.string()),
        "line": pa.array([row.line for row in sold], pa.string()),
        "supplier": pa.array([row.supplier for row in sold], pa.string()),
        "listing": pa.array([row.sku for row in sold], pa.string()),
        "batch": col.mapped(batches, context.batches, pa.string(), default=""),
    }


def _currencies(context: Context, rows: dict[str, Any]) -> list[str]:
    """A line without a currency is in its shop's."""
    return [
        currency or context.shops[shop].currency
        for currency, shop in zip(rows["currency"], rows["order__shop_id"], strict=True)
    ]


def _counted(rows: dict[str, Any]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    pairs = zip(rows["status"], rows["order__status"], strict=True)
    return np.fromiter(
        (line not in NOT_COUNTED and order not in NOT_COUNTED for line, order in pairs), bool, len(rows["status"])
    )


def _first_lines(
    rows: dict[str, Any], counted: np.ndarray[Any, np.dtype[np.bool_]]
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """The first counted line of every order of the week."""
    orders = np.asarray(rows["order_id"], dtype=np.int64)
    ranked = np.lexsort((np.asarray(rows["pk"], dtype=np.int64), ~counted, orders))
    first = np.zeros(len(orders), dtype=bool)
    if len(orders):
        starts = np.concatenate([[True], np.diff(orders[ranked]) != 0])
        first[ranked[starts]] = True
    return np.asarray(first & counted, dtype=bool)
