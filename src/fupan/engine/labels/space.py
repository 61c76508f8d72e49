"""Texts in the vector space of the encoders: centred, at unit length, one array per encoder or all side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fupan.engine.checks import IntArray
from fupan.engine.encoders import Encoder
from fupan.engine.labels.linear import Array, unit

_OWN_MEAN_FROM = 50  # texts that make a mean of their own; below, the mean of the phrases has to do


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """Which encoders, and where their centre lies: ``means`` one vector (dim,) per encoder."""

    encoders: list[str]
    means: list[Array]

    @classmethod
    def around(cls, encoders: Sequence[Encoder], texts: list[Array], phrases: list[Array]) -> Space:
        """Centred on the texts when there are enough of them, on the phrases otherwise."""
        middle = texts if len(texts[0]) >= _OWN_MEAN_FROM else phrases
        means = [np.asarray(vectors.mean(axis=0), dtype=np.float32) for vectors in middle]
        return cls([encoder.name for encoder in encoders], means)

    def views(self, raw: list[Array]) -> list[Array]:
        """Per encoder, centred and at unit length. Without its centre all of E5 lies within one narrow cone."""
        return [unit(vectors - mean) for vectors, mean in zip(raw, self.means, strict=False)]


def encode(encoders: Sequence[Encoder], texts: Sequence[str]) -> list[Array]:
    """The plain vectors of every encoder."""
    return [encoder.encode(list(texts)) for encoder in encoders]


def side_by_side(views: list[Array]) -> Array:
    """One vector per text whose cosine is the average cosine of the encoders."""
    return np.asarray(np.hstack(views) / np.sqrt(len(views)), dtype=np.float32)


def nearest(views: list[Array], others: list[Array], count: int, rows: int = 2000) -> tuple[Array, IntArray]:
    """(cosines, indices) of the ``count`` nearest others, nearest first, each (n, count); averaged over the views."""
    count, n = min(count, len(others[0])), len(views[0])
    found, where = np.empty((n, count), dtype=np.float32), np.empty((n, count), dtype=np.intp)
    for start in range(0, n, rows):
        part = slice(start, start + rows)
        each = [view[part] @ other.T for view, other in zip(views, others, strict=True)]
        cosines = each[0] if len(each) == 1 else np.mean(each, axis=0)
        best = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
        values = np.take_along_axis(cosines, best, axis=1)
        order = np.argsort(-values, axis=1)
        found[part] = np.take_along_axis(values, order, axis=1)
        where[part] = np.take_along_axis(best, order, axis=1)
    return found, where
