from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from ninja import Field, Schema

from fupan.core.schemas import Paging


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

    week: str = Field("", max_length=10)
    month: str = Field("", max_length=10)
    from_: str = Field("", alias="from", max_length=10)
    to: str = Field("", max_length=10)
    shop: str = Field("", max_length=20)
    kind: list[str] = []
    issue_type: str = Field("", max_length=60)
    product: str = Field("", max_length=120)
    line: str = Field("", max_length=120)
    supplier: str = Field("", max_length=120)
    batch: str = Field("", max_length=60)
    country: str = Field("", max_length=2)
    carrier: str = Field("", max_length=60)
    fulfilment: str = Field("", max_length=10)
    cause: str = Field("", max_length=60)
    resolution: str = Field("", max_length=60)
    state: str = Field("", max_length=10)
    language: str = Field("", max_length=5)
    label_source: str = Field("", max_length=10)
    stars_max: str = Field("", max_length=1)
    late: str = Field("", max_length=10)
    first: str = Field("", max_length=1)
    tag: str = Field("", max_length=60)
    q: str = Field("", max_length=100)


class LabelIn(Schema):
    """Codes of the label trees; what is left out stays, "" takes a label away."""

    issue_type: str | None = Field(None, max_length=60)
    cause: str | None = Field(None, max_length=60)
    resolution: str | None = Field(None, max_length=60)
