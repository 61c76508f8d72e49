"""The words of the texts: weighted coverage, BM25 and character cosine, and the likeliest texts by inverted lists.

coverage   sum of idf over shared terms / sum of idf over the query's terms, 0 to 1
passage    the same, each term weighed by BM25's term frequency: about 1 when an average text holds every term once
grams      cosine of sublinear TF-IDF over character grams, 0 to 1

idf = ln(1 + (N - df + 0.5) / (df + 0.5)); a term no text holds counts in full. k1 1.2, b 0.75.
Statistics are those of the last ``settle``; what came later is compared by them, and one by one.

Source: Robertson and Zaragoza 2009, The Probabilistic Relevance Framework: BM25 and Beyond.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fupan.engine.checks import BoolArray, IntArray
from fupan.engine.likeness import texts
from fupan.engine.likeness.growing import Growing, GrowingRagged, Ragged, highest

Scores = NDArray[np.float32]

_K1, _B = 1.2, 0.75
_LOOKED_AT = 200_000  # entries of inverted lists read for one query at most, rarest terms first
_SIEVE = 1 << 14  # by their last bits most terms are seen not to be among a query's
_SLACK = 0.05  # so much of the texts may be newer than the statistics


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A query's terms and grams: hashes, weights and their sums."""

    text: str
    terms: texts.Ids
    term_count: Scores
    grams: texts.Ids
    gram_count: Scores
    written: dict[int, str]  # terms as written, by their hash; of a script without blanks words, not pairs

    def surface(self, ids: Collection[int], most: int = 5) -> tuple[str, ...]:
        """These terms as written, in the order given."""
        return tuple(self.written[number] for number in ids if number in self.written)[:most]

    @classmethod
    def of(cls, text: str) -> Asked:
        """Read a text."""
        (terms, times), (grams, count) = texts.term_ids(text), texts.gram_ids(text)
        written = {texts.number(term): term for term in texts.terms(text) if len(term) > 1 and not term.startswith("#")}
        return cls(text, terms, times.astype(np.float32), grams, count.astype(np.float32), written)


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """Statistics of the first ``count`` texts, and where each of their terms occurs."""

    count: int
    mean_length: float
    vocabulary: texts.Ids  # rising
    term_idf: Scores  # by place in the vocabulary, and of a term that no text holds
    gram_idf: Scores  # by gram; empty when there are no grams
    lists: Ragged  # by place in the vocabulary: rows, and BM25's weight of the term frequency there

    @property
    def nbytes(self) -> int:
        """Memory held."""
        arrays: list[NDArray[Any]] = [self.vocabulary, self.term_idf, self.gram_idf, self.lists.bounds]
        return sum(array.nbytes for array in [*arrays, *self.lists.flats])

    def places(self, terms: texts.Ids) -> IntArray:
        """Where these terms are in the vocabulary; one behind its end where they are not."""
        at = np.searchsorted(self.vocabulary, terms)
        known = at < len(self.vocabulary)
        known[known] = self.vocabulary[at[known]] == terms[known]
        return np.where(known, at, len(self.vocabulary))


