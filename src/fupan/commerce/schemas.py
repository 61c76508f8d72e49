from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from ninja import Field, Schema

from fupan.core.schemas import Id, Paging, Text


class OrderLineOut(Schema):
    sku: str = Field(alias="listing.sku")
    product: str = Field(alias="listing.product.code")
    batch: str | None = Field(None, alias="batch.code")
    units: int
    amount: Decimal | None
    currency: str
    status: str


class OrderOut(Schema):
    """An order with its lines; buyers are not part of it."""

    id: int
    number: str
    shop: int = Field(alias="shop_id")
    status: str
    fulfilment: str
    carrier: str
    country: str
    placed_at: datetime
    shipped_at: datetime | None
    promised_at: datetime | None
    delivered_at: datetime | None
    lines: list[OrderLineOut]


class OrderFilter(Paging):
    """Days are UTC days of placing."""

    shop: Id | None = None
    number: Text = Field("", max_length=64)
    from_: date | None = Field(None, alias="from")
    to: date | None = None


class ShopOut(Schema):
    id: int
    name: str
    platform: str
    site: str
    country: str
    currency: str
    timezone: str
