from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from ninja import Field, Schema

from fupan.core.schemas import Id, Moment, Text
from fupan.intake.channels.mail.text import clean, one_line
from fupan.intake.messages import COPY, MESSAGE, MessageRecord

MOST = 5000
Money = Annotated[Decimal, Field(ge=-(10**11), le=10**11, decimal_places=4)]
Country = Annotated[str, Field(pattern=r"^([A-Z]{2})?$")]
Currency = Annotated[str, Field(pattern=r"^([A-Z]{3})?$")]
Units = Annotated[int, Field(ge=0, le=1_000_000)]
Kind = Literal["inquiry", "return", "refund", "rating", "feedback", "claim", "cancellation"]
Status = Literal["pending", "shipped", "delivered", "returned", "cancelled", "replacement"]
Fulfilment = Literal["platform", "seller", ""]


class OrderLineIn(Schema):
    """A line of an order. The same `order_number` and `key` again update it; `buyer` is kept as a fingerprint only."""

    order_number: Text = Field(min_length=1, max_length=64)
    sku: Text = Field(min_length=1, max_length=120)
    placed_at: Moment
    units: Units = 1
    key: Text = Field("", max_length=160)
    asin: Text = Field("", max_length=40)
    parent: Text = Field("", max_length=40)
    product_name: Text = Field("", max_length=300)
    product_line: Text = Field("", max_length=120)
    batch: Text = Field("", max_length=60)
    amount: Money | None = None
    currency: Currency = ""
    status: Status = "shipped"
    fulfilment: Fulfilment = ""
    carrier: Text = Field("", max_length=60)
    country: Country = ""
    buyer: Text = Field("", max_length=200)
    shipped_at: Moment | None = None
    promised_at: Moment | None = None
    delivered_at: Moment | None = None


class OrdersIn(Schema):
    shop: Id
    lines: list[OrderLineIn] = Field(min_length=1, max_length=MOST)


class TicketIn(Schema):
    """A contact of a buyer; the same `kind` and `outside_id` again update it. Personal fields are kept encrypted."""

    kind: Kind
    outside_id: Text = Field(min_length=1, max_length=160)
    opened_at: Moment
    order_number: Text = Field("", max_length=64)
    sku: Text = Field("", max_length=120)
    asin: Text = Field("", max_length=40)
    product_name: Text = Field("", max_length=300)
    batch: Text = Field("", max_length=60)
    reason_code: Text = Field("", max_length=60)
    issue: Text = Field("", max_length=120)
    cause: Text = Field("", max_length=120)
    resolution: Text = Field("", max_length=120)
    units: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    stars: Annotated[int, Field(ge=1, le=5)] | None = None
    csat: Annotated[int, Field(ge=1, le=5)] | None = None
    cost: Money | None = None
    currency: Currency = ""
    fulfilment: Fulfilment = ""
    carrier: Text = Field("", max_length=60)
    country: Country = ""
    language: Annotated[str, Field(pattern=r"^([a-z]{2}(-[A-Za-z]{2})?)?$")] = ""
    channel: Text = Field("", max_length=20)
    subject: Text = Field("", max_length=300)
    text: Text = Field("", max_length=50_000)
    reply: Text = Field("", max_length=50_000)
    buyer: Text = Field("", max_length=200)
    buyer_name: Text = Field("", max_length=200)
    buyer_email: Text = Field("", max_length=254)
    agent: Text = Field("", max_length=80)
    tags: list[Annotated[Text, Field(max_length=60)]] = Field(default_factory=list, max_length=20)
    status: Literal["open", "solved", ""] = ""
    first_response_at: Moment | None = None
    resolved_at: Moment | None = None


class TicketsIn(Schema):
    shop: Id
    tickets: list[TicketIn] = Field(min_length=1, max_length=MOST)


class MessageIn(Schema):
    """A message of a buyer (or a copy of our answer) from another channel. The same `id` again changes nothing."""

    id: Text = Field(min_length=1, max_length=200)
    at: Moment
    text: Text = Field(min_length=1, max_length=50_000)
    side: Literal["buyer", "seller"] = "buyer"
    subject: Text = Field("", max_length=300)
    thread: list[Annotated[Text, Field(min_length=1, max_length=200)]] = Field(default_factory=list, max_length=20)
    case_id: Text = Field("", max_length=80)
    order_number: Text = Field("", max_length=64)
    sku: Text = Field("", max_length=120)
    asin: Text = Field("", max_length=40)
    buyer: Text = Field("", max_length=200)
    buyer_name: Text = Field("", max_length=200)
    reply_to: Text = Field("", max_length=254)
    language: Annotated[str, Field(pattern=r"^([a-z]{2}(-[A-Za-z]{2})?)?$")] = ""

    def record(self, channel: str) -> MessageRecord:
        """As the desk takes it; ids of other channels never meet those of mails."""
        return MessageRecord(
            outside_id=f"{channel}:{self.id}", at=self.at.astimezone(UTC),
            about=COPY if self.side == "seller" else MESSAGE, channel=channel, subject=one_line(self.subject),
            text=clean(self.text), language=self.language,
            thread=tuple(f"{channel}:{one}" for one in self.thread), case_id=self.case_id,
            order_number=self.order_number, sku=self.sku, asin=self.asin, buyer=self.buyer,
            buyer_name=self.buyer_name, reply_to=self.reply_to,
        )  # fmt: skip


class ShopMessageIn(MessageIn):
    shop: Id


class MessageOut(Schema):
    """What was taken in; `again` when it had arrived before."""

    id: int
    again: bool


class RejectOut(Schema):
    """A row that did not go in; `line` counts from 1."""

    line: int
    column: str
    value: str
    code: str
    reason: str
    advice: str


class ImportOut(Schema):
    """A file (or a batch of the API) going in."""

    id: int
    name: str
    shop: int | None = Field(alias="shop_id")
    source: str
    profile: str
    state: str
    rows_total: int | None
    rows_read: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    first_day: date | None
    last_day: date | None
    error: str
    created_at: datetime
    finished_at: datetime | None


class BatchOut(Schema):
    """What became of a bulk write; it may be undone as an import of this id."""

    id: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    rejects: list[RejectOut]
