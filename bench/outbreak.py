"""How many false alarms, how many outbreaks found? Ours beside R's and the rules of thumb, on the same series.

    python -m bench.outbreak [--replicates 100] [--seed 7] [--golden FILE] [--only PART ...]

Five parts: the golden file of R surveillance; the 42 scenarios of Noufaily 2013; 2,520 of those series screened at
once; short histories and drifts; speed. With 100 replicates the whole takes about seven minutes of one core.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from fupan.engine import outbreak
from fupan.engine.checks import BoolArray, FloatArray
from fupan.engine.outbreak.scenarios import SCENARIOS, SETS, TESTED, Simulated, simulate

REAL = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "farrington"
AT = np.array(TESTED)
OFF = (0, 4)  # limit54 off, as the published figures
SCREENED = 60  # replicates of the 42 scenarios that make 2,520 slices

Rule = Callable[[FloatArray], BoolArray]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--replicates", type=int, default=100)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--golden", type=Path, default=REAL / "farrington_flexible_reference.json")
    asked.add_argument("--only", nargs="*", choices=list(PARTS), default=list(PARTS))
    chosen = asked.parse_args()
    console = Console()
    for part in chosen.only:
        started = process_time()
        shown = PARTS[part](chosen)
        for table in shown if isinstance(shown, list) else [shown]:
            console.print(table)
        console.print(f"{part}: {process_time() - started:.0f} s of one core\n")


def headed(title: str, first: str, *rest: str) -> Table:
    table = Table(title=title, box=None, header_style="bold", title_justify="left")
    table.add_column(first, no_wrap=True)
    for heading in rest:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


# The golden file


def golden(asked: argparse.Namespace) -> Table | str:
    """Every tested week of R's answers against ours."""
    if not asked.golden.exists():
        return f"golden: skipped, {asked.golden} is not there"
    cases = json.loads(asked.golden.read_text())
    marks = np.array([agreement(case) for case in cases])
    weeks, alarms, bounded, bounds = marks[:, :4].sum(axis=0)
    table = headed(f"R surveillance, {len(cases)} series x variant, {weeks:.0f} weeks", "", "ours", "wanted")
    table.add_row("alarms equal", f"{alarms:.0f} of {weeks:.0f}", "100 %")
    table.add_row("upper bounds equal", f"{bounds:.0f} of {bounded:.0f}", ">= 99.9 %")
    for row, name in enumerate(("expected", "P-value (absolute)", "score"), start=4):
        table.add_row(f"largest error of {name}", f"{marks[:, row].max():.1e}", "1e-5" if row == 4 else "")
    return table


def agreement(case: dict[str, Any]) -> tuple[float, ...]:
    """(weeks, alarms equal, weeks with a bound, bounds equal, errors of expected, P-value and score)."""
    told = case["control"]
    ours = outbreak.farrington(
        case["observed"],
        np.array(case["range"]) - 1,
        b=told["b"],
        w=told["w"],
        n_periods=told["noPeriods"],
        past_weeks_excluded=told["pastWeeksNotIncluded"],
        trend=told["trend"],
        p_threshold_trend=told["pThresholdTrend"],
        threshold=told["thresholdMethod"],
        alpha=told["alpha"],
        weights_threshold=told["weightsThreshold"],
        limit54=tuple(told["limit54"]),
        reweight=told["reweight"],
    )
    upper, expected, pvalue, score = (
        np.array([np.nan if value is None else value for value in case[name]], dtype=np.float64)
        for name in ("upperbound", "expected", "pvalue", "score")
    )
    known = ~np.isnan(upper)
    same = np.abs(ours.upper[0] - upper)[known] <= 1e-6 * np.maximum(1.0, upper[known])
    return (
        len(upper),
        (ours.alarm[0] == np.array(case["alarm"], dtype=bool)).sum(),
        known.sum(),
        same.sum(),
        largest(ours.expected[0] / expected - 1),
        largest(ours.pvalue[0] - pvalue),
        largest(ours.score[0] - score),
    )


def largest(error: FloatArray) -> float:
    """Of those known."""
    return float(np.abs(error[~np.isnan(error)]).max(initial=0.0))


# The 42 scenarios


