"""`fupan review`: the week's numbers and tickets on the terminal, or as a file."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from fupan.briefing import packs
from fupan.briefing.render import FORMATS, rendered
from fupan.briefing.render.text import show as show_text
from fupan.briefing.services import newest_period
from fupan.cli.workspace import WorkspaceOption, chosen
from fupan.core import events, stale, weeks
from fupan.core.errors import Refused
from fupan.insight.policies import facts_of
from fupan.insight.services import refresh, screen
from fupan.people.models import Workspace

LANGUAGES = {"zh": "zh-hans", "zh-hans": "zh-hans", "zh-cn": "zh-hans", "en": "en"}
FEW_WEEKS = 8  # rebuilt in well under a second; more shows a bar
Kind = StrEnum("Kind", list(FORMATS))  # type: ignore[misc]


def review(
    week: Annotated[str | None, typer.Option("--week", help="ISO week, like 2026-W46")] = None,
    month: Annotated[str | None, typer.Option("--month", help="Month, like 2026-11")] = None,
    kind: Annotated[Kind, typer.Option("--format", help="How to write it")] = Kind("text"),
    out: Annotated[Path | None, typer.Option("--out", help="File to write; default: standard output")] = None,
    workspace: WorkspaceOption = None,
    lang: Annotated[str | None, typer.Option("--lang", help="zh or en (default: as the terminal)")] = None,
) -> None:
    """The review pack of a week or a month: the last whole week with data, unless told otherwise."""
    language = _language(lang)
    if week and month:
        _wrong(_("Choose a week or a month, not both."))
    if kind.value in {"pdf", "xlsx"} and out is None and sys.stdout.isatty():
        _wrong(_("A %(kind)s is no text: name a file with --out.") % {"kind": kind.value})
    with override(language):
        here = chosen(workspace)
        bring_up_to_date(here)
        pack = packs.pack_in(facts_of(here), _period(here, week, month))
        _write(pack, kind.value, language, out)


def show(week: int | None = None, *, workspace: str | None = None, lang: str | None = None) -> None:
    """Print the pack of a week (yyyyww); the last whole week with data when None."""
    here = chosen(workspace)
    bring_up_to_date(here)
    period = weeks.week_period(week) if week is not None else _period(here, None, None)
    show_text(packs.pack_in(facts_of(here), period), _language(lang), Console(highlight=False))


def bring_up_to_date(workspace: Workspace) -> None:
    """Carry waiting flows on, rebuild stale weeks and screen them first, so that no worker is needed to be right."""
    events.drain()
    waiting = {mark.week for mark in stale.marks(workspace.pk)}
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar if len(waiting) > FEW_WEEKS else nullcontext():
        task = bar.add_task(_("Counting what has arrived"), total=len(waiting))
        while refresh(workspace, limit=FEW_WEEKS):
            left = {mark.week for mark in stale.marks(workspace.pk)}
            bar.update(task, completed=len(waiting - left))
    screen(workspace)
    events.drain()


def _period(workspace: Workspace, week: str | None, month: str | None) -> weeks.Period:
    try:
        if week:
            return weeks.week_period(weeks.parse_week(week))
        if month:
            return weeks.parse_month(month)
    except Refused as refused:
        _wrong(str(refused.message))
    found = newest_period(workspace)
    if found is None:
        raise Refused(_("No whole week has data yet; import a report first: fupan import FILE"), code="no-data")
    return found


def _language(asked: str | None) -> str:
    if asked is None:
        return LANGUAGES.get((get_language() or "en").lower(), "en")
    if asked.lower() not in LANGUAGES:
        _wrong(_("There is no language “%(asked)s”; choose zh or en.") % {"asked": asked})
    return LANGUAGES[asked.lower()]


def _wrong(message: str) -> Any:
    """Wrong use: the sentence, and exit code 2."""
    raise typer.BadParameter(message)


def _write(pack: packs.Pack, kind: str, lang: str, out: Path | None) -> None:
    if kind == "text" and out is None:
        show_text(pack, lang, Console(highlight=False))
        return
    made = rendered(pack, kind, lang)
    if out is None:
        sys.stdout.buffer.write(made)
        sys.stdout.flush()
        return
    out.write_bytes(made)
    Console(stderr=True, highlight=False).print(_("Written: %(file)s") % {"file": out}, markup=False)
