"""Tables that people take away: text in them can never become a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter

TRIGGERS = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"  # by it a spreadsheet program sees that the text is UTF-8


def safe(value: Any) -> str:
    """A cell of a CSV file: what would start a formula is led by an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(TRIGGERS) else text


def csv_lines(head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of a CSV file, for a streamed answer."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    buffer.write(BOM)
    writer.writerow([safe(one) for one in head])
    yield buffer.getvalue()
    for row in rows:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([safe(one) for one in row])
        yield buffer.getvalue()


def workbook(name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]], *, widths: Sequence[int] = ()) -> bytes:
    """One sheet with a frozen heading; every text cell stays text, so that long ids keep their digits."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(name[:31])
    sheet.freeze_panes(1, 1)
    for place, title in enumerate(head):
        sheet.set_column(place, place, widths[place] if place < len(widths) else 16, text)
        sheet.write_string(0, place, str(title), bold)
    for down, row in enumerate(rows, 1):
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(down, place, cell, day)
            elif cell not in (None, ""):
                sheet.write_string(down, place, str(cell), text)
    book.close()
    return out.getvalue()
