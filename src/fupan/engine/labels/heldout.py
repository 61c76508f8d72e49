"""What tickets kept apart from the learning say: blend, temperature, confidence from which labels hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from fupan.engine.checks import FloatArray, IntArray
from fupan.engine.labels.linear import Array, log_softmax
from fupan.engine.labels.tokens import masked

_RIGHT = 0.95
_TRIED = 30  # tickets above a confidence before its accuracy is believed
_GAIN = 0.05


@dataclass(frozen=True, slots=True)
class HeldOut:
    """How the labeller does on tickets it did not learn from.

    accuracy     share right when every ticket is labelled
    majority     share right of one who always says the commonest label
    tickets      how many were kept apart, in turn
    threshold    confidence from which labels are at least 95 % right; above 1 when there is none
    coverage     share of tickets at or above that confidence
    """

    accuracy: float
    majority: float
    tickets: int
    threshold: float
    coverage: float

    @property
    def no_better(self) -> bool:
        """Accuracy within 5 points of always saying the commonest label (a quarter of what is left, if less)."""
        return self.accuracy - self.majority < min(_GAIN, (1 - self.majority) / 4)


def folds(texts: Sequence[str], y: IntArray, count: int) -> IntArray:
    """The fold 0 .. count-1 of each ticket, (n,): classes spread evenly, texts alike but for numbers together."""
    groups: dict[tuple[int, str], int] = {}
    sizes: dict[int, list[int]] = {}
    found = np.empty(len(y), dtype=np.intp)
    for row, (text, label) in enumerate(zip(texts, y.tolist(), strict=True)):
        taken = sizes.setdefault(label, [0] * count)
        key = (label, masked(text))
        if key not in groups:
            # ties go round by class, so that small classes do not all fall into the first fold
            groups[key] = min(range(count), key=lambda fold: (taken[fold], (fold - label) % count))
        found[row] = groups[key]
        taken[groups[key]] += 1
    return found


def blend_weights(blocks: Sequence[Array], y: IntArray) -> FloatArray:
    """Non-negative weights (blocks,) of the blocks' log-shares with the best likelihood; a convex problem.

    They hold the temperature too: their sum is what sharpens or flattens the blend.
    """
    stacked = np.stack(blocks).astype(np.float64)
    rows = np.arange(len(y))

    def cost(weights: FloatArray) -> tuple[float, FloatArray]:
        logits = np.tensordot(weights, stacked, axes=1)
        top = logits - logits.max(axis=1, keepdims=True)
        share = np.exp(top)
        total = share.sum(axis=1, keepdims=True)
        share /= total
        loss = -(top[rows, y] - np.log(total[:, 0])).mean()
        slope = ((share * stacked).sum(axis=2) - stacked[:, rows, y]).mean(axis=1)
        return float(loss + 1e-4 * weights @ weights), slope + 2e-4 * weights

    start = np.full(len(blocks), 1.0 / len(blocks))
    found = optimize.minimize(cost, start, jac=True, method="L-BFGS-B", bounds=[(0.0, 20.0)] * len(blocks))
    return np.asarray(found.x if found.x.sum() > 1e-6 else start, dtype=np.float64)


def blended(blocks: Sequence[Array], weights: FloatArray) -> Array:
    """Log-shares of the blend, shape (n, k)."""
    return log_softmax(np.tensordot(weights.astype(np.float32), np.stack(blocks), axes=1))


def judged(log_shares: Array, y: IntArray) -> HeldOut:
    """The figures of tickets kept apart, from their log-shares (n, k) and labels (n,)."""
    best, sure = log_shares.argmax(axis=1), np.exp(log_shares.max(axis=1))
    right = best == y
    threshold = threshold_for(sure, right)
    majority = float(np.bincount(y).max() / len(y))
    return HeldOut(float(right.mean()), majority, len(y), threshold, float((sure >= threshold).mean()))


def threshold_for(sure: Array, right: np.ndarray) -> float:
    """The lowest confidence from which ``right`` holds for 95 %, one standard error to spare; 2 when none does."""
    order = np.argsort(-sure, kind="stable")
    tried = np.arange(1, len(order) + 1)
    share = np.cumsum(right[order]) / tried
    spare = np.sqrt(_RIGHT * (1 - _RIGHT) / tried)
    holds = np.flatnonzero((share - spare >= _RIGHT) & (tried >= min(_TRIED, len(order))))
    return float(sure[order[holds[-1]]]) if len(holds) else 2.0
