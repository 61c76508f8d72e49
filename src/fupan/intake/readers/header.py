"""Which of the first rows is the header: sheets kept by hand have titles and blank rows above it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def find_header(rows: Sequence[Sequence[Any]]) -> int:
    """Index of the first row that is nearly as wide as the widest and holds words, not figures."""
    widest = max((_filled(row) for row in rows), default=0)
    for index, row in enumerate(rows):
        if _filled(row) >= max(1, 0.6 * widest) and _wordy(row):
            return index
    return 0


def _filled(row: Sequence[Any]) -> int:
    return sum(cell not in (None, "") for cell in row)


def _wordy(row: Sequence[Any]) -> bool:
    """Most filled cells are text that is no figure."""
    cells = [cell for cell in row if cell not in (None, "")]
    words = sum(isinstance(cell, str) and not _is_figure(cell) for cell in cells)
    return words * 10 >= len(cells) * 7


def _is_figure(text: str) -> bool:
    return text.strip().lstrip("+-").replace(".", "").replace(",", "").replace("-", "").replace("/", "").isdigit()
