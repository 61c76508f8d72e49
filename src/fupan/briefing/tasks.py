"""What the schedule calls on Mondays; both can run as often as they like and say everything once."""

from __future__ import annotations

from collections.abc import Iterator

from fupan.briefing import services
from fupan.core import weeks
from fupan.people.models import Workspace


def send_digests(week: int | None = None) -> int:
    """Digests of `week` (yyyyww), or of each workspace's last whole week."""
    return sum(services.send_digests(workspace, period) for workspace, period in _wanted(week))


def announce_review(week: int | None = None) -> int:
    """Say “the review is ready” in the workspaces whose facts are complete."""
    return sum(services.announce_review(workspace, period) for workspace, period in _wanted(week))


def _wanted(week: int | None) -> Iterator[tuple[Workspace, weeks.Period]]:
    for workspace in Workspace.objects.order_by("pk"):
        period = services.newest_period(workspace) if week is None else weeks.week_period(week)
        if period is not None:
            yield workspace, period
