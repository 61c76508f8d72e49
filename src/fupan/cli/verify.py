"""`fupan verify`: looks that are due are taken, then what each action did is told."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fupan.briefing.queries.names import Names
from fupan.cli.review import bring_up_to_date
from fupan.cli.workspace import WorkspaceOption, chosen
from fupan.core import events, figures, weeks
from fupan.core.slices import Slice
from fupan.people.models import Workspace
from fupan.verification.models import Check, CheckState
from fupan.verification.queries.checks import rich
from fupan.verification.queries.plain import plain_of
from fupan.verification.services import look_all, watch_all
from fupan.verification.words import CARRIED, VERDICTS, capped

PAINTS = {"jade": "bold green", "red": "bold red", "slate": "bold"}
STONES = {"done": "●", "half": "◐", "open": "○", "warn": "▲"}


def verify(
    as_json: Annotated[bool, typer.Option("--json", help="For a script")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Did the actions work? Takes the looks that are due, and tells every verdict with its interval."""
    here = chosen(workspace)
    bring_up_to_date(here)
    look_all(here)
    watch_all(here)
    events.drain()
    rows = list(
        rich(Check.objects.filter(workspace=here).exclude(state=CheckState.STOPPED)).order_by("-decided_at", "due_week")
    )
    lang = "zh-hans" if (get_language() or "en").startswith("zh") else "en"
    if as_json:
        told = [plain_of(one, money=True, lang=lang) for one in rows]
        print(json.dumps(told, ensure_ascii=False, indent=1, default=str))
        return
    if not rows:
        Console().print(_("No action has been carried out yet, so there is nothing to judge."))
        return
    Console(highlight=False).print(_table(here, rows, lang))


def _table(workspace: Workspace, rows: list[Check], lang: str) -> Table:
    names = Names(workspace.pk, weeks.week_period(rows[0].due_week))
    table = Table(_("Action"), _("Carried out"), _("Verdict"))
    table.add_column(_("Change"), justify="right", no_wrap=True)
    table.add_column(_("Cases fewer"), justify="right")
    table.add_column(_("Due"), no_wrap=True)
    for one in rows:
        told = plain_of(one, money=True, lang=lang)
        where = names.label(Slice.parse(one.design["slice"]).as_dict())[lang] or _("Everything")
        title = Text(f"{told['action']} {told['title']}")
        title.append(f"\n{where}", "dim")
        table.add_row(
            title, str(CARRIED[told["carried_out"] or "no"][0]), _word(told), _change(told), _fewer(told),
            told["due_week"],
        )  # fmt: skip
    return table


def _fewer(told: dict[str, object]) -> Text:
    count, low, high = (told[name] for name in ("prevented", "prevented_low", "prevented_high"))
    if not isinstance(count, float) or told["verdict"] == "inconclusive":
        return Text("—", "dim")
    said = Text(figures.number(count))
    if isinstance(low, float) and isinstance(high, float):
        said.append(f" [{figures.number(low)}, {figures.number(high)}]", "dim")
    return said


def _word(told: dict[str, object]) -> Text:
    if told["verdict"] is None:
        if not told["judged"]:
            return Text("○ " + _("Followed only"), "dim")
        progress = _("week %(now)s of %(all)s") % {"now": told["weeks_after"], "all": told["planned_weeks"]}
        return Text(f"{STONES['half']} {progress}", "dim")
    word, stone, tone = VERDICTS[str(told["verdict"])]
    return Text(f"{STONES[stone]} {word}", PAINTS[tone])


def _change(told: dict[str, object]) -> Text:
    change, low, high = (told[name] for name in ("change", "low", "high"))
    if not isinstance(change, float) or not isinstance(low, float):
        return Text("—", "dim")
    said = Text(figures.percent(change, 0, signed=True))
    said.append(" " + figures.span(low, capped(high if isinstance(high, float) else None)), "dim")
    return said
