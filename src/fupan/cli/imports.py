"""`fupan import` and `fupan imports`: files in, what came of it, and back out again."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from fupan.cli.workspace import WorkspaceOption, chosen, chosen_or_new
from fupan.core import events
from fupan.core.errors import Refused
from fupan.people.models import Workspace

console = Console()
MOST_SHOWN = 12
COUNTS = ("rows_read", "created", "updated", "unchanged", "rejected")
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON")]


def import_files(
    files: Annotated[list[Path], typer.Argument(help="Files, folders or ZIP archives", show_default=False)],
    profile: Annotated[str | None, typer.Option(help="Name of a built-in report or of a saved mapping")] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--map", help="A mapping file (TOML)", exists=True, dir_okay=False, show_default=False),
    ] = None,
    shop: Annotated[str | None, typer.Option(help="Name of the shop the files are of")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count only, write nothing")] = False,
    workspace: WorkspaceOption = None,
    as_json: Json = False,
) -> None:
    """Bring files in: orders, returns, ratings, tickets, products. The same file twice changes nothing."""
    from fupan.intake import services

    owner = chosen_or_new(workspace)
    told: dict[str, Any] = {
        "shop": _shop(owner, shop), "profile": profile, "mapping": mapping.read_text("utf-8") if mapping else None,
    }  # fmt: skip
    begun = time.monotonic()
    with _bar(quiet=as_json) as bar:
        if dry_run:
            found = services.try_paths(owner, files, **told)
        else:
            found = services.import_paths(owner, files, progress=_Shown(bar), **told)
    if not dry_run and found.imports:
        _settle(owner, quiet=as_json)
    answer = [_told(one, dry=dry_run) for one in found.imports]
    skipped = [{"file": one.name, "why": one.why} for one in found.skipped]
    if as_json:
        typer.echo(
            json.dumps({"imports": answer, "skipped": skipped, "dry_run": dry_run}, ensure_ascii=False, indent=2)
        )
    else:
        _show(answer, skipped, seconds=time.monotonic() - begun, dry=dry_run)
    if not answer or all(one["rejected"] and one["rejected"] >= one["rows_read"] for one in answer):
        raise typer.Exit(1)


def list_imports(workspace: WorkspaceOption = None, as_json: Json = False, limit: int = 30) -> None:
    """Past imports, newest first."""
    from fupan.intake.models import Import

    rows = [_told(one, dry=False) for one in Import.objects.filter(workspace=chosen(workspace)).order_by("-pk")[:limit]]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table(box=None, header_style="bold")
    for name in (_("no."), _("file"), _("state"), _("days")):
        table.add_column(name)
    for name in (_("created"), _("changed"), _("refused")):
        table.add_column(name, justify="right")
    for one in rows:
        days = f"{one['first_day']} – {one['last_day']}" if one["first_day"] else "—"
        counts = (f"{one[name]:,}" for name in ("created", "updated", "rejected"))
        table.add_row(str(one["id"]), one["file"], one["state_words"], days, *counts)
    console.print(table if rows else _("No imports yet."))


def undo(
    number: Annotated[int, typer.Argument(help="Number of the import")], workspace: WorkspaceOption = None
) -> None:
    """Take an import back; tickets somebody worked on stay."""
    from fupan.intake import services
    from fupan.intake.models import Import, ImportState

    owner = chosen(workspace)
    found = Import.objects.filter(workspace=owner, pk=number).first()
    if found is None:
        raise Refused(_("There is no import %(number)s.") % {"number": number}, code="no-such-import")
    if found.state == ImportState.UNDONE:
        raise Refused(_("This import was already undone."), code="already-undone")
    services.undo_import(number, None)
    _settle(owner, quiet=False)
    console.print(_("Import %(number)s was undone.") % {"number": number})


def _shop(owner: Workspace, name: str | None) -> Any:
    from fupan.commerce.models import Shop

    if name is None:
        return None
    found = Shop.objects.filter(workspace=owner, name=name).first()
    if found is None:
        known = ", ".join(Shop.objects.filter(workspace=owner).values_list("name", flat=True)) or "—"
        raise Refused(
            _("There is no shop “%(name)s”; there are: %(known)s.") % {"name": name, "known": known},
            code="no-such-shop",
        )
    return found


def _settle(owner: Workspace, *, quiet: bool) -> None:
    """Let the later stages catch up: tickets from rows, facts from both, and the search where it is built already."""
    from fupan.cli.search import catch_up_if_built
    from fupan.insight.services import refresh

    if quiet:
        events.drain()
        refresh(owner)
        catch_up_if_built(owner)
        return
    with console.status(_("Opening tickets …")):
        events.drain()
    with console.status(_("Bringing the facts up to date …")):
        refresh(owner)
    with console.status(_("Reading the texts for the search …")):
        catch_up_if_built(owner)


def _bar(*, quiet: bool) -> Progress:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=quiet)


class _Shown:
    """A bar for each import on its way."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._tasks: dict[int, TaskID] = {}

    def __call__(self, imported: Any, done: int, total: int | None) -> None:
        if imported.pk not in self._tasks:
            self._tasks[imported.pk] = self._bar.add_task(imported.name, total=total)
        self._bar.update(self._tasks[imported.pk], completed=done, total=max(total or 0, done))


