"""The border of the engine: what comes in is turned into float arrays or refused with the reason."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fupan.engine.errors import BadChoice, BadCounts, BadShape, NoExposure

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.intp]

_MOST = 1e15  # beyond this a float no longer counts one by one
_DUST = 1e-12  # what is left of a sum of weights after subtraction


def numbers(name: str, value: ArrayLike) -> FloatArray:
    """``value`` as a float array of its own shape; every element finite."""
    try:
        raw = np.asarray(value)
        array = raw.astype(np.float64)
    except (TypeError, ValueError) as wrong:
        raise BadCounts(name, f"expected numbers, got {value!r:.80}") from wrong
    if raw.dtype.kind not in "iufbO":
        raise BadCounts(name, f"expected numbers, got {value!r:.80}")
    _refuse(name, array, ~np.isfinite(array), "expected a finite number")
    return array


def nonnegative(name: str, value: ArrayLike) -> FloatArray:
    """Finite numbers of 0 or more."""
    array = numbers(name, value)
    _refuse(name, array, array < 0, "expected 0 or more")
    return array


def counts(name: str, value: ArrayLike) -> FloatArray:
    """Counts or exposures: 0 or more, at most 1e15. Fractions are allowed, for weighted events; dust is 0."""
    array = nonnegative(name, value)
    _refuse(name, array, array > _MOST, f"expected a count of at most {_MOST:g}")
    return np.where(array < _DUST, 0.0, array)


def positive(name: str, value: float) -> FloatArray:
    """One exposure above 0; 0 raises NoExposure, since there is no rate then."""
    array = counts(name, value)
    if array.ndim:
        raise BadShape(name, f"expected one number, got an array of shape {array.shape}")
    if array == 0:
        raise NoExposure(name, "there is nothing to divide by, so there is no rate")
    return array


def at_most(name: str, part: FloatArray, whole_name: str, whole: FloatArray) -> None:
    """Refuse shares above 1."""
    _refuse(name, part, part > whole, f"expected no more than {whole_name}")


def dispersion(value: ArrayLike | None) -> FloatArray:
    """The variance over the mean of a count, 1 (Poisson) when not told."""
    array = numbers("dispersion", 1.0 if value is None else value)
    _refuse("dispersion", array, array < 1, "expected 1 (Poisson) or more")
    return array


def together(**arrays: FloatArray) -> list[FloatArray]:
    """The arrays broadcast to one common shape of one dimension."""
    try:
        spread = np.broadcast_arrays(*arrays.values())
    except ValueError as wrong:
        raise BadShape(*_shapes(arrays)) from wrong
    if spread[0].ndim > 1:
        raise BadShape(*_shapes(arrays))
    return [np.atleast_1d(array) for array in spread]


def level(name: str, value: float) -> float:
    """A quantile or error level, strictly between 0 and 1."""
    number = float(numbers(name, value))
    if not 0 < number < 1:
        raise BadChoice(name, f"expected a number between 0 and 1, got {value!r}")
    return number


def one_of(name: str, value: str, known: Sequence[str]) -> str:
    """An option among those known."""
    if value not in known:
        raise BadChoice(name, f"expected one of {', '.join(known)}, got {value!r}")
    return value


def _shapes(arrays: dict[str, FloatArray]) -> tuple[str, str]:
    told = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
    return ", ".join(arrays), f"expected arrays of one common length, got {told}"


def _refuse(name: str, array: FloatArray, wrong: BoolArray, expected: str) -> None:
    if not wrong.any():
        return
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    where = f" at {first[0] if len(first) == 1 else first}" if first else ""
    raise BadCounts(name, f"{expected}, got {array[first]:g}{where}")
