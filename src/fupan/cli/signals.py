"""`fupan signals`: what was noticed, after the newest facts have been screened."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from fupan.briefing.queries.names import Names
from fupan.cli.review import bring_up_to_date
from fupan.cli.workspace import WorkspaceOption, chosen
from fupan.core import clock, figures, weeks
from fupan.core.errors import Refused
from fupan.core.slices import Slice
from fupan.insight.models import LIVE, Signal, SignalKind
from fupan.insight.services import screen
from fupan.insight.signal_words import KINDS, STATES
from fupan.people.models import Workspace


def signals(
    week: Annotated[str | None, typer.Option("--week", help="Those of a week, like 2026-W46; else open ones")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For a script")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """What was noticed: outbreaks and slow rises by their cause, and missed targets, the newest and strongest first."""
    here = chosen(workspace)
    asked = _week(week)
    bring_up_to_date(here)
    rows = _rows(here, asked)
    if as_json:
        print(json.dumps([_plain(one) for one in rows], ensure_ascii=False, indent=1))
        return
    if not rows:
        Console().print(_("Nothing stands out beyond chance."))
        return
    Console(highlight=False).print(_table(here, rows))


def _week(text: str | None) -> int | None:
    try:
        return None if text is None else weeks.parse_week(text)
    except Refused as refused:
        raise typer.BadParameter(str(refused.message)) from refused


def _rows(workspace: Workspace, week: int | None) -> list[Signal]:
    rows = Signal.objects.filter(workspace=workspace).order_by("-last_week", "-score", "pk")
    if week is None:
        return list(rows.filter(state__in=LIVE))
    if not rows.filter(week__lte=week).exists():
        screen(workspace, week=week)
    return list(rows.filter(week__lte=week, last_week__gte=week))


def _plain(one: Signal) -> dict[str, Any]:
    return {
        "slice": Slice.parse(one.slice).as_dict(), "week": weeks.label(one.last_week), "kind": one.kind,
        "metric": one.metric, "since": weeks.label(one.week), "observed": one.observed, "expected": one.expected,
        "upper": one.upper, "excess": one.excess, "pvalue": one.pvalue, "causes": one.causes,
        "external": one.external, "state": one.state,
    }  # fmt: skip


def _table(workspace: Workspace, rows: list[Signal]) -> Table:
    names = Names(workspace.pk, weeks.week_period(weeks.week_of_day(clock.today())))
    table = Table(_("Where"), pgettext("signal", "Kind"), _("Weeks"))
    for title in (_("Observed"), _("Expected"), _("Upper bound"), _("Chance")):
        table.add_column(title, justify="right")
    table.add_column(_("State"))
    for one in rows:
        since, last = weeks.label(one.week), weeks.label(one.last_week)
        table.add_row(
            _where(one, names), str(KINDS[one.kind][0]), since if since == last else f"{since}\n{last}",
            _figure(one.observed), _figure(one.expected), _figure(one.upper), f"{one.pvalue:.1g}",
            str(STATES[one.state]),
        )  # fmt: skip
    return table


def _where(one: Signal, names: Names) -> str:
    """The slice in the words of the reader, the product before its batch and the issue last."""
    where = Slice.parse(one.slice).as_dict()
    ordered = {name: where[name] for name in sorted(where, key=lambda name: (name == "issue_type", name == "batch"))}
    said = names.label(ordered)["zh-hans" if (get_language() or "en").startswith("zh") else "en"] or _("Everything")
    return said if one.kind != SignalKind.TARGET else f"{one.metric} · {said}"


def _figure(value: float) -> str:
    return figures.number(value, 0 if value.is_integer() else 1 if abs(value) >= 1 else 3)