@dataclass(frozen=True, slots=True, eq=False)
class LexicalView:
    """What a search reads; later changes do not touch it."""

    settled: Settled
    terms: Ragged
    grams: Ragged
    length: NDArray[np.int32]
    norm: Scores

    def likely(self, asked: Asked, most: int, allowed: BoolArray) -> IntArray:
        """Rows of the ``most`` highest BM25 scores, and every row newer than the statistics."""
        score = np.zeros(self.settled.count, dtype=np.float32)
        bounds, (rows, weight) = self.settled.lists.bounds, self.settled.lists.flats
        places = self.settled.places(asked.terms)
        idf = self.settled.term_idf[places]
        left = _LOOKED_AT
        for at in np.argsort(-idf, kind="stable"):
            if places[at] == len(self.settled.vocabulary):
                continue
            part = slice(bounds[places[at]], bounds[places[at] + 1])
            left -= part.stop - part.start
            if left < 0:
                break
            score[rows[part]] += asked.term_count[at] * idf[at] * weight[part]
        score[~allowed[: len(score)]] = 0
        newer = np.arange(self.settled.count, len(self.terms))
        found = highest(score, most)
        return np.concatenate([found[score[found] > 0], newer[allowed[self.settled.count :]]])

    def compare(self, asked: Asked, rows: IntArray) -> tuple[Scores, Scores, Scores]:
        """(coverage, passage, grams) of each row."""
        return (*self._by_terms(asked, rows), self._by_grams(asked, rows))

    def shared(self, asked: Asked, row: int) -> texts.Ids:
        """The query's terms that the row holds, the weightiest first."""
        held = self.terms.flats[0][self.terms.bounds[row] : self.terms.bounds[row + 1]]
        both = held[_found(asked.terms, held)[0]]
        return both[np.argsort(-self.settled.term_idf[self.settled.places(both)], kind="stable")]

    def _by_terms(self, asked: Asked, rows: IntArray) -> tuple[Scores, Scores]:
        if not len(asked.terms) or not len(rows):
            return np.zeros(len(rows), np.float32), np.zeros(len(rows), np.float32)
        idf = self.settled.term_idf[self.settled.places(asked.terms)]
        owner, (held, count) = self.terms.take(rows)
        hit, at = _found(asked.terms, held)
        owner, count = owner[hit], count[hit]
        weight = _saturation(count, self.length[rows][owner], self.settled.mean_length)
        repeated = idf * asked.term_count
        covered = np.bincount(owner, idf[at], len(rows)) / idf.sum()
        passage = np.bincount(owner, repeated[at] * weight, len(rows)) / repeated.sum()
        return covered.astype(np.float32), passage.astype(np.float32)

    def _by_grams(self, asked: Asked, rows: IntArray) -> Scores:
        if not len(asked.grams) or not len(rows):
            return np.zeros(len(rows), np.float32)
        idf = self.settled.gram_idf[asked.grams]
        weight = (1 + np.log(asked.gram_count)) * idf
        owner, (held, count) = self.grams.take(rows)
        hit, at = _found(asked.grams, held)
        there = weight[at] * idf[at] * (1 + np.log(count[hit].astype(np.float32)))
        dot = np.bincount(owner[hit], there, len(rows))
        return np.asarray(dot / (np.linalg.norm(weight) * self.norm[rows] + 1e-9), dtype=np.float32)


