"""What the order says beside the text (carrier, kind, days late ...) as columns of a matrix."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from fupan.engine.errors import BadShape
from fupan.engine.labels.linear import Array

Fact = str | bool | int | float | None
Facts = Mapping[str, Fact]

_BINS = (0.2, 0.4, 0.6, 0.8)


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """The columns: one per word that occurred ("carrier=DHL"), and per fifth of a number ("days_late#3")."""

    columns: list[str]
    edges: dict[str, list[float]]

    @classmethod
    def of(cls, facts: Sequence[Facts]) -> Context:
        numbers: dict[str, list[float]] = {}
        for row in facts:
            for name, value in row.items():
                if (number := _number(value)) is not None:
                    numbers.setdefault(name, []).append(number)
        edges = {name: np.unique(np.quantile(values, _BINS)).tolist() for name, values in numbers.items()}
        bare = cls([], edges)
        return cls(sorted({column for row in facts for column in bare.names(row)}), edges)

    def names(self, row: Facts) -> list[str]:
        """The columns a ticket fills."""
        found = []
        for name, value in row.items():
            if (number := _number(value)) is not None:
                found.append(f"{name}#{bisect_right(self.edges.get(name, []), number)}")
            elif value is not None and value != "":
                found.append(f"{name}={value}")
        return found

    def matrix(self, facts: Sequence[Facts] | None, n: int) -> Array:
        """Ones and zeros, shape (n, columns); nothing told is all zeros."""
        found = np.zeros((n, len(self.columns)), dtype=np.float32)
        place = {column: at for at, column in enumerate(self.columns)}
        for row, told in enumerate(facts or ()):
            found[row, [place[name] for name in self.names(told) if name in place]] = 1
        return found


def checked(facts: Sequence[Facts] | None, n: int) -> Sequence[Facts] | None:
    """One mapping per text, or nothing at all."""
    if facts is not None and len(facts) != n:
        raise BadShape("context", f"expected one mapping for each of {n} texts, got {len(facts)}")
    return facts


def _number(value: Fact) -> float | None:
    """The value as a number to be cut into fifths; yes and no are words."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return float(value)
