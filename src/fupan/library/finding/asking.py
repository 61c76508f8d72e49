"""What was typed, as a question to the index.

Every word must be there, itself or one that means the same. Where that finds too little, half of the words will do, and
Latin words may be misspelt. Filters and limits never change the order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any, NamedTuple

import tantivy
from tantivy import Occur, Query

from fupan.library.compute.lookup import Unit, normal, units
from fupan.library.finding.sources import SOURCES, Source
from fupan.library.finding.store import ISSUES, SCHEMA
from fupan.library.finding.synonyms import Groups
from fupan.people.models import Member

FEW = 5  # fewer hits than this, and the search becomes lenient
MOST_UNITS, MOST_KIN, LONGEST_PHRASE = 12, 24, 5
RARE = 4  # a word in fewer texts than this may be a slip
FIELDS = ("title", "body")
TITLE, FUZZY = 2.5, 0.4
AHEAD = 40.0  # of a case or an article that has every word: lessons come before single tickets
BY_TAG = {"tags": {"terms": {"field": "tags", "size": 24}}}
BY_SHELF = {"shelf": {"terms": {"field": "shelf", "size": 2000}}}

Counts = dict[tuple[int, int], int]  # (number of the kind, issue type) -> documents


class Kin(NamedTuple):
    """A phrase that means the same, and how much it counts beside the typed one."""

    units: list[Unit]
    weight: float


@dataclass(slots=True)
class Word:
    """One idea of what was typed: its units, and phrases that mean the same."""

    units: list[Unit]
    kin: list[Kin] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for, and where."""

    text: str
    kinds: tuple[str, ...] = ()
    issues: tuple[int, ...] | None = None  # of these types; None: of any
    tags: tuple[int, ...] = ()  # with all of these
    shop: int | None = None
    newest: bool = False
    offset: int = 0
    limit: int = 20


class Answer(NamedTuple):
    """Keys in their order, and how many there are by kind and issue type under the other filters."""

    keys: list[int]
    counts: Counts
    tags: list[tuple[int, int]]
    lenient: bool


def words_of(text: str, groups: Groups) -> list[Word]:
    """Words with their kin, each once: the longest known phrase first, then word by word."""
    typed = units(text)[:MOST_UNITS]
    found: dict[str, Word] = {}
    at = 0
    while at < len(typed):
        for end in range(min(len(typed), at + LONGEST_PHRASE), at, -1):
            phrase = _phrase(typed[at:end])
            kin = groups.get(phrase)
            if kin or end == at + 1:
                found.setdefault(phrase, Word(typed[at:end], _kin(kin or {})))
                at = end
                break
    return [*found.values()]


def ask(
    searcher: tantivy.Searcher, words: Sequence[Word], asked: Asked, member: Member, *, enough: int = FEW
) -> Answer:
    """The strict question; the lenient one where it finds fewer than `enough`."""
    strict = _Question(searcher, _all_of(words), asked, member, ahead=AHEAD)
    if not words or total(strict.counts, asked) >= enough:
        return strict.answer(lenient=False)
    lenient = _Question(searcher, _most_of(words, searcher), asked, member, ahead=1.0)
    better = total(lenient.counts, asked) > total(strict.counts, asked)
    return lenient.answer(lenient=True) if better else strict.answer(lenient=False)


def total(counts: Counts, asked: Asked) -> int:
    """How many there are of the kinds and issue types asked for."""
    kinds = {source.number for source in SOURCES if not asked.kinds or source.kind in asked.kinds}
    return sum(
        count
        for (kind, issue), count in counts.items()
        if kind in kinds and (asked.issues is None or issue in asked.issues)
    )


# Questions


def _all_of(words: Sequence[Word]) -> Query:
    return Query.boolean_query([(Occur.Must, _word(word)) for word in words]) if words else Query.all_query()


def _most_of(words: Sequence[Word], searcher: tantivy.Searcher) -> Query:
    clauses: list[Query] = []
    for word in words:
        if word.kin:
            clauses.append(Query.boolean_query([(Occur.Should, _word(word)), *_misspelt(word.units, searcher)]))
            continue
        for unit in word.units:
            slips = _misspelt([unit], searcher)
            clauses += [Query.boolean_query([(Occur.Should, _term(term)), *slips]) for term in unit.needed]
    return Query.boolean_query(
        [(Occur.Should, one) for one in clauses], minimum_number_should_match=max(1, ceil(len(clauses) / 2))
    )


def _word(word: Word) -> Query:
    """Itself, or the best of what means the same: that never counts more than the word that was typed."""
    own = _phrase_query(word.units)
    if not word.kin:
        return own
    kin = [Query.boost_query(_phrase_query(one.units), one.weight / _length(one.units)) for one in word.kin]
    return Query.disjunction_max_query([Query.boost_query(own, 1 / _length(word.units)), *kin])


def _length(phrase: Sequence[Unit]) -> int:
    """Terms that count: many short pieces shall not outweigh one long word."""
    return sum(len(unit.needed) for unit in phrase)


def _phrase_query(phrase: Sequence[Unit]) -> Query:
    needed = [(Occur.Must, _term(term)) for unit in phrase for term in unit.needed]
    exact = [(Occur.Should, _term(unit.exact)) for unit in phrase if unit.exact and unit.exact not in unit.needed]
    return Query.boolean_query([*needed, *exact])


