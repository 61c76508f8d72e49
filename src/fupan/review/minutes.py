"""The minutes of a meeting as one worded whole, which the page, the files and the letter are drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fupan.core import clock
from fupan.people.models import Department
from fupan.review import snapshots, timing
from fupan.review.meeting_words import clock_text, item_name, name, period_name
from fupan.review.models import AgendaItem, Attendance, Entry, EntryKind, Meeting, Presence
from fupan.review.snapshots import Alarm, Figure, Issue

REFS = ("action", "verdict")


@dataclass(frozen=True, slots=True)
class Part:
    """An item of the agenda with what was written under it."""

    item: AgendaItem
    name: str
    took: str
    over: bool
    begun: bool
    entries: list[Entry]
    refs: list[dict[str, Any]]

    @property
    def minutes(self) -> list[Entry]:
        """What was said; decisions and what was parked stand on their own."""
        return [one for one in self.entries if one.kind == EntryKind.MINUTE]

    @property
    def told(self) -> bool:
        """Whether there is anything to say about it beside its time."""
        return bool(self.minutes or self.refs or self.item.problem)


@dataclass(frozen=True, slots=True)
class Person:
    """Who was asked, and whether they came."""

    attends: Attendance
    name: str
    department: str

    @property
    def present(self) -> bool:
        return self.attends.presence == Presence.PRESENT


@dataclass(frozen=True, slots=True)
class Minutes:
    """Everything the minutes say, in the active language."""

    meeting: Meeting
    title: str
    period: str
    parts: list[Part]
    people: list[Person]
    decisions: list[Entry]
    parked: list[Entry]
    actions: list[dict[str, Any]]
    figures: list[Figure]
    alarms: list[Alarm]
    issues: list[Issue]
    loop: list[tuple[str, str, str]]
    before: list[Any]
    missing: list[str] = field(default_factory=list)

    @property
    def present(self) -> list[Person]:
        return [one for one in self.people if one.present]

    @property
    def absent(self) -> list[Person]:
        return [one for one in self.people if not one.present]

    @property
    def moved(self) -> list[Figure]:
        return [one for one in self.figures if one.moved]

    @property
    def length(self) -> str:
        begun, ended = self.meeting.started_at, self.meeting.ended_at
        return clock_text(int((ended - begun).total_seconds())) if begun and ended else ""


def minutes_of(meeting: Meeting, *, money: bool) -> Minutes:
    """The minutes for a reader who does, or does not, see money."""
    snapshot = snapshots.allowed(meeting.snapshot, money=money)
    entries = list(meeting.entries.select_related("by__user"))
    agenda = list(meeting.agenda.select_related("problem"))
    now = meeting.ended_at or clock.now()
    return Minutes(
        meeting=meeting,
        title=name(meeting),
        period=period_name(meeting),
        parts=[_part(item, entries, now) for item in agenda],
        people=people(meeting),
        decisions=[one for one in entries if one.kind == EntryKind.DECISION],
        parked=[one for one in entries if one.kind == EntryKind.PARKED],
        actions=decided(agenda),
        figures=snapshots.numbers(snapshot)[: snapshots.SHOWN],
        alarms=snapshots.alarms(snapshot),
        issues=snapshots.issues(snapshot),
        loop=snapshots.loop_lines(snapshot),
        before=snapshots.same_before(snapshot),
        missing=snapshots.missing(snapshot),
    )


def decided(agenda: Sequence[AgendaItem]) -> list[dict[str, Any]]:
    """Actions that were made in the meeting, as they were then."""
    return [ref for item in agenda if item.code == "actions" for ref in item.refs if ref["kind"] == "action"]


def _part(item: AgendaItem, entries: list[Entry], now: datetime) -> Part:
    took = timing.used(item, now)
    return Part(
        item, item_name(item), clock_text(took), took > item.minutes * 60, bool(took or item.ended_at),
        [one for one in entries if one.item_id == item.pk],
        [one for one in item.refs if one["kind"] in REFS and item.code != "actions"],
    )  # fmt: skip


def people(meeting: Meeting) -> list[Person]:
    """Who was asked, the host first, then by department."""
    attends = list(
        meeting.attendances.select_related("member__user", "member__workspace").prefetch_related("member__departments")
    )
    found = [Person(one, str(one.member), _department(one)) for one in attends]
    return sorted(found, key=lambda one: (one.attends.member_id != meeting.host_id, one.department, one.attends.pk))


def _department(one: Attendance) -> str:
    first: Department | None = next(iter(one.member.departments.all()), None)
    return first.name if first else one.member.get_role_display()
