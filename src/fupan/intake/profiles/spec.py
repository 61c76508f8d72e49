"""The declarative form of a report: which columns say what. Built-in profiles and people's mapping files alike.

docs/howto/add-a-report.md describes every key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Expression:
    """How one field is worked out from a row."""

    columns: tuple[str, ...] = ()  # the first of these names that the heading has
    join: tuple[Expression, ...] = ()
    first: tuple[Expression, ...] = ()  # the first that says anything, row by row
    sep: str = " "
    constant: Any = None
    values: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None  # for a value that `values` does not have
    pattern: str = ""
    times: tuple[str, ...] = ()
    negate: bool = False
    absolute: bool = False
    occurrence: bool = False
    formats: tuple[str, ...] = ()


@dataclass(frozen=True)
class Condition:
    columns: tuple[str, ...]
    test: str
    argument: Any
    negated: bool = False


@dataclass(frozen=True)
class RecordSpec:
    """One kind of record that a row may yield."""

    shape: str  # "order_line" | "ticket" | "product"
    fields: Mapping[str, Expression]
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Join:
    """Columns looked up in another file by a key."""

    file: str
    key: str
    on: str
    take: Mapping[str, str]  # name there -> name here
    required: bool = False


@dataclass(frozen=True)
class SheetSpec:
    """One table of a mapping; most mappings have one."""

    records: tuple[RecordSpec, ...]
    covers: tuple[str, ...]
    file: str = ""  # name or pattern of the file, where a mapping reads several
    joins: tuple[Join, ...] = ()

    @property
    def shapes(self) -> set[str]:
        return {record.shape for record in self.records}


@dataclass(frozen=True)
class ShopSpec:
    """The shop a mapping file is for; made when the workspace has none of that name."""

    name: str
    currency: str
    timezone: str
    platform: str = "other"
    site: str = ""
    country: str = ""


@dataclass(frozen=True)
class Profile:
    name: str
    title: Mapping[str, str]
    sheets: tuple[SheetSpec, ...]
    platform: str = ""
    shop: ShopSpec | None = None
    columns: tuple[str, ...] = ()  # recognised by: all of these,
    groups: tuple[tuple[str, ...], ...] = ()  # and one of each of these
    positional: tuple[str, ...] = ()  # names given to the columns of a report whose heading is localised
    looks: Mapping[str, str] = field(default_factory=dict)  # column -> pattern its cells match, for such a report
    raw: bool = False  # quotation marks are text
    overflow: str = ""  # the free-text column that takes what is too much in a row
    dates: str = ""  # "dmy" | "mdy" | "ymd"; "" = by marketplace
    comma: bool | None = None
    timezone: str = ""  # of times that name none; "" = the shop's
    unlocks: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        return self.sheets[0].covers[0]
