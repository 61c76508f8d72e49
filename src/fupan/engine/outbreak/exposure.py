"""The exposure of a week: what could have gone wrong in it.

A parcel shipped today is complained about over the next weeks, so the cases of a week come from the shipments of many.
Weighted by the return-delay curve, a Prime Day fakes neither a dip nor a surge.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from fupan.engine import checks
from fupan.engine.checks import FloatArray
from fupan.engine.errors import BadShape, NoExposure


def exposure(shipments: ArrayLike, delay: ArrayLike) -> FloatArray:
    """Shipments weighted by the part of their cases that falls into each week; the shape of ``shipments``.

    ``shipments``: units by week, shape (weeks,) or (slices, weeks). ``delay``: part of the cases that come 0, 1, 2 ...
    weeks after shipping, shape (delays,), in any scale. The first weeks of a record, whose earlier shipments are
    unknown, are scaled up as if the weeks before had been like them.

    Raises BadCounts, BadShape, NoExposure (delay is all 0).
    """
    units = checks.counts("shipments", shipments)
    curve = checks.nonnegative("delay", delay)
    if curve.ndim != 1 or units.ndim not in (1, 2):
        raise BadShape("delay", f"expected shape (delays,) for shipments by week, got {curve.shape}")
    if not curve.any():
        raise NoExposure("delay", "every part is 0, so no case ever comes")
    curve = curve / curve.sum()
    weighted = np.zeros_like(units)
    for weeks, part in enumerate(curve[: units.shape[-1]]):
        weighted[..., weeks:] += part * units[..., : units.shape[-1] - weeks]
    covered = np.cumsum(curve)[: units.shape[-1]]
    known = np.ones(units.shape[-1])
    known[: len(covered)] = covered
    return np.where(known > 0, weighted / np.where(known > 0, known, 1.0), units)


def completeness(triangle: ArrayLike) -> FloatArray:
    """The part of its cases a week has reported by now, for the last weeks, oldest first (chain ladder; Mack 1993).

    ``triangle``: cases by week of occurrence (rows, oldest first) and weeks of reporting delay (columns), shape (weeks,
    delays); cells not yet reported are NaN or anything: only those at row + column < rows are read. Returns shape
    (min(weeks, delays),), the last being the newest week.

    Raises BadCounts, BadShape.
    """
    raw = np.asarray(triangle, dtype=np.float64)
    if raw.ndim != 2 or not raw.size:
        raise BadShape("triangle", f"expected shape (weeks, delays), got {raw.shape}")
    rows, delays = raw.shape
    known = np.add.outer(np.arange(rows), np.arange(delays)) < rows
    cells = checks.counts("triangle", np.where(known, raw, 0.0))
    summed = cells.cumsum(axis=1)
    growth = np.ones(delays)
    for delay in range(1, delays):
        both = known[:, delay]
        before = summed[both, delay - 1].sum()
        growth[delay] = summed[both, delay].sum() / before if before > 0 else 1.0
    reported = 1 / np.append(np.cumprod(growth[::-1])[::-1][1:], 1.0)
    return reported[: min(rows, delays)][::-1]
