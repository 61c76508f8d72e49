"""`fupan demo`: a simulated shop from nothing to its newest weekly review, then the site."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from fupan.cli.restart import FOLDER

console = Console()


def demo(
    home: Annotated[Path, typer.Option(help="Folder of the demo; made anew")] = FOLDER,
    port: Annotated[int, typer.Option(help="Port to serve on")] = 8000,
    seed: Annotated[int, typer.Option(help="Seed of the simulation")] = 20260101,
    scale: Annotated[float, typer.Option(min=0.02, max=20, help="1 = some 400 tickets a week")] = 1.0,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="End after the review")] = False,
) -> None:
    """Load a simulated seller, print the newest weekly review, and serve the site."""
    from fupan.cli import review, serving
    from fupan.demo import load

    serving.prepare()
    week = load.load(seed=seed, scale=scale, console=console)
    review.show(week)
    if not no_serve:
        console.print(f"[bold]http://127.0.0.1:{port}/demo/[/bold]  ({home})")
        serving.serve(host="127.0.0.1", port=port, workers=1, with_worker=True)
