"""Sweep up what the manifest no longer names."""

from __future__ import annotations

from datetime import timedelta

from fupan.core import clock
from fupan.core.events import record
from fupan.insight import storage
from fupan.insight.models import FactFile
from fupan.insight.shapes import TABLES
from fupan.people.models import Workspace

GRACE = timedelta(minutes=15)  # longer than any reading takes


def collect(workspace: Workspace, *, grace: timedelta = GRACE) -> int:
    """Delete old files of the facts, and old packs, once no reader can hold them any more; how many."""
    before = (clock.now() - grace).timestamp()
    named = FactFile.objects.filter(workspace=workspace)
    gone = 0
    for table in TABLES:
        keep = set(named.filter(table=table).values_list("name", flat=True))
        gone += storage.sweep(workspace.pk, table, keep, older_than=before)
    gone += storage.sweep(workspace.pk, "packs", set(), older_than=before - timedelta(days=7).total_seconds())
    if gone:
        record("insight.collected", workspace, by=None, workspace_id=workspace.pk, files=gone)
    return gone
