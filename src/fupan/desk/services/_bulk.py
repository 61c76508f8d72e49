"""Thousands of rows at once, several times faster than `bulk_create`: values are prepared by column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection, models

from fupan.core.fields import EncryptedTextField

Prepare = Callable[[Any], Any]
AT_ONCE = 5_000  # rows of one statement


def insert(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows (by attname; absent columns take their default) inside the current transaction; their keys."""
    if not rows:
        return []
    keys = _take_keys(model._meta.db_table, len(rows))
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    columns = [_prepared(field, rows) for field in fields]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    into = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} (id, {names})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and not any(isinstance(one, models.JSONField) for one in fields):
            _in_columns(cursor, into, fields, [keys, *columns])
        else:
            marks = ", ".join(["%s"] * (len(fields) + 1))
            cursor.executemany(f"{into} VALUES ({marks})", list(zip(keys, *columns, strict=True)))
    return keys


def _in_columns(cursor: Any, into: str, fields: Sequence[models.Field[Any, Any]], columns: list[list[Any]]) -> None:
    """One statement for many rows, a list for each column: PostgreSQL reads it several times faster than rows."""
    kinds = ["bigint", *(field.db_type(connection) for field in fields)]
    sql = f"{into} SELECT * FROM UNNEST({', '.join(f'%s::{kind}[]' for kind in kinds)})"
    for at in range(0, len(columns[0]), AT_ONCE):
        cursor.execute(sql, [column[at : at + AT_ONCE] for column in columns])


def _prepared(field: models.Field[Any, Any], rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    default = field.get_default()
    name = field.attname
    values = [row.get(name, default) for row in rows]
    prepare = _preparation(field)
    return values if prepare is None else [value if value is None else prepare(value) for value in values]


def _preparation(field: models.Field[Any, Any]) -> Prepare | None:
    if isinstance(field, EncryptedTextField):
        return field.get_prep_value
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.DecimalField):
        digits, places = field.max_digits, field.decimal_places
        return lambda value: connection.ops.adapt_decimalfield_value(value, digits, places)
    return None


def _take_keys(table: str, count: int) -> list[int]:
    """Keys nobody had before: from the sequence, or above all ever used (SQLite, whose writers take turns)."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            last = cursor.fetchone()
            first = (last[0] if last else 0) + 1
            return list(range(first, first + count))
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [row[0] for row in cursor.fetchall()]
