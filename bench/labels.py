"""How well tickets are labelled: from thousands of labels, from ten per class, from names alone, from corrections.

    python -m bench.labels [--data FOLDER] [--cache FOLDER] [--part full ten corrections cold outside] [--seed 0]

banking77 (77 intents, English) and Bitext (27 intents onto ten after-sales types), with sixty Chinese tickets of our
own. The first run encodes 20,000 texts (some minutes for E5); with --cache the vectors stay there. CPU seconds are of
learning alone, vectors at hand. Without E5 everything runs on USE, and the targets are not met.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from time import process_time

import numpy as np
from rich.console import Console
from rich.table import Table

from bench._intents import BITEXT, CHINESE, TYPES
from fupan.engine import encoders
from fupan.engine.checks import FloatArray, IntArray
from fupan.engine.encoders import Encoder
from fupan.engine.labels import Description, Fitted, Labeler, Labels, most_useful

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
UNSEEN = ("Testing", "Validation")
STEPS = (0, 100, 200, 300, 400, 500)
Rows = tuple[list[str], list[str]]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--data", type=Path, default=DATA)
    asked.add_argument("--cache", type=Path)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--part", nargs="+", choices=sorted(PARTS), default=list(PARTS))
    options = asked.parse_args()
    if not (options.data / "banking77" / "train.csv").exists():
        print(f"skipped: {options.data / 'banking77'} is not there")
        return 0
    ours = [encoders.load(name, cache=options.cache) for name in encoders.installed() if name != "e5-passage"]
    for part in options.part:
        Console().print(PARTS[part](options.data, ours, options.seed))
    return 0


# Data


def banking(data: Path, split: str) -> Rows:
    """Texts and intents."""
    return _columns(data / "banking77" / f"{split}.csv", "text", "category")


def bitext(data: Path, *splits: str) -> Rows:
    """Texts, and the after-sales types their intents map onto."""
    named = {intent: code for code, intents in BITEXT.items() for intent in intents}
    texts, labels = [], []
    for split in splits:
        path = data / "bitext_intents_8k" / f"Bitext_Sample_Customer_Service_{split}_Dataset.csv"
        some, intents = _columns(path, "utterance", "intent")
        texts += some
        labels += [named[intent] for intent in intents]
    return texts, labels


def chinese() -> Rows:
    """The sixty Chinese tickets."""
    return [text for texts in CHINESE.values() for text in texts], [
        code for code, texts in CHINESE.items() for _ in texts
    ]


def by_name(labels: Sequence[str]) -> dict[str, Description]:
    """Classes that are known by their names only."""
    return {label: Description({"en": label.replace("_", " ")}) for label in sorted(set(labels))}


def _columns(path: Path, text: str, label: str) -> Rows:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row[text] for row in rows], [row[label] for row in rows]


# Marks


def accuracy(found: Labels, truth: Sequence[str]) -> float:
    """Share of texts whose likeliest class is the true one."""
    return float(np.mean([best == true for best, true in zip(found.best, truth, strict=True)]))


def at_coverage(found: Labels, truth: Sequence[str], share: float) -> float:
    """Accuracy on the most confident ``share`` of the texts."""
    right = np.array([best == true for best, true in zip(found.best, truth, strict=True)])
    kept = np.argsort(-found.confidence, kind="stable")[: int(share * len(right))]
    return float(right[kept].mean())


def calibration_error(found: Labels, truth: Sequence[str], bins: int = 15) -> float:
    """Expected calibration error (Guo et al. 2017)."""
    right = np.array([best == true for best, true in zip(found.best, truth, strict=True)])
    where = np.minimum((found.confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(found.confidence[where == b].mean() - right[where == b].mean()) * (where == b).mean() for b in set(where)
    ]
    return float(sum(gaps))


def given(found: Labels, truth: Sequence[str]) -> tuple[float, float]:
    """(share of texts labelled, share of those that are right)."""
    marks = [label == true for label, true in zip(found.labels, truth, strict=True) if label is not None]
    return len(marks) / len(truth), float(np.mean(marks)) if marks else float("nan")


# Parts


def full(data: Path, ours: list[Encoder], seed: int) -> Table:
    """All of banking77's training tickets."""
    (texts, y), (asked, truth) = banking(data, "train"), banking(data, "test")
    shown = _table("banking77, 10,003 labels", "", "accuracy", "@90 %", "ECE", "labelled", "right of those", "CPU s")
    shown.add_row("target", ".938", ".977", "<= .015", "", ".95", "<= 40")
    shown.add_row("BERT tuned (published)", ".937", "", "", "", "", "")
    shown.add_row("USE + ConveRT (published)", ".934", "", "", "", "", "")
    for count in range(len(ours), 0, -1):
        fitted, seconds = _timed(lambda count=count: Labeler(by_name(y), ours[:count]).fit(texts, y))  # type: ignore[misc]
        shown.add_row(_names(ours[:count]), *_figures(fitted.predict(asked), truth), f"{seconds:.1f}")
    return shown


