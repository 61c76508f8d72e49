"""CSV and TSV, streamed; the delimiter is found, real TABs in free text are put up with."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused
from fupan.intake.faults import Fault
from fupan.intake.readers.base import CHUNK, PREVIEW, Cells, Chunk, Table, columns_of, fitted, is_blank
from fupan.intake.readers.text import LONGEST_LINE, Survey, lines_of

DELIMITERS = "\t,;|"
csv.field_size_limit(LONGEST_LINE)


class Delimited(Table):
    def __init__(self, path: Path, name: str, *, encoding: str, known: Survey) -> None:
        super().__init__(path, name)
        self.encoding = encoding
        self._newlines = known.newlines
        self.delimiter = _delimiter(self._start())

    def preview(self) -> list[Cells]:
        with self._rows(raw=self.delimiter == "\t") as rows:
            return list(islice(rows, PREVIEW))

    def rows_total(self) -> int | None:
        return self._newlines

    def chunks(self, heading: int, width: int, *, raw: bool = False, joint: int = -1) -> Iterator[Chunk]:
        raw = raw and self.delimiter == "\t"
        with self._rows(raw=raw) as rows:
            for _row in islice(rows, heading + 1):
                pass
            number = 0
            while True:
                first = rows.line_num + 1
                found = list(islice(rows, CHUNK))
                if not found:
                    return
                yield _chunk(number, found, first, rows.line_num, width, joint)
                number += 1

    @contextmanager
    def _rows(self, *, raw: bool) -> Iterator[Any]:
        quoting: Literal[0, 3] = csv.QUOTE_NONE if raw else csv.QUOTE_MINIMAL
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            rows = csv.reader(lines_of(file), delimiter=self.delimiter, quoting=quoting)
            try:
                yield rows
            except csv.Error as wrong:
                raise Refused(
                    _("Line %(line)s cannot be read as a table row (%(error)s); look for an unclosed quotation mark.")
                    % {"line": rows.line_num + 1, "error": wrong},
                    code="broken-row",
                ) from wrong

    def _start(self) -> str:
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            return "".join(islice(lines_of(file), PREVIEW))[:200_000]


def _delimiter(start: str) -> str:
    """The delimiter that cuts most of the first lines into the same number of fields, and into many."""
    if not start.strip():
        raise Refused(_("The file is empty."), code="empty-file")
    return max(DELIMITERS, key=lambda mark: _regularity(start, mark))


def _regularity(start: str, mark: str) -> tuple[int, int]:
    """(lines with as many fields as the widest common count) x fields - a heading-like first line counts double."""
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(start), delimiter=mark) if row]
    except csv.Error:
        return (0, 0)
    wide = [width for width in widths if width > 1]
    if not wide:
        return (0, 0)
    common = max(set(wide), key=wide.count)
    return (wide.count(common) * (common if common > 1 else 0), common)


def _chunk(number: int, found: list[list[str]], first: int, last: int, width: int, joint: int) -> Chunk:
    plain = last - first + 1 == len(found)
    if plain and set(map(len, found)) == {width}:  # the common case, at C speed
        lines: list[int] = list(range(first, last + 1))
        blanks = [at for at, row in enumerate(found) if not row[0] and is_blank(row)]
        if not blanks:
            return Chunk(number, lines, columns_of(found, width), [])
    lines = list(range(first, last + 1)) if plain else _lines(found, first)
    kept, kept_lines, faults = [], [], []
    for row, line in zip(found, lines, strict=True):
        if is_blank(row):
            continue
        if len(row) == 1 and width > 2:
            faults.append(Fault("too-few-columns", line=line))
            continue
        kept.append(fitted(row, width, joint))
        kept_lines.append(line)
    return Chunk(number, kept_lines, columns_of(kept, width), faults)


def _lines(found: list[list[str]], first: int) -> list[int]:
    """Where each row starts when some hold line breaks."""
    lines = []
    for row in found:
        lines.append(first)
        first += 1 + sum(cell.count("\n") for cell in row)
    return lines
