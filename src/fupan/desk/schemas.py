from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from ninja import Field, Schema

from fupan.core.schemas import DAY, Paging, Text


class MessageOut(Schema):
    """One turn of the conversation, redacted."""

    side: str
    at: datetime
    automatic: bool
    language: str
    text: str = Field(alias="redacted")


class TicketOut(Schema):
    """A ticket with its labels; the buyer is not part of it."""

    number: int
    kind: str
    shop: int = Field(alias="shop_id")
    channel: str
    state: str
    opened_at: datetime
    first_response_at: datetime | None
    resolved_at: datetime | None
    order_number: str
    sku: str | None = Field(None, alias="listing.sku")
    product: str | None = Field(None, alias="listing.product.code")
    batch: str | None = Field(None, alias="batch.code")
    country: str
    fulfilment: str
    carrier: str
    units: int
    stars: int | None
    cost: Decimal | None
    currency: str
    language: str
    subject: str
    reason_code: str
    issue_type: str | None = Field(None, alias="issue_type.code")
    label_source: str
    label_confidence: float | None
    cause_guess: str | None = Field(None, alias="cause_guess.code")
    cause_confirmed: str | None = Field(None, alias="cause_confirmed.code")
    resolution: str | None = Field(None, alias="resolution.code")
    incident: int | None = Field(None, alias="incident_id")
    tags: list[str]

    @staticmethod
    def resolve_tags(ticket: object) -> list[str]:
        return [tag.name for tag in ticket.tags.all()]  # type: ignore[attr-defined]


class TicketDetailOut(TicketOut):
    messages: list[MessageOut]


class TicketFilter(Paging):
    """The filters of the ticket list; those that may repeat take a list."""

    week: Text = Field("", pattern=r"^(20\d\d-W\d\d)?$")
    month: Text = Field("", pattern=r"^(20\d\d-\d\d)?$")
    from_: Text = Field("", alias="from", pattern=DAY)
    to: Text = Field("", pattern=DAY)
    shop: Text = Field("", max_length=20)
    kind: list[Text] = Field(default_factory=list, max_length=10)
    issue_type: Text = Field("", max_length=60)
    product: Text = Field("", max_length=120)
    line: Text = Field("", max_length=120)
    supplier: Text = Field("", max_length=120)
    batch: Text = Field("", max_length=60)
    country: Text = Field("", max_length=2)
    carrier: Text = Field("", max_length=60)
    fulfilment: Text = Field("", max_length=10)
    cause: Text = Field("", max_length=60)
    resolution: Text = Field("", max_length=60)
    state: Text = Field("", max_length=10)
    language: Text = Field("", max_length=5)
    label_source: Text = Field("", max_length=10)
    stars_max: Text = Field("", max_length=1)
    late: Text = Field("", max_length=10)
    first: Text = Field("", max_length=1)
    tag: Text = Field("", max_length=60)
    q: Text = Field("", max_length=100)


class LabelIn(Schema):
    """Codes of the label trees; what is left out stays, "" takes a label away."""

    issue_type: Text | None = Field(None, max_length=60)
    cause: Text | None = Field(None, max_length=60)
    resolution: Text | None = Field(None, max_length=60)
