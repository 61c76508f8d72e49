"""What the worker does for insight."""

from __future__ import annotations

from fupan.insight import services
from fupan.people.models import Workspace


def collect() -> int:
    """Every night: sweep old files of all workspaces."""
    return sum(services.collect(workspace) for workspace in Workspace.objects.all())
