"""The door to the engine: how long until a verdict."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fupan.engine import effect

Floats = NDArray[np.float64]
_CALM, _WILD = 1.0, 6.0


def weeks_needed(counts: Floats, exposure: Floats, change: float) -> int | None:
    """Weeks until a change of that size would be found, at the level and unrest of these weeks; None: unforeseeable."""
    known = exposure > 0
    if not known.any() or not counts[known].sum() or not -1 < -abs(change) < 0:
        return None
    counts, exposure = counts[known], exposure[known]
    fitted = exposure * counts.sum() / exposure.sum()
    unrest = float(((counts - fitted) ** 2 / fitted).sum() / max(len(counts) - 1, 1))
    return effect.weeks_needed(
        float(counts.mean()), change, baseline_weeks=len(counts), dispersion=min(max(_CALM, unrest), _WILD)
    )
