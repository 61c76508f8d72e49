"""`fupan demo`: a simulated shop from nothing to its newest weekly review, then the site."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

console = Console()
HOME_SET = "FUPAN_DEMO_STARTED"


def demo(
    home: Annotated[Path, typer.Option(help="Folder of the demo; made anew")] = Path(".demo"),
    port: Annotated[int, typer.Option(help="Port to serve on")] = 8000,
    seed: Annotated[int, typer.Option(help="Seed of the simulation")] = 20260101,
    scale: Annotated[float, typer.Option(min=0.02, max=20, help="1 = some 400 tickets a week")] = 1.0,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="End after the review")] = False,
) -> None:
    """Load a simulated seller, print the newest weekly review, and serve the site."""
    if os.environ.get(HOME_SET) != "1":
        _start_over_in(home)
    from fupan.cli import review, serving
    from fupan.demo import load

    serving.prepare()
    week = load.load(seed=seed, scale=scale, console=console)
    review.show(week)
    if not no_serve:
        console.print(f"[bold]http://127.0.0.1:{port}/demo/[/bold]  ({home})")
        serving.serve(host="127.0.0.1", port=port, workers=1, with_worker=True)


def _start_over_in(home: Path) -> None:
    """Run this same command with the demo's own home: settings are read once, so it takes a new process."""
    target = home.resolve()
    if target.exists() and any(target.iterdir()) and not (target / "demo.txt").exists():
        console.print(f"{target} is not a demo folder; nothing was changed.", style="red")
        raise typer.Exit(2)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    (target / "demo.txt").write_text("A simulated shop; made anew by every `fupan demo`.\n")
    surroundings = {**os.environ, "FUPAN_HOME": str(target), "FUPAN_DEMO": "1", "DATABASE_URL": "", HOME_SET: "1"}
    os.execve(sys.executable, [sys.executable, "-m", "fupan.cli", *sys.argv[1:]], surroundings)
