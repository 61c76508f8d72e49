"""The border of the index: ids, texts, encoders and vectors as they should be, or refused with the reason."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from fupan.engine.encoders import Encoder, Vectors
from fupan.engine.errors import BadChoice, BadShape
from fupan.engine.likeness.answers import Id


def encoders_of(encoders: Sequence[Encoder]) -> list[Encoder]:
    listed = list(encoders) if isinstance(encoders, Sequence) and not isinstance(encoders, str) else [encoders]
    for encoder in listed:
        if not isinstance(encoder, Encoder):
            raise BadChoice("encoders", f"expected Encoders, got {encoder!r:.80}")
    deep = [encoder.name for encoder in listed if encoder.name.startswith("e5")]
    if len(deep) > 1 or len(listed) - len(deep) > 1:
        told = [encoder.name for encoder in listed]
        raise BadChoice("encoders", f"expected at most one quick encoder and one of E5, got {told}")
    return listed


def ids_of(ids: Sequence[Id]) -> list[Id]:
    listed = [int(case) if isinstance(case, np.integer) else case for case in ids]
    for case in listed:
        if not isinstance(case, str | int) or isinstance(case, bool):
            raise BadChoice("ids", f"expected texts or whole numbers, got {case!r:.80}")
    if len(set(listed)) < len(listed):
        twice = next(case for at, case in enumerate(listed) if case in listed[:at])
        raise BadChoice("ids", f"{twice!r} is there twice")
    return listed


def texts_of(name: str, texts: Sequence[str]) -> list[str]:
    if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
        raise BadShape(name, f"expected a list of strings, got {texts!r:.80}")
    return list(texts)


def vectors_of(name: str, vectors: ArrayLike, count: int, dim: int) -> Vectors:
    array = np.asarray(vectors, dtype=np.float32)
    if array.shape != (count, dim):
        raise BadShape(name, f"expected shape {(count, dim)}, got {array.shape}")
    if not np.isfinite(array).all():
        raise BadShape(name, "expected finite numbers")
    return array
