"""Which slice is to blame? Planted causes found again, ours beside simpler searches on the same cubes.

    python -m bench.localize [--cases 30] [--seed 7] [--squeeze FOLDER]

Sparse: after-sales weeks of about 6,000 complaints with one or two planted slices, the expectation known or taken from
8 or 26 weeks; then weeks in which nothing happened. Dense: cases of the public Squeeze benchmark, set B0, by default
those in ../shared/data/squeeze_B0. F1 is micro over exact slices, 2 TP / (2 TP + FP + FN). Figures in brackets are
what other programs reached on parts of the same kinds of data, with their default parameters.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

import numpy as np
from rich.console import Console
from rich.table import Table

from fupan.engine import localize
from fupan.engine.checks import FloatArray
from fupan.engine.localize.cube import Cube, cube_of
from fupan.engine.localize.planted import Marks, Planted, Slice, as_slice, marks, week

HERE = Path(__file__).resolve().parent.parent
SQUEEZE = HERE.parent / "shared" / "data" / "squeeze_B0"
GROUPS = [(depth, causes) for depth in (1, 2, 3) for causes in (1, 2)]
Search = Callable[[Planted], set[Slice]]
Case = tuple[str, FloatArray, FloatArray, dict[str, list[str]], set[Slice]]


def ours(weeks: int, c: float) -> Search:
    """localize.scan; ``weeks`` 0 is a known expectation."""

    def search(case: Planted) -> set[Slice]:
        expected, history = (case.estimate, case.history) if weeks else (case.expected, None)
        found = localize.scan(case.actual, expected, case.dims, history=history, c=c)
        return {as_slice(cause.slice) for cause in found.causes}

    return search


def greedy(case: Planted) -> set[Slice]:
    """The same likelihood ratio, cuboid by cuboid, nothing ever taken back; expectation held to be certain."""
    cube, due, found = cube_of(case.dims, len(case.actual)), case.estimate.copy(), set[Slice]()
    seen = cube.sums(case.actual)
    for _ in range(5):
        expected = np.maximum(cube.sums(due), 0.05)
        gain = np.where(seen > 1.1 * expected, seen * np.log(np.maximum(seen, 1) / expected) - (seen - expected), 0)
        left = np.maximum(gain - (cube.price + 8 * np.sqrt(cube.depth))[cube.cuboid_of], 0)
        score = np.bincount(cube.cuboid_of, weights=left)
        best = int(np.argmax(score))
        if score[best] <= 0:
            break
        for element in np.flatnonzero((cube.cuboid_of == best) & (left > 0.02 * score[best]))[:10]:
            found.add(as_slice(cube.slice(int(element))))
            due[cube.covered(int(element))] *= seen[element] / expected[element]
    return found


def adtributor(actual: FloatArray, expected: FloatArray, cube: Cube) -> set[Slice]:
    """Adtributor (Bhagwan 2014): the most surprising attribute whose values explain two thirds."""
    seen, due = cube.sums(actual), cube.sums(expected)
    change = max(abs(float(actual.sum() - expected.sum())), 1e-9)
    power = (seen - due) / (actual.sum() - expected.sum() or 1.0)
    p, q = due / max(expected.sum(), 1e-9), seen / max(actual.sum(), 1e-9)
    middle = np.maximum((p + q) / 2, 1e-300)
    surprise = p * np.log(np.maximum(p, 1e-300) / middle) + q * np.log(np.maximum(q, 1e-300) / middle)
    best: tuple[float, list[int]] = (0.0, [])
    for at in np.flatnonzero(cube.depth == 1):
        among = np.flatnonzero(cube.cuboid_of == at)
        chosen = [int(e) for e in among[np.argsort(-surprise[among])] if power[e] > 0.1]
        reached = int(np.searchsorted(np.cumsum(power[chosen]), 0.67)) + 1
        told = chosen[:reached]
        if change and power[told].sum() > 0.67 and surprise[told].sum() > best[0]:
            best = float(surprise[told].sum()), told
    return {as_slice(cube.slice(e)) for e in best[1]}


def biggest(case: Planted) -> set[Slice]:
    """The two slices of two attributes with the largest excess, as a pivot table shows."""
    cube = cube_of(case.dims, len(case.actual))
    excess = np.where(cube.depth[cube.cuboid_of] == 2, cube.sums(case.actual - case.estimate), -np.inf)
    return {as_slice(cube.slice(int(e))) for e in np.argsort(-excess)[:2]}


PEERS: dict[str, tuple[int, Search, str]] = {
    "known, c=8": (26, ours(0, 8.0), ">= .92"),
    "known, c=6": (26, ours(0, 6.0), ""),
    "26 weeks, c=8": (26, ours(26, 8.0), ">= .86"),
    "26 weeks, c=6": (26, ours(26, 6.0), ""),
    "8 weeks, c=8": (8, ours(8, 8.0), ">= .84"),
    "greedy scan, 26 w": (26, greedy, "(.88)"),
    "Adtributor, 26 w": (26, lambda c: adtributor(c.actual, c.estimate, cube_of(c.dims, len(c.actual))), "(.11)"),
    "pivot table, 26 w": (26, biggest, ""),
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cases", type=int, default=30, help="weeks in each group of the sparse tables")
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--squeeze", type=Path, default=SQUEEZE)
    chosen = options.parse_args()
    console = Console(width=110)
    console.print(sparse(chosen.cases, chosen.seed))
    console.print(quiet(2 * chosen.cases, chosen.seed))
    if not chosen.squeeze.exists():
        console.print(f"dense cases skipped: {chosen.squeeze} is not there")
        return
    console.print(dense(chosen.squeeze))


def sparse(cases: int, seed: int) -> Table:
    """F1 by attributes of the planted slices and their number; the same weeks for every search."""
    shown = Table(title=f"Sparse after-sales cubes: F1 by attributes x causes, {cases} weeks each (<= 50 ms a week)")
    shown.add_column("search", no_wrap=True)
    for heading in (*(f"{depth}x{causes}" for depth, causes in GROUPS), "all", "want", "ms"):
        shown.add_column(heading, justify="right")
    for name, (weeks, search, want) in PEERS.items():
        rng = np.random.default_rng(seed)
        row, total, took = [], Marks(), []
        for depth, causes in GROUPS:
            group = Marks()
            for _ in range(cases):
                case = week(rng, causes=causes, depth=depth, weeks=weeks)
                started = perf_counter()
                found = search(case)
                took.append(perf_counter() - started)
                group += marks(found, case.truth)
            row.append(f"{group.f1:.3f}")
            total += group
        shown.add_row(name, *row, f"{total.f1:.3f}", want, f"{1000 * np.mean(took):.0f}")
    return shown


def quiet(cases: int, seed: int) -> Table:
    """How often a cause is reported although nothing was planted."""
    shown = Table(title=f"Weeks in which nothing happened: none reported, % of {cases} (want >= 95)")
    shown.add_column("the week", no_wrap=True)
    searches = {name: PEERS[name] for name in PEERS if not name.startswith(("Adtributor", "pivot"))}
    for name in searches:
        shown.add_column(name.replace(", ", ",\n"), justify="right")
    for name, swing, bundles in (
        ("Poisson", 0.0, 0.0),
        ("leaves swing by 45 %", 0.0, 0.2),
        ("values swing by 8 %", 0.08, 0.0),
    ):
        row = []
        for weeks, search, _ in searches.values():
            rng = np.random.default_rng(seed)
            alarms = [
                bool(search(week(rng, causes=0, weeks=weeks, swing=swing, bundles=bundles))) for _ in range(cases)
            ]
            row.append(f"{100 * (1 - np.mean(alarms)):.1f}")
        shown.add_row(name, *row)
    return shown


def dense(folder: Path) -> Table:
    """F1 and time of localize.dense and Adtributor on every setting of the Squeeze data."""
    shown = Table(title="Squeeze B0: F1 by attributes x causes")
    for heading in ("setting", "cases", "dense", "Adtributor", "dense,\ns/case", "slowest"):
        shown.add_column(heading, justify="left" if heading == "setting" else "right")
    groups: dict[str, list[tuple[Marks, Marks, float]]] = {}
    for setting, actual, forecast, dims, truth in squeeze_cases(folder):
        started = perf_counter()
        found = localize.dense(actual, forecast, dims)
        took = perf_counter() - started
        peer = adtributor(actual, forecast, cube_of(dims, len(actual)))
        groups.setdefault(setting, []).append((marks(found, truth), marks(peer, truth), took))
    everything = [one for group in groups.values() for one in group]
    for setting, group in {**groups, "all": everything}.items():
        mine, theirs = sum((one[0] for one in group), Marks()), sum((one[1] for one in group), Marks())
        times = [one[2] for one in group]
        shown.add_row(
            setting,
            str(len(group)),
            f"{mine.f1:.3f}",
            f"{theirs.f1:.3f}",
            f"{np.mean(times):.3f}",
            f"{max(times):.3f}",
        )
    shown.add_row("want", "", ">= .92", "", "<= .5", "", style="dim")
    shown.add_row("(RiskLoc, Squeeze, AutoRoot)", "", "(.92, .91, .88)", "(.16)", "(.5, 5, .7)", "", style="dim")
    return shown


def squeeze_cases(folder: Path) -> Iterator[Case]:
    """The cases of the folder: setting, actual, forecast, attributes, truth."""
    import pandas as pd

    for info in sorted(folder.glob("*/injection_info.csv")):
        frame = pd.read_parquet(info.with_name("cases.parquet"))
        names = [name for name in frame.columns if name not in ("real", "predict", "timestamp")]
        parts = info.parent.name.split("_")
        injected = pd.read_csv(info)
        for time, told in zip(injected["timestamp"], injected["set"], strict=True):
            leaves = frame[frame["timestamp"] == time]
            actual, forecast = (np.asarray(leaves[name], dtype=np.float64) for name in ("real", "predict"))
            dims = {str(name): list(map(str, leaves[name])) for name in names}
            yield f"{parts[3]} x {parts[6]}", actual, forecast, dims, {_slice(one) for one in str(told).split(";")}


def _slice(told: str) -> Slice:
    """The slice behind "a=a1&b=b2"."""
    return as_slice(dict(pair.split("=", 1) for pair in told.split("&")))


if __name__ == "__main__":
    main()