class Lexical:
    """The words of the texts added so far, in the order they came."""

    def __init__(self) -> None:
        bounds, ids, counts = np.zeros(1, np.int64), np.empty(0, np.uint32), np.empty(0, np.uint8)
        self.terms = GrowingRagged(bounds, ids, counts)
        self.grams = GrowingRagged(bounds, ids, counts)
        self._length = Growing(np.empty(0, np.int32))
        self._norm = Growing(np.empty(0, np.float32))
        self._settled: Settled | None = None
        self._dropped = 0

    def __len__(self) -> int:
        return len(self._length)

    @property
    def nbytes(self) -> int:
        """Memory held."""
        grown = (self.terms, self.grams, self._length, self._norm)
        return sum(part.nbytes for part in grown) + (self._settled.nbytes if self._settled else 0)

    def append(self, some: Sequence[str]) -> None:
        """Read texts and put them behind the last one."""
        terms = [_counted(texts.term_ids(text)) for text in some]
        self.terms.append(terms)
        self.grams.append([_counted(texts.gram_ids(text)) for text in some])
        self._length.append(np.array([count.sum(dtype=np.int32) for _, count in terms], dtype=np.int32))

    def kept(self, rows: IntArray) -> dict[str, NDArray[Any]]:
        """What was read of these texts."""
        names = ("bounds", "ids", "counts")
        terms = dict(zip((f"term_{name}" for name in names), self.terms.kept(rows), strict=True))
        return terms | dict(zip((f"gram_{name}" for name in names), self.grams.kept(rows), strict=True))

    @classmethod
    def of(cls, kept: Mapping[str, NDArray[Any]]) -> Lexical:
        """The words of texts read before."""
        made = cls()
        made.terms = GrowingRagged(kept["term_bounds"], kept["term_ids"], kept["term_counts"])
        made.grams = GrowingRagged(kept["gram_bounds"], kept["gram_ids"], kept["gram_counts"])
        total = np.concatenate([[0], np.cumsum(kept["term_counts"], dtype=np.int64)])[kept["term_bounds"]]
        made._length = Growing(np.diff(total).astype(np.int32))
        return made

    def drop(self, count: int) -> None:
        """Tell that so many texts no longer count; the next settling leaves them out of the statistics."""
        self._dropped += count

    def view(self, alive: BoolArray) -> LexicalView:
        """What a search needs; statistics are renewed when a twentieth of the texts is newer or gone."""
        settled = self._settled
        stale = len(self) - (settled.count if settled else 0) + self._dropped
        if settled is None or stale > _SLACK * len(self):
            settled = self._settled = self._settle(alive)
            self._norm, self._dropped = Growing(np.empty(0, np.float32)), 0
        if len(self._norm) < len(self):
            self._norm.append(_norms(self.grams.view, settled.gram_idf, len(self._norm)))
        return LexicalView(settled, self.terms.view, self.grams.view, self._length.rows, self._norm.rows)

    def _settle(self, alive: BoolArray) -> Settled:
        terms, grams = self.terms.view, self.grams.view
        count = int(alive.sum())
        length = self._length.rows
        mean = float(length[alive].mean()) if count else 1.0
        owner = np.repeat(np.arange(len(terms)), np.diff(terms.bounds))
        keep = alive[owner]
        owner, held, times = owner[keep], terms.flats[0][keep], terms.flats[1][keep]
        order = np.argsort(held, kind="stable")
        weight = _saturation(times[order], length[owner[order]], mean).astype(np.float32)
        vocabulary, occurs = np.unique(held, return_counts=True)
        lists = Ragged(np.concatenate([[0], np.cumsum(occurs)]), (owner[order].astype(np.int32), weight))
        term_idf = _idf(np.append(occurs, 0), count)
        counted = grams.flats[0][np.repeat(alive, np.diff(grams.bounds))]
        occurs = np.bincount(counted, minlength=texts.BUCKETS if len(grams.flats[0]) else 0)
        gram_idf = _idf(np.arange(occurs.max(initial=0) + 1), count)[occurs]
        return Settled(len(terms), max(mean, 1.0), vocabulary, term_idf, gram_idf, lists)


def _counted(found: tuple[texts.Ids, IntArray]) -> tuple[texts.Ids, NDArray[np.uint8]]:
    ids, count = found
    return ids, np.minimum(count, 255).astype(np.uint8)


def _idf(document_count: IntArray, count: int) -> Scores:
    return np.asarray(np.log(1 + (count - document_count + 0.5) / (document_count + 0.5)), dtype=np.float32)


def _saturation(count: NDArray[np.uint8], length: NDArray[np.int32], mean: float) -> Scores:
    """BM25's weight of a term frequency: 1 for one occurrence in a text of mean length, at most k1 + 1."""
    times = count.astype(np.float32)
    return np.asarray(times * (_K1 + 1) / (times + _K1 * (1 - _B + _B * length / mean)), dtype=np.float32)


def _norms(grams: Ragged, idf: Scores, first: int) -> Scores:
    """Lengths of the gram vectors from row ``first`` on."""
    bounds = grams.bounds[first:] - grams.bounds[first]
    if bounds[-1] == 0:
        return np.zeros(len(bounds) - 1, dtype=np.float32)
    held, count = (flat[grams.bounds[first] :] for flat in grams.flats)
    square = (idf[held] * (1 + np.log(np.arange(256).clip(1)).astype(np.float32))[count]) ** 2
    total = np.concatenate([[0.0], np.cumsum(square, dtype=np.float64)])
    return np.asarray(np.sqrt(total[bounds[1:]] - total[bounds[:-1]]), dtype=np.float32)


def _found(known: texts.Ids, held: texts.Ids) -> tuple[BoolArray, IntArray]:
    """(which of ``held`` are in the rising ``known``, where each of those is)."""
    if not len(known):
        return np.zeros(len(held), dtype=np.bool_), np.empty(0, dtype=np.intp)
    maybe = np.zeros(_SIEVE, dtype=np.bool_)
    maybe[known & (_SIEVE - 1)] = True
    hit = maybe[held & (_SIEVE - 1)]
    left = held[hit]
    at = np.minimum(np.searchsorted(known, left), len(known) - 1)
    right = known[at] == left
    hit[hit] = right
    return hit, at[right]
