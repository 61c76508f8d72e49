"""None of these: texts unlike every class, whatever the shares say (they always sum to 1).

At first a text must look as familiar as 95 % of the tickets kept apart: energy (logsumexp of the logits; Liu et al.
2020) times the mean cosine of its three nearest. From 50 tickets people marked "none of these", a logistic regression
on log p, nearness, margin and entropy decides, at the level that lets 95 % of the labelled tickets pass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fupan.engine.checks import BoolArray
from fupan.engine.labels.linear import Array, Linear, fit_linear

LEARNS_FROM = 50
_REJECTED = 0.05
_LEAST = 40  # tickets kept apart; below that there is no gate


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """``level``: the least familiarity that passes. ``learnt``, if any, reads features centred and scaled so."""

    level: float
    learnt: Linear | None
    middle: Array
    spread: Array

    def outside(self, log_shares: Array, near: Array) -> BoolArray:
        """Which texts are none of these, (n,); ``near`` as ``many.nearness`` gives it, (n, 2)."""
        return np.asarray(self._familiarity(log_shares, near) < self.level, dtype=np.bool_)

    def _familiarity(self, log_shares: Array, near: Array) -> Array:
        if self.learnt is None:
            return np.asarray(near[:, 0] * near[:, 1], dtype=np.float32)  # the confidence is asked apart
        logits = self.learnt.logits((_features(log_shares, near) - self.middle) / self.spread)
        return np.asarray(logits[:, 1] - logits[:, 0], dtype=np.float32)

    def at(self, level: float) -> Gate:
        """The same gate at another level."""
        return Gate(level, self.learnt, self.middle, self.spread)


def fit_gate(inside: tuple[Array, Array], marked: tuple[Array, Array]) -> Gate:
    """From (log_shares, near) of tickets kept apart, and of those marked as none of these."""
    plain = Gate(-np.inf, None, np.zeros(4, np.float32), np.ones(4, np.float32))
    if len(inside[0]) < _LEAST:
        return plain
    if len(marked[0]) >= LEARNS_FROM:
        plain = _learnt(_features(*inside), _features(*marked))
    return plain.at(float(np.quantile(plain._familiarity(*inside), _REJECTED)))


def _learnt(inside: Array, outside: Array) -> Gate:
    x = np.vstack([outside, inside])
    middle, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    is_inside = np.repeat([0, 1], [len(outside), len(inside)])
    weight = np.where(is_inside == 1, 1 / len(inside), 1 / len(outside)) * len(x) / 2
    targets = np.eye(2, dtype=np.float32)[is_inside]
    return Gate(-np.inf, fit_linear((x - middle) / spread, targets, weight.astype(np.float32), c=1.0), middle, spread)


def _features(log_shares: Array, near: Array) -> Array:
    ordered = np.sort(log_shares, axis=1)
    shares = np.exp(log_shares)
    second = ordered[:, -2] if log_shares.shape[1] > 1 else ordered[:, -1]
    margin, entropy = np.exp(ordered[:, -1]) - np.exp(second), (shares * log_shares).sum(axis=1)
    return np.column_stack([ordered[:, -1], near[:, 1], margin, entropy]).astype(np.float32)
