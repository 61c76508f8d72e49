"""`fupan search`: cases, articles, templates and tickets by their words, after what changed has been read in."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from fupan.cli.workspace import WorkspaceOption, chosen
from fupan.core import events
from fupan.core.errors import Refused
from fupan.library.finding import writing
from fupan.library.finding.sources import BY_KIND, SOURCES
from fupan.library.queries.searching import Found, asked_of, found
from fupan.people.models import Member, Role, Workspace

TRIES = 3  # turns without any progress, before somebody else is at it
TURN = 5.0  # seconds of one turn, between which another writer may come in


def search(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="TEXT", help="Words, or a number", show_default=False)
    ] = None,
    kind: Annotated[str, typer.Option(help="Only these: " + ", ".join(BY_KIND))] = "",
    page: Annotated[int, typer.Option(min=1, max=500)] = 1,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build the index anew from the database first")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For a script")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Find cases, articles, templates and tickets by their words, in any language. Sees the whole workspace."""
    text = " ".join(words or ())
    if not text and not rebuild:
        raise typer.BadParameter(_("Say what to look for, or --rebuild."))
    if kind and kind not in BY_KIND:
        raise typer.BadParameter(_("There are: %(known)s") % {"known": ", ".join(BY_KIND)})
    here = chosen(workspace)
    events.drain()
    if rebuild:
        writing.build_anew(here.pk)
    bring_up_to_date(here)
    if not text:
        Console().print(_("%(count)s texts in the index.") % {"count": f"{writing.size(here.pk):,}"})
        return
    everybody = Member(workspace=here, role=Role.ADMIN)  # the console is nobody in particular, and sees all
    answer = found(everybody, asked_of(everybody, {"q": text, "kind": kind, "page": str(page)}))
    _print(answer, page, as_json=as_json)


def bring_up_to_date(workspace: Workspace) -> None:
    """Read in what changed; build what is not there yet."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(_("Reading the texts for the search …"), total=_expected(workspace))
        idle = 0
        while not writing.up_to_date(workspace.pk):
            done = writing.catch_up(workspace.pk, seconds=TURN, progress=lambda count: bar.advance(task, count))
            idle = 0 if done else idle + 1
            if idle > TRIES:
                raise Refused(_("Another process writes the index just now; try again in a minute."), code="busy")


def catch_up_if_built(workspace: Workspace) -> None:
    """After an import: what came in is found at once where the index is built; else a worker builds it."""
    if writing.ready(workspace.pk):
        writing.catch_up(workspace.pk, seconds=TURN)


def _expected(workspace: Workspace) -> int | None:
    if writing.ready(workspace.pk):
        return None
    return sum(int(source.model.objects.filter(workspace=workspace).count()) for source in SOURCES)


def _print(answer: Found, page: int, *, as_json: bool) -> None:
    if as_json:
        hits = [_plain(hit) for hit in answer.hits]
        told = {"total": answer.total, "lenient": answer.lenient, "kinds": answer.kinds, "page": page, "hits": hits}
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return
    console = Console(highlight=False)
    if not answer.hits:
        console.print(_("Nothing found. Try fewer words, or another word for it."))
        return
    for hit in answer.hits:
        line = Text(f"{hit.shown.label:>9}  ", "bold").append_text(_marked(hit.title))
        console.print(line.append(f"  {' · '.join(hit.shown.about)}", "dim"))
        if hit.snippet != hit.title:
            console.print(Text(" " * 11).append_text(_marked(hit.snippet)))
    console.print(_("%(count)s hits") % {"count": f"{answer.total:,}"}, style="dim")


def _plain(hit: Any) -> dict[str, Any]:
    one = hit.shown
    return {"kind": one.kind, "id": one.pk, "number": one.label, "title": one.title, "about": one.about,
            "tags": one.tags, "url": one.url, "at": str(one.at or "")}  # fmt: skip


def _marked(html: str) -> Text:
    """The words that were found in bold green."""
    from html import unescape

    told = Text()
    for part in html.split("<mark>"):
        found_here, mark, rest = part.partition("</mark>")
        if mark:
            told.append(unescape(found_here), "bold green")
        told.append(unescape(rest if mark else part))
    return told
