"""Which workspace a command is about, and a database it can be found in."""

from __future__ import annotations

from typing import Annotated

import typer
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rich.console import Console

from fupan.core.errors import Refused
from fupan.people import services
from fupan.people.models import Workspace

WorkspaceOption = Annotated[
    str | None, typer.Option("--workspace", help="Name of the workspace (default: the only one)")
]


def chosen(name: str | None) -> Workspace:
    """The workspace of that name, or the only one there is."""
    made_ready()
    found = list(Workspace.objects.filter(name=name) if name else Workspace.objects.all())
    if len(found) == 1:
        return found[0]
    if name:
        raise Refused(_("There is no workspace “%(name)s”.") % {"name": name}, code="no-such-workspace")
    if not found:
        raise Refused(
            _("There is no workspace yet; make one with “fupan init”, or bring files in with “fupan import”."),
            code="no-workspace",
        )
    raise Refused(_("There are several workspaces; choose one with --workspace."), code="which-workspace")


def chosen_or_new(name: str | None) -> Workspace:
    """The same; where there is none at all, one is opened, so that files can come before people."""
    made_ready()
    if name or Workspace.objects.exists():
        return chosen(name)
    opened = services.start_workspace(
        name=_("My workspace"), currency="CNY", timezone="Asia/Shanghai", language=get_language() or "zh-hans"
    )
    Console(stderr=True, style="dim").print(
        _("Opened “%(name)s” (CNY, Asia/Shanghai). “fupan init” gives it a name and you a way to sign in.")
        % {"name": opened.name}
    )
    return opened


def made_ready() -> None:
    """Make the database, or bring one of an older version up to date."""
    from fupan.cli import serving

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        serving.prepare()
