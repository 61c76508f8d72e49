"""What a file looks like before anything is stored: its tables, what reads it, its columns with masked samples."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fupan.core.redact import redact
from fupan.intake.models import Import
from fupan.intake.normalise import cells
from fupan.intake.normalise.heading import Heading
from fupan.intake.normalise.labels import FIELDS, label
from fupan.intake.normalise.plan import Normaliser
from fupan.intake.payloads import kept_file, survey_of
from fupan.intake.profiles.parse import from_toml
from fupan.intake.profiles.registry import Detected, guess_heading
from fupan.intake.readers import Table
from fupan.intake.services.checking import file_name
from fupan.intake.services.source import detect, fits, mapped_before, named_profile, profiles_of, style_of, tables_of

SAMPLES = 2
MOST_COLUMNS = 200
PERSONAL: Mapping[str, str] = {"buyer_name": "[name]", "buyer_email": "[email]", "buyer": "[buyer]"}
PLAIN = frozenset({
    "order_number", "outside_id", "sku", "asin", "key", "parent", "product", "opened_at", "placed_at", "shipped_at",
    "promised_at", "delivered_at", "first_response_at", "resolved_at", "batch_from", "units", "amount", "cost",
    "order_amount", "stars", "csat",
})  # fmt: skip
# Headings of columns we do not read that tend to hold what a buyer would not want to be seen.
_PRIVATE = re.compile(
    r"name|addr|street|phone|mobile|mail|recipient|buyer|customer|receiver|contact"
    r"|姓名|名字|地址|街道|电话|手机|邮箱|收件|收货人|买家|客户|联系", re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column of the sheet and the field it fills; an unknown one fills none."""

    at: int
    name: str
    samples: tuple[str, ...]
    field: str = ""
    label: str = ""


@dataclass(frozen=True)
class Look:
    """The table of a file as the mapping page shows it."""

    sheet: str
    sheets: tuple[str, ...]
    encoding: str
    delimiter: str
    heading_line: int
    header_key: str
    columns: tuple[Column, ...] = ()
    profile: str = ""
    title: Mapping[str, str] = field(default_factory=dict)
    shape: str = ""
    positional: bool = False


def look(import_: Import) -> Look:
    """The table an import is about; one that nothing reads has no profile. Refused when the file cannot be opened."""
    path, name = kept_file(import_), file_name(import_)
    told = {key: value for key, value in import_.options.items() if key != "sheet"}
    tables = tables_of(path, name, survey_of(import_, path), shop=import_.shop, options=told)
    wanted = import_.options.get("sheet", "")
    table = next((one for one in tables if one.sheet == wanted), tables[0])
    detected = _detected(import_, table)
    sheets = tuple(one.sheet for one in tables if one.sheet)
    return _known(import_, table, detected, sheets) if detected else _unknown(table, sheets)


def _detected(import_: Import, table: Table) -> Detected | None:
    toml, name = import_.mapping.get("toml", ""), import_.options.get("profile") or import_.profile
    own = from_toml(toml, name=name or "mapping") if toml else None
    if own is None:
        own = named_profile(import_.workspace, name) if name else mapped_before(import_.workspace, table)
    if own is None:
        return detect(table, profiles_of(import_.workspace))
    found = fits(table, own)
    part = import_.options.get("part", 0)
    return next((one for one in found if one.sheet == part), found[0] if found else None)


def _known(import_: Import, table: Table, detected: Detected, sheets: tuple[str, ...]) -> Look:
    shape = detected.spec.records[0].shape
    style = style_of(table, detected, import_.shop, import_.options)
    mapped = Normaliser(detected.spec, detected.heading, style).mapped()
    columns = _columns(table.preview()[detected.row + 1 :], detected.heading.names, mapped, shape)
    return Look(
        **_about(table, detected.row, detected.heading, sheets), columns=columns, profile=detected.profile.name,
        title=detected.profile.title, shape=shape, positional=bool(detected.profile.positional),
    )  # fmt: skip


def _unknown(table: Table, sheets: tuple[str, ...]) -> Look:
    rows = table.preview()
    at = guess_heading(rows)
    heading = Heading(rows[at]) if rows else Heading([])
    return Look(**_about(table, at, heading, sheets), columns=_columns(rows[at + 1 :], heading.names, {}, ""))


def _about(table: Table, row: int, heading: Heading, sheets: tuple[str, ...]) -> dict[str, Any]:
    return {
        "sheet": table.sheet, "sheets": sheets, "encoding": table.encoding, "delimiter": table.delimiter,
        "heading_line": row + 1, "header_key": heading.key,
    }  # fmt: skip


def _columns(
    body: Sequence[Sequence[Any]], names: Sequence[str], mapped: Mapping[int, str], shape: str
) -> tuple[Column, ...]:
    people = _people(body, mapped)
    return tuple(
        Column(at, name, _samples(body, at, name, mapped.get(at, ""), people), mapped.get(at, ""),
               _label(shape, mapped[at]) if at in mapped else "")
        for at, name in enumerate(names[:MOST_COLUMNS])
    )  # fmt: skip


def _label(shape: str, name: str) -> str:
    """A row of orders may also yield a ticket: its fields are named in the words of theirs."""
    known = shape if name in FIELDS[shape] else next((one for one in FIELDS if name in FIELDS[one]), shape)
    return label(known, name)


def _people(body: Sequence[Sequence[Any]], mapped: Mapping[int, str]) -> tuple[str, ...]:
    """Buyers named in the rows shown, so that their names are masked in other columns too."""
    at = next((at for at, name in mapped.items() if name == "buyer_name"), None)
    if at is None:
        return ()
    return tuple({cells.text(row[at], 80) for row in body if at < len(row)} - {""})


def _samples(
    body: Sequence[Sequence[Any]], at: int, name: str, filled: str, people: tuple[str, ...]
) -> tuple[str, ...]:
    """A few different values, with what tells of a person masked."""
    texts = list(dict.fromkeys(text for row in body if at < len(row) and (text := cells.text(row[at], 48))))[:SAMPLES]
    if not texts or filled in PLAIN:
        return tuple(texts)
    if filled in PERSONAL or (not filled and _PRIVATE.search(name)):
        return (PERSONAL.get(filled, "[…]"),)
    return tuple(redact(text, names=people) for text in texts)
