"""Does the screening find what was planted in the simulated shop, where it is, and how often does it cry wolf?

    python -m bench.signals [--seed 20260101] [--scale 1.0] [--from 14] [--slices 10000]

The demo is loaded through the product's own doors (labels and all), then every week is judged in order with only what
was known at its end. Printed for each planted incident: found or not, in which week, and the localised slice beside
the true one; then the signals about nothing planted, a week. Beside it: how long one week of so many slices takes.
"""

from __future__ import annotations

import argparse
import json
from datetime import date
from time import perf_counter
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from bench._home import new_home

TODAY = date(2026, 11, 16)
WEEKS = 156


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seed", type=int, default=20260101)
    asked.add_argument("--scale", type=float, default=1.0)
    asked.add_argument("--from", type=int, default=14, dest="first", help="weeks of history before the first judged")
    asked.add_argument("--slices", type=int, default=10_000)
    options = asked.parse_args()
    console = Console()
    with new_home() as home:
        planted(console, home, options)
    many(console, options.slices)


def planted(console: Console, home: Any, options: Any) -> None:
    from fupan.core import weeks
    from fupan.demo.found import compare
    from fupan.demo.load import TRUTH, load
    from fupan.insight.models import Signal, SignalSettings
    from fupan.insight.services import screen
    from fupan.people.models import Workspace

    load(seed=options.seed, scale=options.scale, console=Console(stderr=True), today=TODAY)
    truth = json.loads((home / TRUTH).read_text("utf-8"))
    workspace = Workspace.objects.get()
    Signal.objects.all().delete()
    SignalSettings.objects.update(screened="")
    start = perf_counter()
    done = screen(workspace, since=weeks.shift(truth["first_week"], options.first))
    spent = perf_counter() - start
    found, false = compare(truth, Signal.objects.all())
    _show(console, found, false, done, spent)


def _show(console: Console, found: Any, false: Any, done: Any, spent: float) -> None:
    from fupan.core import weeks
    from fupan.core.slices import Slice

    table = Table("planted", "begins", "found", "localised slice", "truth", "exact")
    for one in found:
        week = weeks.label(one.week) if one.week else "no"
        table.add_row(
            one.code, weeks.label(one.first_week), week, str(Slice.of(one.slice)), str(Slice.of(one.truth)),
            "yes" if one.exact else "no",
        )  # fmt: skip
    console.print(table)
    judged = len(done.weeks)
    console.print(f"signals about nothing planted: {len(false)} in {judged} weeks, {len(false) / judged:.2f} a week")
    for signal in false:
        console.print(
            f"  {weeks.label(signal.week)} {signal.kind} {signal.slice} {signal.observed:g}/{signal.expected:g}"
        )
    console.print(f"{judged} weeks judged in {spent:.1f} s, {spent / judged:.2f} s a week")


def many(console: Console, slices: int) -> None:
    """One week over so many slices with three years behind them, half of them younger."""
    from fupan.insight import compute

    rng = np.random.default_rng(1)
    level = rng.lognormal(0.3, 1.0, slices)
    units = np.ones((slices, WEEKS)) * 100
    young = rng.random(slices) < 0.5
    units[young, : WEEKS - 40] = 0
    counts = rng.poisson(level[:, None] * (units > 0)).astype(np.float64)
    levels, parents = np.arange(slices) % 6, np.full(slices, -1)
    start = perf_counter()
    alarms = compute.outbreaks(counts, units, WEEKS - 1, q=0.1, parents=parents, levels=levels)
    spent = perf_counter() - start
    console.print(
        f"{slices:,} slices of {WEEKS} weeks screened in {spent:.1f} s; {len(alarms)} alarms, nothing planted"
    )


if __name__ == "__main__":
    main()
