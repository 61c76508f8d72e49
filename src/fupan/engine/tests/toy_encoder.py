"""A small encoder for tests: every word has a direction of its own, words that mean the same share one."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from fupan.engine.encoders import Vectors
from fupan.engine.labels.tokens import terms

MEANINGS = {
    "late": ("late", "delay", "parcel", "arriv", "wait", "物流", "包裹", "延误", "没到"),
    "broken": ("broken", "crack", "damag", "smash", "破损", "摔坏", "碎了"),
    "refund": ("refund", "money", "back", "退款", "退钱"),
    "invoice": ("invoice", "receipt", "bill", "发票", "收据"),
}


class ToyEncoder:
    """Counts its calls, so that a test sees what a cache saves."""

    def __init__(self, name: str = "toy", dim: int = 48) -> None:
        self.name, self.dim, self.encoded = name, dim, 0
        self._meaning = {word: meaning for meaning, words in MEANINGS.items() for word in words}

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded += len(texts)
        found = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            found[row] = sum((self._direction(term) for term in terms(text)), start=self._direction("")) * 1.0
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)

    def _direction(self, term: str) -> np.ndarray:
        meaning = self._meaning.get(term)
        seed = int.from_bytes(blake2b((meaning or f"{self.name} {term}").encode(), digest_size=4).digest(), "big")
        strength = 1.0 if meaning else 0.3
        return strength * np.random.default_rng(seed).normal(size=self.dim)
