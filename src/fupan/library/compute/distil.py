"""The door to likeness of many texts at once: which solved tickets tell the same trouble, and what speaks of it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from fupan.desk.compute.learning import QUICK, installed, load
from fupan.engine import clusters

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST = 600  # of one issue type, the newest
CLOSENESS = 0.45


def read(texts: Sequence[str]) -> NDArray[np.float32] | None:
    """A vector a text, from the kept ones where there are; None where no encoder is installed."""
    if QUICK not in installed():
        return None
    (encoder,) = load([QUICK])
    return encoder.encode(list(texts))


def alike(
    vectors: NDArray[np.float32], languages: Sequence[str], marks: Sequence[Hashable], *, smallest: int
) -> list[tuple[int, ...]]:
    """Rows of each group, the most typical first; the largest group first."""
    found = clusters.groups(vectors, languages, marks, closeness=CLOSENESS, smallest=smallest)
    return [one.rows for one in found]


def nearness(some: NDArray[np.float32], others: NDArray[np.float32]) -> float:
    """How near the nearest of `others` lies to the middle of `some`, -1 to 1."""
    if not len(some) or not len(others):
        return -1.0
    middle = some.mean(axis=0)
    length = float(np.linalg.norm(middle))
    return float((others @ middle).max() / length) if length else -1.0
