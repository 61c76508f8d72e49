"""Which model a slice's history can carry, and what it leads to expect of one week.

======== ====================== ===============================================================
tier     weeks behind the slice expectation
======== ====================== ===============================================================
full     156 or more            Farrington Flexible, ten periods, trend, up to five years
years    52 to 155              the same with five periods and no trend
pooled   26 to 51               own rate, season of the parent slice
young    up to 25               rate drawn towards the parent's
======== ====================== ===============================================================
"""

from __future__ import annotations

import numpy as np

from fupan.engine.checks import FloatArray, IntArray
from fupan.engine.outbreak.design import YEAR, baseline
from fupan.engine.outbreak.drift import WINDOW
from fupan.engine.outbreak.model import ROUNDS, Rules, expect
from fupan.engine.outbreak.pooled import Short, parents_of, pooled
from fupan.engine.outbreak.predictive import Forecast, forecast, with_shared_dispersion

FULL, YEARS, POOLED, YOUNG = range(4)
_MOST_YEARS = 5
_THRESHOLD = 2.58
_HALF_WINDOW = 3
_EXCLUDED = 26


def tier(history: IntArray) -> IntArray:
    """The tier of each slice by the weeks behind it."""
    return np.select([history >= 3 * YEAR, history >= YEAR, history >= YEAR // 2], [FULL, YEARS, POOLED], YOUNG)


def expectations(counts: FloatArray, exposure: FloatArray, week: int, since: IntArray, parents: IntArray) -> Forecast:
    """Every slice's forecast of ``week`` by its tier, dispersion shared between all of them.

    ``counts``, ``exposure``: shape (slices, weeks); ``since``: first week of each slice; ``parents``: row of each
    slice's parent, -1 for none.
    """
    y, units = counts[:, : week + 1], exposure[:, : week + 1]
    units = np.where(np.arange(week + 1) < since[:, None], 0.0, units)
    window = min(WINDOW, week + 1)
    history = week - since
    years = np.where(tier(history) <= YEARS, np.minimum(history // YEAR, _MOST_YEARS), 0)
    parts: list[tuple[IntArray, Forecast]] = []
    for b in np.unique(years):
        rows = np.flatnonzero(years == b)
        made = _long(y[rows], units[rows], week, int(b), window) if b else _short(y, units, rows, parents, window)
        parts.append((rows, made))
    return with_shared_dispersion(_together(parts, len(y), window))


def _long(y: FloatArray, units: FloatArray, week: int, b: int, window: int) -> Forecast:
    periods = 10 if b >= 3 else 5
    design = baseline(week, b=b, w=_HALF_WINDOW, n_periods=periods, past_weeks_excluded=_EXCLUDED)
    rules = Rules(b=b, trend=b >= 3, weights_threshold=_THRESHOLD, rounds=ROUNDS, consistent=True)
    found = expect(y, units, design, rules)
    return forecast(found, design.calendar[-window:], units[:, -window:], _THRESHOLD)


def _short(y: FloatArray, units: FloatArray, rows: IntArray, parents: IntArray, window: int) -> Forecast:
    parent_counts, parent_units = parents_of(rows, parents, y, units)
    return pooled(Short(y[rows], units[rows], parent_counts, parent_units, window))


def _together(parts: list[tuple[IntArray, Forecast]], slices: int, window: int) -> Forecast:
    mean, phi, error, typical, freedom = (np.full(slices, np.nan) for _ in range(5))
    past = np.full((slices, window), np.nan)
    for rows, part in parts:
        mean[rows], phi[rows], error[rows] = part.mean, part.phi, part.error
        past[rows], typical[rows], freedom[rows] = part.past, part.typical, part.freedom
    return Forecast(mean, phi, error, past, typical, freedom)
