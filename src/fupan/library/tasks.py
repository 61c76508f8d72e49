"""By the clock: reminders of owed cases, and what comes into force or grows old."""

from __future__ import annotations

from fupan.library.services import enforce_due, expire, purge_evidence, remind_debtors
from fupan.people.models import Workspace


def remind() -> int:
    """Several times an hour, for the hours are counted; each word goes once."""
    return sum(remind_debtors(workspace) for workspace in Workspace.objects.order_by("pk"))


def age() -> int:
    """Every night."""
    return sum(
        enforce_due(workspace) + expire(workspace) + purge_evidence(workspace)
        for workspace in Workspace.objects.order_by("pk")
    )
