"""A profile put to work on one heading: chunks of columns in, records out.

Everything is done a column at a time with a memory of values already read, so a row costs a few microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import compress, repeat
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused
from fupan.intake.faults import Fault
from fupan.intake.normalise.conditions import mask_of
from fupan.intake.normalise.expressions import Columns, Evaluate, compiled, is_there
from fupan.intake.normalise.fields import SHAPES, Style
from fupan.intake.normalise.heading import Heading
from fupan.intake.profiles.spec import RecordSpec, SheetSpec
from fupan.intake.readers import Chunk
from fupan.intake.records import Record


class Normalised(NamedTuple):
    """What a chunk came to; `ignored` rows match no record of the profile, and are meant to be left out."""

    records: list[Record]
    faults: list[Fault]
    ignored: int


class Normaliser:
    """Turns chunks of one table into records; keeps count of equal keys, so use one for the whole file, in order."""

    def __init__(self, sheet: SheetSpec, heading: Heading, style: Style) -> None:
        self._parts = [_Part(record, heading, style) for record in sheet.records]

    def chunk(self, chunk: Chunk) -> Normalised:
        records: list[Record] = []
        faults = list(chunk.faults)
        size = len(chunk.lines)
        used: Sequence[bool] = [False] * size
        for part in self._parts:
            made, wrong, mask = part.make(chunk)
            records += made
            faults += wrong
            used = [True] * size if mask is None else [a or b for a, b in zip(used, mask, strict=True)]
        return Normalised(records, _once(faults), size - sum(used))

    def mapped(self) -> dict[int, str]:
        """Column -> the field it fills, for people."""
        return {at: name for part in reversed(self._parts) for at, name in part.mapped.items()}


class _Part:
    """One record of the profile on this heading."""

    def __init__(self, record: RecordSpec, heading: Heading, style: Style) -> None:
        self.shape = SHAPES[record.shape]
        self.heading = heading
        self.conditions = [mask_of(one, heading) for one in record.when]
        self.evaluate: dict[str, Evaluate] = {}
        self.column: dict[str, str] = {}
        uses: list[tuple[str, tuple[int, ...]]] = []
        for name, kind in self.shape.kinds.items():
            expression = record.fields.get(name)
            if expression is None or not is_there(expression, heading):
                continue
            made = compiled(expression, heading, kind, style)
            self.evaluate[name] = made.evaluate
            self.column[name] = heading.names[made.column] if made.column is not None else ""
            uses.append((name, made.uses))
        uses.sort(key=lambda use: -len(use[1]))  # a column says most to people by the field that is made of it alone
        self.mapped = {at: name for name, columns in uses for at in columns}
        self._require(record)
        self._seen: dict[int, int] = {}

    def _require(self, record: RecordSpec) -> None:
        lacking = [name for name in self.shape.required if name not in self.evaluate and not self._filled_in(name)]
        if lacking:
            names = record.fields[lacking[0]].columns if lacking[0] in record.fields else (lacking[0],)
            raise Refused(
                _("The column “%(column)s” is missing; it gives “%(field)s”.")
                % {"column": " / ".join(names[:4]) or lacking[0], "field": lacking[0]},
                code="column-missing",
            )

    def _filled_in(self, name: str) -> bool:
        """A SKU may be told by its ASIN alone."""
        return name == "sku" and "asin" in self.evaluate

    def make(self, chunk: Chunk) -> tuple[list[Record], list[Fault], Sequence[bool] | None]:
        mask = self._mask(chunk)
        lines: Sequence[int] = chunk.lines
        columns: Columns = chunk.columns
        if mask is not None and not all(mask):
            lines = list(compress(lines, mask))
            columns = [list(compress(column, mask)) for column in columns]
        if not lines:
            return [], [], mask
        values = {name: evaluate(columns, len(lines)) for name, evaluate in self.evaluate.items()}
        if "sku" in self.shape.required and "asin" in values:
            values["sku"] = [sku or asin for sku, asin in zip(values.get("sku", repeat("")), values["asin"])]  # noqa: B905
        if "status" in values and self.shape.kinds["status"] == "status":
            values["status"] = [status or "shipped" for status in values["status"]]
        lines, values, faults = self._sound(lines, values)
        self._number(values)
        return self._records(lines, values), faults, mask

    def _mask(self, chunk: Chunk) -> Sequence[bool] | None:
        """Which rows this record is for; None: all of them."""
        masks = [condition(chunk.columns) for condition in self.conditions]
        if not masks:
            return None
        return masks[0] if len(masks) == 1 else [all(row) for row in zip(*masks, strict=True)]

    def _sound(
        self, lines: Sequence[int], values: dict[str, Sequence[Any]]
    ) -> tuple[Sequence[int], dict[str, Sequence[Any]], list[Fault]]:
        """Leave out rows with a value that cannot be read, or that lack a needed one."""
        wrong: dict[int, Fault] = {}
        for name, column in values.items():
            for at, value in enumerate(column) if _has_fault(column) else ():
                if type(value) is Fault:
                    wrong.setdefault(at, value._replace(line=lines[at], column=self.column.get(name, "")))
        for name in self.shape.required:
            column = values[name]
            if "" in column or None in column:
                for at, value in enumerate(column):
                    if value in ("", None):
                        wrong.setdefault(at, Fault("missing", self.column.get(name) or name, line=lines[at]))
        if not wrong:
            return lines, values, []
        keep = [at not in wrong for at in range(len(lines))]
        sound: dict[str, Sequence[Any]] = {name: list(compress(column, keep)) for name, column in values.items()}
        return list(compress(lines, keep)), sound, [wrong[at] for at in sorted(wrong)]

    def _number(self, values: dict[str, Sequence[Any]]) -> None:
        """Lines of equal order and SKU get a key by their occurrence in the file, also across chunks."""
        if self.shape.make.__name__ != "OrderLineRecord" or "key" in values:
            return
        seen = self._seen
        keys = []
        for number, sku in zip(values["order_number"], values["sku"], strict=True):
            both = hash((number, sku))
            count = seen.get(both, 0) + 1
            seen[both] = count
            keys.append(f"{sku}#{count}")
        values["key"] = keys

    def _records(self, lines: Sequence[int], values: Mapping[str, Sequence[Any]]) -> list[Record]:
        columns = []
        for name in self.shape.make._fields[1:]:
            told = values.get(name)
            columns.append(repeat(self._untold(name)) if told is None else told)
        return list(map(self.shape.make, lines, *columns))

    def _untold(self, name: str) -> Any:
        return self.shape.make._field_defaults.get(name, "")


def _has_fault(column: Sequence[Any]) -> bool:
    return Fault in set(map(type, column))


def _once(faults: list[Fault]) -> list[Fault]:
    """A row that would have yielded two records is reported once for the same column."""
    known: dict[tuple[int, str, str], Fault] = {}
    for fault in faults:
        known.setdefault((fault.line, fault.column, fault.code), fault)
    return list(known.values())
