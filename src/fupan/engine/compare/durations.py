"""Durations kept as histograms: first response, time to resolution.

Medians cannot be averaged, but histograms over the same bins add up, so every cell of the facts keeps counts per bin
and any group of cells has its quantiles. Within a bin values are taken to be spread evenly on the log scale (evenly
on the plain scale in a bin that starts at 0).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from fupan.engine import checks
from fupan.engine.checks import FloatArray
from fupan.engine.compare.answers import Change, Interval
from fupan.engine.errors import BadHistogram, NoExposure
from fupan.engine.special import Z95


def quantile(counts: ArrayLike, edges: ArrayLike, q: float = 0.5) -> Interval:
    """The ``q`` quantile of a histogram with its order-statistic interval (distribution-free, score form).

    ``counts``: values per bin, shape (bins,). ``edges``: rising bin edges from 0 or more, shape (bins + 1,), the last
    may be inf (an open bin: a quantile that falls into it is given as its lower edge). The limits are the quantiles
    at q -/+ 1.96 sqrt(q (1 - q) / n); where those leave (0, 1) the sample is too small for a limit on that side,
    which is then 0 or inf (a median needs 4 values for both limits, a 95 % quantile 73).

    Raises BadCounts, BadHistogram, BadChoice (q), NoExposure when the histogram is empty.
    """
    bins, bounds = _histogram("counts", counts, edges)
    level = checks.level("q", q)
    margin = Z95 * np.sqrt(level * (1 - level) / bins.sum())
    value = _at(bins, bounds, level)
    low = _at(bins, bounds, level - margin) if level > margin else 0.0
    above = level + margin < 1 and not _in_open_bin(bins, bounds, level + margin)
    return Interval(value, min(low, value), _at(bins, bounds, level + margin) if above else np.inf)


def medians(now: ArrayLike, before: ArrayLike, edges: ArrayLike, *, q: float = 0.5) -> Change:
    """The ratio of two medians (or other quantiles ``q``) of histograms over the same bins.

    ``now``, ``before``: values per bin, shape (bins,); ``edges`` as in :func:`quantile`. The interval combines the two
    order-statistic intervals on the log scale by the square-and-add rule (Zou and Donner 2008), so it needs no
    assumption on how durations are distributed. Raises as :func:`quantile` does.
    """
    _histogram("now", now, edges)
    _histogram("before", before, edges)
    one, other = quantile(now, edges, q), quantile(before, edges, q)
    ratio = one.value / other.value
    low = ratio * np.exp(-np.hypot(_log_gap(one.low, one.value), _log_gap(other.value, other.high)))
    high = ratio * np.exp(np.hypot(_log_gap(one.value, one.high), _log_gap(other.low, other.value)))
    return Change(ratio, float(low), float(high), detectable=bool(low > 1 or high < 1))


def _log_gap(low: float, high: float) -> float:
    return float(np.log(high / low)) if low > 0 else np.inf


def _histogram(name: str, counts: ArrayLike, edges: ArrayLike) -> tuple[FloatArray, FloatArray]:
    bins = checks.counts(name, counts)
    bounds = _edges(edges)
    if bins.ndim != 1 or len(bins) + 1 != len(bounds):
        raise BadHistogram(name, f"expected {len(bounds) - 1} bins for {len(bounds)} edges, got shape {bins.shape}")
    if bins.sum() == 0:
        raise NoExposure(name, "the histogram is empty, so it has no quantile")
    return bins, bounds


def _edges(edges: ArrayLike) -> FloatArray:
    try:
        bounds = np.asarray(edges, dtype=np.float64)
    except (TypeError, ValueError) as wrong:
        raise BadHistogram("edges", f"expected numbers, got {edges!r:.80}") from wrong
    if bounds.ndim != 1 or len(bounds) < 2:
        raise BadHistogram("edges", f"expected one row of at least 2 edges, got shape {bounds.shape}")
    if not bounds[0] >= 0 or not (np.diff(bounds) > 0).all() or np.isinf(bounds[:-1]).any():
        raise BadHistogram("edges", "expected edges that rise from 0 or more; only the last may be infinite")
    return bounds


def _at(bins: FloatArray, edges: FloatArray, level: float) -> float:
    """The value below which a part ``level`` of the histogram lies."""
    row, part = _place(bins, level)
    low, high = edges[row], edges[row + 1]
    if np.isinf(high):
        return float(low)
    return float(low * (high / low) ** part if low > 0 else high * part)


def _place(bins: FloatArray, level: float) -> tuple[int, float]:
    """The bin that holds the ``level`` quantile, and how far into the bin it lies (0 to 1]."""
    total = np.cumsum(bins)
    rank = level * total[-1]
    row = min(int(np.searchsorted(total, rank)), int(np.flatnonzero(bins)[-1]))
    return row, float(np.clip((rank - (total[row] - bins[row])) / bins[row], 0.0, 1.0))


def _in_open_bin(bins: FloatArray, edges: FloatArray, level: float) -> bool:
    return bool(np.isinf(edges[_place(bins, level)[0] + 1]))
