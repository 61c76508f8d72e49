"""Texts that tell the same trouble, found together whatever their language: average linkage in one vector space.

Vectors of a multilingual encoder still lean towards their language, so the mean of each language is taken out first
(Libovický et al. 2020, "On the language neutrality of pre-trained multilingual representations"). No chance is
involved: the same rows give the same groups, in any order of the rows up to equal distances.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fupan.engine import checks
from fupan.engine.checks import FloatArray
from fupan.engine.errors import BadShape

MOST = 2000  # rows at once: a matrix of their distances is held in memory
FEW = 5  # a language with fewer rows has no mean of its own


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together, the most typical first; `closeness` is their mean likeness to the typical one."""

    rows: tuple[int, ...]
    closeness: float


def groups(
    vectors: ArrayLike,
    languages: Sequence[str],
    marks: Sequence[Hashable] | None = None,
    *,
    closeness: float = 0.4,
    smallest: int = 5,
    mark_weight: float = 0.4,
) -> list[Group]:
    """Groups of at least ``smallest`` rows whose mean likeness is ``closeness`` or more, the largest first.

    ``vectors``: (n, dim), one row a text, n at most 2,000; ``languages``: its language; ``marks``: what is known of
    it beside the words (its product): rows with one mark are that much more alike, None marks nothing.

    Raises BadShape, BadChoice.

    >>> groups([[1, 0], [0.9, 0.1], [0, 1]], ["en"] * 3, closeness=0.5, smallest=2)[0].rows
    (0, 1)
    """
    checks.level("closeness", closeness)
    table = _table(vectors, len(languages))
    if len(table) < max(2, smallest):
        return []
    space = _marked(_without_language(table, languages), marks, mark_weight)
    return sorted(_found(space, closeness, smallest), key=lambda one: (-len(one.rows), one.rows))


def _table(vectors: ArrayLike, count: int) -> FloatArray:
    table = np.asarray(vectors, dtype=np.float64)
    if table.size == 0 and count == 0:
        return np.zeros((0, 1))
    if table.ndim != 2 or len(table) != count:
        raise BadShape("vectors", f"one row for each of the {count} texts is needed, this is {table.shape}")
    if count > MOST:
        raise BadShape("vectors", f"at most {MOST} rows at once, these are {count}")
    return _unit(table)


def _unit(table: FloatArray) -> FloatArray:
    length = np.linalg.norm(table, axis=1, keepdims=True)
    return np.asarray(table / np.where(length > 0, length, 1.0))


def _without_language(table: FloatArray, languages: Sequence[str]) -> FloatArray:
    """Each language moved so that its middle is the middle of all."""
    middle = table.mean(axis=0)
    moved = table.copy()
    for language in sorted(set(languages)):
        mine = np.array([one == language for one in languages])
        if FEW <= mine.sum() < len(table):
            moved[mine] += middle - table[mine].mean(axis=0)
    return _unit(moved)


def _marked(table: FloatArray, marks: Sequence[Hashable] | None, weight: float) -> FloatArray:
    """Columns that make rows of one mark more alike."""
    if marks is None:
        return table
    if len(marks) != len(table):
        raise BadShape("marks", f"one for each of the {len(table)} texts is needed, these are {len(marks)}")
    known = {mark: place for place, mark in enumerate(dict.fromkeys(mark for mark in marks if mark is not None))}
    beside = np.zeros((len(table), len(known)))
    for row, mark in enumerate(marks):
        if mark is not None:
            beside[row, known[mark]] = weight
    return np.asarray(np.hstack([table, beside]) / np.sqrt(1 + weight**2))


def _found(space: FloatArray, closeness: float, smallest: int) -> list[Group]:
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    alike = np.clip(space @ space.T, -1.0, 1.0)
    apart = 1.0 - alike
    np.fill_diagonal(apart, 0.0)
    tree = linkage(squareform((apart + apart.T) / 2, checks=False), method="average")
    names: NDArray[np.int32] = fcluster(tree, t=1.0 - closeness, criterion="distance")
    found = []
    for name in np.unique(names):
        rows = np.flatnonzero(names == name)
        if len(rows) >= smallest:
            found.append(_group(alike, rows))
    return found


def _group(alike: FloatArray, rows: NDArray[np.intp]) -> Group:
    """Ordered from the middle outwards."""
    near = alike[np.ix_(rows, rows)].mean(axis=1)
    order = np.lexsort((rows, -near.round(9)))
    middle = rows[order[0]]
    return Group(tuple(int(row) for row in rows[order]), float(alike[middle, rows].mean()))
