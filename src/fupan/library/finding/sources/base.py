"""What a kind of thing must know about itself to be found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from fupan.people.models import Member
from fupan.people.policies import may

KEYS_PER_KIND = 1 << 48  # a document's key is its kind's number and its row's
NO_SHOP = "s0"


@dataclass(frozen=True, slots=True)
class Document:
    """A row as the index keeps it: words to find it by, and keys to filter it by ("s3": shop 3, "t7": tag 7)."""

    pk: int
    title: str
    body: str
    keys: tuple[str, ...]
    issue: int  # 0: none
    tags: tuple[int, ...]
    at: datetime
    shop: int = 0  # where the shop is the kind's only limit


@dataclass(slots=True)
class Shown:
    """A row as a page shows it."""

    kind: str
    pk: int
    label: str
    title: str
    url: str
    stone: tuple[str, str]
    state: str  # what the stone says
    about: list[str]
    texts: list[str]  # where its words may stand
    tags: list[str] = field(default_factory=list)
    at: datetime | date | None = None
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of thing. Its number never changes: it is part of the keys in the index."""

    number: int
    kind: str
    model: Any
    rights: tuple[str, ...]  # who has none of them finds nothing of the kind
    seen_by: Callable[[Member], QuerySet[Any]]
    limits: Callable[[Member], list[list[str]]]  # groups of keys; of each group one must be there
    documents: Callable[[QuerySet[Any]], Iterable[Document]]
    show: Callable[[QuerySet[Any]], Iterable[Shown]]
    by_number: Callable[[str], Q | None]  # which rows a typed number means; None: it is no number of theirs
    learnt: bool = False  # what the team came to, not one buyer's words: it comes first
    by_shop: bool = False  # limited by the shop of its documents and by nothing else

    @property
    def label(self) -> str:
        """As events and marks name the kind."""
        name: str = self.model._meta.label_lower
        return name

    def key(self, key: str) -> str:
        """A key as the index has it; of none, that of the kind itself."""
        return f"{self.kind}:{key}"

    def open_to(self, member: Member) -> bool:
        return any(may(member, right) for right in self.rights)

    @property
    def first_key(self) -> int:
        return self.number * KEYS_PER_KIND


def shop_limits(member: Member, *more: str) -> list[list[str]]:
    """Of the member's shops, when shops were named."""
    return [[f"s{pk}" for pk in member.shop_ids] + list(more)] if member.shop_ids else []


def typed_number(text: str, *prefixes: str) -> int | None:
    """48302 of T-48302 or of 48302."""
    typed = text.strip().upper()
    for prefix in prefixes:
        typed = typed.removeprefix(f"{prefix}-")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None
