"""Finding columns by name, whatever their case, spacing and punctuation."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")


@lru_cache(maxsize=4096)
def key_of(name: str) -> str:
    """`Order-ID *` and `order id` are one name."""
    return "".join(char for char in unicodedata.normalize("NFKC", name).casefold() if char.isalnum())


class Heading:
    """The names of a table's columns and where they stand."""

    def __init__(self, names: Sequence[Any]) -> None:
        self.names = [str(name if name is not None else "").strip() for name in names]
        self._at: dict[str, int] = {}
        for shorten in (False, True):  # a name in full wins over one without its brackets, `退款(GBP)`
            for at, name in enumerate(self.names):
                key = key_of(_BRACKETS.sub("", name) if shorten else name)
                if key:
                    self._at.setdefault(key, at)

    def __len__(self) -> int:
        return len(self.names)

    def at(self, name: str) -> int | None:
        return self._at.get(key_of(name))

    def first(self, names: Iterable[str]) -> int | None:
        """Where the first of these names stands."""
        return next((found for name in names if (found := self.at(name)) is not None), None)

    def has_all(self, names: Iterable[str]) -> bool:
        return all(self.at(name) is not None for name in names)

    @property
    def key(self) -> str:
        """What recognises a sheet with the same columns next time."""
        joined = "\x1f".join(key_of(name) for name in self.names)
        return hashlib.sha256(joined.encode()).hexdigest()
