"""Reading the facts: Ibis tables over exactly the files that the manifest names, on one DuckDB per process.

An expression is written on the unbound tables ORDERS, TICKETS and MESSAGES, and answered by a `FactsView`, which is
where a member's shops are cut out. `as_of` is a column of each table: the instant up to which things are known.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.backends.sql.compilers  # takes half a second: when the program starts, not on somebody's first page
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute
from django.conf import settings
from ibis.expr.operations import UnboundTable

from fupan.core import clock
from fupan.insight import shapes, storage
from fupan.insight.models import FactFile

MEMORY_LIMIT = "2GB"


def _unbound(table: str) -> ir.Table:
    schema = shapes.SCHEMAS[table].append(pa.field("as_of", pa.timestamp("us")))
    return ibis.table(ibis.Schema.from_pyarrow(schema), name=table)


ORDERS = _unbound("orders")
TICKETS = _unbound("tickets")
MESSAGES = _unbound("messages")
FACTS: dict[str, ir.Table] = {"orders": ORDERS, "tickets": TICKETS, "messages": MESSAGES}


@dataclass(frozen=True)
class FactsView:
    """The facts of a workspace as somebody may see them; `shop_ids` None is every shop."""

    workspace_id: int
    shop_ids: frozenset[int] | None = None

    def manifest(self) -> dict[str, dict[int, str]]:
        """Per table: week -> file name, as they are at this moment."""
        found: dict[str, dict[int, str]] = {table: {} for table in shapes.TABLES}
        rows = FactFile.objects.filter(workspace_id=self.workspace_id)
        for table, week, name in rows.values_list("table", "week", "name"):
            if storage.current(name):
                found[table][week] = name
        return found

    def read(self, *, as_of: datetime | None = None) -> Reading:
        """Hold on to the files of this moment, so that several questions are answered by the same facts."""
        return Reading(self, self.manifest(), as_of or clock.now())

    def answer(self, expression: ir.Table, weeks: Iterable[int] | None = None) -> pa.Table:
        """One question; only the files of `weeks` are opened (None: all)."""
        return self.read().answer(expression, weeks)


@dataclass(frozen=True)
class Reading:
    """A view at one moment."""

    view: FactsView
    files: Mapping[str, Mapping[int, str]]
    as_of: datetime

    def weeks(self, table: str) -> list[int]:
        return sorted(self.files[table])

    def answer(self, expression: ir.Table, weeks: Iterable[int] | None = None) -> pa.Table:
        """One question; only the files of `weeks` are opened (None: all)."""
        wanted = None if weeks is None else set(weeks)
        sources = (f"{table} AS ({self._select(table, wanted)})" for table in _tables_of(expression.op()))
        sql = _sql(expression.op())
        rest = f", {sql[5:]}" if sql.startswith("WITH ") else f" {sql}"
        return _cursor().sql(f"WITH {', '.join(sources)}{rest}").to_arrow_table()

    def _select(self, table: str, weeks: set[int] | None) -> str:
        chosen = [name for week, name in self.files[table].items() if weeks is None or week in weeks]
        as_of = f"TIMESTAMP '{self.as_of.astimezone(UTC):%Y-%m-%d %H:%M:%S}' AS as_of"
        if not chosen:
            return f"SELECT *, {as_of} FROM ({_no_rows(table)})"
        paths = [str(storage.path_of(self.view.workspace_id, table, name)) for name in chosen]
        source = f"read_parquet([{', '.join(map(_quoted, paths))}], union_by_name=true)"
        return f"SELECT *, {as_of} FROM {source}{self._shops()}"

    def _shops(self) -> str:
        shops = self.view.shop_ids
        if shops is None:
            return ""
        return f" WHERE shop_id IN ({', '.join(str(int(pk)) for pk in sorted(shops))})" if shops else " WHERE false"


# One database per process; every thread has its own cursor, which is how DuckDB wants it.

_lock = threading.Lock()
_local = threading.local()
_state: dict[str, Any] = {"pid": None, "database": None}


def _cursor() -> duckdb.DuckDBPyConnection:
    pid = os.getpid()
    if getattr(_local, "pid", None) != pid:
        _local.cursor = _database(pid).cursor()
        _local.pid = pid
    cursor: duckdb.DuckDBPyConnection = _local.cursor
    return cursor


def _database(pid: int) -> duckdb.DuckDBPyConnection:
    with _lock:
        if _state["pid"] != pid:  # a forked worker must not share its parent's
            _state["database"] = _opened()
            _state["pid"] = pid
        database: duckdb.DuckDBPyConnection = _state["database"]
        return database


def _opened() -> duckdb.DuckDBPyConnection:
    spill = Path(settings.FACTS_ROOT) / ".spill"
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "threads": str(min(os.cpu_count() or 1, 4)),
        "temp_directory": str(spill),
        "preserve_insertion_order": "false",
        "autoinstall_known_extensions": "false",
        "TimeZone": "UTC",
    }
    return duckdb.connect(":memory:", config=config)


@cache
def _no_rows(table: str) -> str:
    kinds = {"int64": "BIGINT", "int32": "INTEGER", "int16": "SMALLINT", "string": "VARCHAR", "bool": "BOOLEAN",
             "double": "DOUBLE", "date32[day]": "DATE", "timestamp[us]": "TIMESTAMP"}  # fmt: skip
    columns = ", ".join(f'NULL::{kinds[str(field.type)]} AS "{field.name}"' for field in shapes.SCHEMAS[table])
    return f"SELECT {columns} WHERE false"


_SQL: dict[Any, str] = {}


def _sql(node: Any) -> str:
    """The SQL of an expression; making it takes longer than running it, so it is kept."""
    if node not in _SQL:
        if len(_SQL) > 500:
            _SQL.clear()
        _SQL[node] = str(ibis.to_sql(node.to_expr(), dialect="duckdb"))
    return _SQL[node]


def _tables_of(node: Any) -> list[str]:
    return sorted({found.name for found in node.find(UnboundTable)})


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
