"""One trouble told twice: the same words about the same order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fupan.engine.checks import IntArray
from fupan.engine.errors import BadShape
from fupan.engine.labels.tokens import runs, terms

_SAME = 0.8


def same_order_duplicates(texts: Sequence[str], orders: Sequence[str | None]) -> IntArray:
    """For each ticket the index of the first ticket that says the same about the same order, (n,); its own if new.

    Two texts say the same when they are equal but for numbers, mails, links, case and punctuation, or share at least
    80 % of their words (Jaccard). A ticket without an order (None or "") is never a duplicate.

    Raises BadShape.

    >>> same_order_duplicates(["Where is it?", "where is  it??", "Where is it?"], ["A-1", "A-1", "B-2"])
    array([0, 0, 2])
    """
    if len(texts) != len(orders):
        raise BadShape("texts, orders", f"expected equal lengths, got {len(texts)} and {len(orders)}")
    first = np.arange(len(texts), dtype=np.intp)
    known: dict[str, list[tuple[int, str, frozenset[str]]]] = {}
    for row, (text, order) in enumerate(zip(texts, orders, strict=True)):
        if not order:
            continue
        plain, words = " ".join(runs(text)), frozenset(terms(text))
        told = known.setdefault(order, [])
        twin = next((at for at, said, held in told if said == plain or _alike(held, words)), None)
        if twin is None:
            told.append((row, plain, words))
        else:
            first[row] = twin
    return first


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other) and len(one & other) >= _SAME * len(one | other)
