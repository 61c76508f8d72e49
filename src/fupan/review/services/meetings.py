"""Verbs of meetings: plan, start, move on, end; who is there; the numbers frozen into one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from fupan.commerce.models import Promotion
from fupan.core import clock, weeks
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.notify.models import Topic
from fupan.notify.services import tell
from fupan.people.models import Member, Workspace
from fupan.people.policies import may
from fupan.review import timing
from fupan.review.meeting_words import days_of, label_name
from fupan.review.models import TO_COME, AgendaItem, Attendance, Meeting, MeetingKind, MeetingState, Presence
from fupan.review.services._attendees import invited
from fupan.review.services._meeting import at_stage, hosted, leads, meeting_for, touched

Ref = dict[str, Any]


@transaction.atomic
def plan_meeting(
    *,
    kind: str,
    period: str,
    at: datetime,
    by: Member | None,
    workspace: Workspace | None = None,
    host: Member | None = None,
    recorder: Member | None = None,
    promotion: Promotion | None = None,
) -> Meeting:
    """Plan the review of a period, with the usual agenda and those who should be there; a period has one review."""
    if by is not None and not may(by, "host_meetings"):
        raise Refused(_("Meetings are planned by leads, operations and managers."), code="not-allowed")
    owner = by.workspace if by is not None else workspace
    assert owner is not None, "either a member or a workspace plans a meeting"
    Workspace.objects.select_for_update().filter(pk=owner.pk).first()
    meeting = Meeting(
        workspace=owner, kind=kind, period=_period(kind, period, promotion), planned_at=at, host=host or by,
        recorder=recorder, promotion_id=promotion.pk if promotion else None,
    )  # fmt: skip
    same = Meeting.objects.filter(workspace=owner, kind=kind, period=meeting.period)
    if same.exclude(state=MeetingState.CANCELLED).exists():
        raise Refused(
            _("The review of %(period)s is planned already.") % {"period": label_name(meeting.period)},
            code="already-planned",
        )
    meeting.save()
    days = days_of(meeting)
    assert days is not None
    Attendance.objects.bulk_create([Attendance(meeting=meeting, member_id=pk) for pk in invited(meeting, days)])
    usual = timing.USUAL[meeting.kind]
    AgendaItem.objects.bulk_create(
        [AgendaItem(meeting=meeting, position=place, code=code, minutes=long)
         for place, (code, long) in enumerate(usual, 1)]
    )  # fmt: skip
    record("review.meeting_planned", meeting, by=by, kind=meeting.kind, period=meeting.period)
    _tell_invited(meeting)
    return meeting


def _period(kind: str, period: str, promotion: Promotion | None) -> str:
    if kind == MeetingKind.WEEKLY:
        return weeks.label(weeks.parse_week(period))
    if kind == MeetingKind.MONTHLY:
        return weeks.parse_month(period).label
    if kind != MeetingKind.PROMOTION or promotion is None:
        raise Refused(_("Choose a week, a month or a promotion to review."), code="no-period")
    return promotion.start.isoformat()


def _tell_invited(meeting: Meeting) -> None:
    """Say when and where; said again when the time moves."""
    local = meeting.planned_at.astimezone(weeks.zone(meeting.workspace.timezone))
    context = {"kind": meeting.kind, "period": meeting.period, "when": f"{local:%Y-%m-%d %H:%M}"}
    tell(
        meeting.attendances.values_list("member_id", flat=True), Topic.MEETING, f"meeting_{meeting.kind}", context,
        reverse("review:meeting", args=[meeting.pk]), f"meeting:{meeting.pk}:{local:%Y%m%d%H%M}",
    )  # fmt: skip


@transaction.atomic
def edit_meeting(
    meeting_id: int, *, at: datetime, host: Member | None, recorder: Member | None, title: str = "", by: Member
) -> Meeting:
    """Another time, host or recorder of a meeting that has not started."""
    meeting = hosted(meeting_id, by)
    at_stage(meeting, MeetingState.PLANNED)
    moved = meeting.planned_at != at
    meeting.planned_at, meeting.host, meeting.recorder, meeting.title = at, host, recorder, title.strip()[:160]
    meeting.save(update_fields=["planned_at", "host", "recorder", "title"])
    for one in (host, recorder):
        if one is not None:
            Attendance.objects.get_or_create(meeting=meeting, member=one)
    touched(meeting.pk)
    record("review.meeting_edited", meeting, by=by)
    if moved:
        _tell_invited(meeting)
    return meeting


@transaction.atomic
def cancel_meeting(meeting_id: int, *, by: Member) -> Meeting:
    """Call a planned meeting off; the period may be planned again."""
    meeting = hosted(meeting_id, by)
    at_stage(meeting, MeetingState.PLANNED)
    meeting.state = MeetingState.CANCELLED
    meeting.save(update_fields=["state"])
    touched(meeting.pk)
    record("review.meeting_cancelled", meeting, by=by)
    return meeting


@transaction.atomic
def freeze(
    meeting_id: int, *, snapshot: Mapping[str, Any], by: Member | None, refs: Mapping[str, list[Ref]] | None = None
) -> Meeting:
    """Keep the numbers as they stand, and what the items of the agenda are about.

    A planned meeting may be given newer numbers; those of a running one stand once they were frozen after its start.
    """
    meeting = meeting_for(meeting_id, by)
    if meeting.state not in TO_COME or _frozen(meeting):
        return meeting
    meeting.snapshot, meeting.frozen_at = dict(snapshot), clock.now()
    meeting.save(update_fields=["snapshot", "frozen_at"])
    for code, told in (refs or {}).items():
        for item in meeting.agenda.filter(code=code)[:1]:
            item.refs = told
            item.save(update_fields=["refs"])
    touched(meeting.pk)
    record("review.numbers_frozen", meeting, by=by)
    return meeting


def _frozen(meeting: Meeting) -> bool:
    started = meeting.started_at
    return started is not None and meeting.frozen_at is not None and meeting.frozen_at >= started


@transaction.atomic
def refer(meeting_id: int, *, code: str, ref: Ref, by: Member | None) -> None:
    """Keep what happened downstream of the meeting with its item: an action that was decided in it, say."""
    meeting = meeting_for(meeting_id, by)
    item = meeting.agenda.filter(code=code).first()
    if item is None:
        return
    others = [one for one in item.refs if (one["kind"], one["id"]) != (ref["kind"], ref["id"])]
    item.refs = [*others, ref]
    item.save(update_fields=["refs"])
    touched(meeting.pk)
    record("review.referred", meeting, by=by, kind=ref["kind"], id=ref["id"])


@transaction.atomic
def start(meeting_id: int, *, by: Member) -> Meeting:
    """Open a planned meeting: its clock runs, its first item is the current one."""
    meeting = hosted(meeting_id, by)
    if meeting.state == MeetingState.RUNNING:
        return meeting
    at_stage(meeting, MeetingState.PLANNED)
    meeting.state, meeting.started_at = MeetingState.RUNNING, clock.now()
    meeting.host = meeting.host or by
    meeting.save(update_fields=["state", "started_at", "host"])
    _open(meeting, meeting.agenda.first())
    Attendance.objects.update_or_create(meeting=meeting, member=by, defaults={"presence": Presence.PRESENT})
    touched(meeting.pk)
    record("review.meeting_started", meeting, by=by)
    return meeting


@transaction.atomic
def next_item(meeting_id: int, *, by: Member, to: int | None = None, after: int | None = None) -> Meeting:
    """Close the current item and open the next one, or the one that is named.

    `after` is the item the host saw as current: asked twice from there, the meeting moves on once.
    """
    meeting = hosted(meeting_id, by)
    at_stage(meeting, MeetingState.RUNNING)
    agenda = list(meeting.agenda.all())
    here = next((one for one in agenda if one.started_at is not None), None)
    if to is None and after is not None and here is not None and here.pk != after:
        return meeting
    ahead = (one for one in agenda if one.ended_at is None and one is not here)
    there = next((one for one in agenda if one.pk == to), None) if to is not None else next(ahead, None)
    if there is None:
        raise Refused(_("This was the last item; end the meeting."), code="last-item")
    if there is not here:
        _close(here)
        _open(meeting, there)
        touched(meeting.pk)
        record("review.item_opened", meeting, by=by, item=there.pk)
    return meeting


@transaction.atomic
def end_meeting(meeting_id: int, *, by: Member) -> Meeting:
    """Stop the clock; the minutes can be looked through and sent."""
    meeting = hosted(meeting_id, by)
    if meeting.state == MeetingState.ENDED:
        return meeting
    at_stage(meeting, MeetingState.RUNNING)
    _close(meeting.agenda.filter(started_at__isnull=False).first())
    meeting.state, meeting.ended_at = MeetingState.ENDED, clock.now()
    meeting.save(update_fields=["state", "ended_at"])
    meeting.attendances.filter(presence=Presence.INVITED).update(presence=Presence.ABSENT)
    touched(meeting.pk)
    record("review.meeting_ended", meeting, by=by)
    return meeting


def _open(meeting: Meeting, item: AgendaItem | None) -> None:
    if item is not None:
        item.started_at, item.ended_at = clock.now(), None
        item.save(update_fields=["started_at", "ended_at"])


def _close(item: AgendaItem | None) -> None:
    if item is not None:
        item.spent, item.started_at, item.ended_at = timing.used(item, clock.now()), None, clock.now()
        item.save(update_fields=["spent", "started_at", "ended_at"])


# Who is there


@transaction.atomic
def invite(meeting_id: int, *, member_ids: Iterable[int], by: Member | None) -> int:
    """Ask more members to a meeting that is not over; how many are new."""
    meeting = hosted(meeting_id, by)
    at_stage(meeting, *TO_COME)
    known = set(meeting.attendances.values_list("member_id", flat=True))
    wanted = Member.objects.filter(workspace_id=meeting.workspace_id, active=True, pk__in=list(member_ids), shop_ids=[])
    new = [one for one in wanted.values_list("pk", flat=True) if one not in known]
    if new:
        Attendance.objects.bulk_create([Attendance(meeting=meeting, member_id=pk) for pk in new])
        touched(meeting.pk)
        record("review.invited", meeting, by=by, members=new)
        _tell_invited(meeting)
    return len(new)


@transaction.atomic
def uninvite(meeting_id: int, *, member_id: int, by: Member) -> None:
    """Take somebody off the list of a meeting that has not started."""
    meeting = hosted(meeting_id, by)
    at_stage(meeting, MeetingState.PLANNED)
    meeting.attendances.filter(member_id=member_id).delete()
    touched(meeting.pk)
    record("review.uninvited", meeting, by=by, member=member_id)


@transaction.atomic
def set_presence(meeting_id: int, *, member_id: int, presence: str, by: Member) -> Attendance:
    """Say who is there: the host of anybody, everybody of themselves."""
    meeting = meeting_for(meeting_id, by)
    at_stage(meeting, *TO_COME)
    if member_id != by.pk and not leads(meeting, by):
        raise Refused(_("You can say it of yourself; the host says it of others."), code="not-allowed")
    if presence not in Presence.values:
        raise Refused(_("Choose present or absent."), code="not-a-presence")
    attends = meeting.attendances.select_for_update().filter(member_id=member_id).first()
    if attends is None and member_id == by.pk:
        attends = Attendance(meeting=meeting, member=by)
    if attends is None:
        raise Refused(_("They are not invited to this meeting."), code="not-invited")
    attends.presence = presence
    attends.save()
    touched(meeting.pk)
    record("review.presence_set", meeting, by=by, member=member_id, presence=presence)
    return attends
