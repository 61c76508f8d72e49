"""How fast are the numbers of a review pack over a million tickets and five million order lines?

    python -m bench.pack [--tickets 1000000] [--orders 5000000] [--weeks 66] [--no-postgres]

Every contender runs in a process of its own on the same facts, with its libraries imported before the clock starts:
our pack (first time, again after the facts changed, again unchanged), the same sums by a plain DuckDB script (which
stops at the sums: no intervals, no names, no quotes), by pandas, and by a PostgreSQL server that this run starts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.table import Table

from bench._home import new_home, peak_mb, set_up
from bench._simulated import LAST_WEEK, plant
from bench._sums import SUMS, TREND, UNITS_OF, weeks_behind

Times = dict[str, Any]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--tickets", type=int, default=1_000_000)
    asked.add_argument("--orders", type=int, default=5_000_000)
    asked.add_argument("--weeks", type=int, default=66)
    asked.add_argument("--no-postgres", action="store_true")
    asked.add_argument("--child", nargs=2, metavar=("NAME", "HOME"))
    options = asked.parse_args()
    if options.child:
        name, home = options.child
        print(json.dumps(CONTENDERS[name](Path(home))))
        return
    with new_home() as home:
        started = perf_counter()
        plant(options.tickets, options.orders, options.weeks)
        Console().print(f"{options.tickets:,} tickets, {options.orders:,} order lines in {options.weeks} weeks, "
                        f"written in {perf_counter() - started:.0f} s")  # fmt: skip
        names = [name for name in CONTENDERS if name != "postgres" or not options.no_postgres]
        Console().print(_table({name: _run(name, home) for name in names}))


def _run(name: str, home: Path) -> Times:
    command = [sys.executable, "-m", "bench.pack", "--child", name, str(home)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"note": (done.stderr.strip().splitlines() or ["failed"])[-1][:60]}
    found: Times = json.loads(done.stdout.splitlines()[-1])
    return found


def _table(times: dict[str, Times]) -> Table:
    limit = times["duckdb"].get("first")
    shown = Table("contender", "first, s", "x DuckDB", "again, s", "unchanged, s", "peak, MB", "note")
    for name, one in times.items():
        ratio = f"{one['first'] / limit:.2f}" if limit and "first" in one else ""
        figures = [f"{one[key]:.3f}" if key in one else "" for key in ("first", "again", "unchanged")]
        peak = f"{one['peak']:.0f}" if "peak" in one else ""
        shown.add_row(name, figures[0], ratio, figures[1], figures[2], peak, one.get("note", ""))
    return shown


def timed(work: Callable[[], Any]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def ours(home: Path) -> Times:
    """The whole pack, intervals, names and all."""
    import_started = perf_counter()
    set_up(home)
    from fupan.briefing.queries import pack
    from fupan.core.weeks import week_period
    from fupan.insight.facts import FactsView
    from fupan.people.models import Workspace

    imported = perf_counter() - import_started
    workspace = Workspace.objects.get()
    view, period = FactsView(workspace.pk), week_period(LAST_WEEK)

    def make() -> None:
        assert pack(view, period)["kpis"][0]["value"]

    first = timed(make)
    unchanged = timed(make)
    workspace.name = "Bench, changed"  # part of the key: the pack is made anew
    workspace.save()
    again = timed(make)
    return {
        "first": first,
        "again": again,
        "unchanged": unchanged,
        "peak": peak_mb(),
        "note": f"imports {imported:.1f} s",
    }


def files_of(home: Path, table: str, weeks: set[int]) -> list[str]:
    return [str(path) for path in sorted((home / "facts").glob(f"*/{table}/*.parquet")) if int(path.name[:6]) in weeks]


def by_duckdb(home: Path) -> Times:
    import duckdb

    database = duckdb.connect()

    def make() -> None:
        for table, sql in SUMS.items():
            source, weeks = UNITS_OF[table]
            paths = files_of(home, source, weeks)
            database.execute(f"CREATE OR REPLACE TEMP VIEW {source} AS FROM read_parquet({paths})")
            database.sql(sql).fetchnumpy()

    return {"first": timed(make), "again": timed(make), "peak": peak_mb(), "note": "sums only"}


def by_pandas(home: Path) -> Times:
    from bench._sums import pandas_sums

    def make() -> None:
        pandas_sums(lambda table, weeks: files_of(home, table, weeks))

    return {"first": timed(make), "again": timed(make), "peak": peak_mb(), "note": "sums only"}


def by_postgres(home: Path) -> Times:
    from bench._postgres import loaded

    with loaded(lambda table: files_of(home, table, weeks_behind(TREND))) as run:

        def make() -> None:
            for sql in SUMS.values():
                run(sql)

        return {"first": timed(make), "again": timed(make), "note": "sums only, indexed by week"}


CONTENDERS: dict[str, Callable[[Path], Times]] = {
    "fupan": ours, "duckdb": by_duckdb, "pandas": by_pandas, "postgres": by_postgres,
}  # fmt: skip

if __name__ == "__main__":
    main()
