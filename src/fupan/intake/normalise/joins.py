"""Columns that another file of the same set gives, looked up by a key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused
from fupan.intake.normalise import cells
from fupan.intake.normalise.heading import Heading
from fupan.intake.profiles.spec import Join
from fupan.intake.readers import Chunk, survey, tables_in

Siblings = Callable[[str], Path | None]


class Lookup:
    """One join, with the other file in memory: key -> the columns taken."""

    def __init__(self, join: Join, rows: Mapping[str, tuple[Any, ...]], at: int) -> None:
        self.join, self._rows, self._at = join, rows, at
        self._nothing = ("",) * len(join.take)

    def widen(self, chunk: Chunk) -> Chunk:
        found = [self._rows.get(cells.text(value), self._nothing) for value in chunk.columns[self._at]]
        added: list[Sequence[Any]] = list(zip(*found, strict=True)) if found else [() for _name in self.join.take]
        return chunk._replace(columns=[*chunk.columns, *added])


def looked_up(joins: Sequence[Join], heading: Heading, siblings: Siblings) -> tuple[list[Lookup], Heading]:
    """The joins of a table with their files read, and the heading they make."""
    lookups = []
    for join in joins:
        at = heading.at(join.on)
        if at is None:
            needed = _("The column “%(column)s” is missing; a joined file is looked up by it.") % {"column": join.on}
            raise Refused(needed, code="column-missing")
        lookups.append(Lookup(join, _rows(join, siblings), at))
        heading = Heading([*heading.names, *join.take.values()])
    return lookups, heading


def _rows(join: Join, siblings: Siblings) -> dict[str, tuple[Any, ...]]:
    path = siblings(join.file)
    if path is None:
        if join.required:
            raise Refused(
                _("The file “%(name)s” is needed beside this one.") % {"name": join.file}, code="join-missing"
            )
        return {}
    table = tables_in(path, join.file, survey(path))[0]
    heading = Heading(table.preview()[0])
    wanted = [heading.at(name) for name in (join.key, *join.take)]
    if None in wanted:
        lacking = next(name for name, at in zip((join.key, *join.take), wanted, strict=True) if at is None)
        raise Refused(
            _("“%(name)s” has no column “%(column)s”.") % {"name": join.file, "column": lacking}, code="column-missing"
        )
    found: dict[str, tuple[Any, ...]] = {}
    for chunk in table.chunks(0, len(heading)):
        keys, *taken = (chunk.columns[at] for at in wanted if at is not None)
        for key, row in zip(map(cells.text, keys), zip(*taken, strict=True), strict=True):
            found.setdefault(key, row)
    return found
