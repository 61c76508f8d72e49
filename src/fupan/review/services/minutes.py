"""Verbs of the minutes: what is said, decided and parked; remarks on a replayed turn; sending them."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.core.redact import redact
from fupan.desk.models import MessageSide
from fupan.desk.policies import messages_seen_by
from fupan.notify.letters import Letter
from fupan.notify.models import Topic
from fupan.notify.services import tell
from fupan.people.models import Member
from fupan.people.policies import may
from fupan.review.minutes_letter import counts, letter
from fupan.review.models import Attendance, Entry, EntryKind, Meeting, MeetingState, MoveNote, Presence
from fupan.review.policies import move_notes_seen_by
from fupan.review.services._meeting import at_stage, entry_for, hosted, leads, meeting_for, touched, written

LONGEST = 2000
LONGEST_NOTE = 500


@transaction.atomic
def write_entry(meeting_id: int, *, kind: str, text: str, by: Member, key: str = "") -> Entry:
    """Add a line; sent again with the same key it is the same line. Addresses and numbers of buyers are masked."""
    meeting = meeting_for(meeting_id, by)
    known = meeting.entries.filter(key=key).first() if key else None
    if known is not None:
        return known
    written(meeting, by)
    entry = Entry(
        meeting=meeting, item=meeting.agenda.filter(started_at__isnull=False).first(), kind=_kind(kind),
        text=_text(text), by=by, at=clock.now(), key=key[:40],
    )  # fmt: skip
    entry.save()
    if meeting.state == MeetingState.RUNNING:  # who writes is there
        Attendance.objects.update_or_create(meeting=meeting, member=by, defaults={"presence": Presence.PRESENT})
    touched(meeting.pk)
    record("review.entry_written", meeting, by=by, entry=entry.pk, kind=entry.kind)
    return entry


def _kind(kind: str) -> str:
    if kind not in EntryKind.values:
        raise Refused(_("A line is a minute, a decision or parked."), code="not-a-kind")
    return kind


def _text(text: str) -> str:
    words = text.strip()
    if not words:
        raise Refused(_("Write something first."), code="empty")
    if len(words) > LONGEST:
        raise Refused(_("A line has %(most)s characters at most.") % {"most": LONGEST}, code="too-long")
    return redact(words)


@transaction.atomic
def edit_entry(entry_id: int, *, text: str, version: int, by: Member, kind: str = "") -> Entry:
    """Say a line better, or park it; refused when somebody else changed it since."""
    entry = entry_for(entry_id, by)
    if entry.version != version:
        raise Refused(
            _("Somebody changed this line meanwhile: “%(text)s”") % {"text": entry.text}, code="changed-meanwhile"
        )
    entry.text, entry.kind = _text(text), _kind(kind or entry.kind)
    entry.edited_at, entry.version = clock.now(), entry.version + 1
    entry.save(update_fields=["text", "kind", "edited_at", "version"])
    touched(entry.meeting_id)
    record("review.entry_edited", entry.meeting, by=by, entry=entry.pk)
    return entry


@transaction.atomic
def drop_entry(entry_id: int, *, version: int, by: Member) -> None:
    """Strike a line out: its author, the recorder or the host; not one that somebody changed meanwhile."""
    entry = entry_for(entry_id, by)
    meeting = entry.meeting
    if by.pk not in (entry.by_id, meeting.recorder_id) and not leads(meeting, by):
        raise Refused(_("A line is struck out by its author, the recorder or the host."), code="not-allowed")
    if entry.version != version:
        raise Refused(
            _("Somebody changed this line meanwhile: “%(text)s”") % {"text": entry.text}, code="changed-meanwhile"
        )
    record("review.entry_dropped", meeting, by=by, entry=entry.pk)
    entry.delete()
    touched(meeting.pk)


@transaction.atomic
def note_move(meeting_id: int, *, message_id: int, text: str, by: Member) -> MoveNote:
    """Remark on a turn of a replayed ticket."""
    meeting = meeting_for(meeting_id, by)
    at_stage(meeting, MeetingState.RUNNING)
    if not may(by, "work_problems"):
        raise Refused(_("Your role may read this, not change it."), code="not-allowed")
    message = messages_seen_by(by).exclude(side=MessageSide.NOTE).get(pk=message_id)
    note = MoveNote.objects.create(
        message=message, meeting=meeting, text=_text(text)[:LONGEST_NOTE], by=by, at=clock.now()
    )
    touched(meeting.pk)
    record("review.move_noted", meeting, by=by, note=note.pk, ticket=message.ticket_id)
    return note


@transaction.atomic
def drop_note(note_id: int, *, by: Member) -> None:
    """Take a remark back: its author or the host."""
    note = move_notes_seen_by(by).select_related("meeting").get(pk=note_id)
    if note.by_id != by.pk and not may(by, "host_meetings"):
        raise Refused(_("A remark is taken back by its author or the host."), code="not-allowed")
    record("review.move_note_dropped", note.meeting, by=by, workspace_id=by.workspace_id, note=note.pk)
    if note.meeting_id is not None:
        touched(note.meeting_id)
    note.delete()


@transaction.atomic
def send_minutes(meeting_id: int, *, by: Member) -> int:
    """Give the minutes to everybody who was asked, and to the groups that want them; each hears once.

    How many heard. Sent again, only those who were added since hear of it.
    """
    meeting = hosted(meeting_id, by)
    at_stage(meeting, MeetingState.ENDED)
    if meeting.sent_at is None:
        meeting.sent_at = clock.now()
        meeting.save(update_fields=["sent_at"])
        touched(meeting.pk)
    told = _tell(meeting)
    record("review.minutes_sent", meeting, by=by, members=told)
    return told


def _tell(meeting: Meeting) -> int:
    members = [one.member for one in meeting.attendances.select_related("member__user", "member__workspace")]
    letters: dict[int, Letter] = {one.pk: letter(meeting, one) for one in members}
    context = {"period": meeting.period, **counts(meeting)}
    return tell(
        letters, Topic.MEETING, f"minutes_{meeting.kind}", context, reverse("review:minutes", args=[meeting.pk]),
        f"minutes:{meeting.pk}", letters=letters,
    )  # fmt: skip
