"""From texts to topics."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from fupan.engine import compare
from fupan.engine.checks import BoolArray, FloatArray, IntArray
from fupan.engine.errors import BadChoice, BadShape
from fupan.engine.topics import stopwords
from fupan.engine.topics.answers import Topic
from fupan.engine.topics.grams import Grams, count
from fupan.engine.topics.labels import bounded, in_documents, occurrences, readable
from fupan.engine.topics.merging import WITHIN, Group, merge
from fupan.engine.topics.significance import FALSE_TOPICS, LEAST_NOW, Family, Sizes, log_odds, pvalues
from fupan.engine.topics.tokens import Kind, Tokens, texts, tokenize

_LEAST_RATIO = 1.5  # a certain rise by less is no topic of its own
_MOST_TERMS = 300  # merged into topics; the strongest
_PHRASES = 3
_QUOTES = 3


def rising(
    documents_now: Sequence[str],
    documents_before: Sequence[str],
    *,
    language: str | None = None,
    buyers_now: Sequence[Hashable] | None = None,
    buyers_before: Sequence[Hashable] | None = None,
    weeks_before: Sequence[int] | None = None,
) -> list[Topic]:
    """Topics that rose from ``documents_before`` to ``documents_now``, strongest first; none when chance explains all.

    Give the texts of one issue type: this week's, and those of the 8 to 26 weeks before, redacted, without templates.
    ``language``: a code ("zh", "pt-BR") whose stop words to leave out; None finds out from the texts, which may be
    mixed. ``buyers_now``, ``buyers_before``: who wrote each text; a buyer then counts once however often they write.
    ``weeks_before``: the week of each text before, counted from 0, for ``Topic.history``.

    A term has to be in 3 documents now, be 1.5 times as frequent as before, and be so surprising that a period in
    which nothing changed brings at most 0.2 false topics. That holds when the texts of both periods are drawn alike;
    seasons and product changes are real rises, so what is found goes on to the outbreak test. With fewer than about
    four times as many documents before as now, a term in 3 % of the documents is seldom certain.

    Raises BadShape (documents, buyers, weeks), BadChoice (language).

    >>> now = ["it won't charge since Monday", "Won't charge!", "the cable won't charge it", "won't charge again"] * 2
    >>> before = [f"{word} parcel" for word in ("late", "wet", "lost", "torn")] * 40
    >>> [topic.term for topic in rising(now, before, language="en")]
    ["won't charge"]
    """
    now, before = texts("documents_now", documents_now), texts("documents_before", documents_before)
    code = _language(language)
    owners, sizes = _owners(len(now), len(before), buyers_now, buyers_before)
    weeks = _weeks(weeks_before, len(before))
    if not now or not before:
        return []
    tokens = tokenize([*now, *before], code)
    found = _significant(tokens, count(tokens, owners, sizes), sizes)
    if not found.texts:
        return []
    search = _Search(tokens, found, owners, sizes, weeks, now)
    groups = merge(found.texts, found.held, sizes, found.family)
    topics = [search.topic(group) for group in groups if search.bounded(group)]
    return sorted(topics, key=lambda topic: -topic.score)


def containing(terms: Sequence[str], documents: Sequence[str]) -> BoolArray:
    """Which of ``documents`` hold which of ``terms`` (as ``Topic.terms`` has them), shape (terms, documents).

    Counts a known topic in another week, as ``rising`` itself would.
    """
    wanted, listed = texts("terms", terms), texts("documents", documents)
    tokens = tokenize([*listed, *wanted], "none")
    held = np.zeros((len(wanted), len(listed)), dtype=np.bool_)
    for row in range(len(wanted)):
        gram = tokens.ids[tokens.documents == len(listed) + row]
        gram = gram[tokens.kind[gram] != Kind.BREAK]
        held[row] = in_documents(tokens, gram, len(listed) + len(wanted))[: len(listed)]
    return held


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """The significant terms, highest score first; ``held`` has shape (terms, owners)."""

    texts: list[str]
    position: IntArray
    length: IntArray
    now: IntArray
    before: IntArray
    score: FloatArray
    pvalue: FloatArray
    held: BoolArray
    family: Family


def _significant(tokens: Tokens, grams: Grams, sizes: Sizes) -> _Found:
    score = log_odds(grams.now.astype(float), grams.before.astype(float), sizes)
    rose = grams.now * sizes.before >= _LEAST_RATIO * grams.before * sizes.now
    may = np.flatnonzero((grams.now >= LEAST_NOW) & (score > 0) & rose & _says_something(tokens, grams))
    pvalue = pvalues(grams.now[may], grams.before[may], sizes)
    passed = np.flatnonzero(grams.family.expected(pvalue) <= FALSE_TOPICS)
    strongest = passed[np.argsort(-score[may[passed]], kind="stable")]
    may, pvalue = may[strongest], pvalue[strongest]
    told = [tokens.text(int(grams.position[i]), int(grams.length[i])) for i in may]
    kept = [i for i, text in enumerate(told) if not _empty(tokens, grams, int(may[i]), text)][:_MOST_TERMS]
    may = may[kept]
    row = np.full(len(grams.now), -1)
    row[may] = np.arange(len(may))
    pairs = row[grams.pair_gram] >= 0
    held = np.zeros((len(may), sizes.now + sizes.before), dtype=np.bool_)
    held[row[grams.pair_gram[pairs]], grams.pair_owner[pairs]] = True
    return _Found(
        [told[i] for i in kept],
        grams.position[may],
        grams.length[may],
        grams.now[may],
        grams.before[may],
        score[may],
        pvalue[kept],
        held,
        grams.family,
    )


def _says_something(tokens: Tokens, grams: Grams) -> BoolArray:
    """Without single letters, kana, clusters and stop words; longer grams are looked at when they are significant."""
    first = tokens.ids[grams.position]
    letter = np.fromiter((len(token) == 1 for token in tokens.surface), dtype=np.bool_, count=len(tokens.surface))
    particle = np.fromiter((stopwords.particle(token) for token in tokens.surface), np.bool_, len(tokens.surface))
    nothing = tokens.stop | particle | (tokens.kind == Kind.CLUSTER) | ((tokens.kind == Kind.WORD) & letter)
    empty: BoolArray = (grams.length == 1) & nothing[first]
    return ~empty


def _empty(tokens: Tokens, grams: Grams, gram: int, text: str) -> bool:
    """Whether a gram is made of stop words only."""
    ids = tokens.ids[grams.position[gram] : grams.position[gram] + grams.length[gram]]
    if (tokens.kind[ids] == Kind.WORD).any():
        return bool(tokens.stop[ids].all())
    return stopwords.empty_unspaced(text, tokens.languages)


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """What turns a group of terms into a topic."""

    tokens: Tokens
    found: _Found
    owners: IntArray
    sizes: Sizes
    weeks: IntArray | None
    documents: list[str]

    def bounded(self, group: Group) -> bool:
        """Whether any of the terms can stand alone."""
        found = self.found
        return any(bounded(self.tokens, int(found.position[i]), int(found.length[i])) for i in group.members)

    def topic(self, group: Group) -> Topic:
        found, label = self.found, self._label(group)
        held = self._in_documents(label)
        documents = np.flatnonzero(held[: len(self.documents)])
        members = [label, *(term for term in group.members if term != label)]
        now, before = int(found.now[label]), int(found.before[label])
        return Topic(
            term=found.texts[label],
            phrases=self._phrases(members),
            terms=tuple(dict.fromkeys(found.texts[term] for term in members)),
            now=now,
            before=before,
            of_now=self.sizes.now,
            of_before=self.sizes.before,
            score=float(found.score[label]),
            pvalue=float(found.pvalue[label]),
            expected=float(found.family.expected(found.pvalue[[label]])[0]),
            change=compare.rates(now, self.sizes.now, before, self.sizes.before),
            documents=tuple(documents.tolist()),
            quotes=self._quotes(documents, members),
            history=self._history(held),
        )

    def _gram(self, term: int) -> IntArray:
        start = self.found.position[term]
        return self.tokens.ids[start : start + self.found.length[term]]

    def _in_documents(self, term: int) -> BoolArray:
        return in_documents(self.tokens, self._gram(term), len(self.owners))

    def _label(self, group: Group) -> int:
        """The longest readable phrase that holds nearly all of the leader's documents, the leader failing that."""
        found, leader = self.found, group.leader
        may = [
            term
            for term in group.members
            if (found.texts[leader] in found.texts[term] or found.texts[term] in found.texts[leader] or term == leader)
            and (found.held[term] & found.held[leader])[: self.sizes.now].sum() >= WITHIN * found.now[leader]
            and found.now[leader] >= WITHIN * found.now[term]
        ]
        may.sort(key=lambda term: (-found.length[term], -found.score[term]))
        return next((term for term in may if self._readable(term)), may[0])

    def _readable(self, term: int) -> bool:
        found = self.found
        at = occurrences(self.tokens.ids, self._gram(term))
        return readable(self.tokens, int(found.position[term]), int(found.length[term]), at)

    def _phrases(self, members: list[int]) -> tuple[str, ...]:
        """The label and the strongest phrases that do not repeat it."""
        told: list[str] = []
        for term in members:
            text = self.found.texts[term]
            if all(text not in other and other not in text for other in told) and (not told or self._readable(term)):
                told.append(text)
            if len(told) == _PHRASES:
                break
        return tuple(told)

    def _quotes(self, documents: IntArray, members: list[int]) -> tuple[int, ...]:
        """Documents that hold the most of the topic, of a usual length; no text twice."""
        strength = self.found.held[members][:, self.owners[documents]].sum(axis=0)
        length = np.log([len(self.documents[i]) for i in documents])
        order = np.lexsort((np.abs(length - np.median(length)), -strength))
        different = {self.documents[documents[i]].strip(): int(documents[i]) for i in order[::-1]}
        return tuple(different.values())[::-1][:_QUOTES]

    def _history(self, held: BoolArray) -> tuple[int, ...]:
        if self.weeks is None or not len(self.weeks):
            return ()
        before = held[len(self.documents) :]
        pairs = np.unique(np.stack([self.weeks, self.owners[len(self.documents) :]])[:, before], axis=1)
        return tuple(np.bincount(pairs[0], minlength=int(self.weeks.max()) + 1).tolist())


