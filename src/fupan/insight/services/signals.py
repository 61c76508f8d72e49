"""Verbs of signals: what a person decides about one, and how boldly they are raised."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.insight.models import LIVE, Signal, SignalSettings, SignalState
from fupan.insight.policies import signals_seen_by
from fupan.people.models import Member
from fupan.people.policies import may

BUDGETS = range(1, 101)


@transaction.atomic
def snooze(signal_id: int, *, until: date, reason: str = "", by: Member) -> Signal:
    """Be silent about a live signal until a day; it is followed meanwhile."""
    signal = _mine(signal_id, by)
    if until <= clock.today():
        raise Refused(_("Choose a day after today."), code="not-later")
    if signal.state not in LIVE:
        raise Refused(_("Only an open signal can be snoozed."), code="not-open")
    _decide(signal, SignalState.SNOOZED, by, reason, until=until)
    record("insight.signal_snoozed", signal, by=by, until=until.isoformat())
    return signal


@transaction.atomic
def dismiss(signal_id: int, *, reason: str, by: Member) -> Signal:
    """Say that a live signal is not real, and why; the slice is not raised again while it goes on."""
    signal = _mine(signal_id, by)
    if signal.state not in LIVE:
        raise Refused(_("Only an open signal can be dismissed."), code="not-open")
    if not reason.strip():
        raise Refused(_("Say why it is not real; the next reader will wonder."), code="no-reason")
    _decide(signal, SignalState.DISMISSED, by, reason)
    record("insight.signal_dismissed", signal, by=by)
    return signal


@transaction.atomic
def reopen(signal_id: int, *, by: Member) -> Signal:
    """Open a signal again that was snoozed, dismissed or closed."""
    signal = _mine(signal_id, by)
    if signal.state == SignalState.OPEN:
        return signal
    same = Signal.objects.filter(
        workspace_id=signal.workspace_id, kind=signal.kind, metric=signal.metric, slice=signal.slice, state__in=LIVE
    )
    if same.exclude(pk=signal.pk).exists():
        raise Refused(_("This slice has a newer signal that is open."), code="newer-open")
    _decide(signal, SignalState.OPEN, by, "")
    record("insight.signal_reopened", signal, by=by)
    return signal


@transaction.atomic
def set_screening(*, q: float, budget: int, by: Member) -> SignalSettings:
    """Choose which share of alarms may be false, and how many new ones a week there may be."""
    if not may(by, "tune_signals"):
        raise Refused(_("Signals are tuned by leads and managers."), code="not-allowed")
    if not 0 < q < 1:
        raise Refused(_("The share of false alarms lies between 0 and 1."), code="not-a-share")
    if budget not in BUDGETS:
        raise Refused(_("Choose 1 to 100 new alarms a week."), code="not-a-budget")
    chosen, _new = SignalSettings.objects.update_or_create(
        workspace_id=by.workspace_id, defaults={"q": q, "budget": budget}
    )
    record("insight.screening_set", chosen, by=by, q=q, budget=budget)
    return chosen


def _mine(signal_id: int, by: Member) -> Signal:
    signal = signals_seen_by(by).select_for_update().get(pk=signal_id)
    if not may(by, "decide_signals"):
        raise Refused(_("Signals are decided by leads, department heads and managers."), code="not-allowed")
    return signal


def _decide(signal: Signal, state: SignalState, by: Member, reason: str, *, until: date | None = None) -> None:
    signal.state, signal.decided_by, signal.reason, signal.snoozed_until = state, by, reason.strip(), until
    signal.closed_at = clock.now() if state == SignalState.DISMISSED else None
    signal.save(update_fields=["state", "decided_by", "reason", "snoozed_until", "closed_at"])
