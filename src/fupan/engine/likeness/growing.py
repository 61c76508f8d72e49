"""Arrays that grow at their end: what a reader took before keeps its length and its values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fupan.engine.checks import IntArray

_STRIDE = 64


def highest(values: NDArray[np.float32], most: int) -> IntArray:
    """Places of the ``most`` highest values, rising, and of some more; quicker than a full partition.

    The highest of every 64 are ranked: as many values reach the ``most``-th of these as were asked for, or more.
    """
    whole = len(values) - len(values) % _STRIDE
    if whole // _STRIDE <= most:
        return np.arange(len(values)) if len(values) <= most else np.sort(np.argpartition(values, -most)[-most:])
    tops = values[:whole].reshape(-1, _STRIDE).max(axis=1)
    return np.flatnonzero(values >= np.partition(tops, -most)[-most])


class Growing:
    """A NumPy array whose rows are only ever appended; room doubles, so that appending costs what is appended."""

    def __init__(self, rows: NDArray[Any]) -> None:
        self._held, self._count = rows, len(rows)

    def __len__(self) -> int:
        return self._count

    @property
    def rows(self) -> NDArray[Any]:
        """The rows so far; later appends do not touch it."""
        return self._held[: self._count]

    @property
    def nbytes(self) -> int:
        """Memory held, spare room included."""
        return int(self._held.nbytes)

    def append(self, rows: NDArray[Any]) -> None:
        """Put rows behind the last one."""
        needed = self._count + len(rows)
        if needed > len(self._held):
            larger = np.empty((max(needed, 2 * len(self._held)), *self._held.shape[1:]), dtype=self._held.dtype)
            larger[: self._count] = self.rows
            self._held = larger
        self._held[self._count : needed] = rows
        self._count = needed


@dataclass(frozen=True, slots=True, eq=False)
class Ragged:
    """Rows of unequal length: row i is ``flat[bounds[i] : bounds[i + 1]]`` of each array in ``flats``."""

    bounds: IntArray
    flats: tuple[NDArray[Any], ...]

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def take(self, rows: IntArray) -> tuple[IntArray, tuple[NDArray[Any], ...]]:
        """(position in ``rows``, values) of everything in these rows."""
        start, size = self.bounds[rows], self.bounds[rows + 1] - self.bounds[rows]
        owner = np.repeat(np.arange(len(rows)), size)
        at = np.arange(len(owner)) - np.repeat(np.cumsum(size) - size - start, size)
        return owner, tuple(flat[at] for flat in self.flats)


class GrowingRagged:
    """A Ragged that grows at its end."""

    def __init__(self, bounds: IntArray, *flats: NDArray[Any]) -> None:
        self._bounds = Growing(bounds)
        self._flats = tuple(Growing(flat) for flat in flats)

    @property
    def view(self) -> Ragged:
        """What there is now."""
        return Ragged(self._bounds.rows, tuple(flat.rows for flat in self._flats))

    def kept(self, rows: IntArray) -> tuple[NDArray[Any], ...]:
        """(bounds, values) of these rows alone, as another GrowingRagged takes them."""
        view = self.view
        sizes = np.diff(view.bounds)[rows]
        return (np.concatenate([[0], np.cumsum(sizes)]), *view.take(rows)[1])

    @property
    def nbytes(self) -> int:
        """Memory held."""
        return self._bounds.nbytes + sum(flat.nbytes for flat in self._flats)

    def append(self, rows: Sequence[tuple[NDArray[Any], ...]]) -> None:
        """Put these rows behind the last one; each is one array per flat."""
        if not rows:
            return
        sizes = np.array([len(row[0]) for row in rows], dtype=np.int64)
        self._bounds.append(self._bounds.rows[-1] + np.cumsum(sizes))
        for at, flat in enumerate(self._flats):
            flat.append(np.concatenate([row[at] for row in rows]))
