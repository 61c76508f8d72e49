"""What the Today page says: my queue, what moved last week, how ready its review is, what has arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from fupan.action.queries.board import open_of, seen, today_of
from fupan.action.told import Told as ActionTold
from fupan.action.told import told as told_actions
from fupan.briefing.render.parts import Shown
from fupan.commerce.models import Platform
from fupan.core import clock, figures, stale, weeks
from fupan.desk.clocks import CLOCKED_KINDS, platform_due
from fupan.desk.models import TicketState
from fupan.desk.policies import tickets_seen_by
from fupan.intake.models import Import, ImportState, Source
from fupan.intake.policies import coverage_seen_by, imports_seen_by, may_import
from fupan.notify.queries import unread
from fupan.people.models import Member
from fupan.people.policies import may
from fupan.review.meeting_words import name as meeting_name
from fupan.review.models import Meeting, MeetingState
from fupan.review.queries.meetings import next_one
from fupan.verification.queries import checks
from fupan.verification.words import Told, told

DAYS = 14
LAG = 2  # days without a report before we ask for it
RECENT_WEEKS = 8
LABEL_SECONDS = 27
SHOWN_SOURCES = (Source.ORDERS, Source.RETURNS, Source.FEEDBACK, Source.RATINGS, Source.TICKETS, Source.MESSAGES)


@dataclass(frozen=True, slots=True)
class Count:
    """One cell of the own-queue strip."""

    number: int
    label: str
    note: str
    tone: str
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the next review needs."""

    name: str
    state: str  # stone
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source and its last days: "new", "part" or "late"."""

    name: str
    days: tuple[tuple[date, str], ...]
    until: date | None

    def behind(self) -> bool:
        """Whether the last days are missing: more than yesterday, which reports often lack."""
        return [state for _day, state in self.days][-LAG:] == ["late"] * LAG


def greeting(member: Member) -> str:
    hour = clock.now().astimezone(weeks.zone(member.workspace.timezone)).hour
    words: Promise = _lazy("Good evening, %(name)s")
    if hour < 12:
        words = _lazy("Good morning, %(name)s")
    elif hour < 18:
        words = _lazy("Good afternoon, %(name)s")
    return str(words) % {"name": member}


def strip(member: Member) -> list[Count]:
    """My own counts; a cell is there when the member's role has it."""
    cells = [_to_answer(member), _open_to_all(member)]
    if may(member, "label"):
        cells.append(_to_label(member))
    cells.append(Count(unread(member), _("unread notices"), "", "", reverse("notify:notices")))
    if may_import(member):
        cells.append(_rejected(member))
    return cells


def _to_answer(member: Member) -> Count:
    mine = tickets_seen_by(member).filter(state=TicketState.OPEN, assignee=member)
    asked = mine.filter(kind__in=CLOCKED_KINDS, first_response_at=None).values_list("shop__platform", "opened_at")
    late, soon = _pressing(asked)
    note, tone = "", ""
    if late:
        note, tone = ngettext("%(count)s is late", "%(count)s are late", late) % {"count": late}, "amber"
    elif soon:
        note = ngettext("%(count)s due within the hour", "%(count)s due within the hour", soon) % {"count": soon}
        tone = "amber"
    return Count(mine.count(), _("for me to answer"), note, tone, reverse("desk:tickets") + "?state=open&assignee=me")


def _pressing(asked: Any) -> tuple[int, int]:
    """How many are past the platform's clock, and how many will be within the hour."""
    now = clock.now()
    due = [limit for platform, opened in asked if (limit := platform_due(platform, opened)) is not None]
    return sum(moment < now for moment in due), sum(now <= moment < now + timedelta(hours=1) for moment in due)


def _open_to_all(member: Member) -> Count:
    waiting = tickets_seen_by(member).filter(state=TicketState.OPEN)
    nobody = waiting.filter(assignee=None).count()
    note = _("%(count)s with nobody yet") % {"count": figures.number(nobody)} if nobody else ""
    return Count(waiting.count(), _("open in my shops"), note, "", reverse("desk:tickets") + "?state=open")


def _to_label(member: Member) -> Count:
    since = weeks.shift(weeks.week_of(clock.now()), -RECENT_WEEKS)
    left = tickets_seen_by(member).filter(week__gte=since, issue_type=None, merged_into=None).count()
    minutes = max(1, round(left * LABEL_SECONDS / 60))
    note = ngettext("some %(count)s minute", "some %(count)s minutes", minutes) % {"count": figures.number(minutes)}
    return Count(left, _("labels to set"), note if left else "", "", reverse("desk:label_queue"))


def _rejected(member: Member) -> Count:
    since = clock.now() - timedelta(days=7)
    done = imports_seen_by(member).filter(created_at__gte=since)
    count = done.exclude(state=ImportState.UNDONE).aggregate(total=Sum("rejected"))["total"] or 0
    note = _("of the last 7 days") if count else ""
    return Count(count, _("rejected rows"), note, "amber" if count else "", reverse("intake:imports"))


def last_imports(member: Member, count: int = 5) -> list[Import]:
    """The newest files, for those who look after imports."""
    if not may_import(member):
        return []
    return list(imports_seen_by(member).select_related("shop").order_by("-pk")[:count])


