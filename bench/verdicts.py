"""Do the verdicts say what was planted in the simulated shop?

    python -m bench.verdicts [--seeds 3] [--scale 1.0]

The demo is loaded through the product's own doors for several seeds: what was done is told in its weeks, each check is
frozen on the day of its action and judged with what was known at its planned look. Printed for each planted action: the
true change, the verdict with its interval, whether the interval holds the truth, whether it was carried out everywhere.
"""

from __future__ import annotations

import argparse
import json
from datetime import date
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.table import Table

from bench._home import new_home

TODAY = date(2026, 11, 16)
SEED = 20260101


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seeds", type=int, default=3)
    asked.add_argument("--scale", type=float, default=1.0)
    options = asked.parse_args()
    console = Console()
    table = Table("seed", "action", "truth", "verdict", "change", "interval", "holds truth", "carried out", "looks")
    held, number, seconds = 0, 0, []
    with new_home() as home:
        for place in range(options.seeds):
            rows, spent = one_shop(home, SEED + place, options.scale)
            seconds.append(spent)
            for row in rows:
                table.add_row(str(SEED + place), *row[1:])
                held, number = held + row[0], number + 1
    console.print(table)
    console.print(
        f"intervals that hold the truth: {held} of {number}; looks of one check: {max(seconds):.2f} s at most"
    )


def one_shop(home: Any, seed: int, scale: float) -> tuple[list[Any], float]:
    from django.core.management import call_command

    from fupan.demo.load import TRUTH, load
    from fupan.verification.models import Check
    from fupan.verification.queries.looking import Material

    call_command("flush", interactive=False, verbosity=0)
    load(seed=seed, scale=scale, console=Console(stderr=True), today=TODAY)
    planted = json.loads((home / TRUTH).read_text("utf-8"))["planted"]
    truth = {tuple(sorted(one["slice"].items())): one["factor"] - 1 for one in planted if one["kind"] == "action"}
    rows, spent = [], 0.0
    for check in Check.objects.select_related("action", "carrying", "workspace").order_by("pk"):
        start = perf_counter()
        material = Material(check)
        for week in material.weeks_due():
            material.look(week)
        spent = max(spent, perf_counter() - start)
        rows.append(_row(check, truth))
    return rows, spent


def _row(check: Any, truth: dict[Any, float]) -> tuple[Any, ...]:
    look = check.looks.filter(final=True).first() or check.looks.last()
    true = truth.get(tuple(sorted(dict(part.split("=") for part in check.design["slice"].split("&")).items())), 0.0)
    if look is None or look.low is None or look.high is None:
        return True, check.action.title, f"{true:+.0%}", "collecting", "", "", "", check.carrying.answer, "0"
    holds = look.low <= true <= look.high
    word = look.verdict if look.final else f"collecting ({look.verdict})"
    return (
        holds, check.action.title, f"{true:+.0%}", word, f"{look.change:+.0%}", f"{look.low:+.0%} .. {look.high:+.0%}",
        "yes" if holds else "NO", check.carrying.answer, str(check.looks.count()),
    )  # fmt: skip


if __name__ == "__main__":
    main()
