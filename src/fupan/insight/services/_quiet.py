"""Signals end by themselves after quiet weeks."""

from __future__ import annotations

from django.db.models import QuerySet

from fupan.core import clock, weeks
from fupan.core.events import record
from fupan.insight.models import LIVE, Signal, SignalState
from fupan.people.models import Workspace

QUIET = 3  # whole weeks without an alarm end a signal


def close_quiet(workspace: Workspace, week: int, among: QuerySet[Signal]) -> int:
    """Count the quiet weeks of live signals up to a week, and close those that had enough; how many closed."""
    closed = 0
    for signal in among.filter(workspace=workspace, state__in=LIVE, last_week__lt=week).order_by("pk"):
        signal.quiet = len(weeks.between(signal.last_week, week)) - 1
        if signal.quiet >= QUIET:
            signal.state, signal.closed_at, signal.snoozed_until = SignalState.CLOSED, clock.now(), None
            record("insight.signal_closed", signal, by=None, week=week)
            closed += 1
        signal.save(update_fields=["quiet", "state", "closed_at", "snoozed_until"])
    return closed
