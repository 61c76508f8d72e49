"""One space of vectors: every text as one vector or several, found by an exact scan or, when there are many, by two.

A text of several pieces has several vectors. Vectors are kept in half precision, turned by the axes of largest
variance (which changes no cosine): the first 64 axes in single precision find the likeliest, all axes compare them.

Some texts are near to everything (hubs). Half of a vector's mean cosine with its ten nearest, less the mean of all, is
taken off its cosines: cross-domain similarity local scaling, the query's own half left out since it changes no order.
Not so for passages: those of one subject lie close together, and that is no fault of theirs.

Source: Conneau et al. 2018, Word Translation Without Parallel Data, section 2.3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fupan.engine.checks import BoolArray, IntArray
from fupan.engine.encoders import Vectors
from fupan.engine.likeness.growing import Growing, Ragged, highest

_MANY = 8192  # from so many vectors on, the scan reads the first axes only
_AXES = 64
_LEARN_FROM = 20_000
_NEIGHBOURS = 10
_SAMPLE = 2048
_SLACK = 0.25  # so much of the vectors may be newer than the sample


@dataclass(frozen=True, slots=True, eq=False)
class DenseView:
    """What a search reads; later changes do not touch it."""

    turn: Vectors | None  # (dim, dim): columns are the axes
    scan: Vectors
    full: NDArray[np.float16]
    hub: NDArray[np.float32]  # half of how much nearer to everything than usual each vector is
    owner: NDArray[np.int32]
    first: NDArray[np.int32]  # of each text its first vector, -1 where it has none
    count: NDArray[np.int32]

    def turned(self, vector: Vectors) -> Vectors:
        """A query's vector along the axes of this space."""
        return vector if self.turn is None else np.asarray(vector @ self.turn, dtype=np.float32)

    def likely(self, turned: Vectors, most: int, allowed: BoolArray, *, hubs: bool) -> IntArray:
        """Texts of the ``most`` vectors nearest to the query, as far as the first axes tell."""
        if not len(self.owner):
            return np.empty(0, dtype=np.intp)
        near = self.scan @ turned[: self.scan.shape[1]]
        if hubs:
            near -= self.hub
        if not allowed.all():
            near[~allowed[self.owner]] = -np.inf
        rows = highest(near, most)
        return np.unique(self.owner[rows[np.isfinite(near[rows])]])

    def cosines(self, turned: Vectors, rows: IntArray, *, hubs: bool) -> Ragged:
        """Cosines with every vector of each of these texts; ``hubs``: less what a hub has of them by being one."""
        count = self.count[rows]
        bounds = np.concatenate([[0], np.cumsum(count)])
        at = np.arange(bounds[-1]) - np.repeat(bounds[:-1] - self.first[rows], count)
        cosine = self.full[at].astype(np.float32) @ turned
        return Ragged(bounds, (cosine - self.hub[at] if hubs else cosine,))


