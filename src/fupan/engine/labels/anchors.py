"""What names and keywords alone say of a text: the prior of every label, and the memory of languages never labelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fupan.engine.checks import IntArray
from fupan.engine.labels.descriptions import Description
from fupan.engine.labels.linear import Array, Linear, fit_linear, log_softmax
from fupan.engine.labels.tokens import terms

_RULE = 0.25  # the keyword rule's part beside the vectors: it is blind to one text in seven
_C = 20.0
_TOP = 3  # nearest phrases of a class that speak for it
_SHARPNESS = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Phrases:
    """All names and keywords, flat: ``texts`` (m,), ``owner`` the class of each (m,), and their terms with idf."""

    texts: list[str]
    owner: IntArray
    terms: list[str]
    weights: Array  # (m, terms): idf of each term a phrase holds

    @classmethod
    def of(cls, classes: Sequence[Description]) -> Phrases:
        spoken = [(phrase, at) for at, told in enumerate(classes) for part in told.phrases() for phrase in part]
        texts, owner = [phrase for phrase, _ in spoken], np.array([at for _, at in spoken], dtype=np.intp)
        each = [set(terms(text)) for text in texts]
        known = sorted(set().union(*each))
        place = {term: at for at, term in enumerate(known)}
        holds = np.zeros((len(texts), len(known)), dtype=np.float32)
        for row, found in enumerate(each):
            holds[row, [place[term] for term in found]] = 1
        k = len(classes)
        classes_with = np.array([np.bincount(owner, column, k).astype(bool).sum() for column in holds.T])
        idf = np.log(1 + (k - classes_with + 0.5) / (classes_with + 0.5)) if known else np.empty(0)
        return cls(texts, owner, known, np.asarray(holds * idf, dtype=np.float32))

    def rule(self, texts: Sequence[str], k: int) -> Array:
        """The keyword rule, shape (n, k): the idf of shared words, and the phrase best covered."""
        place = {term: at for at, term in enumerate(self.terms)}
        said = np.zeros((len(texts), len(self.terms)), dtype=np.float32)
        for row, text in enumerate(texts):
            said[row, [place[term] for term in terms(text) if term in place]] = 1
        total = self.weights.sum(axis=1) + 1e-9
        covered = (said @ self.weights.T) ** 2 / total
        words = np.zeros((k, len(self.terms)), dtype=np.float32)
        np.maximum.at(words, self.owner, self.weights)
        return np.asarray(0.5 * said @ words.T + _best(covered, self.owner, k, 1), dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """Log-shares of classes from phrases alone; ``vectors`` (m, dim) of the phrases in the joint space."""

    phrases: Phrases
    vectors: Array
    linear: Linear
    k: int

    @classmethod
    def fit(cls, phrases: Phrases, vectors: Array, k: int) -> Prior:
        targets = np.eye(k, dtype=np.float32)[phrases.owner]
        linear = fit_linear(vectors, targets, np.ones(len(vectors), np.float32), c=_C)
        return cls(phrases, vectors, linear, k)

    def log_shares(self, texts: Sequence[str], x: Array) -> Array:
        """Shape (n, k); ``x`` the joint vectors of the texts."""
        near = standard(_best(x @ self.vectors.T, self.phrases.owner, self.k, _TOP))
        said = standard((1 - _RULE) * near + _RULE * standard(self.phrases.rule(texts, self.k)))
        both = 0.5 * standard(self.linear.logits(x)) + 0.5 * said
        return log_softmax(np.asarray(_SHARPNESS * both, dtype=np.float32))


def standard(scores: Array) -> Array:
    """Every row with mean 0 and standard deviation 1; a row without differences is all 0."""
    apart = scores - scores.mean(axis=1, keepdims=True)
    return np.asarray(apart / (apart.std(axis=1, keepdims=True) + 1e-6), dtype=np.float32)


def _best(scores: Array, owner: IntArray, k: int, count: int) -> Array:
    """The mean of the ``count`` best scores among the phrases of each class, shape (n, k)."""
    columns = [np.sort(scores[:, owner == at], axis=1)[:, -count:].mean(axis=1) for at in range(k)]
    return np.asarray(np.column_stack(columns), dtype=np.float32)
