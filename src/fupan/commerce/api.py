"""Orders and shops, for programs. Orders are written through intake (`POST /orders/bulk`), as files are."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from ninja import Query, Router

from fupan.commerce.models import Order, Shop
from fupan.commerce.policies import orders_seen_by, shops_seen_by
from fupan.commerce.schemas import OrderFilter, OrderOut, ShopOut
from fupan.core import cursor
from fupan.core.schemas import Page, answers
from fupan.people.tokens import TokenAuth, TokenRequest, caller

orders = Router(tags=["orders"])
shops = Router(tags=["shops"])


@orders.get("", auth=TokenAuth("orders:read"), response=answers(Page[OrderOut]), summary="Orders, newest first")
def list_orders(request: TokenRequest, told: Query[OrderFilter]) -> dict[str, Any]:
    found, after = cursor.page(_narrowed(orders_seen_by(caller(request)), told), cursor=told.cursor, limit=told.limit)
    return {"items": found, "next": after}


@shops.get("", auth=TokenAuth("orders:read"), response=answers(list[ShopOut]), summary="Shops")
def list_shops(request: TokenRequest) -> QuerySet[Shop]:
    return shops_seen_by(caller(request))


def _narrowed(rows: QuerySet[Order], told: OrderFilter) -> QuerySet[Order]:
    rows = rows.prefetch_related("lines__listing__product", "lines__batch")
    if told.shop:
        rows = rows.filter(shop_id=told.shop)
    if told.number:
        rows = rows.filter(number=told.number)
    if told.from_:
        rows = rows.filter(placed_at__gte=datetime.combine(told.from_, time(), UTC))
    if told.to and told.to.year < 9999:
        rows = rows.filter(placed_at__lt=datetime.combine(told.to + timedelta(days=1), time(), UTC))
    return rows
