"""Is the past case found: paraphrases, other languages, nothing alike, and a hundred thousand cases at once.

    python -m bench.likeness [--data FOLDER] [--cache FOLDER] [--part faq xquad early atec nothing scale] [--seed 0]

BM25 stands beside every figure, in the same run and over the same words (English stemmed, without stop words; Chinese
by jieba and pairs; Thai by triples). Encoding by E5 takes some minutes at first; --cache keeps the vectors. The numeric
library runs on one thread, as in production.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from bench._home import peak_mb
from fupan.engine import encoders
from fupan.engine.encoders import Encoder, Vectors
from fupan.engine.likeness import Index, texts

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
LANGUAGES = ("en", "zh", "de", "es", "vi", "th")
CLIENTS = 8
Queries = list[tuple[str, set[int]]]
Encoders = dict[str, Encoder]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--data", type=Path, default=DATA)
    asked.add_argument("--cache", type=Path)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--cases", type=int, default=100_000)
    asked.add_argument("--part", nargs="+", choices=list(PARTS), default=list(PARTS))
    options = asked.parse_args()
    with TemporaryDirectory(prefix="fupan-bench-") as folder, threadpool_limits(1):
        there = [name for name in encoders.installed() if name != "e5-passage"]
        ours: Encoders = {name: encoders.load(name, cache=options.cache or folder) for name in there}
        for part in options.part:
            if part != "scale" and not (options.data / NEEDED[part]).exists():
                print(f"skipped {part}: {options.data / NEEDED[part]} is not there")
                continue
            Console().print(PARTS[part](options, ours))
    return 0


# The peer


class BM25:
    """Robertson and Zaragoza 2009, k1 1.2, b 0.75, over the words that our index reads."""

    def __init__(self, documents: Sequence[str]) -> None:
        counts = [texts.terms(document) for document in documents]
        length = np.array([sum(count.values()) for count in counts], dtype=float)
        held: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for row, count in enumerate(counts):
            for term, times in count.items():
                held[term].append((row, times))
        self._n = n = len(documents)
        self._lists = {}
        for term, there in held.items():
            rows, times = np.array(there).T
            idf = np.log(1 + (n - len(rows) + 0.5) / (len(rows) + 0.5))
            weight = times * 2.2 / (times + 1.2 * (0.25 + 0.75 * length[rows] / length.mean()))
            self._lists[term] = rows, idf * weight

    def search(self, text: str, without: int | None = None) -> list[int]:
        """The ten best rows."""
        score = np.zeros(self._n)
        for term, times in texts.terms(text).items():
            if term in self._lists:
                rows, weight = self._lists[term]
                score[rows] += times * weight
        if without is not None:
            score[without] = -1
        return [int(row) for row in np.argsort(-score, kind="stable")[:10]]


# Marks


def marks(found: Sequence[Sequence[int]], queries: Queries) -> tuple[float, float, float]:
    """(hit@1, MRR@10, hit@10)."""
    ranks = [next((at for at, row in enumerate(rows, 1) if row in right), 0)
             for rows, (_, right) in zip(found, queries, strict=True)]  # fmt: skip
    rank = np.array(ranks)
    return float((rank == 1).mean()), float(np.mean([1 / at if at else 0.0 for at in ranks])), float((rank > 0).mean())


def ours_of(index: Index, queries: Queries) -> tuple[float, float, float]:
    """Marks of an index whose ids are rows."""
    return marks([[int(hit.id) for hit in index.search(text, 10)] for text, _ in queries], queries)


def bm25_of(documents: Sequence[str], queries: Queries) -> tuple[float, float, float]:
    peer = BM25(documents)
    return marks([peer.search(text) for text, _ in queries], queries)


def index_of(documents: Sequence[str], some: Sequence[Encoder]) -> Index:
    return Index(some).add(range(len(documents)), documents)


# Data


def faq(data: Path) -> tuple[list[str], Queries]:
    threads = json.loads((data / "stackfaq" / "stackExchange-FAQ.json").read_text())["root"]["qapair"]
    said = [(text, {row}) for row, thread in enumerate(threads) for text in thread["rephr"] if text not in (None, "*")]
    return [thread["question"] for thread in threads], list(said)


def xquad_texts(data: Path, language: str, count: int) -> tuple[list[str], Queries]:
    """The first paragraphs, and the questions asked of them."""
    told = json.loads((data / "xquad" / f"xquad.{language}.json").read_text())["data"]
    paragraphs = [paragraph for article in told for paragraph in article["paragraphs"]][:count]
    asked = [(one["question"], {row}) for row, paragraph in enumerate(paragraphs) for one in paragraph["qas"]]
    return [paragraph["context"] for paragraph in paragraphs], list(asked)


def atec_texts(data: Path, seed: int, size: int | None, asked: int = 600) -> tuple[list[str], Queries, list[int]]:
    """Questions, some of them as queries with those said to mean the same, and the row of each query."""
    path = data / "zh_question_matching" / "ATEC" / "atec_nlp_sim_train.csv"
    rows = list(csv.reader(path.open(encoding="utf-8-sig"), delimiter="\t", quoting=csv.QUOTE_NONE))
    pairs = [(one.strip("\ufeff "), other.strip(), same == "1") for _, one, other, same in rows]
    parent = {text: text for one, other, _ in pairs for text in (one, other) if text}

    def top(text: str) -> str:
        while parent[text] != text:
            text = parent[text] = parent[parent[text]]
        return text

    for one, other, same in pairs:
        if same:
            parent[top(one)] = top(other)
    groups: dict[str, list[str]] = defaultdict(list)
    for text in parent:
        groups[top(text)].append(text)
    rng = np.random.default_rng(seed)
    twins = [text for text in parent if len(groups[top(text)]) > 1]
    chosen = [twins[at] for at in rng.permutation(len(twins))[:asked]]
    corpus = (
        list(parent) if size is None else _around(list(parent), {t for q in chosen for t in groups[top(q)]}, size, rng)
    )
    row = {text: at for at, text in enumerate(corpus)}
    return (
        corpus,
        [(text, {row[t] for t in groups[top(text)]} - {row[text]}) for text in chosen],
        [row[t] for t in chosen],
    )


def _around(every: list[str], needed: set[str], size: int, rng: np.random.Generator) -> list[str]:
    rest = [text for text in every if text not in needed]
    drawn = {rest[at] for at in rng.permutation(len(rest))[: max(0, size - len(needed))]}
    return [text for text in every if text in needed or text in drawn]


# Parts


def paraphrases(options: argparse.Namespace, ours: Encoders) -> Table:
    documents, queries = faq(options.data)
    shown = _table(f"stackfaq, {len(queries):,} paraphrases", "", "hit@1", "MRR@10", "hit@10")
    shown.add_row("BM25", *_three(bm25_of(documents, queries)))
    shown.add_row("ours, no encoder", *_three(ours_of(index_of(documents, []), queries)))
    shown.add_row("wanted before E5", ".810", ".870", ".980")
    shown.add_row("ours before E5", *_three(ours_of(index_of(documents, [ours["use"]]), queries)))
    if "e5" in ours:
        shown.add_row("wanted", ".860", ".910", ".990")
        shown.add_row("ours", *_three(ours_of(index_of(documents, list(ours.values())), queries)))
    return shown


def across(options: argparse.Namespace, ours: Encoders) -> Table:
    wanted = {"en en": ".960", "zh zh": ".955", "en zh": ".880", "zh en": ".860", "vi vi": ".950", "en vi": ".810",
              "vi en": ".780"}  # fmt: skip
    shown = _table("xquad, 100 paragraphs, hit@1 (MRR@10)", "", "BM25", "ours before E5", "wanted", "ours")
    for paragraph in ("en", "zh", "vi"):
        documents = xquad_texts(options.data, paragraph, 100)[0]
        early, full = index_of(documents, [ours["use"]]), index_of(documents, list(ours.values()))
        for question in ("en", "zh", "vi"):
            queries = xquad_texts(options.data, question, 100)[1]
            found = (bm25_of(documents, queries), ours_of(early, queries), ours_of(full, queries))
            peer, before, after = (f"{hit:.3f} ({mean:.3f})" for hit, mean, _ in found)
            shown.add_row(f"{question} -> {paragraph}", peer, before, wanted.get(f"{question} {paragraph}", ""), after)
    return shown


def early_same(options: argparse.Namespace, ours: Encoders) -> Table:
    shown = _table("xquad, 240 paragraphs, before E5, hit@1 (MRR@10)", "", "BM25 (limit)", "ours", "hit@1 above by")
    for language in LANGUAGES:
        documents, queries = xquad_texts(options.data, language, 240)
        peer, found = bm25_of(documents, queries), ours_of(index_of(documents, [ours["use"]]), queries)
        above = f"{found[0] - peer[0]:+.4f}"
        shown.add_row(language, *(f"{hit:.4f} ({mean:.4f})" for hit, mean, _ in (peer, found)), above)
    return shown


def chinese(options: argparse.Namespace, ours: Encoders) -> Table:
    """Questions put to a payment service; judged incompletely, so only the difference tells."""
    shown = _table("ATEC, 600 questions against those said to mean the same", "", "hit@1", "MRR@10", "hit@10")
    for size, some in ((None, ["use"]), (4000, ["use"]), (4000, ["use", "e5"])):
        if not set(some) <= ours.keys():
            continue
        documents, queries, rows = atec_texts(options.data, options.seed, size)
        told = f"{len(documents):,} texts"
        if some == ["use"]:
            peer = BM25(documents)
            found = [peer.search(text, row) for (text, _), row in zip(queries, rows, strict=True)]
            shown.add_row(f"BM25, {told}", *_three(marks(found, queries)))
        index = index_of(documents, [ours[name] for name in some])
        hits = [[int(hit.id) for hit in index.search(text, 10, without=[row])]
                for (text, _), row in zip(queries, rows, strict=True)]  # fmt: skip
        shown.add_row(f"ours, {' + '.join(some).upper()}, {told}", *_three(marks(hits, queries)))
    return shown


def nothing(options: argparse.Namespace, ours: Encoders) -> Table:
    """Threads in two halves: the threshold from one half's paraphrases, judged on the other's."""
    documents, queries = faq(options.data)
    shown = _table("stackfaq: is there a case like this?", "", "AUROC", "known kept", "unknown told", "both right",
                   "probability when right / wrong")  # fmt: skip
    shown.add_row("wanted", ">= .850", "about .90", "", "", "")
    for names in (["use"], ["use", "e5"]):
        if not set(names) <= ours.keys():
            continue
        index = index_of(documents, [ours[name] for name in names])
        whole = index.calibrate([text for text, _ in queries], [min(right) for _, right in queries])
        halves = [_other_half(index, queries, np.random.default_rng(options.seed + draw)) for draw in range(4)]
        kept, told, right, wrong = np.mean(halves, axis=0)
        figures = f"{kept:.3f}", f"{told:.3f}", f"{(kept + told) / 2:.3f}", f"{right:.2f} / {wrong:.2f}"
        shown.add_row(f"ours, {' + '.join(names).upper()}, mean of 4 draws", f"{whole.auroc:.3f}", *figures)
    return shown


def _other_half(index: Index, queries: Queries, rng: np.random.Generator) -> tuple[float, float, float, float]:
    learn = set(rng.permutation(len(index))[: len(index) // 2].tolist())
    first = [(text, min(right)) for text, right in queries if right <= learn]
    index.calibrate([text for text, _ in first], [right for _, right in first])
    rest = [(text, min(right)) for text, right in queries if not right <= learn]
    known = [index.search(text, 1) for text, _ in rest]
    unknown = [index.search(text, 1, without=[right]) for text, right in rest]
    sure = [[bool(hits[0].sure) for hits in some] for some in (known, unknown)]
    good = [hits[0].id == right for hits, (_, right) in zip(known, rest, strict=True)]
    chance = np.array([hits.probability for hits in [*known, *unknown]], dtype=float)
    truth = np.array([*good, *[False] * len(unknown)])
    return (
        float(np.mean(sure[0])),
        1 - float(np.mean(sure[1])),
        float(chance[truth].mean()),
        float(chance[~truth].mean()),
    )


# Scale


class Invented:
    """A stand-in for an encoder: vectors about 300 subjects with the spread of axes that real ones have."""

    def __init__(self, name: str, dim: int, rng: np.random.Generator) -> None:
        self.name, self.dim, self._rng = name, dim, rng
        self._axes = (1 / np.sqrt(np.arange(1, dim + 1))).astype(np.float32)
        self._subjects = rng.normal(size=(300, dim)).astype(np.float32)

    def encode(self, some: Sequence[str]) -> Vectors:
        """Any vectors: only their cost is measured."""
        noise = self._rng.normal(size=(len(some), self.dim)).astype(np.float32)
        found = (self._subjects[self._rng.integers(0, 300, len(some))] + noise) * self._axes
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


def scale(options: argparse.Namespace, ours: Encoders) -> Table:
    """Invented cases of fifteen words, vectors at hand; eight clients without a pause."""
    rng = np.random.default_rng(options.seed)
    made = [Invented("use", 512, rng), Invented("e5", 384, rng)]
    cases = _cases(options.cases, rng)
    facts = [{"product": f"P{at % 50}", "cause": f"C{at % 12}"} for at in range(len(cases))]
    shown = _table(f"{len(cases):,} invented cases, load {os.getloadavg()[0]:.1f} before", "", "wall", "CPU", "limit")
    before = peak_mb()
    index = Index(made)
    with _row(shown, "build: words, facts, vectors joined"):
        for start in range(0, len(cases), 5000):
            part = slice(start, start + 5000)
            index.add(range(start, min(start + 5000, len(cases))), cases[part], facts=facts[part])
    with _row(shown, "first search: statistics, hubs"):
        index.search(cases[0], 1)
    with _row(shown, "replace one case and find it"):
        index.add([7], ["an entirely new matter"]).search("entirely new matter", 1)
    with TemporaryDirectory(prefix="fupan-bench-") as folder:
        with _row(shown, "save"):
            index.save(Path(folder) / "index")
        with _row(shown, "load"):
            index = Index.load(Path(folder) / "index", made)
        size = (Path(folder) / "index").stat().st_size
    index.search(cases[0], 1)
    for name, asked in (("USE vectors at hand", ["use"]), ("USE and E5 vectors at hand", ["use", "e5"])):
        _latency(shown, index, name, asked, made, _cases(800, rng))
    for name in ours:  # without the vectors kept on disk
        _latency(
            shown, index, f"{name.upper()} encoding a query, no search", [], [], _cases(160, rng), encoders.load(name)
        )
    held = index.nbytes
    told = ", ".join(f"{name} {amount / 1e6:.0f}" for name, amount in held.items())
    shown.add_row("memory of the index", f"{sum(held.values()) / 1e6:.0f} MB", told, "")
    shown.add_row("process grew by, at its peak", f"{peak_mb() - before:.0f} MB", f"file {size / 1e6:.0f} MB", "")
    return shown


def _latency(
    shown: Table, index: Index, name: str, known: list[str], made: Sequence[Invented], asked: list[str],
    encode: Encoder | None = None,
) -> None:  # fmt: skip
    given = [{space.name: space.encode([text])[0] for space in made if space.name in known} for text in asked]
    taken: list[float] = []
    if encode is not None:
        encode.encode(["its weights are read before the clock starts"])

    def client(number: int) -> None:
        for at in range(number, len(asked), CLIENTS):
            started = perf_counter()
            if encode is not None:
                encode.encode([asked[at]])
            else:
                index.search(asked[at], 10, evidence={"product": "P3"}, vectors=given[at], quick="e5" not in known)
            taken.append(perf_counter() - started)

    clients = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    before = process_time()
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    spent = 1000 * (process_time() - before) / len(asked)
    p50, p95 = 1000 * np.quantile(taken, [0.5, 0.95])
    shown.add_row(f"{name}, 8 clients", f"p50 {p50:.0f} ms, p95 {p95:.0f} ms", f"{spent:.1f} ms", "p95 <= 50 ms")


def _cases(count: int, rng: np.random.Generator) -> list[str]:
    """Fifteen words each out of 20,000, by Zipf's law."""
    letters = rng.integers(97, 123, (20_000, 7))
    words = np.array(["".join(map(chr, row[: 3 + at % 5])) for at, row in enumerate(letters)])
    frequency = 1 / np.arange(1, 20_001)
    drawn = rng.choice(20_000, (count, 15), p=frequency / frequency.sum())
    return [" ".join(row) for row in words[drawn]]


@contextmanager
def _row(shown: Table, name: str) -> Iterator[None]:
    wall, cpu = perf_counter(), process_time()
    yield
    shown.add_row(name, f"{perf_counter() - wall:.2f} s", f"{process_time() - cpu:.2f} s", "")


def _three(found: tuple[float, float, float]) -> tuple[str, ...]:
    return tuple(f"{value:.3f}" for value in found)


def _table(title: str, *headings: str) -> Table:
    shown = Table(title=title)
    for heading in headings:
        shown.add_column(heading, justify="right" if heading else "left")
    return shown


PARTS: dict[str, Callable[[argparse.Namespace, Encoders], Table]] = {
    "faq": paraphrases,
    "xquad": across,
    "early": early_same,
    "atec": chinese,
    "nothing": nothing,
    "scale": scale,
}
NEEDED = {
    "faq": "stackfaq/stackExchange-FAQ.json",
    "xquad": "xquad/xquad.en.json",
    "early": "xquad/xquad.en.json",
    "atec": "zh_question_matching/ATEC/atec_nlp_sim_train.csv",
    "nothing": "stackfaq/stackExchange-FAQ.json",
}

if __name__ == "__main__":
    sys.exit(main())
