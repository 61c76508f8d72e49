"""The form that maps a sheet nobody knows: which fields there are to choose, and a first guess by the names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from fupan.intake.looking import Column, Look
from fupan.intake.normalise.heading import key_of
from fupan.intake.normalise.labels import FIELDS, NEEDED
from fupan.intake.profiles.registry import built_in
from fupan.intake.profiles.spec import Expression

# What a row of the sheet may be -> shape of the record, kind of contact.
ROWS: Mapping[str, tuple[Any, str, str]] = {
    "order": (_("a line of an order"), "order_line", ""),
    "contact": (_("a contact; a column may tell its kind"), "ticket", "inquiry"),
    "return": (_("a return"), "ticket", "return"),
    "refund": (_("a refund"), "ticket", "refund"),
    "rating": (_("a product rating"), "ticket", "rating"),
    "feedback": (_("a seller feedback"), "ticket", "feedback"),
    "claim": (_("a claim"), "ticket", "claim"),
    "cancellation": (_("a cancellation"), "ticket", "cancellation"),
    "product": (_("a product or SKU of yours"), "product", ""),
}
KNOWN_SHEETS: Mapping[str, Sequence[str]] = {
    "order_line": ("order-sheet", "amazon-all-orders", "shopee-orders"),
    "ticket": ("ticket-sheet", "rating-sheet", "amazon-fba-returns"),
    "product": ("product-sheet",),
}


def fields(shape: str) -> list[tuple[str, Any]]:
    """The fields to choose from, the needed ones marked."""
    needed = NEEDED[shape]
    return [(name, f"{words} *" if name in needed else words) for name, words in FIELDS[shape].items()]


def guess_row(look: Look) -> str:
    """What a row of that sheet most likely is: the record whose fields most of its columns are named like."""
    if look.shape:
        return {"order_line": "order", "ticket": "contact", "product": "product"}[look.shape]
    guesses = {"contact": "ticket", "order": "order_line", "product": "product"}
    return max(guesses, key=lambda row: len(guess(look.columns, guesses[row])))


def guess(columns: Sequence[Column], shape: str) -> dict[int, str]:
    """Column -> field, by the names that the built-in sheets know; each field once."""
    found: dict[int, str] = {}
    known = _names(shape)
    for column in columns:
        name = column.field if column.field in FIELDS[shape] else known.get(key_of(column.name), "")
        if name and name not in found.values():
            found[column.at] = name
    return found


@lru_cache(maxsize=8)
def _names(shape: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for profile in KNOWN_SHEETS[shape]:
        for record in built_in()[profile].sheets[0].records[:1]:
            for name, expression in record.fields.items():
                for column in _columns(expression) if name in FIELDS[shape] else ():
                    names.setdefault(key_of(column), name)
    return names


def _columns(expression: Expression) -> Iterator[str]:
    yield from expression.columns
    for part in expression.first:
        yield from _columns(part)