def recent(counts: FloatArray, weeks: int) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of so many weeks before each tested one."""
    windows = np.lib.stride_tricks.sliding_window_view(counts, weeks, axis=1)[:, AT - weeks]
    return windows.mean(axis=-1), windows.std(axis=-1, ddof=1)


def z_score(limit: float) -> Rule:
    """So many standard deviations above the mean of the last year."""

    def rule(counts: FloatArray) -> BoolArray:
        mean, spread = recent(counts, 52)
        return np.asarray(counts[:, AT] > mean + limit * spread)

    return rule


def jump(counts: FloatArray) -> BoolArray:
    """Half as many again as the week before, and five at least."""
    return np.asarray((counts[:, AT] >= 1.5 * counts[:, AT - 1]) & (counts[:, AT] >= 5))


RULES: dict[str, Rule] = {
    "week over week +50 %": jump,
    "z >= 1.5 (usual default)": z_score(1.5),
    "z >= 2": z_score(2.0),
    "z >= 3": z_score(3.0),
    "farrington, as R": lambda y: outbreak.farrington(y, AT, limit54=OFF).alarm,
    "the same, limit54": lambda y: outbreak.farrington(y, AT).alarm,
    "farrington, se correct": lambda y: outbreak.farrington(y, AT, limit54=OFF, se="correct").alarm,
    "screen (as detect)": lambda y: outbreak.screen(y, AT, limit54=OFF).alarm,
    "screen, limit54": lambda y: outbreak.screen(y, AT).alarm,
}


def scenarios(asked: argparse.Namespace) -> Table:
    """False positive rate without, probability of detection with outbreaks, alpha .005."""
    made = simulate(np.random.default_rng(asked.seed), asked.replicates)
    title = f"42 scenarios, {asked.replicates} replicates, 49 weeks, alpha .005"
    table = headed(title, "", "FPR", "worst\nset", "POD", "k=5", "k=10", "first\nweek", "PPV")
    for name, rule in RULES.items():
        table.add_row(name, *judged(made, rule(made.calm), rule(made.counts)))
    table.add_row("wanted: at most, at least", ".0065", ".009", ".43", "", ".83", "", "")
    return table


def during(made: Simulated) -> BoolArray:
    """Tested weeks between first and last case of the outbreak."""
    return np.asarray((made.first[:, None] <= AT) & (made.last[:, None] >= AT))


def judged(made: Simulated, calm: BoolArray, alarms: BoolArray) -> tuple[str, ...]:
    """The row of one rule; an outbreak that drew no case is none."""
    numbers = np.array([scenario.number for scenario in SCENARIOS])[made.scenario]
    worst = max(calm[numbers == number].mean() for number in range(len(SETS)))
    inside = during(made)
    some = made.last >= 0
    hit = np.asarray((alarms & inside).any(axis=1))[some]
    first = np.asarray((alarms & (made.first[:, None] == AT)).any(axis=1))[some]
    size = made.size[some]
    right = (alarms & inside).sum() / max(alarms.sum(), 1)
    shares = (hit.mean(), hit[size == 5].mean(), hit[size == 10].mean(), first.mean(), right)
    return (f"{calm.mean():.4f}", f"{worst:.4f}", *(f"{share:.3f}" for share in shares))


# Many slices at once


def many(asked: argparse.Namespace) -> Table:
    """2,520 slices: alarms a week without outbreaks; false ones and detection with one in each."""
    replicates = min(SCREENED, asked.replicates)
    made = simulate(np.random.default_rng(asked.seed + 1), replicates)
    table = headed(
        f"{len(made.size):,} slices, {len(AT)} weeks, detect without budget",
        "q",
        "null: alarms\na week",
        "of them\ndrifts",
        "false\ndiscoveries",
        "detected\nk >= 5",
        "detected\nall",
    )
    for q in (0.05, 0.1, 0.2):
        calm = outbreak.detect(made.calm, AT, q=q, budget=None)
        found = outbreak.detect(made.counts, AT, q=q, budget=None)
        drifts = sum(alarm.kind == "drift" for alarm in calm) / len(AT)
        false, large, everything = discoveries(made, found)
        table.add_row(
            f"{q:g}",
            f"{len(calm) / len(AT):.2f}",
            f"{drifts:.2f}",
            f"{false:.3f}",
            f"{large:.3f}",
            f"{everything:.3f}",
        )
    table.add_row("wanted at .1", "<= 2", "", "<= .12", ">= .38", "")
    return table


def discoveries(made: Simulated, found: list[outbreak.Alarm]) -> tuple[float, float, float]:
    """(alarms raised outside the outbreak's weeks, outbreaks found of k >= 5, of all)."""
    right = [made.first[alarm.slice] <= alarm.week <= made.last[alarm.slice] for alarm in found]
    hit = np.zeros(len(made.size), dtype=bool)
    hit[[alarm.slice for alarm, good in zip(found, right, strict=True) if good]] = True
    return 1 - sum(right) / max(len(right), 1), float(hit[made.size >= 5].mean()), float(hit.mean())


# Short histories and drifts


def short(asked: argparse.Namespace) -> list[Table]:
    """What is left of the promise with less history; how fast a lasting rise is noticed."""
    rng = np.random.default_rng(asked.seed + 2)
    weeks, slices = 265, 1200
    table = headed(
        f"{slices} slices of one parent, one yearly wave, alpha .005",
        "weeks of history",
        "false\npositive",
        "tripled week\ndetected",
        "expected\n/ true",
    )
    rate = rng.gamma(4.0, 1.0, slices)[:, None] * (1 + 0.4 * np.sin(2 * np.pi * np.arange(weeks) / 52))
    for history in (260, 160, 110, 60, 40, 20, 8, 2):
        since = np.full(slices, weeks - 1 - history)
        y = rng.negative_binomial(rate / 0.5, 1 / 1.5).astype(np.float64)
        y[np.arange(weeks) < since[:, None]] = 0
        whole = np.vstack([rng.poisson(rate.sum(axis=0)), y])
        share = np.vstack([np.full(weeks, float(slices)), np.ones((slices, weeks))])
        parents, begun = np.append(-1, np.zeros(slices, dtype=int)), np.append(0, since)
        calm = outbreak.screen(whole, [weeks - 1], exposure=share, parents=parents, since=begun, limit54=OFF)
        whole[1:, -1] = rng.negative_binomial(3 * rate[:, -1] / 0.5, 1 / 1.5)
        loud = outbreak.screen(whole, [weeks - 1], exposure=share, parents=parents, since=begun, limit54=OFF)
        ratio = calm.expected[1:, 0].sum() / rate[:, -1].sum()
        table.add_row(str(history), f"{calm.alarm[1:].mean():.4f}", f"{loud.alarm[1:].mean():.3f}", f"{ratio:.2f}")
    return [table, lasting(rng)]


def lasting(rng: np.random.Generator, slices: int = 300) -> Table:
    """One slice in twenty rises for good; weeks until an alarm of either kind."""
    table = headed(
        f"{slices} slices of 10 cases a week, dispersion 1.5; 1 in 20 rises for good",
        "rise",
        "found in\n13 weeks",
        "of them\nas drift",
        "median\nweeks",
        "false alarms\na week",
    )
    weeks = np.arange(260, 273)
    for rise in (1.0, 1.3, 1.5, 2.0):
        mean = np.full((slices, 273), 10.0)
        risen = np.arange(slices) % 20 == 0
        mean[np.ix_(risen, weeks)] *= rise
        found = outbreak.detect(rng.negative_binomial(mean / 0.5, 1 / 1.5), weeks, budget=None)
        right = {alarm.slice: alarm for alarm in reversed(found) if risen[alarm.slice] and rise > 1}
        false = len([alarm for alarm in found if alarm.slice not in right])
        late = [alarm.week - 259 for alarm in right.values()]
        drifts = sum(alarm.kind == "drift" for alarm in right.values())
        table.add_row(
            f"{100 * (rise - 1):+.0f} %",
            f"{100 * len(right) / risen.sum():.0f} %",
            str(drifts),
            f"{np.median(late):.0f}" if late else "",
            f"{false / len(weeks):.2f}",
        )
    return table


# Speed


def speed(asked: argparse.Namespace) -> Table:
    """10,000 slices, 160 weeks, one week tested."""
    rng = np.random.default_rng(asked.seed + 3)
    counts = rng.negative_binomial(3.0, 0.4, (10_000, 160))
    table = headed("10,000 slices x 160 weeks, one week tested, one core", "", "seconds", "wanted")
    table.add_row("R surveillance (6.8 ms each, stated)", "68", "")
    tasks: dict[str, Callable[[], object]] = {
        "farrington, b = 3": lambda: outbreak.farrington(counts, [159], b=3),
        "screen": lambda: outbreak.screen(counts, [159]),
        "detect": lambda: outbreak.detect(counts, [159]),
    }
    for name, task in tasks.items():
        task()
        started = process_time()
        task()
        table.add_row(name, f"{process_time() - started:.2f}", "<= 5")
    return table


PARTS: dict[str, Callable[[argparse.Namespace], Any]] = {
    "golden": golden,
    "scenarios": scenarios,
    "many": many,
    "short": short,
    "speed": speed,
}


if __name__ == "__main__":
    main()
