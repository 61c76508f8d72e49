"""Verbs of an agenda: own items, minutes, order, the problem to dig into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.people.models import Member
from fupan.review.models import TO_COME, AgendaCode, AgendaItem, Entry, EntryKind, MeetingState
from fupan.review.policies import problems_seen_by
from fupan.review.services._meeting import at_stage, hosted, item_for, touched

LONGEST = 240  # minutes of one item
MOST = 15  # items


@transaction.atomic
def add_item(meeting_id: int, *, title: str, minutes: int, by: Member, parked: int | None = None) -> AgendaItem:
    """Put an item of one's own on the agenda, before the close; `parked` is a line left over from earlier."""
    meeting = hosted(meeting_id, by)
    at_stage(meeting, *TO_COME)
    entry = _left_over(meeting.workspace_id, parked)
    words = title.strip() or (entry.text if entry else "")
    if not words:
        raise Refused(_("An item needs a title."), code="no-title")
    if meeting.agenda.count() >= MOST:
        raise Refused(_("An agenda has %(most)s items at most.") % {"most": MOST}, code="too-many")
    refs = [{"kind": "parked", "id": entry.pk, "title": entry.text[:160]}] if entry else []
    if entry and any(entry.pk == one["id"] for item in meeting.agenda.all() for one in item.refs if _is_parked(one)):
        raise Refused(_("This is on the agenda already."), code="already-there")
    close = meeting.agenda.filter(code=AgendaCode.CLOSE, ended_at=None).first()
    last = meeting.agenda.last()
    place = close.position if close else (last.position + 1 if last else 1)
    meeting.agenda.filter(position__gte=place).update(position=F("position") + 1)
    item = AgendaItem.objects.create(
        meeting=meeting, position=place, code=AgendaCode.OWN, title=words[:160], minutes=_length(minutes), refs=refs
    )
    touched(meeting.pk)
    record("review.item_added", meeting, by=by, item=item.pk)
    return item


def _is_parked(ref: dict[str, object]) -> bool:
    return ref["kind"] == "parked"


def _left_over(workspace_id: int, entry_id: int | None) -> Entry | None:
    if entry_id is None:
        return None
    parked = Entry.objects.filter(meeting__workspace_id=workspace_id, kind=EntryKind.PARKED)
    return parked.filter(pk=entry_id).first()


def _length(minutes: int) -> int:
    if not 1 <= minutes <= LONGEST:
        raise Refused(_("An item takes 1 to %(most)s minutes.") % {"most": LONGEST}, code="not-minutes")
    return minutes


@transaction.atomic
def edit_item(item_id: int, *, title: str, minutes: int, was: tuple[str, int], by: Member) -> AgendaItem:
    """Name or minutes of an item; `was` is what the form began with, so that nobody's change is lost."""
    item = item_for(item_id, by)
    at_stage(item.meeting, *TO_COME)
    if (item.title, item.minutes) != was:
        raise Refused(
            _("Somebody changed this item meanwhile: it has %(minutes)s minutes now.") % {"minutes": item.minutes},
            code="changed-meanwhile",
        )
    if item.code == AgendaCode.OWN and not title.strip():
        raise Refused(_("An item needs a title."), code="no-title")
    item.title, item.minutes = title.strip()[:160], _length(minutes)
    item.save(update_fields=["title", "minutes"])
    touched(item.meeting_id)
    record("review.item_edited", item.meeting, by=by, item=item.pk)
    return item


@transaction.atomic
def drop_item(item_id: int, *, by: Member) -> None:
    """Take an item off the agenda; one that has begun stays."""
    item = item_for(item_id, by)
    at_stage(item.meeting, *TO_COME)
    if item.started_at or item.ended_at:
        raise Refused(_("This item has begun; it stays in the minutes."), code="begun")
    if item.meeting.agenda.count() == 1:
        raise Refused(_("A meeting needs an item."), code="last-item")
    record("review.item_dropped", item.meeting, by=by, item=item.pk)
    item.delete()
    touched(item.meeting_id)


@transaction.atomic
def order_items(meeting_id: int, *, item_ids: Sequence[int], by: Member) -> None:
    """Put the items into this order; refused when somebody added or dropped one meanwhile."""
    meeting = hosted(meeting_id, by)
    at_stage(meeting, MeetingState.PLANNED)
    items = {item.pk: item for item in meeting.agenda.all()}
    if sorted(items) != sorted(item_ids):
        raise Refused(_("The agenda changed meanwhile; look at it again."), code="changed-meanwhile")
    for place, pk in enumerate(item_ids, 1):
        items[pk].position = place
    AgendaItem.objects.bulk_update(items.values(), ["position"])
    touched(meeting.pk)
    record("review.agenda_ordered", meeting, by=by)


@transaction.atomic
def choose_problem(
    item_id: int, *, problem_id: int | None, by: Member, frozen: Sequence[dict[str, Any]] = ()
) -> AgendaItem:
    """Which problem an item digs into, with its numbers as they stand now (`frozen`)."""
    item = item_for(item_id, by)
    at_stage(item.meeting, *TO_COME)
    item.problem = problems_seen_by(by).get(pk=problem_id) if problem_id is not None else None
    item.refs = [one for one in item.refs if one["kind"] != "trend"] + list(frozen)
    item.save(update_fields=["problem", "refs"])
    touched(item.meeting_id)
    record("review.problem_chosen", item.meeting, by=by, problem=problem_id)
    return item
