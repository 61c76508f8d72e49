"""How many documents hold each n-gram, before and now.

Level by level (Agrawal and Srikant 1994): an n-gram can be frequent only when both (n-1)-grams inside it are, so a
level is one sort over the positions left by the level below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from fupan.engine.checks import IntArray
from fupan.engine.topics.significance import Family, Sizes, family, least_total
from fupan.engine.topics.tokens import Kind, Tokens

_LONGEST_WORDS = 4
_LONGEST = 8  # characters or clusters

Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Grams:
    """Frequent n-grams; arrays of one length, shape (grams,), but the last two.

    position, length    where one occurrence stands in the token stream, and its number of tokens
    now, before         documents (or buyers) that hold it
    family              all different sets of documents that were looked at
    pair_gram, pair_owner   which gram occurs in which document (or buyer), one row for each pair
    """

    position: IntArray
    length: IntArray
    now: IntArray
    before: IntArray
    family: Family
    pair_gram: IntArray
    pair_owner: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    length: int
    at: IntArray  # gram of each position of the stream, -1 where none is left
    position: IntArray
    now: IntArray
    total: IntArray
    kind: Hashes  # equal for grams that occur in the same documents
    pair_gram: IntArray
    pair_owner: IntArray


def count(tokens: Tokens, owners: IntArray, sizes: Sizes) -> Grams:
    """N-grams that could be significant at all, given how many documents hold them in both periods together.

    ``owners``: for each document the number of its owner (itself, or its buyer), those of now before ``sizes.now``.
    """
    owner = owners[tokens.documents] if len(tokens.ids) else tokens.ids
    marks = _mixed(sizes.now + sizes.before)
    code = np.where(tokens.kind[tokens.ids] == Kind.BREAK, -1, tokens.ids)
    levels: list[_Level] = []
    least = least_total(np.empty(0, dtype=np.intp), sizes)
    for length in range(1, _LONGEST + 1):
        level = _keep(_level(code, owner, marks, length, sizes), least)
        levels.append(level)
        if not len(level.total):
            break
        least = least_total(_different(levels), sizes)
        code = _longer(level, tokens)
    return _together(levels, sizes)


def _level(code: IntArray, owner: IntArray, marks: Hashes, length: int, sizes: Sizes) -> _Level:
    place = np.flatnonzero(code >= 0)
    key = code[place] * (sizes.now + sizes.before) + owner[place]
    order = np.argsort(key)
    key, place = key[order], place[order]
    gram_code = code[place]
    new_pair = np.flatnonzero(np.diff(key, prepend=-1))
    new_gram = np.diff(gram_code, prepend=-1) != 0
    gram = np.cumsum(new_gram) - 1
    pair_gram, pair_owner = gram[new_pair], owner[place[new_pair]]
    first = np.flatnonzero(np.diff(pair_gram, prepend=-1))
    total = np.diff(first, append=len(pair_gram))
    now = np.bincount(pair_gram[pair_owner < sizes.now], minlength=len(total))
    kind = np.add.reduceat(marks[pair_owner], first) if len(first) else np.empty(0, dtype=np.uint64)
    at = np.full(len(code), -1, dtype=np.intp)
    at[place] = gram
    return _Level(length, at, place[new_gram], now, total, kind, pair_gram, pair_owner)


def _keep(level: _Level, least: int) -> _Level:
    """Without the grams in fewer than ``least`` documents."""
    kept = level.total >= least
    if kept.all():
        return level
    number = np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1)  # the last for places without a gram, -1
    pairs = np.flatnonzero(kept[level.pair_gram])
    return _Level(
        level.length,
        number[level.at],
        level.position[kept],
        level.now[kept],
        level.total[kept],
        level.kind[kept],
        number[level.pair_gram[pairs]],
        level.pair_owner[pairs],
    )


def _longer(level: _Level, tokens: Tokens) -> IntArray:
    """The codes of the next level: a gram here and one a token further on make a longer one."""
    code = np.full(len(level.at), -1, dtype=np.intp)
    here, there = level.at[:-1], level.at[1:]
    both = (here >= 0) & (there >= 0)
    if level.length >= _LONGEST_WORDS:
        both &= tokens.kind[tokens.ids[:-1]] != Kind.WORD
    code[:-1] = np.where(both, here * len(level.total) + there, -1)
    return code


def _together(levels: list[_Level], sizes: Sizes) -> Grams:
    least = least_total(_different(levels), sizes)
    kept = [_keep(level, least) for level in levels]
    starts = np.cumsum([0, *(len(level.total) for level in kept)])
    now = np.concatenate([level.now for level in kept])
    return Grams(
        position=np.concatenate([level.position for level in kept]),
        length=np.repeat([level.length for level in kept], [len(level.total) for level in kept]),
        now=now,
        before=np.concatenate([level.total for level in kept]) - now,
        family=family(_different(kept), sizes),
        pair_gram=np.concatenate([level.pair_gram + start for level, start in zip(kept, starts, strict=False)]),
        pair_owner=np.concatenate([level.pair_owner for level in kept]),
    )


def _different(levels: list[_Level]) -> IntArray:
    """The totals of grams that differ in their documents; "充不" and "充不进" in the same ones are one test."""
    _, first = np.unique(np.concatenate([level.kind for level in levels]), return_index=True)
    return cast(IntArray, np.concatenate([level.total for level in levels])[first])


def _mixed(count: int) -> Hashes:
    """A well mixed 64-bit number for each document (splitmix64; Steele et al. 2014); their sums tell sets apart."""
    with np.errstate(over="ignore"):
        x = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return x ^ (x >> np.uint64(31))
