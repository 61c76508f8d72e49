"""Bring the facts up to date: rebuild the weeks that were marked stale, newest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
from django.db import transaction

from fupan.commerce.models import OrderLine
from fupan.core import clock, stale
from fupan.core.events import record
from fupan.core.models import StaleWeek
from fupan.desk.models import Ticket
from fupan.insight import storage
from fupan.insight.building import Context, Week, changed_elsewhere, order_rows
from fupan.insight.models import FactFile
from fupan.insight.shapes import TABLES
from fupan.people.models import Member, Workspace

_FAMILY = {"orders": "orders", "tickets": "tickets", "messages": "tickets"}  # tables that are built together
Job = tuple[str, int]


def refresh(workspace: Workspace, *, limit: int | None = None) -> int:
    """Rebuild stale weeks, at most `limit` of them; the number rebuilt. Any number of processes may do it at once."""
    context = Context(workspace)
    done: list[Job] = []
    while limit is None or len(done) < limit:
        jobs = _jobs(workspace)
        fresh = [job for job in jobs if job not in done][: None if limit is None else limit - len(done)]
        if not fresh:
            break
        for job in fresh:
            _rebuild(context, job, jobs[job])
            done.append(job)
    if done:
        record(
            "insight.refreshed", workspace, by=None, workspace_id=workspace.pk, weeks=sorted({week for _, week in done})
        )
    return len(done)


@transaction.atomic
def rebuild(workspace: Workspace, *, by: Member | None = None) -> int:
    """Mark every week as stale; the number of weeks that `refresh` will build."""
    marks = {("orders", week) for week in _weeks_of(OrderLine, workspace)}
    marks |= {("tickets", week) for week in _weeks_of(Ticket, workspace)}
    known = FactFile.objects.filter(workspace=workspace).values_list("table", "week")
    marks |= {(_FAMILY[table], week) for table, week in known}
    stale.mark(workspace.pk, marks)
    record("insight.rebuild_asked", workspace, by=by, weeks=len(marks))
    return len(marks)


def _weeks_of(model: type[OrderLine] | type[Ticket], workspace: Workspace) -> list[int]:
    return list(model._default_manager.filter(workspace=workspace).order_by().values_list("week", flat=True).distinct())


def _jobs(workspace: Workspace) -> dict[Job, list[StaleWeek]]:
    """What to build, newest week first, with the marks that ask for it."""
    _mark_lost(workspace)
    jobs: defaultdict[Job, list[StaleWeek]] = defaultdict(list)
    for mark in sorted(stale.marks(workspace.pk), key=lambda one: -one.week):
        jobs[_FAMILY[mark.table], mark.week].append(mark)
    return dict(jobs)


def _mark_lost(workspace: Workspace) -> None:
    """Files that are gone (a restored backup) or of an older shape are stale, whoever forgot to say so."""
    lost = {
        (table, week)
        for table, week, name in FactFile.objects.filter(workspace=workspace).values_list("table", "week", "name")
        if not storage.current(name) or not storage.path_of(workspace.pk, table, name).exists()
    }
    if lost:
        stale.mark(workspace.pk, lost)


def _rebuild(context: Context, job: Job, marks: list[StaleWeek]) -> None:
    family, week = job
    echoes: set[tuple[str, int]] = set()
    if family == "orders":
        tables = {"orders": order_rows(context, week)}
    else:
        built = Week(context, week)
        tables = {"tickets": built.tickets(), "messages": built.messages()}
        echoes = changed_elsewhere(context, built)
    names = {table: _written(context.workspace.pk, table, week, rows) for table, rows in tables.items()}
    if not _swap(context.workspace.pk, week, tables, names, marks, echoes):
        for table, name in names.items():
            storage.discard(context.workspace.pk, table, name)


def _written(workspace_id: int, table: str, week: int, rows: pa.Table) -> str:
    return storage.write(workspace_id, table, week, rows) if rows.num_rows else ""


@transaction.atomic
def _swap(
    workspace_id: int,
    week: int,
    tables: dict[str, pa.Table],
    names: dict[str, str],
    marks: list[StaleWeek],
    echoes: Iterable[tuple[str, int]],
) -> bool:
    """Point the manifest at the new files and forget the marks; False when another process was quicker."""
    waiting = StaleWeek.objects.select_for_update().filter(workspace_id=workspace_id, week=week, table__in=TABLES)
    if not {mark.pk for mark in marks} & {mark.pk for mark in waiting}:
        return False
    for table, rows in tables.items():
        where: dict[str, Any] = {"workspace_id": workspace_id, "table": table, "week": week}
        if names[table]:
            new = {"name": names[table], "rows": rows.num_rows, "built_at": clock.now()}
            FactFile.objects.update_or_create(**where, defaults=new)
        else:
            FactFile.objects.filter(**where).delete()
    stale.clear(marks)
    stale.mark(workspace_id, echoes)
    return True
