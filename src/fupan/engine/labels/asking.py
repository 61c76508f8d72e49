"""Which tickets to ask a person about: those that teach the most."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from fupan.engine import checks
from fupan.engine.checks import FloatArray, IntArray
from fupan.engine.errors import BadShape
from fupan.engine.labels.linear import Array, unit
from fupan.engine.labels.space import nearest

_NEIGHBOURS = 10
_SAMPLE = 3000
_ALIKE = (0.4, 0.8)  # cosines from which a ticket counts less beside one already picked, and not at all


def most_useful(
    probabilities: ArrayLike, vectors: ArrayLike, count: int = 50, *, rng: np.random.Generator | None = None
) -> IntArray:
    """Indices of the tickets to ask about, the most useful first, at most ``count``.

    A ticket is worth asking about when the labeller hesitates between two labels (small margin), when many tickets are
    like it (density: mean cosine to its 10 neighbours, squared), and when none like it is asked already.
    ``probabilities`` (n, k) and ``vectors`` (n, dim) of the unlabelled tickets, as ``Fitted.predict`` and
    ``Fitted.vectors`` give them. Density is measured against 3,000 tickets: evenly spread ones, or drawn by ``rng``.

    Raises BadShape. Source: Settles & Craven 2008, information density.
    """
    shares, raw = checks.numbers("probabilities", probabilities), checks.numbers("vectors", vectors)
    if shares.ndim != 2 or raw.ndim != 2 or len(shares) != len(raw):
        raise BadShape("probabilities, vectors", f"expected (n, k) and (n, dim), got {shares.shape} and {raw.shape}")
    if not len(shares) or count < 1:
        return np.empty(0, dtype=np.intp)
    x = unit(raw.astype(np.float32))
    ordered = np.sort(shares, axis=1)
    margin = ordered[:, -1] - (ordered[:, -2] if shares.shape[1] > 1 else 0)
    return _spread_out((1 - margin) * _density(x, rng) ** 2 + 1e-9, x, min(count, len(x)))


def _density(x: Array, rng: np.random.Generator | None) -> FloatArray:
    if len(x) > _SAMPLE:
        rows = np.linspace(0, len(x) - 1, _SAMPLE).astype(np.intp) if rng is None else rng.permutation(len(x))[:_SAMPLE]
        cosines = nearest([x], [x[rows]], _NEIGHBOURS)[0]
    else:
        cosines = nearest([x], [x], _NEIGHBOURS + 1)[0][:, 1:]
    return np.maximum(cosines.mean(axis=1, dtype=np.float64), 0) if cosines.size else np.ones(len(x))


def _spread_out(score: FloatArray, x: Array, count: int) -> IntArray:
    low, high = _ALIKE
    left, picked = score.astype(np.float64), np.empty(count, dtype=np.intp)
    for at in range(count):
        best = picked[at] = int(left.argmax())
        left *= 1 - np.clip((x @ x[best] - low) / (high - low), 0, 1 - 1e-6)
        left[best] = -1
    return picked
