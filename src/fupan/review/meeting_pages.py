"""The contexts of a meeting: the list, the agenda with its clock, the current item, the minutes beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fupan.core import clock, figures, weeks
from fupan.core.http import panels
from fupan.desk.models import Ticket
from fupan.desk.policies import tickets_seen_by
from fupan.insight.queries.screens import newest_week
from fupan.people.models import Member
from fupan.people.policies import may
from fupan.review import meeting_words, snapshots, timing
from fupan.review.minutes import decided, people
from fupan.review.models import (
    AgendaCode,
    AgendaItem,
    EntryKind,
    Meeting,
    MeetingKind,
    MeetingState,
    Presence,
    Problem,
    Why,
    WhyState,
)
from fupan.review.problem_pages import whys_context
from fupan.review.queries import deep_dive, meetings, replay
from fupan.review.queries.problems import confirmed_causes
from fupan.review.queries.whys import tree
from fupan.review.services._meeting import leads

Context = dict[str, Any]
STEPS = ("number", "replay", "whys", "causes")


@dataclass(frozen=True, slots=True)
class Row:
    """A meeting in the list."""

    meeting: Meeting
    name: str
    period: str
    minutes: int

    @property
    def stone(self) -> tuple[str, str]:
        found: dict[str, tuple[str, str]] = {
            MeetingState.RUNNING: ("half", "jade"), MeetingState.PLANNED: ("open", "ink"),
            MeetingState.ENDED: ("done", "jade"), MeetingState.CANCELLED: ("open", "faint"),
        }  # fmt: skip
        return found[self.meeting.state]


def row(meeting: Meeting) -> Row:
    begun, ended = meeting.started_at, meeting.ended_at
    minutes = round((ended - begun).total_seconds() / 60) if begun and ended else 0
    return Row(meeting, meeting_words.name(meeting), meeting_words.period_name(meeting), minutes)


@dataclass(frozen=True, slots=True)
class Line:
    """An item of the agenda as it stands."""

    item: AgendaItem
    name: str
    about: str
    state: str  # done | on | open
    seconds: int
    planned: int

    @property
    def used(self) -> str:
        return meeting_words.clock_text(self.seconds)

    @property
    def over(self) -> bool:
        return self.seconds > self.planned

    @property
    def stone(self) -> tuple[str, str]:
        return {"done": ("done", "ink"), "on": ("half", "jade")}.get(self.state, ("open", "faint"))


def base(member: Member, meeting: Meeting) -> Context:
    """What every part of a meeting's page needs."""
    agenda = meetings.agenda_for(member, meeting)
    now = clock.now()
    here = meetings.current(agenda)
    snapshot = snapshots.allowed(meeting.snapshot, money=may(member, "see_money"))
    return {
        "meeting": meeting,
        "name": meeting_words.name(meeting),
        "agenda": agenda,
        "lines": [_line(one, snapshot, now) for one in agenda],
        "here": here,
        "after": meetings.upcoming(agenda),
        "snapshot": snapshot,
        "now": now,
        "timezone": meeting.workspace.timezone,
        "leads": leads(meeting, member),
        "may_write": may_write(member, meeting),
        "member": member,
    }


def may_write(member: Member, meeting: Meeting) -> bool:
    if not may(member, "work_problems") or meeting.sent_at is not None:
        return False
    if meeting.state == MeetingState.ENDED:
        return leads(meeting, member) or meeting.recorder_id == member.pk
    return meeting.state == MeetingState.RUNNING


def _line(item: AgendaItem, snapshot: Context, now: datetime) -> Line:
    state = "on" if item.started_at else "done" if item.ended_at else "open"
    return Line(
        item, meeting_words.item_name(item), _about(item, snapshot), state, timing.used(item, now), item.minutes * 60
    )  # fmt: skip


def _about(item: AgendaItem, snapshot: Context) -> str:
    """What stands behind an item, in a few words."""
    if item.problem is not None:
        return f"{item.problem} {item.problem.title}"
    if item.code == AgendaCode.LAST_ACTIONS and item.refs:
        acts = sum(ref["kind"] == "action" for ref in item.refs)
        due = sum(ref["kind"] == "verdict" for ref in item.refs)
        said = [ngettext("%(count)s action", "%(count)s actions", acts) % {"count": acts}]
        if due:
            said.append(ngettext("%(count)s verdict", "%(count)s verdicts", due) % {"count": due})
        return _(", ").join(said)
    if item.code == AgendaCode.BRIEFING and snapshots.kept(snapshot):
        moved = sum(one.moved for one in snapshots.numbers(snapshot))
        return ngettext("%(count)s beyond chance", "%(count)s beyond chance", moved) % {"count": moved}
    return str(meeting_words.ABOUT.get(item.code, ""))


# Planned


