"""A meeting was planned or started -> it gets the numbers of its period, frozen, and what its agenda is about."""

from __future__ import annotations

from fupan.briefing import meeting as material
from fupan.core.events import when
from fupan.core.models import Event
from fupan.review.models import TO_COME, Meeting
from fupan.review.services import freeze, invite


@when("review.meeting_planned", "review.meeting_started")
def give_numbers(event: Event) -> None:
    meeting = Meeting.objects.select_related("workspace").filter(pk=event.subject_id or 0, state__in=TO_COME).first()
    if meeting is None:
        return
    if event.name == "review.meeting_planned":
        invite(meeting.pk, member_ids=material.owners(meeting), by=None)
    freeze(meeting.pk, snapshot=material.snapshot(meeting), refs=material.refs(meeting), by=None)
