"""Which workspace a command is about."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused
from fupan.people.models import Workspace

WorkspaceOption = Annotated[
    str | None, typer.Option("--workspace", help="Name of the workspace (default: the only one)")
]


def chosen(name: str | None) -> Workspace:
    """The workspace of that name, or the only one there is."""
    found = list(Workspace.objects.filter(name=name) if name else Workspace.objects.all())
    if len(found) == 1:
        return found[0]
    if name:
        raise Refused(_("There is no workspace “%(name)s”.") % {"name": name}, code="no-such-workspace")
    if not found:
        raise Refused(_("There is no workspace yet; make one with “fupan init”."), code="no-workspace")
    raise Refused(_("There are several workspaces; choose one with --workspace."), code="which-workspace")
