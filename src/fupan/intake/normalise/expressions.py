"""A field's expression put to work on a heading: columns in, one column of values out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import repeat
from typing import Any, NamedTuple

from fupan.intake.faults import Fault
from fupan.intake.normalise import cells
from fupan.intake.normalise.conditions import pattern_of
from fupan.intake.normalise.fields import Style, converter
from fupan.intake.normalise.heading import Heading
from fupan.intake.normalise.memory import Memory
from fupan.intake.profiles.spec import Expression

Columns = list[Sequence[Any]]
Evaluate = Callable[[Columns, int], Sequence[Any]]
Read = Callable[[Any], Any]


class Compiled(NamedTuple):
    evaluate: Evaluate
    column: int | None  # the one to name when a value is wrong
    uses: tuple[int, ...]


def is_there(expression: Expression, heading: Heading) -> bool:
    """Whether the heading has what the expression needs."""
    if expression.constant is not None:
        return True
    parts = expression.join or expression.first
    return any(is_there(part, heading) for part in parts) if parts else heading.first(expression.columns) is not None


def compiled(expression: Expression, heading: Heading, kind: str, style: Style) -> Compiled:
    read = _reader(expression, kind, style)
    if expression.constant is not None:
        return _constant(read(expression.constant))
    if expression.first:
        made = _first([compiled(part, heading, kind, style) for part in _present(expression.first, heading)])
    elif expression.join:
        made = _joined(expression, heading, read, style)
    else:
        made = _column(expression, heading, read, style)
    return _counted(made) if expression.occurrence else made


def _reader(expression: Expression, kind: str, style: Style) -> Read:
    """From a raw cell to a value of that kind: cut out, translate, convert, turn the sign."""
    convert = converter("units:any" if kind == "units" and _signed(expression) else kind, style, expression.formats)
    pattern = pattern_of(expression.pattern) if expression.pattern else None
    if pattern is None and not expression.values and expression.default is None and not _signed(expression):
        return convert

    def read(raw: Any) -> Any:
        value = _cut(raw, pattern) if pattern is not None else raw
        value = _translated(value, expression)
        return _turned(convert(value), expression)

    return read


def _signed(expression: Expression) -> bool:
    return expression.negate or expression.absolute


def _cut(raw: Any, pattern: re.Pattern[str]) -> str:
    found = pattern.search(cells.text(raw))
    return "" if found is None else found[1] if pattern.groups else found[0]


def _translated(value: Any, expression: Expression) -> Any:
    if expression.values or expression.default is not None:
        return expression.values.get(
            cells.text(value).casefold(), value if expression.default is None else expression.default
        )
    return value


def _turned(value: Any, expression: Expression) -> Any:
    if not isinstance(value, int | Decimal) or isinstance(value, bool) or not _signed(expression):
        return value
    turned = abs(value) if expression.absolute else -value
    return Fault("negative", value=str(turned)) if isinstance(turned, int) and turned < 0 else turned


def _constant(value: Any) -> Compiled:
    return Compiled(lambda columns, size: list(repeat(value, size)), None, ())


def _column(expression: Expression, heading: Heading, read: Read, style: Style) -> Compiled:
    at = heading.first(expression.columns)
    assert at is not None
    by = heading.first(expression.times)
    if by is not None:
        return _product(at, by, expression, style)
    memory = Memory(read)
    return Compiled(lambda columns, size: list(map(memory.__getitem__, columns[at])), at, (at,))


def _product(at: int, by: int, expression: Expression, style: Style) -> Compiled:
    factors = Memory(lambda value: cells.decimal(value, comma=style.comma))

    def evaluate(columns: Columns, size: int) -> Sequence[Any]:
        left = map(factors.__getitem__, columns[at])
        right = map(factors.__getitem__, columns[by])
        products = [_times(one, other) for one, other in zip(left, right, strict=True)]
        return [_turned(one, expression) for one in products] if _signed(expression) else products

    return Compiled(evaluate, at, (at, by))


def _times(one: Any, other: Any) -> Any:
    if type(one) is Decimal and type(other) is Decimal:
        return one * other
    return one if isinstance(one, Fault) else other if isinstance(other, Fault) else None


def _joined(expression: Expression, heading: Heading, read: Read, style: Style) -> Compiled:
    """Texts side by side; parts that say nothing are left out."""
    parts = [compiled(part, heading, "text", style) for part in _present(expression.join, heading)]
    sep = expression.sep

    def evaluate(columns: Columns, size: int) -> Sequence[Any]:
        rows = zip(*(part.evaluate(columns, size) for part in parts), strict=True)
        return [read(sep.join([word for word in row if word])) for row in rows]

    return Compiled(evaluate, parts[0].column, tuple(at for part in parts for at in part.uses))


def _first(parts: list[Compiled]) -> Compiled:
    def evaluate(columns: Columns, size: int) -> Sequence[Any]:
        found = list(parts[0].evaluate(columns, size))
        for part in parts[1:]:
            if "" in found or None in found:
                found = [other if one in ("", None) else one
                         for one, other in zip(found, part.evaluate(columns, size), strict=True)]  # fmt: skip
        return found

    return Compiled(evaluate, parts[0].column, tuple(at for part in parts for at in part.uses))


def _counted(made: Compiled) -> Compiled:
    """The second and later times a value occurs in the file, it gets `#2`, `#3` ..."""
    seen: dict[int, int] = {}

    def numbered(value: Any) -> Any:
        if type(value) is not str or not value:
            return value
        key = hash(value)
        seen[key] = count = seen.get(key, 0) + 1
        return value if count == 1 else f"{value}#{count}"

    return Compiled(lambda columns, size: list(map(numbered, made.evaluate(columns, size))), made.column, made.uses)


def _present(parts: Sequence[Expression], heading: Heading) -> list[Expression]:
    return [part for part in parts if is_there(part, heading)]
