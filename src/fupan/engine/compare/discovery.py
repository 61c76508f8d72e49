"""Which of many changes to point at, when a table tests hundreds of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from fupan.engine import checks
from fupan.engine.checks import BoolArray


def discovered(pvalues: ArrayLike, *, q: float = 0.1) -> BoolArray:
    """The rows worth pointing at: of them, on average no more than a part ``q`` is chance.

    ``pvalues``: shape (rows,), each in [0, 1]. Step-up rule of Benjamini and Hochberg (1995). Where every row's own
    ``detectable`` is shown, one in twenty unchanged rows lights up; a "fastest growing" list wants this instead.

    Raises BadCounts, BadChoice (q).
    """
    level = checks.level("q", q)
    (values,) = checks.together(pvalues=checks.nonnegative("pvalues", pvalues))
    checks.at_most("pvalues", values, "1", np.ones_like(values))
    ordered = np.sort(values)
    passed = np.flatnonzero(ordered <= level * np.arange(1, len(values) + 1) / max(len(values), 1))
    return values <= (ordered[passed[-1]] if len(passed) else -1.0)
