"""Multinomial logistic regression with weights and soft targets, in float32: the one linear model over vectors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """Logits are x @ weights + bias; weights (dim, k), bias (k,)."""

    weights: Array
    bias: Array

    def logits(self, x: Array) -> Array:
        """Shape (n, k) for x of shape (n, dim)."""
        return np.asarray(x @ self.weights + self.bias, dtype=np.float32)


def fit_linear(x: Array, targets: Array, weight: Array, *, c: float, steps: int = 80) -> Linear:
    """Minimise sum(weight * cross-entropy) + |weights|^2 / (2 c); the bias is free.

    ``x`` (n, dim); ``targets`` (n, k), rows summing to 1; ``weight`` (n,), above 0. By L-BFGS from zero.
    """
    (_, dim), k = x.shape, targets.shape[1]
    part, ridge = (weight / weight.sum()).astype(np.float32), np.float32(1 / (c * float(weight.sum())))

    def cost(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        both = flat.astype(np.float32).reshape(dim + 1, k)
        log = log_softmax(x @ both[:-1] + both[-1])
        loss = float(part @ -(targets * log).sum(axis=1)) + 0.5 * float(ridge) * float((both[:-1] ** 2).sum())
        slope = part[:, None] * (np.exp(log) - targets)
        gradient = np.vstack([x.T @ slope + ridge * both[:-1], slope.sum(axis=0)])
        return loss, gradient.ravel().astype(np.float64)

    asked = {"maxiter": steps, "ftol": 1e-7, "gtol": 1e-6}
    found = optimize.minimize(cost, np.zeros((dim + 1) * k), jac=True, method="L-BFGS-B", options=asked)
    both = found.x.astype(np.float32).reshape(dim + 1, k)
    return Linear(both[:-1], both[-1])


def log_softmax(logits: Array) -> Array:
    """Logarithms of the softmax over the last axis."""
    top = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(top - np.log(np.exp(top).sum(axis=-1, keepdims=True)), dtype=np.float32)


def softmax(logits: Array) -> Array:
    """Shares over the last axis."""
    return np.exp(log_softmax(logits))


def unit(vectors: Array) -> Array:
    """Every row at length 1; a row of zeros stays."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), dtype=np.float32)
