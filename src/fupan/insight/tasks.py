"""What the worker does for insight."""

from __future__ import annotations

from fupan.core import clock, weeks
from fupan.insight import services
from fupan.insight.queries.signals import prepare_sensitivity
from fupan.people.models import Workspace


def collect() -> int:
    """Every night: sweep old files of all workspaces."""
    return sum(services.collect(workspace) for workspace in Workspace.objects.all())


def find_topics() -> int:
    """Every night: what buyers wrote in the last whole week, held against the weeks before."""
    found = 0
    for workspace in Workspace.objects.all():
        found += services.find_sub_topics(workspace, weeks.last_whole_week(clock.today()))
    return found


def screen() -> int:
    """Every hour: judge what no screening has seen yet; how many signals were opened."""
    found = 0
    for workspace in Workspace.objects.order_by("pk"):
        done = services.screen(workspace)
        found += done.found
        if done.weeks:
            prepare_sensitivity(workspace)  # takes seconds; whoever tunes signals shall not wait for it
    return found
