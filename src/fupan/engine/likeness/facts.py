"""What is known of a case besides its text: filters, and evidence that raises a score."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fupan.engine.checks import BoolArray
from fupan.engine.errors import BadChoice, BadShape
from fupan.engine.likeness.growing import Growing

Plain = str | int | bool | None
Value = Plain | tuple[Plain, ...]
Facts = Mapping[str, Value]
Where = Mapping[str, Plain | Collection[Plain]]


class Column:
    """One fact of every case, as codes into its distinct values; 0 is "not told"."""

    def __init__(self, cases: int) -> None:
        self.values: list[Value] = [None]
        self._code_of: dict[Value, int] = {None: 0}
        self.codes = Growing(np.zeros(cases, dtype=np.int32))

    @classmethod
    def of(cls, values: Sequence[Any], codes: NDArray[np.int32]) -> Column:
        """A column written before."""
        made = cls(0)
        made.values = [tuple(value) if isinstance(value, list) else value for value in values]
        made._code_of = {value: code for code, value in enumerate(made.values)}
        made.codes = Growing(codes)
        return made

    def append(self, some: Sequence[Value]) -> None:
        """Put the values of more cases behind the last one."""
        codes = np.empty(len(some), dtype=np.int32)
        for at, value in enumerate(some):
            code = self._code_of.get(value)
            if code is None:
                code = self._code_of[value] = len(self.values)
                self.values.append(value)
            codes[at] = code
        self.codes.append(codes)

    def among(self, wanted: Plain | Collection[Plain], codes: NDArray[np.int32]) -> BoolArray:
        """Which of these codes stand for a wanted value, or hold one."""
        looked = set(several(wanted))
        table = [any(one in looked for one in (value if isinstance(value, tuple) else (value,)))
                 for value in self.values]  # fmt: skip
        return np.array(table, dtype=np.bool_)[codes]


class Known:
    """The facts of all cases."""

    def __init__(self) -> None:
        self.columns: dict[str, Column] = {}
        self.cases = 0

    @property
    def nbytes(self) -> int:
        """Memory of the codes."""
        return sum(column.codes.nbytes for column in self.columns.values())

    def append(self, some: Sequence[Facts]) -> None:
        """Put the facts of more cases behind the last one."""
        for name in dict.fromkeys(name for facts in some for name in facts):
            self.columns.setdefault(name, Column(self.cases))
        for name, column in self.columns.items():
            column.append([facts.get(name) for facts in some])
        self.cases += len(some)

    def row(self, row: int) -> dict[str, Value]:
        """What is told of one case."""
        told = {name: column.values[column.codes.rows[row]] for name, column in self.columns.items()}
        return {name: value for name, value in told.items() if value is not None}

    def kept(self, rows: NDArray[np.intp]) -> Known:
        """The facts of these cases alone."""
        made = Known()
        made.append([self.row(int(row)) for row in rows])
        return made

    def matching(self, name: str, wanted: Plain | Collection[Plain], rows: NDArray[np.intp] | slice) -> BoolArray:
        """Which of these cases have a wanted value; none when no case has such a fact."""
        column = self.columns.get(name)
        if column is None:
            return np.zeros(self.cases, dtype=np.bool_)[rows]
        return column.among(wanted, column.codes.rows[rows])


def several(wanted: Plain | Collection[Plain]) -> Collection[Plain]:
    """One value as a collection of itself."""
    return wanted if isinstance(wanted, Collection) and not isinstance(wanted, str) else (wanted,)


def checked(facts: Sequence[Facts] | None, count: int) -> Sequence[Facts]:
    """One mapping per case, of plain values or tuples of them."""
    if facts is None:
        return [{}] * count
    if len(facts) != count:
        raise BadShape("facts", f"expected one mapping per text ({count}), got {len(facts)}")
    for at, some in enumerate(facts):
        for name, value in some.items():
            parts = value if isinstance(value, tuple) else (value,)
            if not isinstance(name, str) or name == "id":
                raise BadChoice("facts", f"expected a name other than 'id' at {at}, got {name!r}")
            if not all(part is None or isinstance(part, str | int) for part in parts):
                raise BadChoice("facts", f"expected a text, a number or a tuple of them at {at}, got {value!r:.80}")
    return facts
