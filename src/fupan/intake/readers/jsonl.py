"""One JSON object a line; the header is every key met in the first thousand lines, in order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from fupan.core.errors import Refused
from fupan.intake.readers.table import Row, Table

LONGEST_LINE = 1 << 20
LOOK_AHEAD = 1000


def tables(path: Path, _sheet: str = "") -> Iterator[Table]:
    header: dict[str, None] = {}
    for count, (_line, item) in enumerate(_objects(path)):
        header.update(dict.fromkeys(item))
        if count >= LOOK_AHEAD:
            break
    names = list(header)

    def rows() -> Iterator[Row]:
        return ((line, [item.get(name) for name in names]) for line, item in _objects(path))

    yield Table(path.name, names, rows, 0, "utf-8")


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open("r", encoding="utf-8-sig", errors="replace") as file:
        number = 0
        while text := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(text) > LONGEST_LINE:
                raise _unreadable(number, _("the line is too long"))
            if text.strip():
                yield number, _object(text, number)


def _object(text: str, number: int) -> dict[str, Any]:
    try:
        item = json.loads(text)
    except json.JSONDecodeError as broken:
        raise _unreadable(number, broken.msg) from broken
    if not isinstance(item, dict):
        raise _unreadable(number, _("expected an object in braces"))
    return item


def _unreadable(number: int, why: str) -> Refused:
    return Refused(_("Line %(line)s cannot be read: %(why)s.") % {"line": number, "why": why}, code="unreadable-line")
