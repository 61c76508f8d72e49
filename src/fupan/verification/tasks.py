"""What the worker does for verification."""

from __future__ import annotations

from fupan.people.models import Workspace
from fupan.verification import services


def look() -> int:
    """Every hour: looks that are due, and solved problems that came back; how many looks were taken."""
    taken = 0
    for workspace in Workspace.objects.order_by("pk"):
        taken += services.look_all(workspace)
        services.watch_all(workspace)
    return taken
