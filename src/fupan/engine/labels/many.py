"""Many labels: several plain models, each seeing something else, and a blend of their log-shares.

(a) TF-IDF with a linear SVM, (b) multinomial logistic regression per encoder, (c) the 8 nearest tickets per encoder,
(d) names and keywords alone, (e) logistic regression on what the order says. Names and keywords in all languages are
learnt as examples too, so that labels in one language do not spoil another. Blend and temperature come from tickets
kept apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from fupan.engine.checks import FloatArray, IntArray
from fupan.engine.labels.heldout import blend_weights, blended, folds
from fupan.engine.labels.linear import Array, Linear, fit_linear, log_softmax
from fupan.engine.labels.space import nearest
from fupan.engine.labels.wordblock import Machine, fit_machine

_NEIGHBOURS = 8
_SHARP = 0.04
_ONE_SPLIT_FROM = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Tickets as the blocks see them.

    views     per encoder, (n, dim)
    words     TF-IDF, (n, features)
    priors    log-shares from names and keywords, (n, k), for every number of encoders at hand
    context   what the order says, (n, c)
    """

    views: list[Array]
    words: sparse.csr_matrix
    priors: list[Array]
    context: Array

    def __getitem__(self, rows: IntArray) -> Seen:
        views, priors = ([part[rows] for part in parts] for parts in (self.views, self.priors))
        return Seen(views, self.words[rows], priors, self.context[rows])

    def __len__(self) -> int:
        return len(self.context)

    def through(self, encoders: int) -> Seen:
        """The same tickets seen by the first encoders only."""
        return Seen(self.views[:encoders], self.words, self.priors[:encoders], self.context)


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """The fitted models; ``memory`` are the tickets the nearest are sought among, per encoder, with labels (m,)."""

    words: Machine
    linear: list[Linear]
    memory: list[Array]
    labels: IntArray
    context: Linear | None
    k: int

    def log_shares(self, seen: Seen, encoders: int) -> list[Array]:
        """Of every block, each (n, k): words, prior, linear and nearest per encoder, context."""
        found = [log_softmax(5 * self.words.logits(seen.words)), seen.priors[encoders - 1]]
        for view, linear, memory in list(zip(seen.views, self.linear, self.memory, strict=False))[:encoders]:
            found += [log_softmax(linear.logits(view)), self._near(view, memory)]
        return found if self.context is None else [*found, log_softmax(self.context.logits(seen.context))]

    def linear_shares(self, seen: Seen, encoders: int) -> Array:
        """The mean log-shares of the encoders' linear models alone: what carries over to a language without labels."""
        pairs = list(zip(seen.views, self.linear, strict=False))[:encoders]
        logs = [log_softmax(linear.logits(view)) for view, linear in pairs]
        return np.asarray(np.mean(logs, axis=0), dtype=np.float32)

    def _near(self, view: Array, memory: Array) -> Array:
        cosines, where = nearest([view], [memory], _NEIGHBOURS)
        weight = np.exp((cosines - cosines[:, :1]) / _SHARP)
        shares = np.zeros((len(view), self.k), dtype=np.float32)
        np.add.at(shares, (np.arange(len(view))[:, None], self.labels[where]), weight)
        return np.asarray(np.log(shares / shares.sum(axis=1, keepdims=True) + 1e-3), dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """What to learn from: tickets with labels y (n,), then phrases as examples with labels and one weight."""

    tickets: Seen
    y: IntArray
    phrases: Seen
    owner: IntArray
    k: int

    def fit(self, rows: IntArray) -> Blocks:
        """The blocks learnt from these tickets and all phrases."""
        tickets, y = self.tickets[rows], self.y[rows]
        both = np.concatenate([y, self.owner])
        weight = np.concatenate([np.ones(len(y)), np.full(len(self.owner), self.phrase_weight)])
        few = len(y) <= 20 * self.k
        targets = np.eye(self.k, dtype=np.float32)[both]
        words = sparse.vstack([tickets.words, self.phrases.words]).tocsr()
        views = [np.vstack(pair) for pair in zip(tickets.views, self.phrases.views, strict=True)]
        c = 30.0 if few else 15.0
        return Blocks(
            words=fit_machine(words, both, weight, self.k, c=1.0 if few else 0.7),
            linear=[fit_linear(view, targets, weight.astype(np.float32), c=c) for view in views],
            memory=views,
            labels=both,
            context=self._context(tickets, y),
            k=self.k,
        )

    @property
    def phrase_weight(self) -> float:
        """1 to 3: a phrase counts as so many tickets."""
        return float(np.clip(len(self.y) / (10 * self.k), 1, 3))

    def _context(self, tickets: Seen, y: IntArray) -> Linear | None:
        if not tickets.context.shape[1]:
            return None
        targets = np.eye(self.k, dtype=np.float32)[y]
        return fit_linear(tickets.context, targets, np.ones(len(y), np.float32), c=1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Learnt:
    """The blocks with their blends, and the log-shares of tickets kept apart.

    weights            of the blocks, for every number of encoders at hand (1 .. all)
    apart              rows of the tickets kept apart
    apart_log_shares   what the blends said of them, (apart, k) each
    apart_near         their ``nearness``, (apart, 2) each
    """

    blocks: Blocks
    weights: list[FloatArray]
    apart: IntArray
    apart_log_shares: list[Array]
    apart_near: list[Array]


def fit_many(lessons: Lessons, texts: Sequence[str]) -> Learnt:
    """Keep tickets apart (a tenth; five folds in turn below 2,000), blend, then learn from all."""
    counts = range(1, len(lessons.tickets.views) + 1)
    turns = 1 if len(lessons.y) >= _ONE_SPLIT_FROM else 5
    fold = folds(texts, lessons.y, 10 if turns == 1 else turns)
    rows: list[IntArray] = []
    found: list[list[list[Array]]] = []
    near: list[list[Array]] = []
    for turn in range(turns):
        apart = np.flatnonzero(fold == turn)
        if len(apart):
            blocks, seen = lessons.fit(np.flatnonzero(fold != turn)), lessons.tickets[apart]
            rows.append(apart)
            found.append([blocks.log_shares(seen, count) for count in counts])
            near.append([nearness(blocks, seen.through(count)) for count in counts])
    y = lessons.y[np.concatenate(rows)]
    by_count = [[np.vstack(parts) for parts in zip(*each, strict=True)] for each in zip(*found, strict=True)]
    weights = [blend_weights(blocks, y) for blocks in by_count]
    return Learnt(
        blocks=lessons.fit(np.arange(len(lessons.y))),
        weights=weights,
        apart=np.concatenate(rows),
        apart_log_shares=[blended(blocks, weight) for blocks, weight in zip(by_count, weights, strict=True)],
        apart_near=[np.concatenate(parts) for parts in zip(*near, strict=True)],
    )


def nearness(blocks: Blocks, seen: Seen) -> Array:
    """(mean energy of the encoders, joint cosine of the 3 nearest), shape (n, 2); energy is logsumexp of the logits."""
    energies = []
    for view, linear in zip(seen.views, blocks.linear, strict=False):
        logits = linear.logits(view)
        top = logits.max(axis=1)
        energies.append(top + np.log(np.exp(logits - top[:, None]).sum(axis=1)))
    near, _ = nearest(seen.views, blocks.memory[: len(seen.views)], 3)
    return np.asarray(np.column_stack([np.mean(energies, axis=0), near.mean(axis=1)]), dtype=np.float32)