class Dense:
    """The vectors of the texts joined so far."""

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self.turn: Vectors | None = None
        self._scan = Growing(np.empty((0, dim), np.float32))
        self._full = Growing(np.empty((0, dim), np.float16))
        self._near = Growing(np.empty(0, np.float32))
        self._reference = np.empty((0, dim), np.float32), np.empty(0, np.int32)
        self._hubs_of = 0
        self._owner = Growing(np.empty(0, np.int32))
        self._first = Growing(np.empty(0, np.int32))
        self._count = Growing(np.empty(0, np.int32))

    def __len__(self) -> int:
        return len(self._owner)

    @property
    def nbytes(self) -> int:
        """Memory held."""
        parts = (self._scan, self._full, self._near, self._owner, self._first, self._count)
        return sum(part.nbytes for part in parts)

    def reserve(self, texts: int) -> None:
        """Know of so many more texts, without vectors yet."""
        self._first.append(np.full(texts, -1, dtype=np.int32))
        self._count.append(np.zeros(texts, dtype=np.int32))

    def join(self, owner: IntArray, vectors: Vectors) -> None:
        """Put vectors behind the last one; ``owner`` rises, so that a text's vectors lie together.

        Vectors a text had before are no longer asked.
        """
        if not len(owner):
            return
        texts, start, count = np.unique(owner, return_index=True, return_counts=True)
        # a search under way keeps its own arrays
        first, sizes = self._first.rows.copy(), self._count.rows.copy()
        first[texts], sizes[texts] = len(self) + start, count
        self._first, self._count = Growing(first), Growing(sizes)
        self._append(owner.astype(np.int32), vectors if self.turn is None else vectors @ self.turn)
        if self.turn is None and len(self) >= _MANY:
            self._learn_axes()

    def has(self) -> BoolArray:
        """Which texts have a vector."""
        return self._first.rows >= 0

    def view(self) -> DenseView:
        """What a search needs."""
        return DenseView(
            self.turn, self._scan.rows, self._full.rows, self._hubs(), self._owner.rows, self._first.rows,
            self._count.rows,
        )  # fmt: skip

    def kept(self, rows: IntArray) -> tuple[NDArray[np.float16], NDArray[np.int32]]:
        """(vectors, number of vectors of each) of these texts, in their order."""
        count = self._count.rows[rows]
        ends = np.cumsum(count)
        at = np.arange(count.sum()) - np.repeat(ends - count - self._first.rows[rows], count)
        return self._full.rows[at], count

    @classmethod
    def of(cls, dim: int, turn: Vectors | None, vectors: NDArray[np.float16], count: NDArray[np.int32]) -> Dense:
        """A space of vectors kept before."""
        made = cls(dim)
        made.turn = turn
        made._put(vectors)
        made._owner = Growing(np.repeat(np.arange(len(count), dtype=np.int32), count))
        made._first = Growing(np.where(count > 0, np.cumsum(count) - count, -1).astype(np.int32))
        made._count = Growing(count)
        return made

    def _append(self, owner: IntArray, turned: Vectors) -> None:
        kept = turned.astype(np.float16)
        self._scan.append(kept[:, : self._scan.rows.shape[1]].astype(np.float32))
        self._full.append(kept)
        self._owner.append(owner)

    def _hubs(self) -> NDArray[np.float32]:
        """Half of each vector's mean cosine with its ten nearest in a sample, above the mean of all."""
        if len(self) - self._hubs_of > _SLACK * len(self):
            rows = np.arange(0, len(self), max(1, -(-len(self) // _SAMPLE)))
            self._reference = self._scan.rows[rows].copy(), self._owner.rows[rows].copy()
            self._near, self._hubs_of = Growing(np.empty(0, np.float32)), len(self)
        for start in range(len(self._near), len(self), _SAMPLE):
            part = slice(start, min(start + _SAMPLE, len(self)))
            self._near.append(_nearest(self._scan.rows[part], self._owner.rows[part], *self._reference))
        near = self._near.rows
        return (near - near.mean(dtype=np.float64)).astype(np.float32) / 2 if len(near) else near

    def _learn_axes(self) -> None:
        """Turn all vectors by the eigenvectors of their second moments, largest first."""
        full = self._full.rows.astype(np.float32)
        some = full[:: max(1, len(full) // _LEARN_FROM)].astype(np.float64)
        _, axes = np.linalg.eigh(some.T @ some)
        axes = axes[:, ::-1]
        largest = axes[np.abs(axes).argmax(axis=0), np.arange(self.dim)]
        self.turn = np.ascontiguousarray(axes * np.sign(largest), dtype=np.float32)
        self._put((full @ self.turn).astype(np.float16))

    def _put(self, kept: NDArray[np.float16]) -> None:
        axes = self.dim if self.turn is None else min(_AXES, self.dim)
        self._full = Growing(kept)
        self._scan = Growing(np.ascontiguousarray(kept[:, :axes], dtype=np.float32))
        self._hubs_of = 0


def _nearest(scan: Vectors, owner: NDArray[np.int32], reference: Vectors, others: NDArray[np.int32]) -> Vectors:
    """Mean cosine of each vector with its ten nearest in the reference, those of its own text left out."""
    if len(reference) <= 2 * _NEIGHBOURS:
        return np.zeros(len(scan), dtype=np.float32)
    cosine = scan @ reference.T
    cosine[owner[:, None] == others[None, :]] = 0
    return np.asarray(np.partition(cosine, -_NEIGHBOURS, axis=1)[:, -_NEIGHBOURS:].mean(axis=1), dtype=np.float32)
