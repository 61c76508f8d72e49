"""What every reader gives: a look at the first rows, then the rest in chunks of columns."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from fupan.intake.faults import Fault

CHUNK = 5_000
PREVIEW = 40

Cells = Sequence[Any]


class Chunk(NamedTuple):
    """Rows as columns; `lines` are their 1-based lines in the file, `faults` the rows that could not be read."""

    number: int
    lines: Sequence[int]
    columns: list[Sequence[Any]]
    faults: list[Fault]

    @property
    def rows(self) -> int:
        return len(self.lines) + len(self.faults)


class Table(ABC):
    """One table of one file: a sheet, a text file, a Parquet file."""

    encoding = ""  # as chosen, for text
    delimiter = ""

    def __init__(self, path: Path, name: str, sheet: str = "") -> None:
        self.path = path
        self.name = name  # for people: the file's own name
        self.sheet = sheet

    @abstractmethod
    def preview(self) -> list[Cells]:
        """The first rows as they stand, the heading among them."""

    @abstractmethod
    def chunks(self, heading: int, width: int, *, raw: bool = False, joint: int = -1) -> Iterator[Chunk]:
        """Rows below row `heading` of the preview, cut or filled to `width` columns.

        `raw`: quotation marks are text. `joint`: the column that takes what is too much in a row (-1: the last).
        """

    def rows_total(self) -> int | None:
        """About how many rows there are, when that is cheap to tell."""
        return None


def columns_of(rows: Sequence[Cells], width: int) -> list[Sequence[Any]]:
    return list(zip(*rows, strict=True)) if rows else [() for _ in range(width)]


def is_blank(row: Cells) -> bool:
    return not any(cell not in ("", None) for cell in row)


def fitted(row: Cells, width: int, joint: int) -> Cells:
    """A row of exactly `width` cells: short ones filled, long ones joined where free text stands."""
    if len(row) < width:
        return [*row, *[""] * (width - len(row))]
    extra = len(row) - width
    if not extra:
        return row
    if not any(row[width:]):
        return row[:width]
    at = joint if joint >= 0 else width - 1
    together = "\t".join(str(cell) for cell in row[at : at + extra + 1])
    return [*row[:at], together, *row[at + extra + 1 :]]
