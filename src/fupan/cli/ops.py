"""`fupan backup`, `restore`, `doctor`, `purge`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from fupan.core.errors import Refused
from fupan.ops import archive, databases, services
from fupan.ops import doctor as examination

console = Console()
MARKS = {"ok": "[green]●[/green]", "warning": "[yellow]◐[/yellow]", "failure": "[red]▲[/red]"}


def backup(
    out: Annotated[Path | None, typer.Option(help="File to write (default: a new one in FUPAN_HOME/backups)")] = None,
    facts: Annotated[bool, typer.Option("--facts", help="Include the facts, which can be rebuilt")] = False,
) -> None:
    """Write everything into one file, while others go on working."""
    _require_database()
    with console.status(_("Backing up")):
        target = services.backup(out, facts=facts)
    console.print(f"{target}  ({target.stat().st_size / 1e6:.1f} MB)", soft_wrap=True)
    if (Path(settings.HOME) / "secret.key").exists():
        console.print(
            _("Keep %(file)s as well, in another place: without it names and messages in the backup stay unreadable.")
            % {"file": Path(settings.HOME) / "secret.key"},
            soft_wrap=True,
        )


def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    force: Annotated[bool, typer.Option("--force", help="Replace what is here; accept a backup past its time")] = False,
) -> None:
    """Put a backup back."""
    with console.status(_("Restoring")):
        manifest = services.restore(file, force=force)
    console.print(_("Restored the state of %(when)s.") % {"when": f"{manifest.made_at:%Y-%m-%d %H:%M} UTC"})
    if manifest.key != archive.key_fingerprint():
        console.print(
            _("The backup was made under another secret key. Put that key back (secret.key or FUPAN_SECRET_KEY), or"
              " add it to FUPAN_OLD_SECRET_KEYS; until then names and messages are empty."),
            style="yellow",
        )  # fmt: skip


def doctor(as_json: Annotated[bool, typer.Option("--json", help="For scripts")] = False) -> None:
    """Is this machine fit, and is the work flowing? Exit code 1 when something is broken."""
    findings = examination.examine()
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in findings], ensure_ascii=False, indent=1))
    else:
        console.print(_table(findings))
    if any(one.state == "failure" for one in findings):
        raise typer.Exit(1)


def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count")] = False,
    compact: Annotated[bool, typer.Option("--compact", help="Compact the database file, however big")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts")] = False,
) -> None:
    """Remove buyer data whose time is over (the worker does this every night)."""
    _require_database()
    counts = dict(services.purge(dry_run=dry_run, compact=compact))
    if as_json:
        typer.echo(json.dumps(counts))
        return
    if not counts:
        console.print(_("Nothing is due."))
    table = Table(box=None, show_header=False)
    for what, count in sorted(counts.items()):
        table.add_row(what, f"{count:,}")
    console.print(table)


def _require_database() -> None:
    if not databases.made():
        raise Refused(_("There is no database here yet; “fupan init” makes one."), code="no-database")


def _table(findings: list[examination.Finding]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for one in findings:
        remedy = f"\n[dim]→ {one.remedy}[/dim]" if one.remedy else ""
        table.add_row(MARKS[one.state], str(examination.TITLES[one.name]), one.detail + remedy)
    return table
