"""Shapes that every route of the API shares."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime

T = TypeVar("T")


def _storable(text: str) -> str:
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("holds characters that are no text")
    return text.strip()


Text = Annotated[str, AfterValidator(_storable)]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Moment = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC))]
DAY = r"^(20\d\d-\d\d-\d\d)?$"


class Problem(Schema):
    """What went wrong (RFC 9457): in words, and as a code that does not change."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[dict[str, Any]] | None = None


class Page(Schema, Generic[T]):
    """Newest first; `next` is the cursor of the page after this one, empty on the last."""

    items: list[T]
    next: str = ""


class Paging(Schema):
    """Where in a long list."""

    cursor: Text = Field("", max_length=100)
    limit: int = Field(100, ge=1, le=500)


WRONG = frozenset({400, 401, 403, 404, 409, 413, 422, 429})


def answers(good: Any, *, status: int = 200) -> dict[Any, Any]:
    """The `response=` of a route: what it gives, and the one shape of everything that may go wrong."""
    return {status: good, WRONG: Problem}
