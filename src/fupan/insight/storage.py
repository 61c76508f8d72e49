"""Immutable Parquet files of the facts: written whole or not at all, never changed, swept when nobody names them."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from fupan.insight.shapes import VERSION


def folder(workspace_id: int, table: str) -> Path:
    return Path(settings.FACTS_ROOT) / str(workspace_id) / table


def path_of(workspace_id: int, table: str, name: str) -> Path:
    return folder(workspace_id, table) / name


def current(name: str) -> bool:
    """Whether a file has today's shape."""
    return f"-v{VERSION}-" in name


def write(workspace_id: int, table: str, week: int, rows: pa.Table) -> str:
    """Write a week under a new name: a temporary file, on the disk for certain, then renamed."""
    place = folder(workspace_id, table)
    place.mkdir(parents=True, exist_ok=True)
    name = f"{week}-v{VERSION}-{uuid4().hex[:12]}.parquet"
    draft = place / f".{name}.tmp"
    with draft.open("wb") as out:
        pq.write_table(rows, out, compression="zstd", write_statistics=True)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(place / name)
    _sync(place)
    return name


def discard(workspace_id: int, table: str, name: str) -> None:
    path_of(workspace_id, table, name).unlink(missing_ok=True)


def sweep(workspace_id: int, table: str, keep: set[str], *, older_than: float) -> int:
    """Delete files that `keep` does not name and that were written before `older_than` (epoch seconds)."""
    place = folder(workspace_id, table)
    if not place.is_dir():
        return 0
    gone = 0
    for entry in os.scandir(place):
        if entry.name not in keep and entry.is_file() and entry.stat().st_mtime < older_than:
            Path(entry.path).unlink(missing_ok=True)
            gone += 1
    return gone


def _sync(place: Path) -> None:
    """Make the rename itself survive a power cut, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
