"""What was typed, as a question to the index.

Every word must be there, itself or one that means the same. Where that finds too little, half of the words will do, and
Latin words may be misspelt. Filters and limits never change the order.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any, NamedTuple

import tantivy
from tantivy import Occur, Query

from fupan.library.compute.lookup import Turns, Unit, normal, units
from fupan.library.finding.groups import Clauses, Cut, Group, all_of, any_key, limits, quiet
from fupan.library.finding.sources import BY_NUMBER, KEYS_PER_KIND, SOURCES
from fupan.library.finding.store import SCHEMA
from fupan.library.finding.synonyms import Groups
from fupan.people.models import Member

FEW = 5  # fewer hits than this, and the search becomes lenient
MOST_UNITS, MOST_KIN, LONGEST_PHRASE = 12, 24, 5
RARE = 4  # a word in fewer texts than this may be a slip
FUZZY = 0.4
AHEAD = 1.0  # of a case or an article where half of the words will do: lessons come a little before single tickets
MOST_TAGS = 24

_turns = Turns(max(2, os.cpu_count() or 1))  # more searches at once would only wait for one another, in no order

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
    with _turns:
        strict = _Question(searcher, _all_of(words), asked, member)
        if not words or total(strict.counts, asked) >= enough:
            return strict.answer(lenient=False)
        lenient = _Question(searcher, _most_of(words, searcher), asked, member)
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
    return all_of([(Occur.Must, _word(word)) for word in words]) if words else Query.all_query()


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
    return all_of([*needed, *exact])


def _term(term: str) -> Query:
    return Query.term_query(SCHEMA, "words", term, "freq")


def _misspelt(phrase: Sequence[Unit], searcher: tantivy.Searcher) -> list[tuple[Occur, Query]]:
    """Words near one that hardly occurs: what is frequent was meant as it stands, and looking round takes long."""
    found = []
    for unit in phrase:
        if unit.wordy and len(unit.text) > 3 and searcher.doc_freq("words", unit.needed[0]) < RARE:
            near = Query.fuzzy_term_query(SCHEMA, "words", unit.needed[0], 1)
            found.append((Occur.Should, Query.boost_query(near, FUZZY)))
    return found


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

    def __init__(self, searcher: tantivy.Searcher, question: Query, asked: Asked, member: Member) -> None:
        self._asked = asked
        kinds = {source.number for source in SOURCES if not asked.kinds or source.kind in asked.kinds}
        found = all_of([(Occur.Must, question), *_filters(asked)])
        narrow = [] if asked.issues is None else [(Occur.Must, _of_any_kind(*(f"i{pk}" for pk in asked.issues)))]
        sources = [source for source in SOURCES if source.open_to(member)]
        learnt = [source for source in sources if not source.by_shop]
        tickets = [source for source in sources if source.by_shop]
        shops = frozenset(member.shop_ids) or None
        self._parts = [
            (Group(searcher, found, limits(some, member), narrow, Cut(numbers, only, asked.issues), inside=inside),
             numbers & kinds)
            for some, only, inside in ((learnt, None, True), (tickets, shops, False))
            if (numbers := {source.number for source in some})
        ]  # fmt: skip
        self.counts: Counts = sum((part.counts for part, _kinds in self._parts), Counter())

    def answer(self, *, lenient: bool) -> Answer:
        """What was learnt stands ahead of single tickets; of what fits only half, by a little."""
        asked = self._asked
        until, tags = asked.offset + asked.limit, Counter[int]()
        found: list[tuple[float, int]] = []
        for part, kinds in self._parts:
            apart = not lenient and not asked.newest
            best = part.best(until - len(found) if apart else until, kinds, newest=asked.newest)
            found += best
            tags += part.tags(kinds)
        if asked.newest:
            found.sort(reverse=True)
        elif lenient:
            found.sort(key=lambda one: -one[0] - (AHEAD if BY_NUMBER[one[1] // KEYS_PER_KIND].learnt else 0))
        keys = [key for _score, key in found[asked.offset : until]]
        return Answer(keys, self.counts, tags.most_common(MOST_TAGS), lenient)


def _filters(asked: Asked) -> Clauses:
    keys = [f"t{pk}" for pk in asked.tags] + ([f"s{asked.shop}"] if asked.shop else [])
    return [(Occur.Must, _of_any_kind(key)) for key in keys]


def _of_any_kind(*keys: str) -> Query:
    return quiet(any_key([source.key(key) for key in keys for source in SOURCES]))


def explain(words: Sequence[Word]) -> list[dict[str, Any]]:
    """What was looked for, for a program."""
    return [{"word": _phrase(word.units), "also": [_phrase(one.units) for one in word.kin]} for word in words]
