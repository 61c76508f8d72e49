"""The calls: check what comes in, let the engine that fits search, put figures to what it found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from fupan.engine import checks
from fupan.engine.checks import FloatArray
from fupan.engine.compare import rate_interval_many, rates_many
from fupan.engine.errors import BadChoice, BadShape, NoExposure
from fupan.engine.localize import counts, ripple
from fupan.engine.localize.answers import Cause, Localization, Method
from fupan.engine.localize.cube import cube_of
from fupan.engine.localize.mix import Decomposition, decompose
from fupan.engine.localize.unrest import listed_only, unrest_of
from fupan.engine.special import Z95

_SPARSE = 5.0
_DUST = 0.05  # expected events of a slice in which none were expected, for the lower limit of its ratio
Dims = Mapping[str, ArrayLike]


def scan(
    actual: ArrayLike,
    expected: ArrayLike,
    dims: Dims,
    *,
    history: ArrayLike | None = None,
    c: float = 8.0,
    max_causes: int = 5,
) -> Localization:
    """The slices in which more events happened than expected, for sparse counts.

    ``actual``, ``expected``: events seen and expected at each leaf, 0 or more, shape (leaves,). ``dims``: {name:
    values}, each of shape (leaves,), compared by their text; leaves in which nothing happened may be left out.
    ``history``: the counts behind the expectation, shape (leaves,) or (leaves, periods), ``expected`` being these
    times the ratio of exposures; None when the expectation is as good as certain. ``c``: the price of a slice, 6 for
    a bolder search, more for a stricter one. ``max_causes``: at most that many are answered, 1 or more.

    Only rises are looked for. Counts that swing more than Poisson are judged by the swing the cube shows.

    Raises BadCounts, BadShape, BadChoice (dims, c, max_causes), NoExposure (nothing was expected anywhere).

    >>> day = {"carrier": ["A", "A", "B", "B"], "country": ["DE", "FR", "DE", "FR"]}
    >>> scan([61, 9, 11, 10], [10, 10, 10, 10], day).causes[0].slice
    {'carrier': 'A', 'country': 'DE'}
    """
    seen, due = _leaves(actual, expected)
    past = None if history is None else _history(history, len(seen))
    price, most = _price(c), _most(max_causes)
    cube = cube_of(dims, len(seen))
    if not seen.any():
        return _nothing(seen, due, "scan")
    if not due.any():
        raise NoExposure("expected", "nothing was expected at any leaf, so nothing can stand out")
    corrected = listed_only(seen, due) if past is None else due
    data = counts.Counts(cube, seen, corrected, past, price, most, counts.Unrest())
    model = counts.search(data)
    if model.chosen:
        restless = replace(data, unrest=unrest_of(data, model))
        if counts.doubtful(data, model, restless.unrest):
            data, model = restless, counts.search(restless)
    return _counted(data, model, due)


def dense(actual: ArrayLike, forecast: ArrayLike, dims: Dims, *, max_causes: int = 5) -> Localization:
    """The slices whose leaves moved by a common ratio, up or down, for amounts and large counts.

    ``actual``, ``forecast``: the metric at each leaf, 0 or more, shape (leaves,). ``dims`` as for :func:`scan`. The
    noise of the forecast is read from the quieter leaves. Raises BadCounts, BadShape, BadChoice.

    >>> leaves = {"shop": [s for s in "ABCDEFGH" for _ in range(20)], "day": [*range(20)] * 8}
    >>> told = dense([50 if s == "C" else 100 for s in leaves["shop"]], [100] * 160, leaves)
    >>> told.explain("en")
    'shop C: 1,000 instead of 2,000 (−50%, 95% interval −53% to −47%), the whole change.'
    """
    seen, due = _leaves(actual, forecast)
    most = _most(max_causes)
    cube = cube_of(dims, len(seen))
    found = ripple.search(cube, seen, due, most)
    changes = [abs(float(seen[rows].sum() - due[rows].sum())) for rows, _ in found.causes]
    whole = max(abs(float(seen.sum() - due.sum())), sum(changes))
    causes = []
    for (rows, element), change in zip(found.causes, changes, strict=True):
        o, e = float(seen[rows].sum()), float(due[rows].sum())
        ratio = o / e if e > 0 else np.inf
        error = Z95 * _ratio_error(seen[rows], due[rows], found.noise[rows])
        causes.append(
            Cause(cube.slice(element), o, e, ratio, max(0.0, ratio - error), ratio + error, _part(change, whole))
        )
    return Localization(causes, found.external, float(seen.sum()), float(due.sum()), "dense")


def find(
    actual: ArrayLike,
    expected: ArrayLike,
    dims: Dims,
    *,
    history: ArrayLike | None = None,
    c: float = 8.0,
    max_causes: int = 5,
) -> Localization:
    """:func:`scan` for sparse counts, :func:`dense` for anything else; the arguments are theirs.

    Sparse: whole numbers, with a median below 5 expected at the leaves that expect any. ``history`` and ``c`` only
    matter there.
    """
    seen, due = _leaves(actual, expected)
    if (seen == np.round(seen)).all() and (not due.any() or np.median(due[due > 0]) < _SPARSE):
        return scan(seen, due, dims, history=history, c=c, max_causes=max_causes)
    return dense(seen, due, dims, max_causes=max_causes)


def rates(
    k1: ArrayLike, n1: ArrayLike, k0: ArrayLike, n0: ArrayLike, dims: Dims, *, c: float = 8.0, max_causes: int = 5
) -> tuple[Decomposition, Localization]:
    """A rate that moved: how much of it is mix, and which slices the rest comes from.

    ``k1``, ``n1``: events and exposure now at each leaf; ``k0``, ``n0``: before; 0 or more, shape (leaves,). The
    expectation is each leaf's own earlier rate times its exposure now, so a slice is not blamed for selling more; a
    leaf without earlier exposure is held against the average. Raises as :func:`decompose` and :func:`find` do.
    """
    split = decompose(k1, n1, k0, n0)
    before = checks.counts("k0", k0)
    expected = split.baseline * checks.counts("n1", n1)
    return split, find(k1, expected, dims, history=before, c=c, max_causes=max_causes)


def _counted(data: counts.Counts, model: counts.Model, due: FloatArray) -> Localization:
    """The model's slices with their figures; ``due`` is the expectation as it came in."""
    order = np.argsort(-counts.worths(data, model), kind="stable")
    ranked = [model.chosen[i] for i in order if model.chosen[i] != counts.WHOLE][: data.most]
    among = data.candidates
    held = [among.leaves[one] for one in ranked]
    total = float(data.observed.sum() - due.sum())
    excesses = [float(data.observed[rows].sum() - due[rows].sum()) for rows in held]
    whole = max(total, sum(excesses))
    figures = _ratios(data, held, due)
    causes = [
        Cause(data.cube.slice(int(among.elements[one])), *figure, _part(excess, whole))
        for one, figure, excess in zip(ranked, figures, excesses, strict=True)
    ]
    covered = np.unique(np.concatenate(held)) if held else np.empty(0, dtype=np.intp)
    explained = float(data.observed[covered].sum() - due[covered].sum())
    external = counts.WHOLE in model.chosen and explained < total / 2
    return Localization(causes, external, float(data.observed.sum()), float(due.sum()), "scan")


