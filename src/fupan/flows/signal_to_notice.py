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
from fupan.notify.messages import Message, message
from fupan.notify.models import Topic
from fupan.notify.services import publish, tell
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
    _post(signal)


def _concerned(signal: Signal) -> QuerySet[Member]:
    members = Member.objects.filter(workspace_id=signal.workspace_id, active=True).select_related("user", "workspace")
    owners = IssueType.objects.filter(workspace_id=signal.workspace_id, code=_issue(signal)).values("department")
    mine = Q(departments__in=owners) & Q(role__in=roles_that_may("decide_signals"))
    return members.filter(Q(role__in=roles_that_may("tune_signals")) | mine).distinct().order_by("pk")


def _tell(member: Member, signal: Signal) -> None:
    with override(member.user.language):
        context = _figures(member, signal)
    tell([member.pk], Topic.SIGNAL, _kind(signal), context, _url(signal), f"signal:{signal.pk}")


def _post(signal: Signal) -> None:
    """To the groups of the owning department and those of none; a sub-topic's words are buyers' and stay inside."""
    roles = roles_that_may("tune_signals")
    heads = Member.objects.filter(workspace_id=signal.workspace_id, active=True, role__in=roles, shop_ids=[])
    reader = heads.select_related("workspace").order_by("pk").first()
    if reader is None:
        return
    workspace, kind, url = reader.workspace, _kind(signal), _url(signal)
    signal.topic = None

    def worded(language: str) -> Message:
        with override(language):
            return message(workspace, kind, _figures(reader, signal), url, language)

    publish(
        workspace, Topic.SIGNAL, kind, _figures(reader, signal), url, f"signal:{signal.pk}",
        department_id=_owner(signal), and_shared=True, worded=worded,
    )  # fmt: skip


def _figures(member: Member, signal: Signal) -> dict[str, str]:
    (said,) = told(member, [signal])
    return {"slice": said.title, "observed": said.observed, "expected": said.expected, "week": said.week}


def _owner(signal: Signal) -> int | None:
    owners = IssueType.objects.filter(workspace_id=signal.workspace_id, code=_issue(signal))
    return owners.values_list("department_id", flat=True).first()


def _issue(signal: Signal) -> str:
    return next((part.split("=", 1)[1] for part in signal.slice.split("&") if part.startswith("issue_type=")), "")


def _kind(signal: Signal) -> str:
    return "signal_target" if signal.kind == SignalKind.TARGET else "signal"


def _url(signal: Signal) -> str:
    return reverse("insight:signal", args=[signal.pk])
