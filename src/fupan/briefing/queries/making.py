"""The review pack: every number of a period in one plain dict, which all pages and files are drawn from."""

from __future__ import annotations

from typing import Any

from fupan.briefing.queries import readiness, samples
from fupan.briefing.queries.actions import actions
from fupan.briefing.queries.causes import causes
from fupan.briefing.queries.growing import fastest_growing, led_by_signals
from fupan.briefing.queries.issues import heat, leading, pareto, top_issues
from fupan.briefing.queries.kept import kept
from fupan.briefing.queries.kpis import kpis
from fupan.briefing.queries.material import Material
from fupan.briefing.queries.names import Names
from fupan.briefing.queries.products import top_products
from fupan.briefing.queries.reply_clocks import reply_clocks
from fupan.briefing.queries.signals import signals
from fupan.briefing.queries.verdicts import verdicts
from fupan.core.weeks import Period
from fupan.insight.facts import FactsView
from fupan.people.models import Department, Workspace

Pack = dict[str, Any]


def pack(view: FactsView, period: Period, *, department: Department | None = None) -> Pack:
    """The pack of a week or a month as this view sees it; kept until one of its facts changes.

    With `department`, only incidents whose cause (or else issue type) that department owns; rates divide by everything
    shipped all the same.
    """
    reading = view.read()
    workspace = Workspace.objects.get(pk=view.workspace_id)
    made = kept(reading, workspace, period, department, lambda: _made(Material(reading, period, department), workspace))
    noticed = signals(view, period, department=department)
    growing = led_by_signals(made["fastest_growing"], noticed, Names(workspace.pk, period))
    judged = verdicts(view, period, department=department)
    doing = actions(view, period, department=department)
    return made | {"signals": noticed, "fastest_growing": growing, "verdicts": judged, "actions": doing}


def _made(material: Material, workspace: Workspace) -> Pack:
    names = Names(workspace.pk, material.period)
    by_issue = pareto(material, names)
    growing = fastest_growing(material, names)
    chosen = samples.choose(material, leading(by_issue), _focus(by_issue, growing))
    texts = samples.Texts(chosen)
    awaited = readiness.awaited(material, workspace)
    return {
        "period": readiness.period_of(material, workspace),
        "workspace": workspace.name,
        "ready": not awaited,
        "awaited": awaited,
        "cadence": readiness.cadence(material),
        "shipped": readiness.shipped(material),
        "few": readiness.too_few(material),
        "kpis": kpis(material, names),
        "pareto": by_issue,
        "heat": heat(material, names, by_issue),
        "top_issues": top_issues(material, names, by_issue, samples.quotes(chosen, texts, names)),
        "causes": causes(material, names),
        "top_products": top_products(material, names),
        "signals": [],
        "fastest_growing": growing,
        "representative": samples.representative(chosen, texts, names),
        "reply_clocks": reply_clocks(material, names),
        "actions": {"open": [], "overdue": [], "due_this_week": []},
        "verdicts": [],
    }


def _focus(by_issue: list[dict[str, Any]], growing: list[dict[str, Any]]) -> str | None:
    """The issue to replay: what grows beyond chance, else the largest."""
    for slice_ in growing:
        if slice_["detectable"] and slice_["slice"].get("issue_type"):
            return str(slice_["slice"]["issue_type"])
    return next(iter(leading(by_issue)), None)