def _language(language: str | None) -> str | None:
    if language is None:
        return None
    code = str(language).replace("_", "-").split("-")[0].lower()
    if not (code.isascii() and code.isalpha() and 2 <= len(code) <= 3):
        raise BadChoice("language", f"expected a language code such as 'zh' or 'pt-BR', or None, got {language!r}")
    return code


def _owners(
    now: int, before: int, buyers_now: Sequence[Hashable] | None, buyers_before: Sequence[Hashable] | None
) -> tuple[IntArray, Sizes]:
    """For each document the number of whoever counts once, those of now first."""
    of_now = _numbered("buyers_now", buyers_now, now)
    of_before = _numbered("buyers_before", buyers_before, before)
    sizes = Sizes(int(of_now.max(initial=-1)) + 1, int(of_before.max(initial=-1)) + 1)
    return np.concatenate([of_now, of_before + sizes.now]), sizes


def _numbered(name: str, buyers: Sequence[Hashable] | None, documents: int) -> IntArray:
    if buyers is None:
        return np.arange(documents)
    if len(buyers) != documents:
        raise BadShape(name, f"expected one buyer for each of {documents} documents, got {len(buyers)}")
    number: dict[Hashable, int] = {}
    return np.array([number.setdefault(buyer, len(number)) for buyer in buyers], dtype=np.intp)


def _weeks(weeks: Sequence[int] | None, documents: int) -> IntArray | None:
    if weeks is None:
        return None
    array = np.asarray(weeks)
    if array.shape != (documents,):
        raise BadShape("weeks_before", f"expected one week for each of {documents} documents, got {array.shape}")
    if documents and (array.dtype.kind not in "iu" or array.min() < 0):
        raise BadShape("weeks_before", "expected whole numbers of 0 or more")
    return array.astype(np.intp)