def _told(one: Any, *, dry: bool) -> dict[str, Any]:
    """An import as scripts want it."""
    check = one.options.get("check", {}) if dry else {}
    counts = {name: check.get("rows" if name == "rows_read" else name, getattr(one, name)) for name in COUNTS}
    return {
        "id": one.pk, "file": one.name, "profile": one.profile, "shop": one.shop.name if one.shop else "",
        "state": one.state, "state_words": str(one.get_state_display()), "same_as": one.options.get("same_as"),
        "encoding": one.options.get("encoding", ""), "first_day": str(one.first_day or ""),
        "last_day": str(one.last_day or ""), **counts,
        "ignored": check.get("ignored", one.options.get("ignored", 0)), "reasons": _reasons(one, check),
    }  # fmt: skip


def _reasons(one: Any, check: dict[str, Any]) -> list[dict[str, Any]]:
    """Refused rows by reason, the most frequent first."""
    from fupan.intake.faults import words

    if check:
        return [reason | dict(zip(("reason", "advice"), words(reason["code"], hint=reason["hint"]), strict=True))
                for reason in check["reasons"]]  # fmt: skip
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    for reject in one.rejects.order_by("line") if one.pk else ():
        group = groups.setdefault(
            (reject.code, reject.column),
            {"code": reject.code, "column": reject.column, "count": 0, "line": reject.line, "value": reject.value,
             "reason": reject.reason, "advice": reject.advice},
        )  # fmt: skip
        group["count"] += 1
    return sorted(groups.values(), key=lambda group: -group["count"])


def _show(answer: list[dict[str, Any]], skipped: list[dict[str, str]], *, seconds: float, dry: bool) -> None:
    if dry:
        console.print(_("A dry run: nothing was written."), style="bold")
    table = Table(box=None, header_style="bold")
    table.add_column(_("file"), overflow="fold")
    table.add_column(_("read as"))
    for name in (_("rows"), _("created"), _("changed"), _("as before"), _("left out"), _("refused")):
        table.add_column(name, justify="right")
    for one in answer:
        counts = [f"{one[name]:,}" for name in ("rows_read", "created", "updated", "unchanged", "ignored")]
        refused = f"[yellow]{one['rejected']:,}[/yellow]" if one["rejected"] else "0"
        table.add_row(one["file"], one["profile"], *counts, refused)
    if answer:
        console.print(table)
        rows = sum(one["rows_read"] for one in answer)
        console.print(
            _("%(rows)s rows in %(seconds)s s") % {"rows": f"{rows:,}", "seconds": f"{seconds:.1f}"}, style="dim"
        )
    for one in answer:
        if one["same_as"]:
            told = {"file": one["file"], "number": one["same_as"]}
            console.print(_("%(file)s went in before (import %(number)s); nothing changed.") % told)
        _show_rejects(one)
    for left in skipped:
        console.print(_("Skipped %(file)s: %(why)s") % left, style="dim", markup=False)


def _show_rejects(one: dict[str, Any]) -> None:
    if not one["reasons"]:
        return
    title = _("Refused rows of %(file)s") % {"file": one["file"]}
    table = Table(title=title, box=None, header_style="bold", title_justify="left")
    for name in (_("line"), _("column"), _("value"), _("reason"), _("how to mend it")):
        table.add_column(name, overflow="fold")
    table.add_column(_("of this kind"), justify="right")
    for reason in one["reasons"][:MOST_SHOWN]:
        cells = [str(reason["line"]), reason["column"], reason["value"], reason["reason"], reason["advice"]]
        table.add_row(*(cell.replace("[", "\\[") for cell in cells), f"{reason['count']:,}")
    console.print(table)
