"""Which fields a record has, and what kind of cell each one is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fupan.core.weeks import zone
from fupan.intake.faults import Fault
from fupan.intake.normalise import cells
from fupan.intake.normalise.dates import instant
from fupan.intake.records import OrderLineRecord, ProductRecord, TicketRecord

Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class Shape:
    """A record type, the kind of each of its fields, and which must say something."""

    make: Any
    kinds: Mapping[str, str]
    required: tuple[str, ...]


_ORDER = {
    "order_number": "id:64", "sku": "id:120", "placed_at": "instant", "units": "units", "key": "id:160",
    "asin": "id:40",
    "parent": "id:40", "product_name": "text:300", "product_line": "text:120", "batch": "text:60", "amount": "money",
    "currency": "currency", "status": "status", "fulfilment": "fulfilment", "carrier": "text:60", "country": "country",
    "site": "text:40", "buyer": "text:200", "shipped_at": "instant", "promised_at": "instant",
    "delivered_at": "instant",
}  # fmt: skip
_TICKET = {
    "kind": "kind", "outside_id": "id:160", "opened_at": "instant", "order_number": "id:64", "sku": "id:120",
    "asin": "id:40", "site": "text:40", "product_name": "text:300", "batch": "text:60", "reason_code": "reason",
    "issue": "text:120", "cause": "text:120", "resolution": "text:120", "units": "units", "stars": "stars",
    "csat": "stars", "cost": "money", "currency": "currency", "order_amount": "money", "fulfilment": "fulfilment",
    "carrier": "text:60", "country": "country", "language": "text:5", "channel": "text:20", "subject": "text:300",
    "text": "text:20000", "reply": "text:20000", "buyer": "text:200", "buyer_name": "text:200",
    "buyer_email": "text:200",
    "agent": "text:80", "tags": "tags", "status": "text:20", "first_response_at": "instant", "resolved_at": "instant",
}  # fmt: skip
_PRODUCT = {
    "sku": "id:120", "name": "text:300", "product": "id:120", "product_line": "text:120", "supplier": "text:120",
    "batch": "text:60", "batch_from": "day", "carrier": "text:60", "asin": "id:40",
}  # fmt: skip
SHAPES: Mapping[str, Shape] = {
    "order_line": Shape(OrderLineRecord, _ORDER, ("order_number", "sku", "placed_at")),
    "ticket": Shape(TicketRecord, _TICKET, ("kind", "outside_id", "opened_at")),
    "product": Shape(ProductRecord, _PRODUCT, ("sku",)),
}


@dataclass(frozen=True)
class Style:
    """How the sheet at hand writes dates and decimals."""

    dates: str = "dmy"
    comma: bool = False
    timezone: str = ""  # of times that name none; "" leaves them to the shop's clock


def converter(kind: str, style: Style, formats: tuple[str, ...] = ()) -> Convert:
    """The function that reads a cell of that kind; it gives the value, or a Fault."""
    name, _colon, size = kind.partition(":")
    most = int(size) if size.isdigit() else 0
    if name == "id":
        return lambda value: cells.identifier(value, most)
    if name == "text":
        return lambda value: cells.text(value, most)
    if name == "instant":
        return _zoned(lambda value: instant(value, style.dates, formats), style.timezone)
    if name == "day":
        return lambda value: _day(instant(value, style.dates, formats))
    if name == "money":
        return lambda value: cells.decimal(value, comma=style.comma)
    if kind == "units:any":
        return cells.whole
    return _PLAIN[name]


def _zoned(read: Convert, timezone: str) -> Convert:
    if not timezone:
        return read
    clock = zone(timezone)

    def zoned(value: Any) -> Any:
        found = read(value)
        return found.replace(tzinfo=clock) if isinstance(found, datetime) and found.tzinfo is None else found

    return zoned


def _day(found: datetime | Fault | None) -> Any:
    return found.date() if isinstance(found, datetime) else found


def _units(value: object) -> int | Fault:
    found = cells.units(value)
    return 1 if found is None else found


def _currency(value: object) -> str:
    found = cells.text(value, 3).upper()
    return found if len(found) == 3 and found.isalpha() else ""


def _tags(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(str(one) for one in value)
    parts = (part.strip() for part in cells.text(value).replace("，", ",").replace("、", ",").split(","))
    return tuple(part for part in parts if part)


_PLAIN: Mapping[str, Convert] = {
    "units": _units, "currency": _currency, "status": cells.status, "fulfilment": cells.fulfilment,
    "country": cells.country, "kind": cells.kind, "reason": cells.reason, "stars": cells.stars, "tags": _tags,
}  # fmt: skip