def _term(term: str) -> Query:
    title = Query.boost_query(Query.term_query(SCHEMA, "title", term, "freq"), TITLE)
    return Query.boolean_query([(Occur.Should, title), (Occur.Should, Query.term_query(SCHEMA, "body", term, "freq"))])


def _misspelt(phrase: Sequence[Unit], searcher: tantivy.Searcher) -> list[tuple[Occur, Query]]:
    """Words near one that hardly occurs: what is frequent was meant as it stands, and looking round takes long."""
    found = []
    for unit in phrase:
        if unit.wordy and len(unit.text) > 3 and _frequency(unit.needed[0], searcher) < RARE:
            for name in FIELDS:
                near = Query.fuzzy_term_query(SCHEMA, name, unit.needed[0], 1)
                found.append((Occur.Should, Query.boost_query(near, FUZZY)))
    return found


def _frequency(term: str, searcher: tantivy.Searcher) -> int:
    return max(searcher.doc_freq(name, term) for name in FIELDS)


def _phrase(phrase: Sequence[Unit]) -> str:
    """As groups know it: blanks between words of scripts that have them."""
    told = ""
    for unit in phrase:
        told += f" {unit.text}" if unit.spaced else unit.text
    return normal(told)


def _kin(phrases: Mapping[str, float]) -> list[Kin]:
    """The closest first."""
    ranked = sorted(phrases.items(), key=lambda pair: (-pair[1], pair[0]))
    found = [Kin(units(phrase), weight) for phrase, weight in ranked]
    return [one for one in found if one.units][:MOST_KIN]


# Filters


class _Question:
    """Counted at once; its hits are fetched when it is the one to answer."""

    def __init__(
        self, searcher: tantivy.Searcher, question: Query, asked: Asked, member: Member, *, ahead: float
    ) -> None:
        self._searcher, self._asked = searcher, asked
        sources = [source for source in SOURCES if source.open_to(member)]
        base = [(Occur.Must, question), *_filters(asked), (Occur.Must, _limits(sources, member))]
        everywhere = Query.boolean_query(base)
        narrow = _narrow(asked)
        self._ahead = ahead
        self._narrowed = Query.boolean_query([*base, *narrow]) if narrow else everywhere
        told = searcher.aggregate(everywhere, BY_SHELF if narrow else BY_SHELF | BY_TAG)
        self._tags = None if narrow else told["tags"]["buckets"]
        self.counts: Counts = {
            divmod(int(one["key"]), ISSUES): int(one["doc_count"]) for one in told["shelf"]["buckets"]
        }

    def answer(self, *, lenient: bool) -> Answer:
        asked, searcher = self._asked, self._searcher
        best = Query.boolean_query([(Occur.Must, self._narrowed), (Occur.Should, _learnt_first(self._ahead))])
        query, order = (self._narrowed, "at") if asked.newest else (best, None)
        hits = searcher.search(query, asked.limit, count=False, offset=asked.offset, order_by_field=order).hits
        keys = searcher.fast_field_values("key", [address for _score, address in hits])
        if self._tags is None:
            self._tags = searcher.aggregate(self._narrowed, BY_TAG)["tags"]["buckets"]
        tags = [(int(one["key"]), int(one["doc_count"])) for one in self._tags]
        return Answer([int(key or 0) for key in keys], self.counts, tags, lenient)


def _limits(sources: Sequence[Source], member: Member) -> Query:
    """What the member may see, kind by kind."""
    kinds = []
    for source in sources:
        groups = source.limits(member) or [[""]]
        must = [(Occur.Must, _any_key([source.key(key) for key in group])) for group in groups]
        kinds.append((Occur.Should, Query.boolean_query(must)))
    return _quiet(Query.boolean_query(kinds))


def _learnt_first(weight: float) -> Query:
    """What was learnt comes ahead of single tickets."""
    return Query.const_score_query(_any_key([source.key("") for source in SOURCES if source.learnt]), weight)


def _filters(asked: Asked) -> list[tuple[Occur, Query]]:
    keys = [f"t{pk}" for pk in asked.tags] + ([f"s{asked.shop}"] if asked.shop else [])
    return [(Occur.Must, _of_any_kind(key)) for key in keys]


def _narrow(asked: Asked) -> list[tuple[Occur, Query]]:
    found = []
    if asked.kinds:
        kinds = [source.key("") for source in SOURCES if source.kind in asked.kinds]
        found.append((Occur.Must, _quiet(_any_key(kinds))))
    if asked.issues is not None:
        found.append((Occur.Must, _of_any_kind(*(f"i{pk}" for pk in asked.issues))))
    return found


def _of_any_kind(*keys: str) -> Query:
    return _quiet(_any_key([source.key(key) for key in keys for source in SOURCES]))


def _any_key(keys: Sequence[str]) -> Query:
    return (
        Query.boolean_query([(Occur.Should, Query.term_query(SCHEMA, "keys", key, "basic")) for key in keys])
        if keys
        else Query.empty_query()
    )


def _quiet(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)


def explain(words: Sequence[Word]) -> list[dict[str, Any]]:
    """What was looked for, for a program."""
    return [{"word": _phrase(word.units), "also": [_phrase(one.units) for one in word.kin]} for word in words]
