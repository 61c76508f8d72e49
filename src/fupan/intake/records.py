"""The shapes every reader of files, mails and APIs normalises to.

Plain tuples, because half a million of them pass through one import; times are aware UTC, weeks are worked out
later in the shop's time zone, an empty string means "not told".
"""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple


class OrderLineRecord(NamedTuple):
    """One line of an order: the exposure that rates divide by."""

    line: int  # 1-based line in the file, for messages to people
    order_number: str
    sku: str
    placed_at: datetime
    units: int = 1
    key: str = ""  # the outside line id; "" numbers the lines of equal order and SKU in file order
    asin: str = ""
    parent: str = ""
    product_name: str = ""
    product_line: str = ""
    batch: str = ""
    amount: Decimal | None = None  # of the whole line, in `currency`
    currency: str = ""
    status: str = "shipped"  # commerce.OrderStatus value
    fulfilment: str = ""  # "platform" | "seller" | ""
    carrier: str = ""
    country: str = ""  # ISO 3166 alpha-2 of the buyer
    site: str = ""  # e.g. "Amazon.de"; chooses the shop when the import names none
    buyer: str = ""  # raw outside id of the buyer; only its blind index is stored
    shipped_at: datetime | None = None
    promised_at: datetime | None = None
    delivered_at: datetime | None = None


class TicketRecord(NamedTuple):
    """One contact of a buyer, whatever the channel."""

    line: int
    kind: str  # desk.TicketKind value: inquiry return refund rating feedback claim cancellation
    outside_id: str  # unique per shop and kind; the same id again updates
    opened_at: datetime
    order_number: str = ""
    sku: str = ""
    asin: str = ""
    site: str = ""
    product_name: str = ""
    batch: str = ""
    reason_code: str = ""  # marketplace code, normalised (DEFECTIVE, NOT_RECEIPT ...)
    issue: str = ""  # label of a sheet, any language or a code of our tree
    cause: str = ""
    resolution: str = ""
    units: int = 1
    stars: int | None = None
    csat: int | None = None
    cost: Decimal | None = None
    currency: str = ""
    order_amount: Decimal | None = None
    fulfilment: str = ""
    carrier: str = ""
    country: str = ""
    language: str = ""
    channel: str = ""  # "report", "mail", "chat", "sheet" ...
    subject: str = ""
    text: str = ""  # the buyer's own words (personal: kept encrypted, then redacted)
    reply: str = ""  # our answer, when the sheet holds it
    buyer: str = ""
    buyer_name: str = ""
    buyer_email: str = ""
    agent: str = ""
    tags: tuple[str, ...] = ()
    status: str = ""  # "open" | "solved" | "" (as the kind implies)
    first_response_at: datetime | None = None
    resolved_at: datetime | None = None


class ProductRecord(NamedTuple):
    """What the seller alone knows of a SKU."""

    line: int
    sku: str
    name: str = ""
    product: str = ""  # code of the own product; "" = the SKU itself
    product_line: str = ""
    supplier: str = ""
    batch: str = ""
    batch_from: date | None = None
    carrier: str = ""
    asin: str = ""


Record = OrderLineRecord | TicketRecord | ProductRecord


def ticket_json(record: TicketRecord) -> str:
    """A ticket's fields that say something, by name: the body of `intake.Received`."""
    told = {name: value for name, value in zip(record._fields, record, strict=True) if value not in ("", None, ())}
    return json.dumps(told, default=str, ensure_ascii=False, separators=(",", ":"))