def planned(member: Member, meeting: Meeting) -> Context:
    context = base(member, meeting)
    total = sum(item.minutes for item in context["agenda"])
    return context | attendees(member, context) | {
        "total": total,
        "total_off": not timing.SHORTEST <= total <= timing.LONGEST,
        "shortest": timing.SHORTEST,
        "longest": timing.LONGEST,
        "left_over": meetings.left_over(meeting, member) if context["leads"] else [],
        "not_asked": meetings.not_asked(member, meeting) if context["leads"] else [],
        "frozen": snapshots.kept(context["snapshot"]),
        "missing": snapshots.missing(context["snapshot"]),
        "awaited": snapshots.awaited(context["snapshot"]),
        "choices": meetings.choices(member, meeting) if context["leads"] else [],
        "deep": next((one for one in context["agenda"] if one.code == AgendaCode.DEEP_DIVE), None),
        "figures": snapshots.numbers(context["snapshot"])[:6],
    }  # fmt: skip


def attendees(member: Member, context: Context) -> Context:
    meeting: Meeting = context["meeting"]
    found = people(meeting)
    waiting = {one.attends.member_id: meetings.waiting_for(meeting, one.attends) for one in found}
    absent = [one for one in found if one.attends.presence == Presence.ABSENT]
    return {
        "people": [(one, waiting[one.attends.member_id]) for one in found],
        "absent": len(absent),
        "absent_ids": {one.attends.member_id for one in absent},
        "typing": meetings.typing(meeting, member, [one.attends for one in found]),
    }


# Running


def running(member: Member, meeting: Meeting, asked: Any) -> Context:
    """The whole page of a running meeting."""
    context = base(member, meeting)
    return context | attendees(member, context) | pace(context) | written(context) | stage(member, context, asked)


def live(member: Member, meeting: Meeting, asked: Any) -> Context:
    """What changes while others work: everything but the middle, and that too when the item or its problem changed."""
    context = base(member, meeting)
    context |= attendees(member, context) | pace(context) | written(context)
    context["stage_key"] = _stage_key(context)
    if asked.get("stage", "") != context["stage_key"]:
        context |= stage(member, context, asked) | {"with_stage": True}
    elif asked.get("ticket", "").isdecimal():
        context["noted"] = _noted(member, asked["ticket"])
    return context if context.get("with_stage") else context | _whys_again(member, context, asked)


def _whys_again(member: Member, context: Context, asked: Any) -> Context:
    """The tree, when somebody else worked on it."""
    here: AgendaItem | None = context["here"]
    problem = here.problem if here is not None and here.code == AgendaCode.DEEP_DIVE else None
    key = whys_key(problem)
    if problem is None or asked.get("whys", "") == key:
        return {"whys_key": key}
    return whys(member, problem) | {"with_whys": True}


def pace(context: Context) -> Context:
    meeting: Meeting = context["meeting"]
    found = timing.pace(context["agenda"], context["now"])
    elapsed = int((context["now"] - meeting.started_at).total_seconds()) if meeting.started_at else 0
    behind = round(found.behind / 60)
    return {
        "elapsed": elapsed,
        "elapsed_text": meeting_words.long_clock(elapsed),
        "planned_minutes": found.planned // 60,
        "ends": found.ends,
        "behind": behind,
        "may_catch_up": found.ahead >= found.behind,
        "place": sum(one.state != "open" for one in context["lines"]),
    }


def written(context: Context) -> Context:
    """Decisions, minutes and what was parked, oldest first."""
    meeting: Meeting = context["meeting"]
    entries = list(meeting.entries.select_related("by__user"))
    return {
        "decisions": [one for one in entries if one.kind == EntryKind.DECISION],
        "minutes": [one for one in entries if one.kind == EntryKind.MINUTE],
        "parked": [one for one in entries if one.kind == EntryKind.PARKED],
        "actions": decided(context["agenda"]),
    }


def _stage_key(context: Context) -> str:
    here: AgendaItem | None = context["here"]
    meeting: Meeting = context["meeting"]
    frozen = int(meeting.frozen_at.timestamp()) if meeting.frozen_at else 0
    return f"{here.pk if here else 0}-{here.problem_id if here else 0}-{frozen}-{meeting.state}"


def stage(member: Member, context: Context, asked: Any) -> Context:
    """The middle of the page: what the current item is about."""
    here: AgendaItem | None = context["here"]
    found: Context = {"stage_key": _stage_key(context), "panels": [], "step": asked.get("step", "")}
    if here is None:
        return found
    snapshot = context["snapshot"]
    if here.code == AgendaCode.LAST_ACTIONS:
        found |= {"refs": here.refs, "panels": panels("meeting")}
    elif here.code == AgendaCode.BRIEFING:
        found |= briefing(context["meeting"], snapshot)
    elif here.code == AgendaCode.DEEP_DIVE:
        found |= dive(member, context, asked)
    elif here.code == AgendaCode.ACTIONS:
        found |= {"panels": panels("meeting")}
    elif here.code == AgendaCode.CLOSE:
        found |= written(context)
    return found


