"""How honest are our intervals? Ours beside what dashboards and textbooks use, on the same simulated weeks.

    python -m bench.compare [--runs 20000] [--seed 7]

Three tables: false alarms when nothing changed, coverage of the 95 % interval when something did, and how often a
real doubling is seen. A last one asks the same when the dispersion has to be estimated from the shop's own weeks.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from itertools import product
from time import perf_counter

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy import special

from fupan.engine import compare
from fupan.engine.calibration import Weeks, swinging_counts
from fupan.engine.checks import FloatArray

Bounds = tuple[FloatArray, FloatArray]
Method = Callable[[FloatArray, FloatArray, float, float], Bounds]

MEANS = (3.0, 10.0, 50.0)
DISPERSIONS = (1.0, 2.0)
HISTORY = (1, 4, 26)


def ours(k1: FloatArray, k0: FloatArray, weeks: float, dispersion: float) -> Bounds:
    """compare.rates, told the dispersion."""
    found = compare.rates_many(k1, 1, k0, weeks, dispersion=dispersion)
    return found.low, found.high


def exact(k1: FloatArray, k0: FloatArray, weeks: float, dispersion: float) -> Bounds:
    """Clopper and Pearson on the conditional binomial; knows no dispersion."""
    low = special.betaincinv(np.maximum(k1, 1e-9), k0 + 1, 0.025) * (k1 > 0)
    high = np.where(k0 > 0, special.betaincinv(k1 + 1, np.maximum(k0, 1e-9), 0.975), 1.0)
    return weeks * low / (1 - low), weeks * high / np.maximum(1 - high, 1e-12)


def wald(k1: FloatArray, k0: FloatArray, weeks: float, dispersion: float) -> Bounds:
    """The z-test of the log ratio, with half an event added to each side; knows no dispersion."""
    middle, error = np.log((k1 + 0.5) / ((k0 + 0.5) / weeks)), np.sqrt(1 / (k1 + 0.5) + 1 / (k0 + 0.5))
    return np.exp(middle - 1.96 * error), np.exp(middle + 1.96 * error)


def z_test(k1: FloatArray, k0: FloatArray, weeks: float, dispersion: float) -> Bounds:
    """The z-test of this week against an average taken for certain, as week-over-week widgets do."""
    average = np.maximum(k0 / weeks, 1e-9)
    return (k1 - 1.96 * np.sqrt(k1)) / average, (k1 + 1.96 * np.sqrt(k1)) / average


def twenty_percent(k1: FloatArray, k0: FloatArray, weeks: float, dispersion: float) -> Bounds:
    """An arrow whenever the figure moved by a fifth."""
    ratio = k1 / np.maximum(k0 / weeks, 1e-9)
    return ratio / 1.2, ratio * 1.2


METHODS: dict[str, Method] = {
    "compare\n.rates": ours,
    "exact,\nPoisson": exact,
    "z on\nlog ratio": wald,
    "z, average\ncertain": z_test,
    "arrow at\n±20 %": twenty_percent,
}


def main() -> None:
    options = argparse.ArgumentParser(description="Calibration of compare.rates beside naive peers")
    options.add_argument("--runs", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=7)
    chosen = options.parse_args()
    console = Console()
    console.print(table("Called a change although nothing changed, % (want about 5)", 1.0, alarmed, chosen))
    console.print(table("95 % interval covers a true ×1.5, % (want about 95)", 1.5, covered, chosen))
    console.print(table("A true doubling is detected, %", 2.0, alarmed, chosen))
    console.print(estimated(chosen.runs, np.random.default_rng(chosen.seed)))
    console.print(speed(np.random.default_rng(chosen.seed)))


def alarmed(bounds: Bounds, scenario: Weeks) -> float:
    """The part of the runs whose interval leaves out 1."""
    return float(((bounds[0] > 1) | (bounds[1] < 1)).mean())


def covered(bounds: Bounds, scenario: Weeks) -> float:
    """The part of the runs whose interval holds the true ratio."""
    return float(((bounds[0] <= scenario.ratio) & (scenario.ratio <= bounds[1])).mean())


def table(title: str, ratio: float, mark: Callable[[Bounds, Weeks], float], chosen: argparse.Namespace) -> Table:
    """One row per situation, one column per method; the same draws for every method."""
    shown = Table(title=title)
    for heading in ("var\n/mean", "weeks\nbefore", "events\na week", *METHODS):
        shown.add_column(heading, justify="right")
    rng = np.random.default_rng(chosen.seed)
    for dispersion, before, mean in product(DISPERSIONS, HISTORY, MEANS):
        scenario = Weeks(mean, before, ratio, dispersion)
        k1, k0 = scenario.draw(rng, chosen.runs)
        marks = [mark(method(k1, k0, before, dispersion), scenario) for method in METHODS.values()]
        shown.add_row(f"{dispersion:g}", str(before), f"{mean:g}", *(f"{100 * value:.1f}" for value in marks))
    return shown


def estimated(runs: int, rng: np.random.Generator) -> Table:
    """False alarms of a week against the 4 before it, with the dispersion estimated from the history."""
    shown = Table(title="False alarms with an estimated dispersion, %")
    for heading in ("weeks of\nhistory", "true\nvariance / mean", "median\nestimate", "with it", "taken as\nPoisson"):
        shown.add_column(heading, justify="right")
    for weeks, true in product((8, 13, 26, 52), (1.0, 2.0, 4.0)):
        past = swinging_counts(rng, 10.0, true, (runs // 4, weeks))
        now, before = swinging_counts(rng, 10.0, true, (runs // 4,)), past[:, -4:].sum(axis=1)
        phi = np.array([compare.dispersion(series) for series in past])
        alarms = [compare.rates_many(now, 1, before, 4, dispersion=d).detectable.mean() for d in (phi, None)]
        shown.add_row(str(weeks), f"{true:g}", f"{np.median(phi):.2f}", *(f"{100 * part:.1f}" for part in alarms))
    return shown


def speed(rng: np.random.Generator) -> Table:
    """Milliseconds for 1,000 rows at once."""
    k1, k0 = swinging_counts(rng, 10.0, 2.0, (1000,)), swinging_counts(rng, 40.0, 2.0, (1000,))
    shown = Table("method", "ms for 1,000 rows", title="Time")
    for name, method in METHODS.items():
        started = perf_counter()
        method(k1, k0, 4.0, 1.0)
        shown.add_row(name.replace("\n", " ").replace(" .", "."), f"{1000 * (perf_counter() - started):.1f}")
    return shown


if __name__ == "__main__":
    main()
