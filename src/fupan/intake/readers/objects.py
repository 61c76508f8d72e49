"""JSON lines (or one JSON list) and Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused
from fupan.intake.faults import Fault
from fupan.intake.readers.base import CHUNK, PREVIEW, Cells, Chunk, Table, columns_of
from fupan.intake.readers.text import Survey, lines_of

LOOK = 200  # objects looked at for their names
MOST_LIST = 50 << 20  # bytes of a file that is one list
Numbered = tuple[int, Mapping[str, Any] | None]


class JsonLines(Table):
    delimiter = "json"

    def __init__(self, path: Path, name: str, *, encoding: str, known: Survey) -> None:
        super().__init__(path, name)
        self.encoding = encoding
        self._size, self._newlines = known.size, known.newlines

    def preview(self) -> list[Cells]:
        rows = [[one.get(name, "") for name in self._names] for _line, one in self._head if one is not None]
        return [list(self._names), *rows[: PREVIEW - 1]]

    def rows_total(self) -> int | None:
        return self._newlines

    def chunks(self, heading: int, width: int, *, raw: bool = False, joint: int = -1) -> Iterator[Chunk]:
        objects = self._objects()
        number = 0
        while found := list(islice(objects, CHUNK)):
            faults = [Fault("not-json", line=line) for line, one in found if one is None]
            good = [(line, one) for line, one in found if one is not None]
            rows = [[one.get(name, "") for name in self._names] for _line, one in good]
            yield Chunk(number, [line for line, _one in good], columns_of(rows, len(self._names)), faults)
            number += 1

    @cached_property
    def _head(self) -> list[Numbered]:
        return list(islice(self._objects(), LOOK))

    @cached_property
    def _names(self) -> tuple[str, ...]:
        names = dict.fromkeys(name for _line, one in self._head if one is not None for name in one)
        if not names:
            raise Refused(_("No JSON object was found in the file."), code="no-objects")
        return tuple(names)

    def _objects(self) -> Iterator[Numbered]:
        with self.path.open(encoding=self.encoding, errors="replace") as file:
            if file.read(64).lstrip("\ufeff \t\r\n").startswith("["):
                yield from self._listed()
                return
            file.seek(0)
            for line, text in enumerate(lines_of(file), start=1):
                if text.strip():
                    yield line, _object(text)

    def _listed(self) -> Iterator[Numbered]:
        if self._size > MOST_LIST:
            raise Refused(_("A JSON list of that size must be given as JSON lines."), code="json-too-large")
        try:
            found = json.loads(self.path.read_text(self.encoding))
        except (ValueError, RecursionError) as wrong:
            raise Refused(_("The JSON is broken: %(error)s") % {"error": wrong}, code="broken-json") from wrong
        for line, one in enumerate(found, start=1):
            yield line, _flat(one) if isinstance(one, dict) else None


def _object(text: str) -> Mapping[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _flat(found) if isinstance(found, dict) else None


def _flat(found: Mapping[str, Any]) -> dict[str, Any]:
    """One level of nesting becomes `outer.inner`; lists become their text."""
    flat: dict[str, Any] = {}
    for name, value in found.items():
        if isinstance(value, dict):
            flat.update({f"{name}.{inner}": _plain(one) for inner, one in value.items()})
        else:
            flat[name] = _plain(value)
    return flat


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


class Parquet(Table):
    delimiter = "parquet"

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, name)
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as broken:
            raise Refused(
                _("“%(name)s” is not a readable Parquet file.") % {"name": name}, code="broken-parquet"
            ) from broken
        self._names = [str(column) for column in self._file.schema_arrow.names]

    def preview(self) -> list[Cells]:
        for batch in self._file.iter_batches(PREVIEW):
            return [self._names, *zip(*(column.to_pylist() for column in batch.columns), strict=True)]
        return [self._names]

    def rows_total(self) -> int | None:
        return int(self._file.metadata.num_rows)

    def chunks(self, heading: int, width: int, *, raw: bool = False, joint: int = -1) -> Iterator[Chunk]:
        first = 1
        for number, batch in enumerate(self._file.iter_batches(CHUNK)):
            columns = [column.to_pylist() for column in batch.columns]
            yield Chunk(number, range(first, first + batch.num_rows), columns, [])
            first += batch.num_rows
