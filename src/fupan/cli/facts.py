"""`fupan facts`: the columnar tables that analysis runs on."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from django.db.models import Count, Max, Min, Sum
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from fupan.cli.workspace import WorkspaceOption, chosen
from fupan.core import events, stale, weeks
from fupan.insight import services
from fupan.insight.models import FactFile
from fupan.insight.shapes import TABLES
from fupan.people.models import Workspace


def rebuild(workspace: WorkspaceOption = None) -> None:
    """Build every week of the facts anew from the database."""
    here = chosen(workspace)
    events.drain()
    total = services.rebuild(here)
    done = 0
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(_("Weeks"), total=total)
        while step := services.refresh(here, limit=1):
            done += step
            progress.update(task, completed=done)
    services.collect(here)
    Console().print(_("%(count)s weeks rebuilt.") % {"count": done})


def status(
    workspace: WorkspaceOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="For a script")] = False,
) -> None:
    """Which weeks each table holds, and how many wait to be rebuilt."""
    rows = _rows(chosen(workspace))
    if as_json:
        print(json.dumps(rows))
        return
    table = Table(_("Table"), _("Weeks"), _("From"), _("To"), _("Rows"), _("Waiting"))
    for row in rows:
        table.add_row(row["table"], *(str(row[name] or "") for name in ("weeks", "first", "last", "rows", "waiting")))
    Console().print(table)


def _rows(workspace: Workspace) -> list[dict[str, Any]]:
    waiting = [mark.table for mark in stale.marks(workspace.pk)]
    return [_row(workspace, table, waiting.count(table)) for table in TABLES]


def _row(workspace: Workspace, table: str, waiting: int) -> dict[str, Any]:
    found = FactFile.objects.filter(workspace=workspace, table=table).aggregate(
        weeks=Count("pk"), first=Min("week"), last=Max("week"), rows=Sum("rows")
    )
    named = {name: weeks.label(found[name]) if found[name] else None for name in ("first", "last")}
    return {"table": table, "weeks": found["weeks"], **named, "rows": found["rows"] or 0, "waiting": waiting}
