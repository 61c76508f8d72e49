"""Is the term that rose found, and is nothing found where nothing rose? Ours beside the usual rankings of terms.

    python -m bench.topics [--data FOLDER] [--terms 14] [--draws 10] [--seed 7]

Real reviews, shuffled, so that nothing rises but what is put there: a week of 250 in which 8 hold a term (3.2 %) that
0.25 % of the texts before hold. The terms are words of the reviews themselves, drawn at random; the last columns of the
first table plant an invented phrase instead. Corpora with fewer than 1,000 texts before are left out there: 8 against 1
in 350 is what chance does. A quiet week is 250 reviews drawn at random (or 60, against 600).
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from rich.console import Console
from rich.table import Table

from fupan.engine import topics
from fupan.engine.checks import FloatArray, IntArray

REPO = Path(__file__).resolve().parent.parent
DATA = REPO.parent / "shared" / "data"

WEEK, HOLDING, BASE = 250, 8, 0.0025
MAX_PLACE = 10_000
LEAST_BEFORE = 1000


@dataclass(frozen=True)
class Corpus:
    """Texts, and how to cut them for the peers."""

    name: str
    language: str
    texts: list[str]
    planted: tuple[str, ...]

    @property
    def characters(self) -> bool:
        """Written without blanks."""
        return self.language == "zh"


@dataclass(frozen=True)
class Week:
    """One draw: texts of now and before, as numbers of the corpus."""

    now: IntArray
    before: IntArray


SOURCES: tuple[tuple[str, str, str, str, Callable[[dict[str, str]], bool], tuple[str, ...]], ...] = (
    ("waimai, negative", "zh", "waimai_10k/waimai_10k.csv", "review", lambda row: row["label"] == "0",
     ("充不进电", "电池鼓包", "屏幕闪烁")),
    ("shopee", "vi", "shopee_reviews_vi/shopee_reviews.csv", "comment", lambda row: True,
     ("không sạc được", "khóa kéo kẹt")),
    ("shopee", "ms", "shopee_reviews_my/shopee_reviews.csv", "Comment", lambda row: True,
     ("bateri kembung", "tak boleh cas")),
    ("alexa", "en", "amazon_alexa_reviews/amazon_alexa.tsv", "verified_reviews", lambda row: True,
     ("hinge snapped", "battery swollen")),
    ("olist", "pt", "olist_sample/olist_order_reviews_dataset.csv", "review_comment_message", lambda row: True,
     ("bateria inchada", "tela piscando")),
)  # fmt: skip


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--data", type=Path, default=DATA)
    asked.add_argument("--terms", type=int, default=14)
    asked.add_argument("--draws", type=int, default=10)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--no-peers", action="store_true")
    options = asked.parse_args()
    corpora = list(read(options.data))
    if not corpora:
        print(f"skipped: no reviews in {options.data}")
        return 0
    console = Console()
    console.print(injections(corpora, options))
    console.print(quiet(corpora, options))
    console.print(baselines(corpora[0], options))
    if not options.no_peers:
        console.print(peers(corpora[0], options))
    console.print(speed(corpora, np.random.default_rng(options.seed)))
    return 0


def read(folder: Path) -> Iterator[Corpus]:
    """The corpora that are there, empty texts left out."""
    for name, language, path, column, wanted, planted in SOURCES:
        file = folder / path
        if not file.exists():
            continue
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.DictReader(opened, delimiter="\t" if file.suffix == ".tsv" else ",")
            texts = [row[column] for row in rows if wanted(row) and len(row[column].strip()) > 1]
        yield Corpus(f"{name} ({language})", language, texts, planted)


# Draws


def words_of(corpus: Corpus) -> dict[str, IntArray]:
    """The texts that hold each word. A word is one of the dictionary's (Chinese), or four letters and longer."""
    held: dict[str, set[int]] = {}
    for index, text in enumerate(corpus.texts):
        for word in _cut(text.lower().replace("\u2019", "'"), chinese=corpus.characters):
            held.setdefault(word, set()).add(index)
    return {word: np.array(sorted(found)) for word, found in held.items()}