def _ratios(
    data: counts.Counts, held: list[checks.IntArray], due: FloatArray
) -> list[tuple[float, float, float, float, float]]:
    """Observed, expected, their ratio and its 95 % interval, which knows how certain the expectation is."""
    if not held:
        return []
    o, e = (np.array([float(figure[rows].sum()) for rows in held]) for figure in (data.observed, due))
    squares = np.array([float((due[rows] ** 2).sum()) for rows in held])
    phi = np.maximum(data.unrest.over(e, squares), 1.0)
    ratio = np.divide(o, e, out=np.full_like(o, np.inf), where=e > 0)
    if data.history is None:
        count = rate_interval_many(o, np.ones_like(o), dispersion=phi)
        low, high = count.low / np.maximum(e, _DUST), np.divide(count.high, e, out=np.full_like(o, np.inf), where=e > 0)
    else:
        h = np.array([float(data.history[rows].sum()) for rows in held])
        times = np.divide(e, h, out=np.full_like(o, data.times), where=(e > 0) & (h > 0))
        change = rates_many(o, times, h, np.ones_like(o), dispersion=phi)
        low, high = change.low, change.high
    return list(zip(*(column.tolist() for column in (o, e, ratio, low, high)), strict=True))


def _ratio_error(seen: FloatArray, due: FloatArray, noise: FloatArray) -> float:
    """Standard error of sum(seen) / sum(due), from the scatter of the leaves about their common ratio."""
    whole = float(due.sum())
    if whole <= 0:
        return np.inf
    scatter = float(((seen - due * seen.sum() / whole) ** 2).sum()) * len(seen) / max(len(seen) - 1, 1)
    alone = float(((noise * seen) ** 2).sum())
    return float(np.sqrt(max(scatter, alone))) / whole


def _leaves(actual: ArrayLike, expected: ArrayLike) -> tuple[FloatArray, FloatArray]:
    seen, due = checks.counts("actual", actual), checks.counts("expected", expected)
    if seen.ndim != 1 or seen.shape != due.shape:
        raise BadShape("actual, expected", f"expected one number per leaf in both, got {seen.shape} and {due.shape}")
    return seen, due


def _history(history: ArrayLike, rows: int) -> FloatArray:
    past = checks.counts("history", history)
    if past.ndim not in (1, 2) or len(past) != rows:
        raise BadShape("history", f"expected shape ({rows},) or ({rows}, periods), got {past.shape}")
    return np.asarray(past if past.ndim == 1 else past.sum(axis=1))


def _price(c: float) -> float:
    price = float(checks.numbers("c", c))
    if price < 0:
        raise BadChoice("c", f"expected 0 or more, got {c!r}")
    return price


def _most(max_causes: int) -> int:
    if max_causes < 1:
        raise BadChoice("max_causes", f"expected 1 or more, got {max_causes!r}")
    return int(max_causes)


def _part(change: float, whole: float) -> float:
    return min(1.0, max(0.0, change / whole)) if whole > 0 else 0.0


def _nothing(seen: FloatArray, due: FloatArray, method: Method) -> Localization:
    return Localization([], external=False, observed=float(seen.sum()), expected=float(due.sum()), method=method)
