"""What the labeller says of texts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fupan.engine.checks import BoolArray, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """One answer per text.

    labels          the class, or None where the labeller abstains (unsure, outside, or declining altogether)
    probabilities   calibrated shares, (n, k), rows sum to 1
    classes         the codes of the columns
    outside         "none of these": the text is unlike every class, (n,)
    """

    labels: list[str | None]
    probabilities: FloatArray
    classes: tuple[str, ...]
    outside: BoolArray

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def best(self) -> list[str]:
        """The likeliest class of every text, for a suggestion; no abstaining."""
        return [self.classes[at] for at in self.probabilities.argmax(axis=1)]

    @property
    def confidence(self) -> FloatArray:
        """The share of the likeliest class, (n,)."""
        return np.asarray(self.probabilities.max(axis=1, initial=0.0), dtype=np.float64)
