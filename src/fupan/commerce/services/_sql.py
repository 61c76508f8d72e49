"""The few differences between SQLite and PostgreSQL that bulk reading and writing meets."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection


@contextmanager
def bulk_writing() -> Iterator[None]:
    """Let SQLite gather more before it copies its log into the file, and Python look for cycles less often."""
    looked = gc.isenabled()
    gc.disable()
    _pragma("wal_autocheckpoint = 8000")
    try:
        yield
    finally:
        _pragma("wal_autocheckpoint = 1000")
        if looked:
            gc.enable()


def writes_of_others() -> int:
    """A number that changes when another connection has written (on SQLite, where writers wait for each other)."""
    if not is_sqlite():
        return 0
    return int(fetch("PRAGMA data_version", [])[0][0])


def _pragma(text: str) -> None:
    if is_sqlite():
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA {text}")


def is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def among(column: str) -> str:
    """`column IN (...)` with one parameter, however many values (see `listed`)."""
    return f"{column} IN (SELECT value FROM json_each(%s))" if is_sqlite() else f"{column} = ANY(%s)"


def listed(values: Iterable[Any]) -> Any:
    found = list(values)
    return json.dumps(found) if is_sqlite() else found


def as_stored(column: str) -> str:
    """A date and time in SELECT, in the form `instant` gives (SQLite: its text, without a converter's cost)."""
    return f"{column} || ''" if is_sqlite() else column


def instant_writer() -> Callable[[datetime], Any]:
    """How the database keeps an instant in UTC; Django's own way to SQLite's text takes five times as long."""
    return _as_text if is_sqlite() else connection.ops.adapt_datetimefield_value


def _as_text(value: datetime) -> str:
    return value.isoformat(" ")[:-6]  # without +00:00


def fetch(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def write(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def insert_sql(table: str, columns: Sequence[str], conflict: str) -> str:
    marks = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) ON CONFLICT {conflict}"


def update_sql(table: str, columns: Sequence[str]) -> str:
    return f"UPDATE {table} SET {', '.join(f'{column} = %s' for column in columns)} WHERE id = %s"
