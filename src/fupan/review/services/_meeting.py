"""Finding the meeting a verb is about: seen, locked, at the right stage, and theirs to change."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext as _

from fupan.core.errors import Refused
from fupan.people.models import Member
from fupan.people.policies import may
from fupan.review.models import AgendaItem, Entry, Meeting, MeetingState
from fupan.review.policies import meetings_seen_by


def meeting_for(meeting_id: int, by: Member | None) -> Meeting:
    """The meeting, locked; `by` None is the product itself."""
    seen = Meeting.objects.all() if by is None else meetings_seen_by(by)
    return seen.select_for_update(of=("self",)).select_related("workspace").get(pk=meeting_id)


def hosted(meeting_id: int, by: Member | None) -> Meeting:
    """The meeting, for one who may lead it."""
    meeting = meeting_for(meeting_id, by)
    if by is not None and not leads(meeting, by):
        raise Refused(_("Meetings are led by leads, operations and managers."), code="not-allowed")
    return meeting


def leads(meeting: Meeting, by: Member) -> bool:
    return may(by, "host_meetings") or meeting.host_id == by.pk


def at_stage(meeting: Meeting, *states: str) -> None:
    if meeting.state in states:
        return
    if meeting.state == MeetingState.CANCELLED:
        raise Refused(_("This meeting was cancelled."), code="cancelled")
    if meeting.state == MeetingState.ENDED:
        raise Refused(_("This meeting has ended."), code="ended")
    if meeting.state == MeetingState.PLANNED:
        raise Refused(_("This meeting has not started yet."), code="not-started")
    raise Refused(_("This meeting is running."), code="running")


def written(meeting: Meeting, by: Member) -> None:
    """Whether lines may be written: by everybody while it runs, by its host or recorder until the minutes went out."""
    if not may(by, "work_problems"):
        raise Refused(_("Your role may read this, not change it."), code="not-allowed")
    if meeting.state == MeetingState.ENDED and meeting.sent_at is None:
        if leads(meeting, by) or meeting.recorder_id == by.pk:
            return
        raise Refused(_("The meeting is over; its host corrects the minutes."), code="ended")
    if meeting.sent_at is not None:
        raise Refused(_("These minutes went out; they stay as they are."), code="sent")
    at_stage(meeting, MeetingState.RUNNING)


def item_for(item_id: int, by: Member | None) -> AgendaItem:
    """An item of the agenda, with its meeting locked."""
    found = AgendaItem.objects.select_related("meeting").get(pk=item_id)
    found.meeting = hosted(found.meeting_id, by)
    return found


def entry_for(entry_id: int, by: Member) -> Entry:
    """A line of the minutes, locked, while lines may be changed."""
    meeting = meeting_for(Entry.objects.get(pk=entry_id).meeting_id, by)
    written(meeting, by)
    entry = Entry.objects.select_for_update(of=("self",)).get(pk=entry_id)
    entry.meeting = meeting
    return entry


def touched(meeting_id: int) -> None:
    """Everybody who looks at the meeting shall fetch it anew."""
    Meeting.objects.filter(pk=meeting_id).update(version=F("version") + 1)