def _cut(text: str, *, chinese: bool) -> list[str]:
    if not chinese:
        return [word for word in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", text) if len(word) > 3]
    import rjieba

    return [word for word in rjieba.cut(text, False) if len(word) > 1 and "\u4e00" <= word[0] <= "\u9fff"]


def rare_words(corpus: Corpus, rng: np.random.Generator, terms: int) -> dict[str, IntArray]:
    """Words that enough texts hold to make a week and a baseline, not many times more, and that say something."""
    from fupan.engine.topics import stopwords

    least = needed(len(corpus.texts))
    may = {word: found for word, found in words_of(corpus).items() if least <= len(found) <= 2 * least}
    if corpus.characters:  # the dictionary cuts some texts between the characters of the word
        may = {word: np.flatnonzero([word in text for text in corpus.texts]) for word in may}
    held = {
        word: found
        for word, found in may.items()
        if len(found) <= 2 * least
        and word not in stopwords.word_list(corpus.language)
        and not stopwords.empty_unspaced(word, ["zh"])
    }
    drawn = rng.permutation(sorted(held))[:terms]
    return {str(word): held[str(word)] for word in drawn}


def needed(texts: int) -> int:
    """Texts with the term: 8 in the week, 0.25 % of the rest."""
    return HOLDING + max(1, round(BASE * (texts - WEEK)))


def injected(held: IntArray, texts: int, rng: np.random.Generator) -> Week:
    """A week in which 8 of 250 hold the term, 0.25 % before."""
    holding = rng.permutation(held)[: needed(texts)]
    rest = rng.permutation(np.setdiff1d(np.arange(texts), held))
    now = np.concatenate([holding[:HOLDING], rest[: WEEK - HOLDING]])
    return Week(now, np.concatenate([holding[HOLDING:], rest[WEEK - HOLDING :]]))


def plant(corpus: Corpus, phrase: str, rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """The phrase put between two clauses of 8 texts now and 0.25 % before."""
    order = rng.permutation(len(corpus.texts))
    mixed = [corpus.texts[i] for i in order]
    blank = "" if corpus.characters else " "
    for index in [*range(HOLDING), *range(WEEK, WEEK + needed(len(mixed)) - HOLDING)]:
        places = [0, *(found.end() for found in re.finditer(r"[\s,.!?，。！？]+", mixed[index]))]
        at = int(rng.choice(places))
        mixed[index] = f"{mixed[index][:at]}{blank}{phrase}{blank}{mixed[index][at:]}"
    return mixed[:WEEK], mixed[WEEK:]


def place(found: list[topics.Topic], term: str) -> int:
    """The place of the topic with exactly this term among its terms."""
    return next((n for n, topic in enumerate(found, 1) if term in topic.terms), MAX_PLACE)


# Tables


def injections(corpora: list[Corpus], options: argparse.Namespace) -> Table:
    """How often the injected term comes first, and among the first five."""
    table = Table(title=f"Injected term, {HOLDING} of {WEEK} now, 0.25 % before (wanted: .95 first, 1.00 in five)")
    headings = ("texts", "terms x draws", "first", "in five", "as label", "other topics", "phrase\nfirst", "as label")
    table.add_column("reviews")
    for heading in headings:
        table.add_column(heading, justify="right")
    for corpus in corpora:
        if len(corpus.texts) >= WEEK + LEAST_BEFORE:
            table.add_row(corpus.name, *_injection_row(corpus, options))
    return table


def _injection_row(corpus: Corpus, options: argparse.Namespace) -> list[str]:
    rng = np.random.default_rng(options.seed)
    places, labels, others = [], [], []
    held = rare_words(corpus, rng, options.terms)
    for term, found in held.items():
        for _ in range(options.draws):
            answer = _ask(corpus, injected(found, len(corpus.texts), rng))
            places.append(place(answer, term))
            labels.append(any(term in topic.term for topic in answer))
            others.append(len(answer) - (places[-1] < MAX_PLACE))
    planted, named = [], []
    for phrase in corpus.planted:
        for _ in range(options.draws):
            now, before = plant(corpus, phrase, rng)
            answer = topics.rising(now, before, language=corpus.language)
            planted.append(place(answer, phrase))
            named.append(bool(answer) and answer[0].term == phrase)
    at = np.array(places)
    return [
        f"{len(corpus.texts):,}", f"{len(held)} x {options.draws}",
        f"{(at == 1).mean():.3f}", f"{(at <= 5).mean():.3f}",
        f"{np.mean(labels):.3f}", f"{np.mean(others):.2f}", f"{np.mean(np.array(planted) == 1):.3f}",
        f"{np.mean(named):.3f}",
    ]  # fmt: skip


def _ask(corpus: Corpus, week: Week) -> list[topics.Topic]:
    now, before = ([corpus.texts[i] for i in part] for part in (week.now, week.before))
    return topics.rising(now, before, language=corpus.language)


def quiet(corpora: list[Corpus], options: argparse.Namespace) -> Table:
    """Topics found where nothing rose."""
    table = Table(title="Quiet weeks: topics found (limit: 1 a week; ours aims at 0.2)")
    table.add_column("reviews")
    for heading in ("weeks", "topics\na week", "terms\na week", "weeks\nwith any", "most", "of 60:\ntopics a week"):
        table.add_column(heading, justify="right")
    weeks = 10 * options.draws
    for corpus in corpora:
        rng = np.random.default_rng(options.seed + 1)
        found = [_ask(corpus, _any_week(len(corpus.texts), WEEK, rng)) for _ in range(weeks)]
        small = [len(_ask(corpus, _any_week(min(len(corpus.texts), 660), 60, rng))) for _ in range(weeks)]
        number = np.array([len(answer) for answer in found])
        terms = np.mean([sum(len(topic.terms) for topic in answer) for answer in found])
        table.add_row(
            corpus.name, str(weeks), f"{number.mean():.2f}", f"{terms:.2f}", f"{(number > 0).mean():.2f}",
            str(number.max()), f"{np.mean(small):.2f}",
        )  # fmt: skip
    return table


def _any_week(texts: int, week: int, rng: np.random.Generator) -> Week:
    order = rng.permutation(texts)
    return Week(order[:week], order[week:])


def baselines(corpus: Corpus, options: argparse.Namespace) -> Table:
    """The same injection with less or more behind it."""
    table = Table(title=f"{corpus.name}: the same term with a shorter history, or in fewer texts of the week")
    table.add_column("texts before", justify="right")
    for holding in (4, 6, 8, 12):
        table.add_column(f"{holding} of {WEEK}:\nfirst", justify="right")
    for before in (1000, 2500, len(corpus.texts) - WEEK):
        shown = []
        for holding in (4, 6, 8, 12):
            rng = np.random.default_rng(options.seed + 2)
            held = rare_words(corpus, rng, options.terms)
            places = [
                place(_ask(corpus, _thinner(found, len(corpus.texts), before, holding, rng)), term)
                for term, found in held.items()
                for _ in range(max(1, options.draws // 3))
            ]
            shown.append(f"{np.mean(np.array(places) == 1):.2f}")
        table.add_row(f"{before:,}", *shown)
    return table


def _thinner(held: IntArray, texts: int, before: int, holding: int, rng: np.random.Generator) -> Week:
    mixed, rest = rng.permutation(held), rng.permutation(np.setdiff1d(np.arange(texts), held))
    base = min(round(BASE * before), len(held) - holding)
    now = np.concatenate([mixed[:holding], rest[: WEEK - holding]])
    rest_before = rest[WEEK - holding :][: before - base]
    return Week(now, np.concatenate([mixed[holding : holding + base], rest_before]))


def peers(corpus: Corpus, options: argparse.Namespace) -> Table:
    """Rankings of terms, on the same draws. A peer's place counts only terms unrelated to the injected one."""
    from sklearn.feature_extraction.text import CountVectorizer

    cut = {"analyzer": "char", "ngram_range": (2, 3)} if corpus.characters else {"ngram_range": (1, 2)}
    vectorizer = CountVectorizer(binary=True, min_df=3, **cut)
    matrix = vectorizer.fit_transform(corpus.texts).tocsr()
    names = vectorizer.get_feature_names_out()
    rng = np.random.default_rng(options.seed)
    places: dict[str, list[int]] = {}
    for term, held in rare_words(corpus, rng, options.terms).items():
        related = np.array([term in name or name in term for name in names])
        for _ in range(options.draws):
            week = injected(held, len(corpus.texts), rng)
            places.setdefault("topics.rising", []).append(place(_ask(corpus, week), term))
            if term not in vectorizer.vocabulary_:
                continue
            a, b = (np.asarray(matrix[part].sum(axis=0), dtype=float).ravel() for part in (week.now, week.before))
            for name, score in STATISTICS.items():
                values = score(a, b, len(week.now), len(week.before))
                better = values > values[vectorizer.vocabulary_[term]]
                places.setdefault(name, []).append(1 + int((better & ~related).sum()))
    table = Table(title=f"{corpus.name}: {len(names):,} terms ranked, beside the usual statistics")
    for heading in ("ranking", "median place", "first", "in five"):
        table.add_column(heading, justify="left" if heading == "ranking" else "right")
    for name, found in places.items():
        at = np.array(found)
        table.add_row(name, f"{np.median(at):.0f}", f"{(at == 1).mean():.2f}", f"{(at <= 5).mean():.2f}")
    return table


Statistic = Callable[[FloatArray, FloatArray, int, int], FloatArray]


def _g2(a: FloatArray, b: FloatArray, of_a: int, of_b: int) -> FloatArray:
    expected = (a + b) * of_a / (of_a + of_b)
    return 2 * np.where(a > expected, a * np.log(np.maximum(a, 1e-9) / np.maximum(expected, 1e-9)), 0)


STATISTICS: dict[str, Statistic] = {
    "G2": _g2,
    "difference of shares": lambda a, b, of_a, of_b: a / of_a - b / of_b,
    "ratio of shares, 3 or more": lambda a, b, of_a, of_b: np.where(a >= 3, (a / of_a) / np.maximum(b / of_b, 1e-9), 0),
    "c-TF-IDF": lambda a, b, of_a, of_b: a / a.sum() * np.log1p((a.sum() + b.sum()) / 2 / np.maximum(a + b, 1)),
    "frequency": lambda a, b, of_a, of_b: a,
}


def speed(corpora: list[Corpus], rng: np.random.Generator) -> Table:
    """Seconds for a week of 400 against 4,000 texts, the shorter corpora repeated."""
    table = Table(
        "reviews",
        "characters a text",
        "seconds, best of 5",
        "of them CPU",
        title="400 texts against 4,000 (limit: 0.3 s)",
    )
    for corpus in corpora:
        drawn = [corpus.texts[i] for i in rng.choice(len(corpus.texts), 4400)]
        table.add_row(corpus.name, *_timed(drawn, corpus.language))
        mails = [" ".join(corpus.texts[i] for i in row) for row in rng.choice(len(corpus.texts), (4400, 4))]
        table.add_row(f"{corpus.name}, four in one", *_timed(mails, corpus.language))
    return table


def _timed(drawn: list[str], language: str) -> tuple[str, str, str]:
    wall, cpu = [], []
    for _ in range(5):
        started, worked = perf_counter(), process_time()
        topics.rising(drawn[:400], drawn[400:], language=language)
        wall.append(perf_counter() - started)
        cpu.append(process_time() - worked)
    return f"{np.mean([len(text) for text in drawn]):.0f}", f"{min(wall):.2f}", f"{min(cpu):.2f}"


if __name__ == "__main__":
    sys.exit(main())
