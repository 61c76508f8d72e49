"""Few labels or none: names, corrections and the unlabelled tickets together.

1. Every phrase starts a cluster; a few rounds of soft k-means over the unlabelled tickets move it to where tickets
   really lie, held back by the phrase, and by the corrections of its class as they come in.
2. A student learns from the phrases, from the tickets the clusters (and the keyword prior) are surest of, and from the
   corrections at full weight; the weight of guessed labels fades as corrections come in.

Plain prototypes with corrections added once get worse before they get better; this scheme does not.
Sources: Nigam et al. 2000 (EM with unlabelled texts); Scudder 1965, Lee 2013 (pseudo-labels).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fupan.engine.checks import IntArray
from fupan.engine.labels.anchors import Prior
from fupan.engine.labels.linear import Array, Linear, fit_linear, log_softmax, softmax, unit

_TEMPERATURE = 0.05
_ROUNDS = 4
_C = 20.0
_CLUSTERS = 0.3  # part of the clusters in the final answer
_PRIOR = 0.3  # part of the prior there, before any correction
_GUESSED = 0.3  # weight of a guessed label whose confidence is 1
_SURE = 0.5  # part of the tickets guessed for a class that the student sees
_MOST = 2000  # guessed labels in all, at least 40 per class


@dataclass(frozen=True, slots=True, eq=False)
class Few:
    """A labeller for few labels; ``centres`` (m, dim), one per phrase."""

    prior: Prior
    centres: Array
    student: Linear
    prior_weight: float

    def logits(self, texts: Sequence[str], x: Array) -> Array:
        """Shape (n, k); ``x`` the joint vectors of the texts."""
        known = self.prior.log_shares(texts, x)
        clusters = _by_class(x, self.centres, self.prior)
        both = log_softmax(self.student.logits(x)) + _CLUSTERS * clusters + self.prior_weight * known
        return np.asarray(both, dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Tickets:
    """The tickets to learn from: joint vectors x (n, dim), prior (n, k) log-shares, y (n,) with -1 for unlabelled."""

    x: Array
    prior: Array
    y: IntArray

    def without(self, rows: IntArray) -> Tickets:
        """The same tickets, the labels of these rows forgotten."""
        y = self.y.copy()
        y[rows] = -1
        return Tickets(self.x, self.prior, y)


def fit_few(prior: Prior, tickets: Tickets) -> Few:
    """Learn from phrases, unlabelled tickets and corrections."""
    k, labelled = prior.k, tickets.y >= 0
    pool, x, y = tickets.x[~labelled], tickets.x[labelled], tickets.y[labelled]
    centres = _settled(prior, pool, x, y)
    per_class = len(y) / k
    trust = _PRIOR / (1 + per_class)
    guessed = log_softmax(_by_class(pool, centres, prior) + trust * tickets.prior[~labelled])
    xs, targets, weights = _lesson(guessed, pool, k, len(y))
    eye = np.eye(k, dtype=np.float32)
    phrases = np.bincount(prior.phrases.owner, minlength=k)[prior.phrases.owner]
    everything = np.vstack([prior.vectors, xs, x])
    said = np.vstack([eye[prior.phrases.owner], targets, eye[y]])
    weight = np.concatenate([np.maximum(0.5 / phrases, 0.2), weights, np.ones(len(y))]).astype(np.float32)
    return Few(prior, centres, fit_linear(everything, said, weight, c=_C), trust)


def _settled(prior: Prior, pool: Array, x: Array, y: IntArray) -> Array:
    """The phrases' clusters after some rounds over the pool; a correction joins the nearest phrase of its class."""
    start, owner = prior.vectors, prior.phrases.owner
    centres = start
    for _ in range(_ROUNDS if len(pool) else 1):
        seen, own = _corrected(centres, owner, x, y)
        back, told = 0.5 / (1 + seen), seen / (seen + 3)
        moved = _moved(centres, pool) if len(pool) else centres
        centres = unit((1 - back) * ((1 - told) * moved + told * own) + back * start)
    return centres


def _corrected(centres: Array, owner: IntArray, x: Array, y: IntArray) -> tuple[Array, Array]:
    """How many corrections each cluster has, (m, 1), and their mean direction, (m, dim)."""
    shown = np.zeros_like(centres)
    nearest = np.where(owner == y[:, None], x @ centres.T, -np.inf).argmax(axis=1)
    np.add.at(shown, nearest, x)
    seen = np.bincount(nearest, minlength=len(centres)).astype(np.float32)
    return seen[:, None], unit(shown)


def _moved(centres: Array, pool: Array) -> Array:
    """One round of soft k-means."""
    share = softmax(pool @ centres.T / _TEMPERATURE)
    share /= np.sqrt(share.sum(axis=0) + 1e-9)  # large clusters draw less
    return unit(share.T @ pool)


def _by_class(x: Array, centres: Array, prior: Prior) -> Array:
    """Log-shares of the classes, each class the sum of its clusters, shape (n, k)."""
    share = softmax(x @ centres.T / _TEMPERATURE)
    belongs = np.eye(prior.k, dtype=np.float32)[prior.phrases.owner]
    return np.asarray(np.log(share @ belongs + 1e-6), dtype=np.float32)


def _lesson(guessed: Array, pool: Array, k: int, corrections: int) -> tuple[Array, Array, Array]:
    """The guessed labels the student learns from: vectors, targets, weights."""
    best, sure = guessed.argmax(axis=1), np.exp(guessed.max(axis=1))
    most = max(40, _MOST // k)
    rows: list[IntArray] = [np.empty(0, dtype=np.intp)]
    for at in range(k):
        mine = np.flatnonzero(best == at)
        rows.append(mine[np.argsort(-sure[mine], kind="stable")][: min(most, int(_SURE * len(mine) + 1))])
    kept = np.concatenate(rows)
    fading = min(1.0, 3 * k / (corrections + 1))
    return pool[kept], np.eye(k, dtype=np.float32)[best[kept]], _GUESSED * sure[kept] * fading
