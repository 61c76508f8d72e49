"""Does "effective" mean it? Verdicts on actions that did nothing, and on actions that did.

    python -m bench.effect [--runs 1000] [--placebos 2000] [--seed 7] [--data FOLDER]

Simulated shops: 200 slices of about 12 cases a week, negative binomial weeks, a common random walk, the slice picked
by its last week; with and without slices that keep their luck for weeks, AR(.6). Beside ours, on the same draws: last
week against next week, and four weeks against four, by the z-test. Then worlds the method was not made for, placebo
actions on real order files, one verdict over ten actions, and the time it takes.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from time import perf_counter

import numpy as np
from rich.console import Console
from rich.table import Table

from bench._placebos import SHARED, History, histories
from fupan.engine.checks import FloatArray
from fupan.engine.effect import EffectPlan, Verdict, judge, pool
from fupan.engine.effect.simulated import PICKED, Scene

LOOKS = 11
PLANNED = 4
RATES = (1, 3, 12)
CONTROLS = (5, 10, 40)
OUTCOMES = {
    "effec-\ntive": "effective",
    "harm-\nful": "harmful",
    "not ef-\nfective": "not_effective",
    "incon-\nclusive": "inconclusive",
}
WORLDS = {
    "12 a week, 10 controls": Scene(slices=11, persistence=0.6),
    "3 a week, 40 controls": Scene(slices=41, weekly=3, persistence=0.6),
    "unruly: size 4": Scene(size=4),
    "stubborn: AR(.85)": Scene(persistence=0.85, shock=0.15),
    "13 weeks before": Scene(before=13, persistence=0.6),
    "100 a week": Scene(weekly=100, persistence=0.6),
}


@dataclass(slots=True)
class Tally:
    """What many verdicts on the same truth add up to."""

    runs: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    ever: Counter[str] = field(default_factory=Counter)
    low: int = 0
    high: int = 0
    naive: int = 0
    four: int = 0

    def due(self, found: Verdict, truth: float) -> None:
        """Count in the verdict of the planned look."""
        self.verdicts[found.verdict] += 1
        self.low += truth < found.low
        self.high += truth > found.high

    def part(self, number: int) -> str:
        """A count as percent of the runs."""
        return f"{100 * number / max(self.runs, 1):.1f}"

    @property
    def covered(self) -> str:
        """How often the interval of the planned look held the truth."""
        return self.part(self.runs - self.low - self.high)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=1000)
    options.add_argument("--placebos", type=int, default=2000)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--data", type=Path, default=SHARED)
    chosen = options.parse_args()
    if min(chosen.runs, chosen.placebos // 10) < 1:
        options.error("expected --runs of 1 or more and --placebos of 10 or more")
    console = Console()
    console.print(nothing_done(chosen.runs, chosen.seed))
    console.print(something_done(chosen.runs, chosen.seed))
    console.print(other_worlds(chosen.runs, chosen.seed))
    real = histories(chosen.data)
    if real:
        console.print(on_real_weeks(real, chosen.placebos, chosen.seed))
        console.print(pooled(real, chosen.placebos // 10, chosen.seed))
    else:
        console.print(f"placebo actions on real data skipped: nothing in {chosen.data}")
    console.print(speed(chosen.seed))


def nothing_done(runs: int, seed: int) -> Table:
    """False verdicts when nothing changed."""
    title = f"Nothing was done: {runs} runs, looks in weeks 1-{LOOKS}, planned after {PLANNED}, %\n{limit(runs)}"
    heads = ("picked\nby", "AR", "effec-\ntive ever", "harmful\never", "interval\nholds 0", "all of it\nbelow 0")
    shown = headed(title, *heads, "z: 1 week\nv next", "z: 4\nv next 4")
    for persistence, picked in product((0.0, 0.6), PICKED):
        tally = watched(Scene(picked, after=LOOKS, persistence=persistence), runs, seed)
        ours = (tally.ever["effective"], tally.ever["harmful"], tally.runs - tally.low - tally.high, tally.high)
        shown.add_row(picked, f"{persistence:g}", *(tally.part(part) for part in (*ours, tally.naive, tally.four)))
    return shown


def limit(runs: int) -> str:
    """What false "effective" verdicts may come to."""
    return f"limit for effective: 2.5 + 2 s.e. = {2.5 + 200 * np.sqrt(0.025 * 0.975 / runs):.1f}"


def headed(title: str, *headings: str) -> Table:
    """An empty table."""
    shown = Table(title=title)
    for heading in headings:
        shown.add_column(heading, justify="right")
    return shown


def watched(scene: Scene, runs: int, seed: int) -> Tally:
    """Weekly looks at a scene without an effect."""
    rng, tally = np.random.default_rng(seed), Tally(runs)
    for _ in range(runs):
        counts, exposure = scene.draw(rng)
        seen = set()
        for weeks in range(1, scene.after + 1):
            found = looked(scene, counts, exposure, weeks)
            seen.add(found.verdict)
            if weeks == PLANNED:
                tally.due(found, 0.0)
        tally.ever.update(seen)
        week = scene.before
        tally.naive += _fell(counts[0, week], counts[0, week + 1])
        tally.four += _fell(counts[0, week - 3 : week + 1].sum(), counts[0, week + 1 : week + 5].sum())
    return tally


def looked(scene: Scene, counts: FloatArray, exposure: FloatArray, weeks: int, planned: int = PLANNED) -> Verdict:
    """The verdict so many weeks after the action."""
    plan = EffectPlan(scene.before, [scene.before], range(scene.before), planned_weeks=planned)
    until = scene.before + 1 + weeks
    return judge(plan, counts[0, :until], exposure[0, :until], counts[1:, :until], exposure[1:, :until])


def _fell(before: float, after: float) -> bool:
    """The z-test at one-sided 2.5 %."""
    return bool(before - after > 1.96 * np.sqrt(max(before + after, 1.0)))


def something_done(runs: int, seed: int) -> Table:
    """Verdicts at the planned look when there was an effect."""
    heads = ("true\neffect", "weeks", "picked\nby", "AR", *OUTCOMES, "interval\nholds it")
    shown = headed(f"Something was done: verdict at the planned look, {runs} runs, %", *heads)
    cases = product(((-0.5, 4), (-0.3, 4), (-0.3, 8)), (0.0, 0.6), PICKED)
    for (effect, weeks), persistence, picked in cases:
        scene = Scene(picked, after=weeks, effect=effect, persistence=persistence)
        tally = due(scene, runs, seed)
        row = (tally.part(tally.verdicts[name]) for name in OUTCOMES.values())
        shown.add_row(f"{100 * effect:.0f} %", str(weeks), picked, f"{persistence:g}", *row, tally.covered)
    return shown


def due(scene: Scene, runs: int, seed: int) -> Tally:
    """The planned look only."""
    rng, tally = np.random.default_rng(seed), Tally(runs)
    for _ in range(runs):
        counts, exposure = scene.draw(rng)
        tally.due(looked(scene, counts, exposure, scene.after, scene.after), scene.effect)
    return tally


def other_worlds(runs: int, seed: int) -> Table:
    """The same where things are otherwise than assumed."""
    title = f"Other worlds: picked by excess, planned look after {PLANNED} weeks, {runs} runs, %"
    heads = ("world", "false\neffective", "false\nharmful", "interval\nholds 0", "effective\nat -50 %")
    shown = headed(title, *heads, "inconclusive\nat -50 %")
    for name, scene in WORLDS.items():
        null, halved = due(scene, runs, seed), due(replace(scene, effect=-0.5), runs, seed)
        false = (null.part(null.verdicts["effective"]), null.part(null.verdicts["harmful"]), null.covered)
        found = (halved.part(halved.verdicts[name]) for name in ("effective", "inconclusive"))
        shown.add_row(name, *false, *found)
    return shown


def on_real_weeks(real: list[History], runs: int, seed: int) -> Table:
    """Placebo actions: half on a slice at random, half on the one with the largest excess."""
    title = f"Placebo actions on real weeks, {runs} each, %\n{limit(runs)}"
    shown = headed(title, "data", "cases\na week", "con-\ntrols", *OUTCOMES, "interval\nholds 0")
    for history, weekly, controls in product(real, RATES, CONTROLS):
        tally = placebo_actions(history, weekly, controls, runs, seed)
        if not tally.runs:
            shown.add_row(history.name, str(weekly), str(controls), *["-"] * 5)
            continue
        row = (tally.part(tally.verdicts[name]) for name in OUTCOMES.values())
        shown.add_row(history.name, str(weekly), str(controls), *row, tally.covered)
    return shown


def placebo_actions(history: History, weekly: float, controls: int, runs: int, seed: int) -> Tally:
    """Judge actions that never took place."""
    rng, tally = np.random.default_rng(seed), Tally()
    for run in range(runs):
        found = placebo_action(history, weekly, controls, rng, worst=bool(run % 2))
        if found is None:
            break
        tally.runs += 1
        tally.due(found, 0.0)
    return tally


def placebo_action(
    history: History, weekly: float, controls: int, rng: np.random.Generator, *, worst: bool
) -> Verdict | None:
    """One of them, at a random week, on a random slice or on the worst of that week."""
    drawn = history.slices(rng, weekly, controls + 1)
    if drawn is None:
        return None
    first = int(rng.integers(0, history.cases.shape[1] - history.baseline - history.after))
    window = slice(first, first + history.baseline + 1 + history.after)
    counts, exposure = (part[:, window] for part in drawn)
    usual = counts[:, : history.baseline].mean(axis=1)
    excess = (counts[:, history.baseline] - usual) / np.sqrt(np.maximum(usual, 0.5))
    picked = int(np.argmax(excess)) if worst else 0
    plan = EffectPlan(history.baseline, [history.baseline], history.baseline, planned_weeks=history.after)
    rest = np.delete(np.arange(controls + 1), picked)
    return judge(plan, counts[picked], exposure[picked], counts[rest], exposure[rest])


def pooled(real: list[History], runs: int, seed: int) -> Table:
    """One verdict over ten actions that never took place."""
    title = f"One verdict over ten small placebo actions, 10 controls each, {runs} each, %"
    shown = headed(title, "data", "cases\na week", *OUTCOMES, "interval\nholds 0")
    for history, weekly in product(real, RATES[:2]):
        rng, tally = np.random.default_rng(seed), Tally(runs)
        for _ in range(runs):
            each = [placebo_action(history, weekly, 10, rng, worst=bool(turn % 2)) for turn in range(10)]
            tally.due(pool([found for found in each if found is not None]), 0.0)
        row = (tally.part(tally.verdicts[name]) for name in OUTCOMES.values())
        shown.add_row(history.name, str(weekly), *row, tally.covered)
    return shown


def speed(seed: int) -> Table:
    """Milliseconds for one judgement."""
    shown = headed("Time of one judgement, 35 weeks", "controls", "placebos", "ms", "limit, ms")
    counts, exposure = Scene(after=8, slices=201).draw(np.random.default_rng(seed))
    for controls, placebos in product((5, 40, 200), (0, 200)):
        times = []
        rest = slice(1, controls + 1)
        plan = EffectPlan(26, [26], range(26))
        for _ in range(50):
            started = perf_counter()
            judge(plan, counts[0], exposure[0], counts[rest], exposure[rest], placebos=placebos)
            times.append(perf_counter() - started)
        shown.add_row(str(controls), str(placebos), f"{1000 * np.median(times):.2f}", "500" if placebos else "5")
    return shown


if __name__ == "__main__":
    main()
