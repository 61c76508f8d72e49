"""A memory of values already read: a column of half a million cells has few different ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MOST = 100_000


class Memory(dict[Any, Any]):
    """value -> what `read(value)` gives; forgets everything when it grows too large."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, value: Any) -> Any:
        if len(self) >= MOST:
            self.clear()
        self[value] = found = self._read(value)
        return found
