"""The border of the package: series and tested weeks turned into arrays or refused with the reason."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from fupan.engine import checks
from fupan.engine.checks import FloatArray, IntArray
from fupan.engine.errors import BadChoice, BadShape


def series(counts: ArrayLike, exposure: ArrayLike | None) -> tuple[FloatArray, FloatArray]:
    """``counts`` and ``exposure`` as (slices, weeks); one series alone is one slice, no exposure is 1 each week."""
    y = checks.counts("counts", counts)
    y = y[None, :] if y.ndim == 1 else y
    if y.ndim != 2:
        raise BadShape("counts", f"expected shape (slices, weeks), got {y.shape}")
    units = checks.counts("exposure", 1.0 if exposure is None else exposure)
    try:
        return y, np.broadcast_to(units, y.shape)
    except ValueError as wrong:
        message = f"expected a value for each of {y.shape[0]} slices and {y.shape[1]} weeks, got shape {units.shape}"
        raise BadShape("exposure", message) from wrong


def tested(at: ArrayLike, weeks: int) -> IntArray:
    """Week indices, 0-based and inside the series, shape (weeks tested,)."""
    raw = np.atleast_1d(np.asarray(at))
    if raw.ndim != 1 or (raw.size and raw.dtype.kind not in "iu"):
        raise BadChoice("at", f"expected whole week indices, got {at!r:.80}")
    wrong = (raw < 0) | (raw >= weeks)
    if wrong.any():
        raise BadChoice("at", f"expected 0 to {weeks - 1}, got {raw[wrong][0]}")
    return raw.astype(np.intp)


def starts(since: ArrayLike | None, exposure: FloatArray) -> IntArray:
    """First week of each slice, shape (slices,): as told, or the first with exposure (never: the number of weeks)."""
    slices, weeks = exposure.shape
    if since is not None:
        raw = _whole("since", since)
        if raw.shape not in ((), (slices,)):
            raise BadShape("since", f"expected a week for each of {slices} slices, got shape {raw.shape}")
        return np.broadcast_to(np.maximum(raw, 0), slices)
    some = exposure > 0
    return np.asarray(np.where(some.any(axis=1), some.argmax(axis=1), weeks), dtype=np.intp)


def parent_rows(name: str, value: ArrayLike | None, slices: int, *, lowest: int | None = -1) -> IntArray:
    """One integer for each slice: -1 for all by default; with ``lowest``, a row of the counts or that value."""
    if value is None:
        return np.full(slices, -1, dtype=np.intp)
    raw = _whole(name, value)
    if raw.shape != (slices,):
        raise BadShape(name, f"expected shape ({slices},), got {raw.shape}")
    if lowest is not None and ((raw < lowest) | (raw >= slices)).any():
        wrong = raw[(raw < lowest) | (raw >= slices)][0]
        raise BadChoice(name, f"expected {lowest} to {slices - 1}, got {wrong}")
    return raw


def completeness_of(complete: ArrayLike | None, counts: FloatArray) -> FloatArray:
    """The reported part of every week, shape (slices, weeks): 1 but for the last ones."""
    reported = np.ones(counts.shape)
    if complete is None:
        return reported
    parts = checks.nonnegative("complete", complete)
    if parts.ndim not in (1, 2) or parts.shape[-1] > counts.shape[1] or parts.shape[:-1] not in ((), counts.shape[:1]):
        raise BadShape("complete", f"expected the last of {counts.shape[1]} weeks, got shape {parts.shape}")
    checks.at_most("complete", parts, "1", np.ones_like(parts))
    reported[:, counts.shape[1] - parts.shape[-1] :] = parts
    return reported


def told_names(names: Sequence[str] | None, slices: int) -> Sequence[str]:
    """One name for each slice, empty when not told."""
    if names is None:
        return [""] * slices
    if len(names) != slices:
        raise BadShape("names", f"expected {slices} names, got {len(names)}")
    return names


def whole(name: str, value: int, least: int) -> int:
    """A whole number of ``least`` or more."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise BadChoice(name, f"expected a whole number of {least} or more, got {value!r}")
    return int(value)


def _whole(name: str, value: ArrayLike) -> IntArray:
    raw = np.asarray(value)
    if raw.dtype.kind not in "iu" and raw.size:
        raise BadChoice(name, f"expected whole numbers, got {value!r:.80}")
    return raw.astype(np.intp)
