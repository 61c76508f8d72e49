"""From TOML to a Profile, naming the key that is wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused
from fupan.intake.models import Source
from fupan.intake.normalise.fields import SHAPES
from fupan.intake.profiles.spec import Condition, Expression, Join, Profile, RecordSpec, SheetSpec, ShopSpec

WHOLE = frozenset({
    "name", "title", "platform", "covers", "quotes", "overflow", "dates", "decimals", "timezone", "unlocks", "shop",
    "recognise", "sheet", "record", "join", "file",
})  # fmt: skip
ARGUMENTS = frozenset({
    "column", "join", "sep", "first", "constant", "values", "else", "pattern", "times", "negate", "absolute",
    "occurrence", "format",
})  # fmt: skip
TESTS = frozenset({"equals", "starts", "contains", "matches", "filled", "above", "below"})


def from_toml(text: str, *, name: str = "") -> Profile:
    """Read a mapping; Refused names the key that is wrong."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise _wrong("TOML", str(wrong)) from wrong
    return from_dict(content, name=name)


def from_dict(content: Mapping[str, Any], *, name: str = "") -> Profile:
    unknown = set(content) - WHOLE
    if unknown:
        raise _wrong(min(unknown), ", ".join(sorted(WHOLE)))
    try:
        return _profile(content, name)
    except (TypeError, AttributeError, ValueError) as wrong:  # a list where a table belongs, and the like
        raise _wrong("TOML", str(wrong)) from wrong


def _profile(told: Mapping[str, Any], name: str) -> Profile:
    recognise = told.get("recognise", {})
    named = str(told.get("name") or name)
    title = told.get("title", named)
    return Profile(
        name=named[:60],
        title=title if isinstance(title, Mapping) else {"en": str(title), "zh-hans": str(title)},
        sheets=tuple(_sheet(one, told) for one in told.get("sheet") or [told]),
        platform=str(told.get("platform", "")),
        shop=_shop(told["shop"]) if "shop" in told else None,
        columns=_names(recognise.get("columns", ())),
        groups=tuple(_names(group) for group in recognise.get("groups", ())),
        positional=_names(recognise.get("positional", ())),
        looks=dict(recognise.get("looks", {})),
        raw=told.get("quotes") == "text",
        overflow=str(told.get("overflow", "")),
        dates=str(told.get("dates", "")),
        comma={"comma": True, "point": False}.get(str(told.get("decimals", ""))),
        timezone=str(told.get("timezone", "")),
        unlocks=_names(told.get("unlocks", ())),
    )


def _sheet(one: Mapping[str, Any], whole: Mapping[str, Any]) -> SheetSpec:
    records = tuple(_record(entry) for entry in one.get("record", ()))
    if not records:
        raise _wrong("record", str(_("at least one [[record]] is needed")))
    covers = _names(one.get("covers", whole.get("covers", ())))
    if not covers or set(covers) - set(Source.values):
        raise _wrong("covers", ", ".join(Source.values))
    return SheetSpec(records, covers, str(one.get("file", "")), tuple(_join(entry) for entry in one.get("join", ())))


def _record(entry: Mapping[str, Any]) -> RecordSpec:
    shape = str(entry.get("shape", ""))
    if shape not in SHAPES:
        raise _wrong("shape", ", ".join(SHAPES))
    fields = {name: expression(value, name) for name, value in _need(entry, "fields", shape).items()}
    unknown = set(fields) - set(SHAPES[shape].kinds)
    if unknown:
        raise _wrong(f"fields.{min(unknown)}", ", ".join(SHAPES[shape].kinds))
    return RecordSpec(shape, fields, tuple(_condition(one) for one in entry.get("when", ())))


def expression(value: Any, name: str) -> Expression:
    if isinstance(value, str):
        return Expression(columns=(value,))
    if isinstance(value, Sequence):
        return Expression(columns=_names(value))
    unknown = set(value) - ARGUMENTS
    if unknown:
        raise _wrong(f"{name}.{min(unknown)}", ", ".join(sorted(ARGUMENTS)))
    return Expression(
        columns=_names(value.get("column", ())),
        join=tuple(expression(one, name) for one in value.get("join", ())),
        first=tuple(expression(one, name) for one in value.get("first", ())),
        sep=str(value.get("sep", " ")),
        constant=value.get("constant"),
        values={str(key).strip().casefold(): str(one) for key, one in value.get("values", {}).items()},
        default=value.get("else"),
        pattern=str(value.get("pattern", "")),
        times=_names(value.get("times", ())),
        negate=bool(value.get("negate", False)),
        absolute=bool(value.get("absolute", False)),
        occurrence=bool(value.get("occurrence", False)),
        formats=_names(value.get("format", ())),
    )


def _condition(one: Mapping[str, Any]) -> Condition:
    found = [key for key in one if key in TESTS]
    if set(one) - TESTS - {"column", "not"} or len(found) != 1 or "column" not in one:
        raise _wrong("when", ", ".join(sorted(TESTS)))
    return Condition(_names(one["column"]), found[0], one[found[0]], bool(one.get("not", False)))


def _join(entry: Mapping[str, Any]) -> Join:
    take = _need(entry, "take", "join")
    names = dict(take) if isinstance(take, Mapping) else {str(name): str(name) for name in take}
    key = str(_need(entry, "key", "join"))
    return Join(
        str(_need(entry, "file", "join")), key, str(entry.get("on", key)), names, bool(entry.get("required", False))
    )


def _shop(entry: Mapping[str, Any]) -> ShopSpec:
    return ShopSpec(
        name=str(_need(entry, "name", "shop")),
        currency=str(_need(entry, "currency", "shop")),
        timezone=str(_need(entry, "timezone", "shop")),
        platform=str(entry.get("platform", "other")),
        site=str(entry.get("site", "")),
        country=str(entry.get("country", "")),
    )


def _names(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(str(one) for one in value)


def _need(entry: Mapping[str, Any], key: str, where: str) -> Any:
    if key not in entry:
        raise _wrong(f"{where}.{key}".strip("."), str(_("it is missing")))
    return entry[key]


def _wrong(key: str, detail: str) -> Refused:
    return Refused(
        _("The mapping cannot be used: “%(key)s” is wrong (%(detail)s).") % {"key": key, "detail": detail},
        code="bad-mapping",
    )
