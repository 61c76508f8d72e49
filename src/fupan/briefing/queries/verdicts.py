"""Verdicts of a period: those that came in its weeks, and earlier ones that wait for a next step. Never kept."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet

from fupan.action.models import Action
from fupan.briefing.queries.names import Names
from fupan.commerce.models import Shop
from fupan.core.slices import Slice
from fupan.core.weeks import Period, label, shift
from fupan.insight.facts import FactsView
from fupan.insight.policies import in_shops
from fupan.people.models import Department
from fupan.verification.models import Check, CheckState, Look

WAITING = 8  # weeks in which a verdict without a next step is shown again
Entry = dict[str, Any]


def verdicts(view: FactsView, period: Period, *, department: Department | None = None) -> list[Entry]:
    """The newest first; with `department`, of actions it owns."""
    names = Names(view.workspace_id, period)
    last = period.weeks[-1]
    found = []
    for check in _checks(view, department):
        look = next(iter(check.verdict_looks), None)  # type: ignore[attr-defined]
        if look is None or look.week > last:
            continue
        waiting = check.next_step == "" and look.week >= shift(last, -WAITING)
        if look.week in period.weeks or waiting:
            found.append((look.week, _entry(check, look, names)))
    return [entry for _week, entry in sorted(found, key=lambda pair: -pair[0])]


def _checks(view: FactsView, department: Department | None) -> QuerySet[Check]:
    rows = Check.objects.filter(workspace_id=view.workspace_id).exclude(state=CheckState.STOPPED)
    if view.shop_ids is not None:
        names = Shop.objects.filter(pk__in=view.shop_ids).values_list("name", flat=True)
        rows = rows.filter(action__in=Action.objects.filter(in_shops(names)))
    if department is not None:
        rows = rows.filter(action__department=department)
    looks = Look.objects.filter(final=True).defer("numbers")
    return rows.select_related("action", "carrying").prefetch_related(
        Prefetch("looks", looks, to_attr="verdict_looks")
    ).order_by("pk")  # fmt: skip


def _entry(check: Check, look: Look, names: Names) -> Entry:
    plain = (
        "verdict", "change", "low", "high", "weeks_needed", "prevented", "prevented_low", "prevented_high", "warnings",
    )  # fmt: skip
    where = Slice.parse(check.design["slice"]).as_dict()
    return {
        "action": str(check.action), "title": check.action.title, **{name: getattr(look, name) for name in plain},
        "money": None if look.money is None else float(look.money), "metric": check.design["metric"],
        "slice": where, "label": names.label(where), "week": label(look.week), "planned": look.planned,
        "carried": check.carrying.answer if hasattr(check, "carrying") else "no", "next_step": check.next_step,
        "url": f"/verdicts/{check.pk}/",
    }  # fmt: skip
