from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Row = tuple[int, list[Any]]


@dataclass(frozen=True, slots=True)
class Table:
    """A header and a way to read its rows; `rows()` may be called again and starts anew.

    Line numbers are 1-based in the file (row numbers in a workbook). Cells are text, or typed values where the
    format has them. A row may be shorter or longer than the header.
    """

    name: str
    header: list[str]
    rows: Callable[[], Iterator[Row]]
    header_line: int = 1
    encoding: str = ""
    delimiter: str = ""
    length: int | None = None  # rows, where the format tells without reading
    notes: list[str] = field(default_factory=list)
