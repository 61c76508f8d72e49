from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from ninja import Field, Schema
from pydantic import StringConstraints

from fupan.core.schemas import Id, Paging, Text
from fupan.library.models import Outcome, State


class StepOut(Schema):
    """One step, and what to watch with it."""

    do: str
    note: str


class CaseOut(Schema):
    """A case in its fields; the buyer and the whole order number are not part of it."""

    number: int
    state: str
    version: int
    title: str
    issue_type: str | None
    happened_on: date | None
    shop: int | None
    product: str | None
    batch: str | None
    order_number: str
    demand: str
    quote: str
    quote_language: str
    cause: str | None
    cause_confirmed: bool
    cause_text: str
    steps: list[StepOut]
    wording: str
    wording_language: str
    points: list[str]
    outcome: str
    outcome_text: str
    cost: Decimal | None
    currency: str
    evidence: int
    lessons: str
    avoid: str
    suggestion: str
    tags: list[str]
    author: str | None
    published_at: datetime | None
    uses: int
    tickets: list[int]


class AskedCases(Paging):
    """Filters of the list; without a state those in use."""

    state: Text = Field("", max_length=20, pattern=f"^({'|'.join(['', 'all', *State.values])})$")
    issue_type: Text = Field("", max_length=60)
    tag: Text = Field("", max_length=60)
    outcome: Text = Field("", max_length=8)
    product: Text = Field("", max_length=120)
    q: Text = Field("", max_length=100)


class StepIn(Schema):
    do: Text = Field(min_length=1, max_length=300)
    note: Text = Field("", max_length=1000)


class CaseIn(Schema):
    """A case to begin, as a draft; trees, products and batches by code, tickets by number. Texts are redacted."""

    title: Text = Field("", max_length=160, description="Needed unless the case is begun from `ticket`.")
    ticket: Id | None = Field(None, description="Number of the ticket it is begun from; fills in what is not told.")
    issue_type: Text = Field("", max_length=60)
    happened_on: date | None = Field(None, ge=date(2000, 1, 1), lt=date(2100, 1, 1))
    shop: Id | None = None
    product: Text = Field("", max_length=120)
    batch: Text = Field("", max_length=60)
    order_number: Text = Field("", max_length=64)
    demand: Text = Field("", max_length=5000)
    cause: Text = Field("", max_length=60)
    cause_text: Text = Field("", max_length=5000)
    steps: list[StepIn] = Field(default_factory=list, max_length=30)
    wording: Text = Field("", max_length=5000)
    wording_language: Text = Field("", max_length=5)
    points: list[Annotated[Text, StringConstraints(max_length=300)]] = Field(default_factory=list, max_length=20)
    outcome: Text = Field("", pattern=f"^({'|'.join(['', *Outcome.values])})$")
    outcome_text: Text = Field("", max_length=5000)
    lessons: Text = Field("", max_length=5000)
    avoid: Text = Field("", max_length=5000)
    suggestion: Text = Field("", max_length=5000)
    tags: list[Annotated[Text, StringConstraints(max_length=60)]] = Field(default_factory=list, max_length=12)


class AskedSearch(Schema):
    """Words, and where to look."""

    q: Text = Field(min_length=1, max_length=200, description="Words in any language, or a number such as C-0142.")
    kind: list[Text] = Field(default_factory=list, max_length=6, description="case, article, template, ticket.")
    issue_type: Text = Field("", max_length=60)
    tag: Text = Field("", max_length=60)
    shop: int | None = Field(None, ge=1, le=2**63 - 1)
    sort: Text = Field("", pattern="^(new)?$", description="Best first, or `new`: newest first.")
    page: int = Field(1, ge=1, le=500)


class SearchHit(Schema):
    """Something found; the marked words stand between « and »."""

    kind: str
    number: str
    title: str
    snippet: str
    about: list[str]
    tags: list[str]
    url: str
    at: datetime | date | None


class SearchOut(Schema):
    """One page of hits, 20 at most, and how many there are."""

    total: int
    lenient: bool = Field(description="Too few texts had every word, so these have most of them.")
    ready: bool = Field(description="False while the index is being built.")
    kinds: dict[str, int]
    items: list[SearchHit]
