"""Kinds that are searched together: how many there are for a member, on which shelves, and the best of them.

What the team learnt is little, and the index itself keeps to what the member may see. Tickets are many, and to look
each of them up under the member's shops would take longer than the search: they are counted by the shop on their shelf,
and the best are taken from those that a search without limits brings; where it brings too few, the index is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from math import ceil
from typing import NamedTuple

import tantivy
from tantivy import Occur, Query

from fupan.library.finding.sources import Source
from fupan.library.finding.store import SCHEMA, Shelf
from fupan.people.models import Member

SHELVES = {"terms": {"field": "shelf", "size": 20_000}}
TAGS = {"terms": {"field": "tags", "size": 24}}
SPARE = 1.2  # so many more are brought than there should be of the member's
RARE = 8.0  # of so many one is the member's: then the index looks them up by shop

Clauses = list[tuple[Occur, Query]]
Scored = list[tuple[float, int]]  # (score or time, key), best first


class Cut(NamedTuple):
    """Which shelves count: of these kinds, shops and issue types; None: of any."""

    kinds: Collection[int]
    shops: Collection[int] | None
    issues: Collection[int] | None

    def holds(self, shelf: Shelf) -> bool:
        return shelf.kind in self.kinds and (self.shops is None or shelf.shop in self.shops)

    def asked(self, shelf: Shelf) -> bool:
        return self.issues is None or shelf.issue in self.issues


class Group:
    """`found` is everything that fits under the filters, `limits` leave what the member may see.

    `inside`: the index is limited from the beginning; else what is not the member's is left out afterwards, by `cut`.
    `narrow` are the filters whose other choices are counted as well.
    """

    def __init__(
        self, searcher: tantivy.Searcher, found: Query, limits: Query, narrow: Clauses, cut: Cut, *, inside: bool
    ) -> None:
        self._searcher, self._cut, self._narrow = searcher, cut, narrow
        self._limited = all_of([(Occur.Must, found), (Occur.Must, limits)])
        self._counted = self._limited if inside else found
        self._told = searcher.aggregate(self._counted, {"shelf": SHELVES, "tags": TAGS})
        self._all = [(Shelf.of(int(one["key"])), int(one["doc_count"])) for one in self._told["shelf"]["buckets"]]
        self.counts: Counter[tuple[int, int]] = Counter()
        for shelf, count in self._all:
            if cut.holds(shelf):
                self.counts[shelf.kind, shelf.issue] += count

    def tags(self, kinds: Collection[int]) -> Counter[int]:
        """How often each tag occurs among the kinds and issue types asked for."""
        told: Counter[int] = Counter()
        if not self._told["tags"]["buckets"]:
            return told
        shelves = self._searcher.aggregate(self._counted, {"shelf": SHELVES | {"aggs": {"tags": TAGS}}})
        for one in shelves["shelf"]["buckets"]:
            shelf = Shelf.of(int(one["key"]))
            if shelf.kind in kinds and self._cut.holds(shelf) and self._cut.asked(shelf):
                for tag in one["tags"]["buckets"]:
                    told[int(tag["key"])] += int(tag["doc_count"])
        return told

    def best(self, most: int, kinds: Collection[int], *, newest: bool) -> Scored:
        """The first of those the member may see."""
        met = [(shelf, count) for shelf, count in self._all if self._cut.asked(shelf)]
        theirs = sum(count for shelf, count in met if shelf.kind in kinds and self._cut.holds(shelf))
        most = min(most, theirs)
        if not most:
            return []
        every = sum(count for _shelf, count in met)
        enough = ceil(SPARE * most * every / theirs) if every > theirs else most
        if every <= RARE * theirs:
            brought = self._brought(self._counted, min(enough, every), kinds, newest=newest)
            if len(brought) >= most:
                return brought[:most]
        return self._brought(self._limited, most, kinds, newest=newest)

    def _brought(self, question: Query, most: int, kinds: Collection[int], *, newest: bool) -> Scored:
        query = all_of([(Occur.Must, question), *self._narrow])
        order = "at" if newest else None
        hits = self._searcher.search(query, most, count=False, order_by_field=order).hits
        places = [place for _score, place in hits]
        shelves = map(Shelf.of, self._values("shelf", places))
        keys = self._values("key", places)
        return [
            (float(score), key)
            for (score, _place), shelf, key in zip(hits, shelves, keys, strict=True)
            if shelf.kind in kinds and self._cut.holds(shelf)
        ]

    def _values(self, name: str, places: list[tantivy.DocAddress]) -> list[int]:
        return [int(value or 0) for value in self._searcher.fast_field_values(name, places)]


def limits(sources: Sequence[Source], member: Member) -> Query:
    """What the member may see, kind by kind."""
    kinds = []
    for source in sources:
        groups = source.limits(member) or [[""]]
        kinds.append((Occur.Should, all_of([(Occur.Must, any_key(map(source.key, group))) for group in groups])))
    return quiet(Query.boolean_query(kinds)) if kinds else Query.empty_query()


def all_of(clauses: Clauses) -> Query:
    """A question of one clause is that clause: the index answers it by far the quickest."""
    return clauses[0][1] if len(clauses) == 1 else Query.boolean_query(clauses)


def any_key(keys: Iterable[str]) -> Query:
    found = [(Occur.Should, Query.term_query(SCHEMA, "keys", key, "basic")) for key in keys]
    return Query.boolean_query(found) if found else Query.empty_query()


def quiet(query: Query) -> Query:
    """It limits, and does not count."""
    return Query.const_score_query(query, 0.0)
