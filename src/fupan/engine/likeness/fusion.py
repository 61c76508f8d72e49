"""Five signals into one absolute score: which weights hold for which pair of query and text.

==============================  ===================================  =============================================
pair                            with the deep encoder (E5)           without
==============================  ===================================  =============================================
one language                    .1 cov + .1 grams + .2 use + .6 e5   .2 cov + .2 grams + .6 use
one language, long text         .5 passage + .2 use + .3 e5          .6 passage + .4 use
two languages                   .4 use + .6 e5                       use
one language, USE is blind      the first without use                .5 cov + .5 grams; passage of a long text
two languages, USE is blind     e5                                   the same
==============================  ===================================  =============================================

cov, grams, passage: ``lexical``. use: cosine; of a long text half the whole, half its best sentence. e5: the cosine
of the best piece from 0.75 to 1 stretched to 0 to 1. A signal that is missing leaves its weight to the others. Sums,
never ranks: reciprocal-rank fusion lets a blind arm halve a good one, and leaves no number to hold a threshold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fupan.engine.checks import BoolArray, FloatArray

_SCALES = {"e5": (0.75, 0.25)}  # where the cosines of a space begin, and how far they reach
_ENOUGH = 20  # texts with both scores, to read one off the other

# columns: coverage, grams, passage, quick, deep; rows: 4 * one language + 2 * long text + USE is blind
_LEXICAL, _PASSAGE = (0.5, 0.5, 0.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0, 0.0)
_WITH_DEEP = np.array([
    (0.0, 0.0, 0.0, 0.4, 0.6), (0.0, 0.0, 0.0, 0.0, 1.0), (0.0, 0.0, 0.0, 0.4, 0.6), (0.0, 0.0, 0.0, 0.0, 1.0),
    (0.1, 0.1, 0.0, 0.2, 0.6), (0.1, 0.1, 0.0, 0.0, 0.6), (0.0, 0.0, 0.43, 0.25, 0.32), (0.0, 0.0, 0.57, 0.0, 0.43),
])  # fmt: skip
_WITHOUT = np.array([
    (0.0, 0.0, 0.0, 1.0, 0.0), _LEXICAL, (0.0, 0.0, 0.0, 1.0, 0.0), _PASSAGE,
    (0.2, 0.2, 0.0, 0.6, 0.0), _LEXICAL, (0.0, 0.0, 0.5, 0.5, 0.0), _PASSAGE,
])  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """How like a query each candidate is, (n,) each; NaN where a text has no vector."""

    covered: NDArray[Any]
    grams: NDArray[Any]
    passage: NDArray[Any]
    quick: NDArray[Any]
    deep: NDArray[Any]
    one_language: BoolArray
    long: BoolArray
    blind: BoolArray


def score(signals: Signals) -> FloatArray:
    """One score per candidate, about 0 (nothing alike) to 1 (the same text).

    Where some texts have no deep vector yet, their score without it takes the place among those with it that it has
    by the quicker formula, so that no text wins or loses by waiting for its vector.
    """
    kind = 4 * signals.one_language + 2 * signals.long + signals.blind
    table = np.stack(
        [signals.covered, signals.grams, signals.passage, signals.quick, signals.deep], axis=1, dtype=np.float64
    )
    words_alone = np.where(signals.long[:, None], _PASSAGE, _LEXICAL)
    without = _weighed(table, _WITHOUT[kind], words_alone)
    waiting = np.isnan(signals.deep)
    if waiting.all():
        return without
    with_deep = _weighed(table, _WITH_DEEP[kind], words_alone)
    if not waiting.any():
        return with_deep
    if np.count_nonzero(~waiting) < _ENOUGH:
        return without
    return np.where(waiting, _read_off(without, without[~waiting], with_deep[~waiting]), with_deep)


def stretched(space: str, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosines on the scale where 0 is "nothing alike" and 1 is "the same"."""
    low, reach = _SCALES.get(space, (0.0, 1.0))
    return np.asarray((cosines - low) / reach, dtype=np.float32)


def _weighed(table: FloatArray, weights: FloatArray, words_alone: FloatArray) -> FloatArray:
    missing = np.isnan(table)
    held = np.where(missing, 0.0, weights)
    whole = held.sum(axis=1)
    held = np.where(whole[:, None] > 0, held, words_alone)  # two languages, and no vector of either
    whole[whole == 0] = 1.0
    return np.asarray((held * np.where(missing, 0.0, table)).sum(axis=1) / whole, dtype=np.float64)


def _read_off(value: FloatArray, known: FloatArray, target: FloatArray) -> FloatArray:
    """``value`` on the scale of ``target``: quantile to quantile, by a shift beyond the ends."""
    known, target = np.sort(known), np.sort(target)
    beyond = np.maximum(value - known[-1], 0) + np.minimum(value - known[0], 0)
    return np.asarray(np.interp(value, known, target) + beyond, dtype=np.float64)
