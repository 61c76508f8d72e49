"""What the schedule calls each day."""

from __future__ import annotations

from fupan.people.models import Workspace
from fupan.review import services


def plan_meetings() -> int:
    """Plan the coming meetings of every cadence in force; how many are new."""
    return sum(len(services.plan_next(workspace)) for workspace in Workspace.objects.order_by("pk"))
