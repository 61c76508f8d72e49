"""A signal was opened -> those who look after it hear of it: leads, and the department that owns its issue type."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import override

from fupan.core import clock, weeks
from fupan.core.events import when
from fupan.core.models import Event
from fupan.desk.models import IssueType
from fupan.insight.models import Signal, SignalKind, SignalState
from fupan.insight.policies import signals_seen_by
from fupan.insight.signal_words import told
from fupan.notify.models import Topic
from fupan.notify.services import tell
from fupan.people.models import Member
from fupan.people.policies import may, roles_that_may

FRESH = 2  # weeks after which an alarm is no news


@when("insight.signal_opened")
def tell_those_concerned(event: Event) -> None:
    signal = Signal.objects.filter(pk=event.subject_id or 0, state=SignalState.OPEN).first()
    newest = weeks.last_whole_week(clock.today())
    if signal is None or signal.last_week < weeks.shift(newest, 1 - FRESH):
        return
    for member in _concerned(signal):
        if may(member, "decide_signals") and signals_seen_by(member).filter(pk=signal.pk).exists():
            _tell(member, signal)


def _concerned(signal: Signal) -> QuerySet[Member]:
    members = Member.objects.filter(workspace_id=signal.workspace_id, active=True).select_related("user", "workspace")
    issue = next((part.split("=", 1)[1] for part in signal.slice.split("&") if part.startswith("issue_type=")), "")
    owners = IssueType.objects.filter(workspace_id=signal.workspace_id, code=issue).values("department")
    mine = Q(departments__in=owners) & Q(role__in=roles_that_may("decide_signals"))
    return members.filter(Q(role__in=roles_that_may("tune_signals")) | mine).distinct().order_by("pk")


def _tell(member: Member, signal: Signal) -> None:
    with override(member.user.language):
        (said,) = told(member, [signal])
        context = {
            "slice": said.title, "observed": said.observed, "expected": said.expected, "week": said.week,
        }  # fmt: skip
    kind = "signal_target" if signal.kind == SignalKind.TARGET else "signal"
    url = reverse("insight:signal", args=[signal.pk])
    tell([member.pk], Topic.SIGNAL, kind, context, url, f"signal:{signal.pk}")
