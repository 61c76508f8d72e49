"""Copy the whole database out and in, consistently, while others work: SQLite's online backup, or pg_dump."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused
from fupan.people.models import Workspace


def vendor() -> str:
    return connection.vendor


def made() -> bool:
    """Whether there is a database of ours at all."""
    if vendor() == "sqlite" and not _in_memory() and not Path(_name()).exists():
        return False
    return Workspace._meta.db_table in connection.introspection.table_names()


def copy_to(target: Path) -> None:
    """Write a consistent copy of the database to `target`."""
    if vendor() == "sqlite":
        _sqlite_to(target)
    else:
        _pg("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(target))


def copy_from(source: Path) -> None:
    """Replace the database by the copy in `source`, all or nothing."""
    if vendor() == "sqlite":
        _sqlite_from(source)
    else:
        connections.close_all()
        _pg("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", "--dbname", _name(),
            str(source))  # fmt: skip


def migrations_applied() -> list[str]:
    """What the database has been through, as `app.name`."""
    return sorted(f"{app}.{name}" for app, name in MigrationLoader(connection).applied_migrations)


def migrations_known() -> set[str]:
    """What this version of Fupan can read, as `app.name`."""
    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}


def shred() -> bool:
    """Leave nothing of purged rows in the database's files; False when that must wait (inside a transaction)."""
    if connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        if vendor() == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return True


def overwrite_deleted() -> None:
    """From now on, this connection overwrites what it deletes (SQLite)."""
    if vendor() == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def size() -> int:
    """Bytes the database takes."""
    with connection.cursor() as cursor:
        if vendor() == "sqlite":
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        else:
            cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def _in_memory() -> bool:
    return _name() == ":memory:" or "mode=memory" in _name()


def _sqlite_to(target: Path) -> None:
    connection.ensure_connection()
    if _in_memory():
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
        return
    with closing(sqlite3.connect(_name())) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy, pages=2000, sleep=0.01)


def _sqlite_from(source: Path) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(source)) as copy:
        copy.execute("PRAGMA quick_check")
        if _in_memory():
            copy.backup(connection.connection)
            return
        connections.close_all()
        with closing(sqlite3.connect(_name(), timeout=20)) as live:
            copy.backup(live)


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _pg(program: str, *arguments: str) -> None:
    path = shutil.which(program)
    if path is None:
        raise Refused(
            _("%(program)s is not installed; install the PostgreSQL client programs.") % {"program": program},
            code="no-client-programs",
        )
    settings = connection.settings_dict
    told = {"PGHOST": settings["HOST"], "PGPORT": settings["PORT"], "PGUSER": settings["USER"],
            "PGPASSWORD": settings["PASSWORD"], "PGDATABASE": settings["NAME"]}  # fmt: skip
    surroundings = {**os.environ, **{key: str(value) for key, value in told.items() if value}}
    done = subprocess.run([path, *arguments], env=surroundings, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{program}: {done.stderr.strip()[-600:]}", code="client-program-failed")