def briefing(meeting: Meeting, snapshot: Context) -> Context:
    """The frozen numbers, honestly: a change that chance explains is called none."""
    numbers = snapshots.numbers(snapshot)
    return {
        "figures": numbers[: snapshots.SHOWN],
        "moved": sum(one.moved for one in numbers),
        "alarms": snapshots.alarms(snapshot),
        "issues": snapshots.issues(snapshot),
        "missing": snapshots.missing(snapshot),
        "awaited": snapshots.awaited(snapshot),
        "loop": snapshots.loop_lines(snapshot),
        "closed": snapshot.get("closed") or [],
        "before": snapshots.same_before(snapshot),
        "before_reason": _before_reason(meeting, snapshot),
        "deep_review": meeting.kind != MeetingKind.WEEKLY,
    }


def _before_reason(meeting: Meeting, snapshot: Context) -> str:
    """Why a promotion is not held against the one a year before."""
    if meeting.kind != MeetingKind.PROMOTION:
        return ""
    told = snapshot.get("before") or {}
    if told.get("rows"):
        return _("against %(name)s") % {"name": told["name"]}
    return _("No data of the same promotion a year before, so nothing to compare it with.")


# The deep dive


def dive(member: Member, context: Context, asked: Any) -> Context:
    here: AgendaItem = context["here"]
    meeting: Meeting = context["meeting"]
    problem = here.problem
    if problem is None:
        return {
            "problem": None,
            "choices": meetings.choices(member, meeting),
            "alarms": snapshots.alarms(context["snapshot"]),
            "may_open": may(member, "decide_problems") and context["leads"],
        } | replayed(member, context, asked)
    kept = deep_dive.kept(here)
    chart = deep_dive.chart(kept)
    last = -1 if chart else None
    number = (kept or {}).get("number")
    return {
        "problem": problem,
        "chart": chart,
        "chart_rows": list(zip(chart["periods"], chart["observed"], strict=True))[::-1] if chart else [],
        "observed": _at(chart, "observed", last),
        "expected": _at(chart, "expected", last),
        "upper": _at(chart, "high", last),
        "alarmed": bool(chart and len(chart["periods"]) - 1 in chart.get("alarms", [])),
        "number": _figure(number, context["snapshot"]),
        "choices": meetings.choices(member, meeting) if context["leads"] else [],
    } | replayed(member, context, asked) | whys(member, problem)  # fmt: skip


def whys(member: Member, problem: Problem) -> Context:
    """The tree of the problem's page, to be worked on here, and the causes found."""
    found = tree(member, problem)
    return {**whys_context(member, problem, found), "whys_key": whys_key(problem), "causes": list(causes(problem))}


def causes(problem: Problem) -> QuerySet[Why]:
    return confirmed_causes(problem).filter(round=problem.round).select_related("cause", "department")


def whys_key(problem: Problem | None) -> str:
    """Changes whenever the tree does."""
    if problem is None:
        return ""
    rows = Why.objects.filter(problem=problem, round=problem.round)
    told = rows.aggregate(number=Count("pk"), versions=Sum("version"), shown=Count("evidence"))
    states = rows.exclude(state=WhyState.OPEN).count()
    return "-".join(str(one or 0) for one in (*told.values(), states))


def _figure(number: Context | None, snapshot: Context) -> snapshots.Figure | None:
    found = snapshots.numbers({"kpis": [number], "period": snapshot.get("period")}) if number else []
    return found[0] if found else None


def _at(chart: Context | None, name: str, place: int | None) -> str:
    values = (chart or {}).get(name)
    if not values or place is None or values[place] is None:
        return ""
    return figures.number(values[place], 0 if float(values[place]).is_integer() else 1)


def replayed(member: Member, context: Context, asked: Any) -> Context:
    """The ticket being replayed, and the others one may switch to."""
    meeting, here = context["meeting"], context["here"]
    period = deep_dive.period_of(meeting)
    last = min(weeks.week_of_day(period.end) if period else 999999, newest_week(member.workspace_id))
    tickets = replay.chosen(member, here.problem, last, snapshots.representative(context["snapshot"]))
    which = asked.get("which", "")
    which = which if which in tickets else next((one for one in ("worst", "typical", "best") if one in tickets), "")
    names = {"typical": _("Typical"), "worst": _("Worst"), "best": _("Best")}
    return {
        "games": [(code, names[code], code == which) for code in replay.KINDS if code in tickets],
        "game": replay.game(member, tickets[which]) if which else None,
        "which": which,
        "may_draft": may(member, "write_cases"),
        "replay_place": [code for code in replay.KINDS if code in tickets].index(which) + 1 if which else 0,
    }


def _noted(member: Member, number: str) -> list[replay.Move]:
    """The turns of a ticket with their remarks, to refresh those on the page."""
    ticket: Ticket | None = tickets_seen_by(member).filter(number=int(number)).first() if len(number) < 18 else None
    return [one for one in replay.game(member, ticket).moves if one.message] if ticket else []
