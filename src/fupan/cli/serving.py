"""`fupan serve` and `fupan worker`: the web beside its worker, each in processes of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Annotated, Any

import typer
from django.conf import settings
from rich.console import Console

from fupan.core import tables

console = Console()


def prepare(*, quiet: bool = True) -> None:
    """Bring the database and the static files up to date."""
    Path(settings.HOME).mkdir(mode=0o700, parents=True, exist_ok=True)
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    tables.bring_up_to_date(quiet=quiet)


def worker() -> None:
    """Run jobs, flows and schedules until stopped."""
    from django_q.cluster import Cluster

    from fupan.config import schedule

    prepare()
    schedule.plant()
    stopped = threading.Event()
    pump = threading.Thread(target=schedule.pump, args=(stopped,), daemon=True)
    cluster = Cluster()

    def stop(_signal: int, _frame: Any) -> None:
        stopped.set()
        cluster.stop()

    cluster.start()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, stop)
    pump.start()
    while not stopped.wait(0.5):
        pass
    pump.join(timeout=10)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Web processes")] = 1,
    with_worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Start a worker beside the web")] = True,
) -> None:
    """Serve the site, and start a worker beside it."""
    from granian import Granian
    from granian.constants import Interfaces

    prepare()
    beside = subprocess.Popen([sys.executable, "-m", "fupan.cli", "worker"], env=os.environ) if with_worker else None
    console.print(f"Fupan: http://{host}:{port}")
    try:
        Granian(
            "fupan.config.asgi:application", address=host, port=port, interface=Interfaces.ASGINL, workers=workers,
            log_access=False, websockets=False,
        ).serve()  # fmt: skip
    finally:
        if beside is not None:
            beside.terminate()
            beside.wait(timeout=20)
