"""How fast a large file goes in, and whether people can work meanwhile.

    python -m bench.imports [--file FILE.csv] [--seconds-apart 0.1]

The UCI file (541,909 order lines, as CSV) goes into SQLite with keys, checkpoints, undo images; beside it, in the
same run, the same rows by django-import-export in bulk mode and by the sqlite3 module alone. Then it goes in once more
while twenty threads read and write through the ORM.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

from rich.console import Console
from rich.table import Table

from bench._home import new_home, peak_mb, set_up

REPO = Path(__file__).resolve().parent.parent
REAL = REPO.parent / "shared" / "data" / "uci_online_retail" / "online_retail.parquet"
RECIPE = REPO / "docs" / "recipes" / "uci-online-retail.toml"
PEER_ROWS = 20_000  # django-import-export is measured on the first rows
THREADS = 20


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--file", type=Path)
    asked.add_argument("--seconds-apart", type=float, default=0.1, help="between two requests of one thread")
    asked.add_argument("--part", choices=["ours", "peer", "raw", "import"])
    options = asked.parse_args()
    if options.part:
        print(json.dumps(PARTS[options.part](options.file)))
        return 0
    if options.file is None and not REAL.exists():
        print(f"skipped: {REAL} is not there")
        return 0
    with TemporaryDirectory(prefix="fupan-bench-") as folder:
        file = options.file or _as_csv(Path(folder))
        _alone(file)
        _together(file, options.seconds_apart)
    return 0


def _as_csv(folder: Path) -> Path:
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    file = folder / "online_retail.csv"
    pc.write_csv(pq.read_table(REAL), file)
    return file


# Alone


def _alone(file: Path) -> None:
    table = Table(
        "into SQLite", "rows", "seconds", "rows/s", "of raw sqlite3", "peak MB", box=None, header_style="bold"
    )
    parts = {name: _part(name, file) for name in ("raw", "ours", "peer")}
    raw = parts["raw"]["rows"] / parts["raw"]["seconds"]
    names = {"raw": "sqlite3 module, one table", "ours": "fupan import", "peer": "django-import-export, bulk"}
    for name, found in parts.items():
        rate = found["rows"] / found["seconds"]
        figures = (
            f"{found['rows']:,.0f}",
            f"{found['seconds']:.1f}",
            f"{rate:,.0f}",
            f"{rate / raw:.3f}",
            f"{found['peak']:.0f}",
        )
        table.add_row(names[name], *figures)
    Console().print(table)
    ours, peer = (parts[name]["rows"] / parts[name]["seconds"] for name in ("ours", "peer"))
    print(f"{ours / peer:.1f} times as fast as django-import-export; raw sqlite3 is {raw / ours:.1f} times as fast")


def _part(name: str, file: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.imports", "--part", name, "--file", str(file)],
        check=True, capture_output=True, text=True, cwd=REPO,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _ours(file: Path) -> dict[str, float]:
    with new_home():
        from fupan.people.models import Workspace

        return _imported(file, Workspace.objects.create(name="Bench", currency="GBP", timezone="Europe/London"))


def _imported(file: Path, workspace: Any) -> dict[str, float]:
    from fupan.intake.services import import_file

    begun = perf_counter()
    imported = import_file(workspace, file, mapping=RECIPE.read_text("utf-8"))
    return {"rows": imported.rows_read, "seconds": perf_counter() - begun, "peak": peak_mb()}


def _peer(file: Path) -> dict[str, float]:
    """A model of the same columns, found by (number, key), written in batches."""
    with new_home():
        import tablib
        from django.db import connection, models
        from import_export import resources

        class Sold(models.Model):
            number = models.CharField(max_length=64)
            key = models.CharField(max_length=160)
            sku = models.CharField(max_length=120)
            title = models.CharField(max_length=300)
            units = models.IntegerField()
            placed_at = models.CharField(max_length=40)
            price = models.CharField(max_length=20)
            country = models.CharField(max_length=60)

            class Meta:
                app_label = "core"
                constraints = (models.UniqueConstraint(fields=["number", "key"], name="sold_once"),)

        class SoldResource(resources.ModelResource):  # type: ignore[misc]
            class Meta:
                model = Sold
                import_id_fields = ("number", "key")
                fields = ("number", "key", "sku", "title", "units", "placed_at", "price", "country")
                use_bulk, batch_size, skip_unchanged, use_transactions, skip_diff = True, 1000, True, True, True

        with connection.schema_editor() as editor:
            editor.create_model(Sold)
        begun = perf_counter()
        data = tablib.Dataset(*_rows(file, PEER_ROWS), headers=SoldResource.Meta.fields)
        SoldResource().import_data(data, raise_errors=True)
        return {"rows": float(len(data)), "seconds": perf_counter() - begun, "peak": peak_mb()}


def _raw(file: Path) -> dict[str, float]:
    """The least anybody has to do: read the CSV, insert, keep the key."""
    with TemporaryDirectory() as folder:
        base = sqlite3.connect(Path(folder) / "raw.sqlite3")
        base.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "CREATE TABLE sold (id INTEGER PRIMARY KEY, number TEXT, key TEXT, sku TEXT, title TEXT, units INT,"
            " placed_at TEXT, price TEXT, country TEXT, UNIQUE (number, key));"
        )
        begun = perf_counter()
        rows = _rows(file)
        insert = "INSERT INTO sold (number, key, sku, title, units, placed_at, price, country) VALUES (?,?,?,?,?,?,?,?)"
        with base:
            base.executemany(insert, rows)
        return {"rows": float(len(rows)), "seconds": perf_counter() - begun, "peak": peak_mb()}


def _rows(file: Path, most: int | None = None) -> list[Sequence[Any]]:
    seen: dict[tuple[str, str], int] = {}
    rows: list[Sequence[Any]] = []
    with file.open(newline="", encoding="utf-8") as text:
        reader = csv.reader(text)
        next(reader)
        for number, sku, title, units, placed, price, _customer, country in islice(reader, most):
            seen[number, sku] = seen.get((number, sku), 0) + 1
            rows.append((number, f"{sku}#{seen[number, sku]}", sku, title, int(units), placed, price, country))
    return rows


# Together with people


@dataclass
class Felt:
    """What the threads felt."""

    writes: list[float] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)
    locked: int = 0


def _together(file: Path, apart: float) -> None:
    with new_home() as home:
        from fupan.people.models import Workspace

        workspace = Workspace.objects.create(name="Bench", currency="GBP", timezone="Europe/London")
        felt, stop = Felt(), threading.Event()
        threads = [
            threading.Thread(target=_use, args=(number, workspace.pk, felt, stop, apart)) for number in range(THREADS)
        ]
        for thread in threads:
            thread.start()
        environment = {**os.environ, "FUPAN_HOME": str(home)}
        command = [sys.executable, "-m", "bench.imports", "--part", "import", "--file", str(file)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=REPO, env=environment)
        stop.set()
        for thread in threads:
            thread.join()
    told = json.loads(done.stdout.strip().splitlines()[-1])
    writes, reads = sorted(felt.writes), sorted(felt.reads)
    print(
        f"with {THREADS} threads beside it: {told['rows'] / told['seconds']:,.0f} rows/s; {len(writes):,} writes, "
        f"p50 {_at(writes, 0.5):.0f} ms, p95 {_at(writes, 0.95):.0f} ms, most {writes[-1] * 1000:.0f} ms; "
        f"{len(reads):,} reads, p95 {_at(reads, 0.95):.0f} ms; “database is locked”: {felt.locked}"
    )


def _into_home(file: Path) -> dict[str, float]:
    """The import of `_together`, into the home that is in use."""
    set_up(Path(os.environ["FUPAN_HOME"]))
    from fupan.people.models import Workspace

    return _imported(file, Workspace.objects.get())


def _use(number: int, workspace_id: int, felt: Felt, stop: threading.Event, apart: float) -> None:
    from django.db import OperationalError, connection

    random = Random(number)
    act, times = (_write, felt.writes) if number % 2 else (_read, felt.reads)
    while not stop.is_set():
        begun = perf_counter()
        try:
            act(workspace_id)
        except OperationalError:
            felt.locked += 1
        times.append(perf_counter() - begun)
        sleep(apart * random.uniform(0.5, 1.5))
    connection.close()


def _write(workspace_id: int) -> None:
    from django.db import transaction

    from fupan.core.events import record
    from fupan.people.models import Workspace

    with transaction.atomic():
        workspace = Workspace.objects.get(pk=workspace_id)
        workspace.next_ticket += 1
        workspace.save(update_fields=["next_ticket"])
        record("bench.written", workspace, by=None)


def _read(workspace_id: int) -> None:
    from fupan.commerce.models import OrderLine

    lines = OrderLine.objects.filter(workspace_id=workspace_id).select_related("order", "listing__product")
    list(lines.order_by("-week", "-pk")[:50])


def _at(sorted_seconds: Sequence[float], share: float) -> float:
    return sorted_seconds[int(share * (len(sorted_seconds) - 1))] * 1000 if sorted_seconds else 0.0


PARTS: dict[str, Callable[[Path], dict[str, float]]] = {
    "ours": _ours, "peer": _peer, "raw": _raw, "import": _into_home,
}  # fmt: skip

if __name__ == "__main__":
    sys.exit(main())