def ten(data: Path, ours: list[Encoder], seed: int) -> Table:
    """Ten labels per class, drawn three times."""
    (texts, y), (asked, truth) = banking(data, "train"), banking(data, "test")
    shown = _table(
        "banking77, 10 labels per class", "", "accuracy", "@90 %", "ECE", "labelled", "right of those", "CPU s"
    )
    shown.add_row("target", ".848", "", "<= .015", "", ".95", "")
    shown.add_row("USE + ConveRT (published)", ".852", "", "", "", "", "")
    for draw in range(seed, seed + 3):
        rows = _ten_each(y, np.random.default_rng(draw))
        some, labels = [texts[row] for row in rows], [y[row] for row in rows]
        fitted, seconds = _timed(lambda some=some, labels=labels: Labeler(by_name(y), ours).fit(some, labels))  # type: ignore[misc]
        shown.add_row(f"{_names(ours)}, draw {draw}", *_figures(fitted.predict(asked), truth), f"{seconds:.1f}")
    return shown


def corrections(data: Path, ours: list[Encoder], seed: int) -> Table:
    """From names only (banking77) or names and keywords (ten types), 50 corrections at a time."""
    shown = _table("Corrections", "", *(str(step) for step in STEPS), "largest fall", "CPU s a refit")
    shown.add_row("target, banking77", ".66", ".71", ".76", "", "", ".83", "<= .010", "")
    intents, types = (banking(data, "train"), banking(data, "test")), (bitext(data, "Training"), bitext(data, *UNSEEN))
    for name, classes, (seen, unseen) in (
        ("banking77", by_name(intents[0][1]), intents),
        ("ten types, Bitext", TYPES, types),
    ):
        for way, pick in (("most_useful", None), ("at random", np.random.default_rng(seed))):
            curve, seconds = _curve(Labeler(classes, ours), seen, unseen, pick)
            fall = max([before - after for before, after in pairwise(curve)] + [0.0])
            marks = (curve[step // 50] for step in STEPS)
            shown.add_row(f"{name}, {way}", *(f"{mark:.3f}" for mark in marks), f"{fall:.3f}", f"{seconds:.1f}")
    return shown


def _curve(labeler: Labeler, seen: Rows, unseen: Rows, rng: np.random.Generator | None) -> tuple[list[float], float]:
    texts, y = seen
    known: list[str | None] = [None] * len(texts)
    curve, seconds = [], []
    while True:
        fitted, took = _timed(lambda: labeler.fit(texts, known))
        seconds.append(took)
        curve.append(accuracy(fitted.predict(unseen[0]), unseen[1]))
        if len(curve) > STEPS[-1] // 50:
            return curve, float(np.mean(seconds))
        for row in _next(fitted, texts, known, rng):
            known[row] = y[row]


def _next(fitted: Fitted, texts: list[str], known: list[str | None], rng: np.random.Generator | None) -> IntArray:
    rows = np.flatnonzero([label is None for label in known])
    if rng is not None:
        return rng.choice(rows, 50, replace=False)
    left = [texts[row] for row in rows]
    return rows[most_useful(fitted.predict(left).probabilities, fitted.vectors(left), 50)]


def cold(data: Path, ours: list[Encoder], seed: int) -> Table:
    """Ten types, names and plain keywords; then with all English labels."""
    (texts, y), (asked, truth), (zh, zh_truth) = (
        bitext(data, "Training"),
        bitext(data, *UNSEEN),
        chinese(),
    )
    shown = _table("Ten after-sales types, names and plain keywords", "", "English (Bitext)", "Chinese (60 tickets)")
    shown.add_row("target, no label", ".92", ".95")
    for count in range(len(ours), 0, -1):
        labeler = Labeler(TYPES, ours[:count])
        alone = labeler.fit([], [])
        read = labeler.fit([], [], unlabelled=texts)
        labelled = labeler.fit(texts, y)
        for name, fitted in (("nothing read", alone), ("tickets read, no label", read), ("English labels", labelled)):
            marks = (accuracy(fitted.predict(some), true) for some, true in ((asked, truth), (zh, zh_truth)))
            shown.add_row(f"{_names(ours[:count])}, {name}", *(f"{mark:.3f}" for mark in marks))
    shown.add_row("target, English labels", "", ".90")
    return shown


def outside(data: Path, ours: list[Encoder], seed: int) -> Table:
    """A quarter of the classes never shown: are their tickets "none of these"?"""
    (texts, y), (asked, truth) = banking(data, "train"), banking(data, "test")
    names = sorted(set(y))
    hidden = set(np.random.default_rng(seed).permutation(names)[: len(names) // 4].tolist())
    some = [(text, label) for text, label in zip(texts, y, strict=True) if label not in hidden]
    classes = {code: told for code, told in by_name(y).items() if code not in hidden}
    fitted = Labeler(classes, ours).fit([text for text, _ in some], [label for _, label in some])
    found = fitted.predict(asked)
    strange = np.array([label in hidden for label in truth])
    shown = _table("banking77, 19 of 77 classes hidden", "", "known rejected", "hidden rejected", "hidden labelled")
    labelled = np.array([label is not None for label in found.labels])
    marks: Sequence[FloatArray] = (found.outside[~strange], found.outside[strange], labelled[strange])
    shown.add_row(_names(ours), *(f"{mark.mean():.3f}" for mark in marks))
    return shown


def _ten_each(y: Sequence[str], rng: np.random.Generator) -> list[int]:
    labels = np.array(y)
    rows = [rng.permutation(np.flatnonzero(labels == label))[:10] for label in sorted(set(y))]
    return [int(row) for row in np.concatenate(rows)]


def _figures(found: Labels, truth: Sequence[str]) -> tuple[str, ...]:
    share, right = given(found, truth)
    marks = (accuracy(found, truth), at_coverage(found, truth, 0.9), calibration_error(found, truth), share, right)
    return tuple(f"{mark:.4f}" for mark in marks)


def _timed(fit: Callable[[], Fitted]) -> tuple[Fitted, float]:
    started = process_time()
    return fit(), process_time() - started


def _names(some: Sequence[Encoder]) -> str:
    return " + ".join(encoder.name.upper() for encoder in some)


def _table(title: str, *headings: str) -> Table:
    shown = Table(title=title)
    for heading in headings:
        shown.add_column(heading, justify="right" if heading else "left")
    return shown


PARTS: dict[str, Callable[[Path, list[Encoder], int], Table]] = {
    "full": full,
    "ten": ten,
    "corrections": corrections,
    "cold": cold,
    "outside": outside,
}

if __name__ == "__main__":
    sys.exit(main())
