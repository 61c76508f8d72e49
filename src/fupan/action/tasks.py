"""By the clock: reminders around deadlines, and what is handed up."""

from __future__ import annotations

from fupan.action.services import escalate_overdue, remind_owners
from fupan.core import clock, weeks
from fupan.people.models import Workspace

MORNING, EVENING = 8, 20


def remind() -> int:
    """Every hour: where it is day, owners are reminded and what stays overdue is handed up; each word goes once."""
    told = 0
    for workspace in Workspace.objects.order_by("pk"):
        hour = clock.now().astimezone(weeks.zone(workspace.timezone)).hour
        if MORNING <= hour < EVENING:
            told += remind_owners(workspace) + escalate_overdue(workspace)
    return told
