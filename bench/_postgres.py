"""The facts in a throw-away PostgreSQL: loaded by COPY, indexed by week, analysed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import psycopg
import pyarrow.csv as csv
import pyarrow.parquet as pq

from tests.support.postgres import Server, binaries

_TYPES = {"int64": "bigint", "int32": "integer", "int16": "smallint", "string": "text", "bool": "boolean",
          "double": "double precision", "date32[day]": "date", "timestamp[us]": "timestamp"}  # fmt: skip


@contextmanager
def loaded(files: Callable[[str], list[str]]) -> Iterator[Callable[[str], Any]]:
    """A function that runs SQL on the facts in these files."""
    place = binaries()
    if place is None:
        raise SystemExit("PostgreSQL is not installed")
    server = Server(place)
    try:
        with psycopg.connect(host=str(server.folder), user=server.user, dbname="postgres", autocommit=True) as database:
            for table in ("orders", "tickets", "messages"):
                _load(database, table, files(table))
            yield lambda sql: database.execute(sql).fetchall()
    finally:
        server.stop()  # type: ignore[no-untyped-call]


def _load(database: psycopg.Connection[Any], table: str, paths: list[str]) -> None:
    schema = pq.read_schema(paths[0])
    columns = ", ".join(f'"{field.name}" {_TYPES[str(field.type)]}' for field in schema)
    database.execute(f"CREATE UNLOGGED TABLE {table} ({columns})")
    with database.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
        for path in paths:
            buffer = BytesIO()
            csv.write_csv(pq.read_table(path), buffer, csv.WriteOptions(include_header=False))
            copy.write(buffer.getvalue())
    database.execute(f"CREATE INDEX ON {table} USING brin (week)")
    database.execute(f"ANALYZE {table}")
