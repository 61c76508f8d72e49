"""A review ended -> what it decided is put forward for the library, and like solved tickets are looked for."""

from __future__ import annotations

import re

from fupan.core import jobs
from fupan.core.events import when
from fupan.core.models import Event
from fupan.library.distilled import Found
from fupan.library.models import ProposalKind
from fupan.library.services import put_forward
from fupan.review.models import Entry, EntryKind, Meeting
from fupan.review.queries.lessons import cases_of, lesson

SPEAKS_OF = (  # the first that fits; a decision that speaks of none of them belongs to its problem's case
    (ProposalKind.TEMPLATE, r"话术|模板|标准回复|\btemplates?\b|\bwording\b|\bcanned\b|\bmacros?\b"),
    (ProposalKind.FAQ, r"常见问题|问答|\bfaqs?\b"),
    (ProposalKind.PITFALL, r"避坑|踩坑|不要再|别再|\bpitfalls?\b|\bnever again\b"),
    (ProposalKind.SOP, r"流程|操作规范|作业程序|检查清单|\bsops?\b|\bprocedures?\b|\bchecklists?\b"),
)


@when("review.meeting_ended")
def put_decisions_forward(event: Event) -> None:
    meeting = Meeting.objects.filter(pk=event.subject_id or 0).first()
    if meeting is None:
        return
    decisions = meeting.entries.filter(kind=EntryKind.DECISION).select_related("item__problem")
    found = [one for entry in decisions if (one := _found(meeting, entry)) is not None]
    put_forward(meeting.workspace_id, found, once=f"meeting:{meeting.pk}")


@when("review.meeting_ended")
def look_for_like_tickets(event: Event) -> None:
    jobs.enqueue("fupan.library.tasks.distil", event.workspace_id)


def _found(meeting: Meeting, entry: Entry) -> Found | None:
    """A decision by what it speaks of; one of a problem without a case becomes part of its case."""
    reason = {"code": "decided", "meeting": _named(meeting), "text": entry.text}
    problem = entry.item.problem if entry.item else None
    kind = next((kind for kind, words in SPEAKS_OF if re.search(words, entry.text, re.IGNORECASE)), None)
    if kind is not None:
        ref = {"kind": "meeting", "id": meeting.pk, "title": _named(meeting)}
        issue = lesson(problem, reason).issue_type if problem is not None else None
        return Found(f"entry:{entry.pk}", kind, reason, title=entry.text[:160], issue_type=issue,
                     words={"text": entry.text}, refs=(ref,))  # fmt: skip
    if problem is None or cases_of(problem):
        return None
    return lesson(problem, reason, lessons=entry.text)


def _named(meeting: Meeting) -> str:
    """In no language: those who read it later have different ones."""
    return meeting.title or meeting.period
