"""The words themselves: TF-IDF of words, word pairs and pieces of words, with a linear support vector machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from fupan.engine.checks import FloatArray, IntArray
from fupan.engine.labels.linear import Array
from fupan.engine.labels.tokens import features

_RARE_FROM = 1500  # texts from which a feature seen once is left out


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """Features and their idf, shape (features,)."""

    features: list[str]
    idf: Array
    _place: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_place", {feature: at for at, feature in enumerate(self.features)})

    @classmethod
    def of(cls, texts: Sequence[str]) -> Vocabulary:
        seen = Counter(feature for text in texts for feature in set(features(text)))
        least = 2 if len(texts) > _RARE_FROM else 1
        known = sorted(feature for feature, count in seen.items() if count >= least)
        counts = np.array([seen[feature] for feature in known], dtype=np.float64)
        return cls(known, np.asarray(np.log((1 + len(texts)) / (1 + counts)) + 1, dtype=np.float32))

    def matrix(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Sublinear TF-IDF, rows at unit length, shape (n, features)."""
        columns: list[int] = []
        values: list[float] = []
        ends = [0]
        for text in texts:
            found = Counter(at for feature in features(text) if (at := self._place.get(feature)) is not None)
            columns += found.keys()
            values += found.values()
            ends.append(len(columns))
        where = np.array(columns, dtype=np.int32)
        weight = (1 + np.log(np.array(values, dtype=np.float32))) * self.idf[where]
        rows = sparse.csr_matrix((weight, where, np.array(ends)), shape=(len(texts), len(self.features)))
        length = np.sqrt(rows.multiply(rows).sum(axis=1)).A1
        return sparse.diags(np.asarray(1 / np.maximum(length, 1e-9), dtype=np.float32)) @ rows


@dataclass(frozen=True, slots=True, eq=False)
class Machine:
    """One hyperplane per class: weights (features, k), bias (k,); a class never shown scores -1."""

    weights: Array
    bias: Array

    def logits(self, x: sparse.csr_matrix) -> Array:
        """Shape (n, k)."""
        return np.asarray(x @ self.weights + self.bias, dtype=np.float32)


def fit_machine(x: sparse.csr_matrix, y: IntArray, weight: FloatArray, k: int, *, c: float) -> Machine:
    """One against the rest."""
    from sklearn.svm import LinearSVC  # a second to load, and only needed to learn

    shown = np.unique(y)
    weights, bias = np.zeros((x.shape[1], k), np.float32), np.full(k, -1.0, np.float32)
    if len(shown) < 2:
        bias[shown] = 1.0
        return Machine(weights, bias)
    machine = LinearSVC(C=c, random_state=0).fit(x, y, sample_weight=weight)
    if len(shown) == 2:
        weights[:, shown] = np.column_stack([-machine.coef_[0], machine.coef_[0]])
        bias[shown] = (-machine.intercept_[0], machine.intercept_[0])
    else:
        weights[:, shown], bias[shown] = machine.coef_.T, machine.intercept_
    return Machine(weights, bias)
