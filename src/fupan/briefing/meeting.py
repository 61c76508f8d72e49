"""What a meeting is given: the pack of its period, open actions, verdicts due, and how well the loop closes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
from django.db.models import Q

from fupan.action.models import OPEN_STATES, Action, ActionState
from fupan.briefing import packs
from fupan.briefing.queries.loop import loop_health
from fupan.commerce.models import Promotion
from fupan.core import clock, weeks
from fupan.insight import compute
from fupan.insight.metrics import METRICS
from fupan.insight.policies import facts_of
from fupan.review.models import AgendaCode, Meeting, MeetingKind, Problem, ProblemState
from fupan.verification.models import Check, CheckState

Ref = dict[str, Any]
KEPT = (
    "period", "ready", "awaited", "shipped", "few", "kpis", "top_issues", "causes", "top_products", "signals",
    "fastest_growing", "representative", "verdicts",
)  # fmt: skip
LATELY = timedelta(days=35)  # actions carried out since are told once more
MOST = 60
UNREST = 1.5  # of weekly counts, where a year lies between


def period_of(meeting: Meeting) -> weeks.Period:
    """The week or month; of a promotion the week that holds most of its days."""
    if meeting.kind != MeetingKind.PROMOTION:
        return packs.period_of(meeting.period)
    found = _promotion(meeting)
    if found is None:
        return packs.period_of(weeks.label(weeks.last_whole_week(meeting.planned_at.date())))
    return weeks.week_period(_main_week(found))


def _main_week(promotion: Promotion) -> int:
    days = [promotion.start + timedelta(days=step) for step in range((promotion.end - promotion.start).days + 1)]
    inside = [weeks.week_of_day(day) for day in days]
    return max(sorted(set(inside)), key=inside.count)


def _promotion(meeting: Meeting) -> Promotion | None:
    rows = Promotion.objects.filter(workspace_id=meeting.workspace_id)
    return rows.filter(pk=meeting.promotion_id or 0).first()


def snapshot(meeting: Meeting) -> dict[str, Any]:
    """A plain copy of the numbers: what is in it never changes afterwards."""
    period = period_of(meeting)
    pack = packs.pack_in(facts_of(meeting.workspace), period)
    told: dict[str, Any] = {name: pack[name] for name in KEPT if name in pack}
    told["top_issues"] = [_without(one, "sample_tickets") for one in pack["top_issues"]]
    told["representative"] = [_without(one, "text", "title") for one in pack["representative"]]
    if meeting.kind != MeetingKind.WEEKLY:
        told["loop"] = loop_health(meeting.workspace, clock.now())
        told["closed"] = _closed(meeting, period)
    if meeting.kind == MeetingKind.PROMOTION:
        told["before"] = _before(meeting, pack)
    return told


def _without(entry: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Words of buyers are not kept in minutes; the replay reads them where they are purged on schedule."""
    return {name: value for name, value in entry.items() if name not in names}


# What the agenda points to


def refs(meeting: Meeting) -> dict[str, list[Ref]]:
    """By item of the agenda: actions that are open, late or newly carried out, then the verdicts."""
    acts = [action_ref(one) for one in _actions(meeting)]
    due = [_due(one) for one in _coming(meeting)] + [
        {"kind": "verdict", "id": check.pk, "title": check.action.title, "number": str(check.action),
         "state": "decided", "url": f"/verdicts/{check.pk}/"}
        for check in _decided(meeting)
    ]  # fmt: skip
    return {AgendaCode.LAST_ACTIONS: acts + due}


def owners(meeting: Meeting) -> list[int]:
    """Members whose actions are on the agenda."""
    rows = Action.objects.filter(workspace_id=meeting.workspace_id, state__in=OPEN_STATES, owner__active=True)
    return sorted(set(rows.order_by().values_list("owner", flat=True)))


def _actions(meeting: Meeting) -> Any:
    lately = Q(state=ActionState.DONE, done_at__gte=clock.now() - LATELY)
    rows = Action.objects.filter(Q(state__in=OPEN_STATES) | lately, workspace_id=meeting.workspace_id)
    return rows.select_related("owner__user", "department").order_by("deadline", "pk")[:MOST]


def action_ref(one: Action) -> Ref:
    today = clock.now().astimezone(weeks.zone(one.workspace.timezone)).date()
    return {
        "kind": "action", "id": one.pk, "number": str(one), "title": one.title, "owner": str(one.owner),
        "owner_id": one.owner_id, "department": one.department.name if one.department else "",
        "department_id": one.department_id, "deadline": one.deadline.isoformat(), "state": one.state,
        "overdue": one.state in OPEN_STATES and one.deadline < today, "url": f"/actions/{one.number}/",
    }  # fmt: skip


