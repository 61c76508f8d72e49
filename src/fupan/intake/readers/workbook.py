"""Excel and OpenDocument workbooks; formula cells give the value they were saved with."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from fupan.core.errors import Refused
from fupan.intake.readers.archive import check_unpacked
from fupan.intake.readers.base import CHUNK, PREVIEW, Cells, Chunk, Table, columns_of, fitted, is_blank


class Sheet(Table):
    def __init__(self, path: Path, name: str, sheet: str, book: CalamineWorkbook) -> None:
        super().__init__(path, name, sheet)
        self._book = book

    @cached_property
    def _sheet(self) -> Any:
        try:
            return self._book.get_sheet_by_name(self.sheet)
        except (CalamineError, zipfile.BadZipFile, ValueError) as broken:
            raise _broken(self.name) from broken

    def preview(self) -> list[Cells]:
        return list(islice(self._rows(), PREVIEW))

    def rows_total(self) -> int | None:
        return int(self._sheet.height)

    def chunks(self, heading: int, width: int, *, raw: bool = False, joint: int = -1) -> Iterator[Chunk]:
        rows = enumerate(self._rows(), start=1)
        for _row in islice(rows, heading + 1):
            pass
        number = 0
        while found := list(islice(rows, CHUNK)):
            kept = [(line, fitted(row, width, joint)) for line, row in found if not is_blank(row)]
            lines = [line for line, _row in kept]
            yield Chunk(number, lines, columns_of([row for _line, row in kept], width), [])
            number += 1

    def _rows(self) -> Iterator[Cells]:
        """From the top of the sheet, empty rows too, so that lines are numbered as the person sees them."""
        return iter(self._sheet.iter_rows())


def sheets_of(path: Path, name: str) -> list[Table]:
    """The sheets of a workbook that hold anything."""
    if zipfile.is_zipfile(path):
        check_unpacked(path, name)
    try:
        book = CalamineWorkbook.from_path(str(path))
    except (CalamineError, zipfile.BadZipFile, ValueError, OSError) as broken:
        raise _broken(name) from broken
    tables: list[Table] = [Sheet(path, name, sheet, book) for sheet in book.sheet_names]
    return [table for table in tables if any(not is_blank(row) for row in table.preview())]


def _broken(name: str) -> Refused:
    return Refused(
        _("“%(name)s” is damaged or protected by a password; save it again in the spreadsheet program.")
        % {"name": name},
        code="broken-workbook",
    )
