"""Open actions as they stand after a period: all, those overdue, those due in the week of the review. Never kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from fupan.action.models import OPEN_STATES, Action, ActionState
from fupan.action.queries.board import day_in
from fupan.briefing.queries.names import Names
from fupan.commerce.models import Shop
from fupan.core import weeks
from fupan.core.slices import Slice
from fupan.core.weeks import Period
from fupan.insight.facts import FactsView
from fupan.insight.policies import in_shops
from fupan.people.models import Department, Workspace

Entry = dict[str, Any]


def actions(view: FactsView, period: Period, *, department: Department | None = None) -> dict[str, list[Entry]]:
    """By deadline; with `department`, only those it owns. Of an older period as it was a week after its end."""
    workspace = Workspace.objects.get(pk=view.workspace_id)
    day = min(day_in(workspace), period.end + timedelta(days=7))
    names = Names(view.workspace_id, period)
    found = [_entry(one, day, names) for one in _open(view, workspace, day, department)]
    week = weeks.week_of_day(day)
    return {
        "open": found,
        "overdue": [one for one in found if one["overdue_days"]],
        "due_this_week": [one for one in found if weeks.week_of_day(date.fromisoformat(one["deadline"])) == week],
    }


def _open(view: FactsView, workspace: Workspace, day: date, department: Department | None) -> QuerySet[Action]:
    after = datetime.combine(day + timedelta(days=1), datetime.min.time(), weeks.zone(workspace.timezone))
    still = Q(state__in=OPEN_STATES) | Q(done_at__gte=after)
    rows = Action.objects.filter(still, workspace=workspace, created_at__lt=after).exclude(state=ActionState.DROPPED)
    if view.shop_ids is not None:
        rows = rows.filter(in_shops(Shop.objects.filter(pk__in=view.shop_ids).values_list("name", flat=True)))
    if department is not None:
        rows = rows.filter(department=department)
    return rows.select_related("owner__user", "department").order_by("deadline", "number")


def _entry(action: Action, day: date, names: Names) -> Entry:
    where = Slice.parse(action.slice).as_dict()
    return {
        "action": str(action), "title": action.title, "type": action.type, "state": action.state,
        "owner": str(action.owner), "department": str(action.department or ""),
        "deadline": action.deadline.isoformat(), "overdue_days": max(0, (day - action.deadline).days),
        "blocked": bool(action.blocked), "metric": action.metric, "slice": where, "label": names.label(where),
        "change": action.change, "weeks_needed": action.weeks_needed, "url": f"/actions/{action.number}/",
    }  # fmt: skip
