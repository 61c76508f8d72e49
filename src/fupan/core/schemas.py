"""Shapes that every route of the API shares."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from ninja import Field, Schema

T = TypeVar("T")


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

    cursor: str = Field("", max_length=100)
    limit: int = Field(100, ge=1, le=500)


WRONG = frozenset({400, 401, 403, 404, 409, 413, 422, 429})


def answers(good: Any, *, status: int = 200) -> dict[Any, Any]:
    """The `response=` of a route: what it gives, and the one shape of everything that may go wrong."""
    return {status: good, WRONG: Problem}
