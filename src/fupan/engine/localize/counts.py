"""Where did the extra events come from? A penalised likelihood-ratio search over slices of sparse counts.

Every slice of up to four attributes is asked how much better "its rate is r times the expected one" explains its
count than "nothing happened" (Kulldorff 1997 does this for regions of a map). The gain must beat a price for the
number of slices of its kind, ln(slices) + c sqrt(attributes), so that a slice stands for its parts unless they differ.
Slices explain one another away: what one holds is expected by the next, and every slice is put to the test again with
the others in place, so that two slices are not reported as the parent they share. The whole is a candidate too: a
rise common to all leaves is no slice's doing and is answered as ``external``.

When the expectation is a history of counts it is uncertain itself, and the two-sample form of the ratio is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fupan.engine.checks import FloatArray, IntArray
from fupan.engine.localize.cube import Cube
from fupan.engine.special import x_log_y

WHOLE = -1  # the slice without attributes: everything
_LEAST_RISE = 1.1  # a smaller ratio is nobody's action item
_LEAST_EXPECTED = 0.05  # of a slice: what "never seen" is taken to mean
_ROUNDS = 3  # of putting every slice to the test again
_SWEEPS = 6  # of the joint fit of overlapping slices
_HISTORY_DUST = 0.5
_CALM = 1.25  # variance over mean that changes no decision


@dataclass(frozen=True, slots=True)
class Unrest:
    """Variance over mean of the count of a slice beyond Poisson, 1 + bundle * clump + growth * expected.

    ``bundle``: relative variance of the rate of a single leaf; ``clump`` of a slice is sum(e^2) / sum(e) over its
    leaves. ``growth``: relative variance of the rate of a whole slice, from week to week.
    """

    bundle: float = 0.0
    growth: float = 0.0

    def over(self, expected: FloatArray, squares: FloatArray) -> FloatArray:
        """Variance over mean of slices that expect so much, ``squares`` being the sum of e^2 over their leaves."""
        return 1 + self.bundle * squares / np.maximum(expected, _LEAST_EXPECTED) + self.growth * expected


@dataclass(frozen=True, eq=False)
class Counts:
    """What was seen at the leaves of a cube, and how strict to be.

    observed, expected   shape (leaves,)
    history              counts the expectation stands on, shape (leaves,), or None when it is known
    c                    price of a slice
    most                 slices to look for
    unrest               how much more than Poisson the counts swing
    """

    cube: Cube
    observed: FloatArray
    expected: FloatArray
    history: FloatArray | None
    c: float
    most: int
    unrest: Unrest

    @cached_property
    def candidates(self) -> Candidates:
        """The elements that are worth their price when nothing else is explained yet; explaining only lowers it."""
        cube = self.cube
        seen, expected = cube.sums(self.observed), cube.sums(self.expected)
        past = None if self.history is None else cube.sums(self.history)
        price = (cube.price + self.c * np.sqrt(cube.depth))[cube.cuboid_of]
        evidence = (
            ratio_gain(seen, expected, past, self.times) / self.unrest.over(expected, cube.sums(self.expected**2))
            - price
        )
        elements = np.flatnonzero(evidence > 0)
        number = np.full(cube.width, -1, dtype=np.intp)
        number[elements] = np.arange(len(elements))
        pairs = number[cube.member]
        inside = pairs >= 0
        return Candidates(
            elements=elements,
            price=price[elements],
            seen=seen[elements],
            past=None if past is None else past[elements],
            slot=pairs[inside],
            leaf=np.nonzero(inside)[1],
        )

    @cached_property
    def times(self) -> float:
        """What a count of the history is usually multiplied by to be the expectation of this period."""
        return 1.0 if self.history is None else float(self.expected.sum()) / max(float(self.history.sum()), 1.0)

    @cached_property
    def exposure(self) -> FloatArray:
        """This period over the history at each leaf, shape (leaves,)."""
        if self.history is None:
            return np.empty(0)
        return np.asarray((self.expected + self.times * _HISTORY_DUST) / (self.history + _HISTORY_DUST))


@dataclass(frozen=True, eq=False)
class Candidates:
    """The elements to choose from, numbered anew, and which leaves they hold.

    elements, price, seen, past   shape (candidates,)
    slot, leaf                    pairs "candidate holds leaf"
    """

    elements: IntArray
    price: FloatArray
    seen: FloatArray
    past: FloatArray | None
    slot: IntArray
    leaf: IntArray

    @cached_property
    def leaves(self) -> list[IntArray]:
        """The leaves of each candidate."""
        order = np.argsort(self.slot, kind="stable")
        ends = np.cumsum(np.bincount(self.slot, minlength=len(self.elements)))
        return np.split(self.leaf[order], ends[:-1])

    def sums(self, figure: FloatArray) -> FloatArray:
        """A figure of the leaves summed over every candidate."""
        summed = np.bincount(self.slot, weights=figure[self.leaf], minlength=len(self.elements))
        return summed.astype(np.float64, copy=False)


@dataclass(frozen=True, eq=False)
class Model:
    """Slices fitted together.

    chosen   candidate numbers, WHOLE among them when everything rose
    factor   what they multiply the expectation of each leaf by, shape (leaves,)
    worth    log-likelihood gained over "nothing happened", less the prices
    """

    chosen: tuple[int, ...]
    factor: FloatArray
    worth: float


def search(data: Counts) -> Model:
    """The slices that together explain the rise best."""
    best = _grow(data, _nothing(data), banned=())
    for _ in range(_ROUNDS):
        better = max((_without(data, best, one) for one in best.chosen), key=_worth, default=best)
        if better.worth <= best.worth + 1e-9:
            break
        best = better
    return best


def worths(data: Counts, model: Model) -> FloatArray:
    """What each slice of the model brings beside the others, in its order."""
    rest = [_fit(data, tuple(other for other in model.chosen if other != one)).worth for one in model.chosen]
    return model.worth - np.array(rest)


def doubtful(data: Counts, model: Model, unrest: Unrest) -> bool:
    """Whether counts that restless call in question what was found among counts held to be Poisson.

    They do not when each slice brings twice its price even so, or when its count is hardly more restless.
    """
    slices = [one for one in model.chosen if one != WHOLE]
    if not slices:
        return False
    held = [data.expected[data.candidates.leaves[one]] for one in slices]
    spread = unrest.over(np.array([leaves.sum() for leaves in held]), np.array([leaves @ leaves for leaves in held]))
    price = data.candidates.price[slices]
    gain = worths(data, model)[[one != WHOLE for one in model.chosen]] + price
    return bool(((spread > _CALM) & (gain < 2 * price * spread)).any())


def ratio_gain(seen: FloatArray, expected: FloatArray, past: FloatArray | None, times: float) -> FloatArray:
    """The log-likelihood ratio of "r times as many as expected", elementwise; 0 where the count did not rise.

    With ``past`` counts behind the expectation it is the two-sample ratio (both rates free, against one common);
    ``times`` is what such counts are usually multiplied by to get an expectation, for slices without a past.
    """
    floor = np.maximum(expected, _LEAST_EXPECTED)
    risen = seen > _LEAST_RISE * floor
    gain = np.zeros(len(seen))
    o, e = seen[risen], floor[risen]
    if past is None:
        gain[risen] = x_log_y(o, o / e) - (o - e)
    else:
        h = past[risen]
        both = o + h
        part = np.where(h > 0, e / (e + h), times / (1 + times))
        gain[risen] = x_log_y(o, o / (both * part)) + x_log_y(h, h / (both * (1 - part)))
    return gain


def _without(data: Counts, model: Model, one: int) -> Model:
    """The model with one slice replaced by whatever does better, or by nothing."""
    rest = _fit(data, tuple(other for other in model.chosen if other != one))
    return _grow(data, rest, banned=(one,))


def _grow(data: Counts, model: Model, banned: tuple[int, ...]) -> Model:
    """Add the best slice until none is worth its price."""
    while len(model.chosen) <= data.most:
        best = _best_addition(data, model, banned)
        if best is None:
            break
        grown = _fit(data, (*model.chosen, best))
        if grown.worth <= model.worth:
            break
        model = grown
    return model


def _best_addition(data: Counts, model: Model, banned: tuple[int, ...]) -> int | None:
    among = data.candidates
    adjusted = data.expected * model.factor
    best, evidence = WHOLE, 0.0
    if WHOLE not in model.chosen and WHOLE not in banned:
        evidence = _whole_gain(data, adjusted) - data.c
    if len(among.elements):
        expected = among.sums(adjusted)
        spread = data.unrest.over(expected, among.sums(adjusted**2))
        each = ratio_gain(among.seen, expected, among.past, data.times) / spread - among.price
        each[[i for i in (*model.chosen, *banned) if i != WHOLE]] = -np.inf
        if each.max() >= evidence:
            best = int(np.argmax(each))
            evidence = float(each[best])
    return best if evidence > 0 else None


def _whole_gain(data: Counts, adjusted: FloatArray) -> float:
    past = None if data.history is None else data.history.sum(keepdims=True)
    return float(ratio_gain(data.observed.sum(keepdims=True), adjusted.sum(keepdims=True), past, data.times)[0])


def _fit(data: Counts, chosen: tuple[int, ...]) -> Model:
    """The multiples of the given slices, fitted together by iterative scaling; where they overlap they multiply."""
    if not chosen:
        return _nothing(data)
    among = data.candidates
    current = data.expected.copy()
    factor = np.ones(len(current))
    held = [slice(None) if one == WHOLE else among.leaves[one] for one in chosen]
    seen = [float(data.observed[leaves].sum()) for leaves in held]
    for _ in range(_SWEEPS if len(chosen) > 1 else 1):
        for leaves, count in zip(held, seen, strict=True):
            times = count / max(float(current[leaves].sum()), _LEAST_EXPECTED)
            factor[leaves] *= times
            current[leaves] *= times
    prices = sum(data.c if one == WHOLE else float(among.price[one]) for one in chosen)
    return Model(chosen, factor, _gain(data, factor) - prices)


def _gain(data: Counts, factor: FloatArray) -> float:
    """The log-likelihood ratio of "every leaf's rate is its factor times the expected one"."""
    moved = np.flatnonzero(factor != 1)
    by, seen = factor[moved], data.observed[moved]
    grown = float(x_log_y(seen, np.maximum(by, 1e-300)).sum())
    if data.history is None:
        return grown - float(data.expected[moved] @ (by - 1))
    shift = np.log1p(data.exposure[moved] * by) - np.log1p(data.exposure[moved])
    return grown - float((seen + data.history[moved]) @ shift)


def _nothing(data: Counts) -> Model:
    return Model((), np.ones(len(data.observed)), 0.0)


def _worth(model: Model) -> float:
    return model.worth