def _coming(meeting: Meeting) -> list[Check]:
    this = weeks.week_of(clock.now(), meeting.workspace.timezone)
    rows = Check.objects.filter(workspace_id=meeting.workspace_id, state=CheckState.COLLECTING, due_week__lte=this)
    return list(rows.select_related("action").order_by("due_week", "pk")[:MOST])


def _due(one: Check) -> Ref:
    return {
        "kind": "verdict", "id": one.pk, "title": one.action.title, "number": str(one.action), "state": "due",
        "week": weeks.label(one.due_week), "url": f"/verdicts/{one.pk}/",
    }  # fmt: skip


def _decided(meeting: Meeting) -> list[Check]:
    """Verdicts that came since the last meeting of the kind, or that nobody has acted on."""
    last = Meeting.objects.filter(workspace_id=meeting.workspace_id, kind=meeting.kind, ended_at__isnull=False).exclude(
        pk=meeting.pk
    )
    since = last.order_by("-ended_at").values_list("ended_at", flat=True).first() or clock.now() - LATELY
    fresh = Q(decided_at__gte=since) | Q(next_step="")
    rows = Check.objects.filter(fresh, workspace_id=meeting.workspace_id, state=CheckState.DECIDED)
    return list(rows.select_related("action__problem").order_by("-decided_at", "-pk")[:MOST])


# The deep reviews


def _closed(meeting: Meeting, period: weeks.Period) -> list[Ref]:
    """Problems that were closed in the period, with what their last round came to."""
    first, after = period.bounds(meeting.workspace.timezone)
    rows = Problem.objects.filter(
        workspace_id=meeting.workspace_id, closed_at__gte=first, closed_at__lt=after,
        state__in=(ProblemState.SOLVED, ProblemState.ACCEPTED),
    ).prefetch_related("rounds")  # fmt: skip
    return [
        {"number": str(one), "key": one.number, "title": one.title, "state": one.state, "reason": one.reason,
         "metric": one.metric,
         "outcome": next((turn.outcome for turn in one.rounds.all() if turn.outcome), {})}
        for one in rows
    ]  # fmt: skip


def _before(meeting: Meeting, pack: Mapping[str, Any]) -> dict[str, Any]:
    """The same promotion a year before, number by number, when there are data of it."""
    now = _promotion(meeting)
    then = _year_before(now) if now is not None else None
    if now is None or then is None:
        return {}
    week = weeks.week_period(_main_week(then))
    old = {one["metric"]: one for one in packs.pack_in(facts_of(meeting.workspace), week)["kpis"]}
    rows = [
        {"metric": one["metric"], "now": one["value"], "then": old[one["metric"]]["value"],
         "compared": _compared(one, old[one["metric"]])}
        for one in pack["kpis"]
        if one["metric"] in old and old[one["metric"]]["value"] is not None and one["value"] is not None
    ]  # fmt: skip
    return {"name": then.name, "week": week.label, "rows": rows if any(row["then"] for row in rows) else []}


def _year_before(promotion: Promotion) -> Promotion | None:
    """The one of the same name without its year, some twelve months earlier."""
    first, last = promotion.start - timedelta(days=420), promotion.start - timedelta(days=310)
    rows = Promotion.objects.filter(workspace_id=promotion.workspace_id, start__gte=first, start__lte=last)
    return next((one for one in rows if _plain(one) == _plain(promotion)), None)


def _plain(promotion: Promotion) -> str:
    return " ".join(word for word in promotion.name.split() if not (word.isdecimal() and len(word) == 4)).casefold()


def _compared(now: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any] | None:
    """A rate against a rate, with its interval; other numbers stand side by side without a claim."""
    metric = METRICS.get(now["metric"])
    parts = [one[name] for one in (now, then) for name in ("numerator", "denominator")]
    if metric is None or metric.kind != "rate" or not all(parts):
        return None
    k1, n1, k0, n0 = (np.array([float(one)]) for one in parts)
    pair = compute.Pair("rate", compute.Parts(k1, n1), compute.Parts(k0, n0), np.array([UNREST]))
    (found,) = compute.changes([pair])
    return {
        "value": then["value"], "change": float(found.change[0]), "low": float(found.low[0]),
        "high": float(found.high[0]), "detectable": bool(found.detectable[0]),
    }  # fmt: skip
