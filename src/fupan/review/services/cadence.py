"""Verbs of the cadence: how often the workspace meets, and the next meeting of each kind."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from fupan.commerce.models import Promotion
from fupan.core import clock, weeks
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.people.models import Member, Workspace
from fupan.people.policies import may
from fupan.review.models import Cadence, Meeting, MeetingKind
from fupan.review.services.meetings import plan_meeting

AFTER_PROMOTION = timedelta(days=7)  # most of its returns have come by then
STILL_NEWS = timedelta(days=21)
AHEAD = {MeetingKind.WEEKLY: timedelta(days=8), MeetingKind.MONTHLY: timedelta(days=16)}


@transaction.atomic
def set_cadence(*, kind: str, active: bool, weekday: int, hour: int, host: Member | None, by: Member) -> Cadence:
    """When a kind of review is held; switched off, none of it is planned any more."""
    if not may(by, "host_meetings"):
        raise Refused(_("The cadence is set by leads, operations and managers."), code="not-allowed")
    if kind not in MeetingKind.values:
        raise Refused(_("Choose weekly, monthly or promotion reviews."), code="not-a-kind")
    if weekday not in range(7) or hour not in range(24):
        raise Refused(_("Choose a weekday and an hour."), code="no-time")
    if host is not None and (host.workspace_id != by.workspace_id or not host.active):
        raise Refused(_("Choose one of your colleagues."), code="no-host")
    chosen, _new = Cadence.objects.update_or_create(
        workspace_id=by.workspace_id, kind=kind,
        defaults={"active": active, "weekday": weekday, "hour": hour, "host": host},
    )  # fmt: skip
    record("review.cadence_set", chosen, by=by, kind=kind, active=active, weekday=weekday, hour=hour)
    return chosen


def plan_next(workspace: Workspace) -> list[Meeting]:
    """Plan the coming meetings of the cadences in force; what was planned or cancelled once is left alone."""
    found = []
    for cadence in Cadence.objects.filter(workspace=workspace, active=True).select_related("host__user"):
        for period, at, promotion in _coming(workspace, cadence):
            if not Meeting.objects.filter(workspace=workspace, kind=cadence.kind, period=period).exists():
                found.append(_plan(workspace, cadence, period, at, promotion))
    return found


@transaction.atomic
def _plan(workspace: Workspace, cadence: Cadence, period: str, at: datetime, promotion: Promotion | None) -> Meeting:
    host = cadence.host if cadence.host and cadence.host.active else None
    meeting = plan_meeting(
        kind=cadence.kind, period=period, at=at, by=None, workspace=workspace, host=host, promotion=promotion
    )
    record("review.meeting_scheduled", meeting, by=None, kind=cadence.kind)
    return meeting


def _coming(workspace: Workspace, cadence: Cadence) -> list[tuple[str, datetime, Promotion | None]]:
    """(period, when, promotion) of the meetings of a cadence that are near enough to be planned."""
    local = clock.now().astimezone(weeks.zone(workspace.timezone))
    if cadence.kind == MeetingKind.PROMOTION:
        return [(one.start.isoformat(), at, one) for one, at in _promotions(workspace, cadence, local)]
    if cadence.kind == MeetingKind.WEEKLY:
        at = _moment(_on(local.date(), cadence.weekday), cadence.hour, local)
        at = at if at > local else at + timedelta(weeks=1)
        period = weeks.label(weeks.last_whole_week(at.date()))
    else:
        at = _first_of(local.date(), cadence, local)
        if at <= local:
            at = _first_of((local.date().replace(day=1) + timedelta(days=32)), cadence, local)
        period = weeks.month_period(at.year, at.month).previous().label
    return [(period, at, None)] if at - local <= AHEAD[MeetingKind(cadence.kind)] else []


def _promotions(workspace: Workspace, cadence: Cadence, local: datetime) -> list[tuple[Promotion, datetime]]:
    over = Promotion.objects.filter(workspace=workspace, end__lt=local.date(), end__gte=local.date() - STILL_NEWS)
    found = []
    for one in over:
        day = _on(max(one.end + AFTER_PROMOTION, local.date() + timedelta(days=1)), cadence.weekday)
        found.append((one, _moment(day, cadence.hour, local)))
    return found


def _on(day: date, weekday: int) -> date:
    """The first such weekday from that day on."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _first_of(day: date, cadence: Cadence, local: datetime) -> datetime:
    return _moment(_on(day.replace(day=1), cadence.weekday), cadence.hour, local)


def _moment(day: date, hour: int, local: datetime) -> datetime:
    return datetime.combine(day, time(hour), local.tzinfo)