def imports_line(member: Member) -> str:
    """What went in within the last day, in one clause, for those who look after imports."""
    if not may_import(member):
        return ""
    since = clock.now() - timedelta(days=1)
    done = imports_seen_by(member).filter(state=ImportState.DONE, finished_at__gte=since)
    files = done.count()
    if not files:
        return _("no file imported since yesterday")
    rejected = done.aggregate(total=Sum("rejected"))["total"] or 0
    said = {"files": files, "rejected": figures.number(rejected)}
    return (
        ngettext(
            "%(files)s file imported since yesterday, %(rejected)s rows rejected",
            "%(files)s files imported since yesterday, %(rejected)s rows rejected",
            files,
        )
        % said
    )


def readiness(member: Member, pack: Shown, period: weeks.Period) -> list[Step]:
    """What the review of the last week needs, and what is still missing."""
    labelled = tickets_seen_by(member).filter(week__in=period.weeks, merged_into=None)
    unlabelled = labelled.filter(issue_type=None).count()
    return [_orders(pack), _facts(member, period), _labels(unlabelled), _deep_dive(pack), _both_kinds(pack)]


def _orders(pack: Shown) -> Step:
    share = pack.orders_share
    state = "done" if share and share >= 0.95 else "half" if share else "open"
    return Step(_("Orders have arrived"), state, figures.percent(share), reverse("intake:coverage"))


def _facts(member: Member, period: weeks.Period) -> Step:
    waiting = len({mark.week for mark in stale.marks(member.workspace_id)}.intersection(period.weeks))
    note = _("being counted") if waiting else _("counted")
    return Step(
        _("Numbers of the week"), "half" if waiting else "done", note, reverse("briefing:pack", args=[period.label])
    )


def _labels(unlabelled: int) -> Step:
    note = _("%(count)s without") % {"count": figures.number(unlabelled)} if unlabelled else _("complete")
    return Step(_("Labels"), "half" if unlabelled else "done", note, reverse("desk:label_queue"))


def _deep_dive(pack: Shown) -> Step:
    if not pack.issues:
        return Step(_("Topic to dig into"), "open", _("no incident"), reverse("briefing:pack", args=[pack.label]))
    worst = next((issue for issue in pack.issues if issue.change.tone == "bad"), pack.issues[0])
    name = _("Topic to dig into: %(issue)s") % {"issue": worst.name}
    return Step(name, "done", worst.count_text, worst.url)


def _both_kinds(pack: Shown) -> Step:
    found = {one.why for one in pack.samples}
    lacking = {"worst": _("a bad one is missing"), "best": _("a good one is missing")}
    notes = [note for why, note in lacking.items() if why not in found]
    state = "done" if not notes else "half" if found else "open"
    name = _("A good and a bad ticket to replay")
    return Step(
        name, state, notes[0] if notes else _("chosen"), reverse("briefing:pack", args=[pack.label]) + "#samples"
    )


def my_actions(member: Member, count: int = 5) -> list[ActionTold]:
    """What I have to do, the most pressing first."""
    rows = seen(member).filter(pk__in=open_of(member).values("pk")).order_by("deadline", "pk")
    return told_actions(member, rows[:count], today_of(member))


def due_verdicts(member: Member, count: int = 5) -> list[Told]:
    """Verdicts that wait for a next step, and those whose planned look is due."""
    return told(member, list(checks.due(member)[:count])) if may(member, "see_reviews") else []


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """The review that runs, or comes next."""

    meeting: Meeting
    name: str

    @property
    def running(self) -> bool:
        return self.meeting.state == MeetingState.RUNNING


def next_meeting(member: Member) -> NextMeeting | None:
    found = next_one(member)
    return NextMeeting(found, meeting_name(found)) if found is not None else None


def coverage(member: Member, today: date) -> list[SourceRow]:
    """Sources of the last 14 days; a source that never came at all is left out."""
    first = today - timedelta(days=DAYS)
    spans = list(
        coverage_seen_by(member)
        .filter(source__in=SHOWN_SOURCES)
        .values_list("shop__platform", "source", "shop_id", "first_day", "last_day")
    )
    found = []
    for platform, source in sorted({(row[0], row[1]) for row in spans}, key=_place):
        mine = [row[2:] for row in spans if row[:2] == (platform, source)]
        found.append(_source_row(platform, source, mine, first))
    return found


def _place(pair: tuple[str, str]) -> tuple[str, int]:
    return pair[0], [str(source) for source in SHOWN_SOURCES].index(pair[1])


def _source_row(platform: str, source: str, spans: list[tuple[int, date, date]], first: date) -> SourceRow:
    shops = {shop for shop, _first, _last in spans}
    days = []
    for step in range(DAYS):
        day = first + timedelta(days=step)
        here = {shop for shop, start, end in spans if start <= day <= end}
        days.append((day, "new" if here == shops else "part" if here else "late"))
    name = f"{Platform(platform).label} · {Source(source).label}"
    return SourceRow(name, tuple(days), max(end for _shop, _start, end in spans))
