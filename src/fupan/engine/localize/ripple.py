"""Where did a dense metric move? Slices whose leaves deviate alike, for amounts or counts that are large at every leaf.

A cause moves all leaves below it by about the same ratio (the ripple effect of Adtributor, Squeeze and RiskLoc), so a
leaf's *deviation* 2 (v - f) / (v + f), in [-2, 2], is near 0 for normal leaves and near one common value under a cause.
RiskLoc cuts the leaves in two and compares risk inside and outside a slice; here both sides are densities fitted to
the cube (see ``noise``). A slice's gain is the sum over its leaves of the log ratio of the two, less a price for the
number of slices of its kind; slices are grown, taken out and replaced until nothing improves. A leaf is explained
once: parts of a cause are not causes of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fupan.engine.checks import BoolArray, FloatArray, IntArray
from fupan.engine.localize.cube import Cube
from fupan.engine.localize.noise import FEW, Leaves, cause_log, centres, leaves_of, shift_of

_PRICE = 3.0
_ROUNDS = 3
_LEAST_ABNORMAL = 0.05  # part of the leaves; fewer outside every cause are outliers, not an external cause


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Causes as (rows, element), the one with most evidence first; ``noise`` of the deviation, shape (leaves,)."""

    causes: list[tuple[IntArray, int]]
    external: bool
    noise: FloatArray


@dataclass(frozen=True, eq=False)
class Suspects:
    """Elements to choose from.

    elements, price    numbers in the cube, and what each must bring; shape (suspects,)
    slot, leaf, gain   pairs "suspect holds leaf", by suspect, and what the leaf gains were the suspect a cause
    first              where the pairs of each suspect begin, and the end; shape (suspects + 1,)
    rows               leaves of the cube
    """

    elements: IntArray
    price: FloatArray
    slot: IntArray
    leaf: IntArray
    gain: FloatArray
    first: IntArray
    rows: int

    def leaves(self, one: int) -> IntArray:
        """The leaves of a suspect."""
        return self.leaf[self.first[one] : self.first[one + 1]]

    def gains(self, one: int) -> FloatArray:
        """What they gain."""
        return self.gain[self.first[one] : self.first[one + 1]]

    def left(self, covered: BoolArray) -> FloatArray:
        """What every suspect gains at leaves not covered yet, shape (suspects,)."""
        open_gain = np.where(covered[self.leaf], 0.0, self.gain)
        return np.bincount(self.slot, weights=open_gain, minlength=len(self.elements)).astype(np.float64, copy=False)


@dataclass(frozen=True, eq=False)
class _Answer:
    data: Leaves
    among: Suspects
    chosen: tuple[int, ...]
    likelihood: float


def search(cube: Cube, seen: FloatArray, due: FloatArray, most: int) -> Found:
    """The causes of ``seen`` differing from ``due``, both of shape (leaves,).

    When the bulk of the leaves moved together, the search is run with that shift taken out as well; whichever
    explains more wins, and a shift that wins is an external cause.
    """
    plain = _answer(leaves_of(cube, seen, due), most)
    shift = shift_of(plain.data)
    answers = [plain]
    if shift != 1.0:
        answers.append(_answer(leaves_of(cube, seen, due * shift), most))
    best = max(answers, key=lambda answer: answer.likelihood)
    data, among = best.data, best.among
    alone = [float(among.gains(one).sum()) - float(among.price[one]) for one in best.chosen]
    ranked = [best.chosen[i] for i in np.argsort(alone)[::-1]]
    covered = _covered(among, best.chosen)
    external = best is not plain or _unexplained(data, covered, np.abs(seen - due))
    return Found([(among.leaves(one), int(among.elements[one])) for one in ranked], external, data.noise)


def _unexplained(data: Leaves, covered: BoolArray, change: FloatArray) -> bool:
    """Many leaves are abnormal, and most of their change is outside every cause."""
    odd = data.abnormal
    loose = odd & ~covered
    many = int(loose.sum()) > _LEAST_ABNORMAL * max(int(data.telling.sum()), 1)
    return many and float(change[loose].sum()) > 0.5 * float(change[odd].sum())


def _answer(data: Leaves, most: int) -> _Answer:
    """The best causes; once more when many abnormal leaves are left over, with as many outliers to be expected."""
    first = _best(data, most)
    free = data.telling & ~_covered(first.among, first.chosen)
    loose = float((data.abnormal & free).sum()) / max(int(free.sum()), 1)
    return first if loose <= 2 * FEW else _best(replace(data, outliers=min(loose, 0.5)), most)


def _best(data: Leaves, most: int) -> _Answer:
    among = _suspects(data)
    best = _grow(among, (), most, banned=())
    worth = _worth(among, best)
    for _ in range(_ROUNDS):
        tries = [_grow(among, tuple(o for o in best if o != one), most, banned=(one,)) for one in best]
        better = max(tries, key=lambda chosen: _worth(among, chosen), default=best)
        if _worth(among, better) <= worth + 1e-9:
            break
        best, worth = better, _worth(among, better)
    return _Answer(data, among, best, worth + float(data.normal_log.sum()))


def _suspects(data: Leaves) -> Suspects:
    """Elements whose leaves, by themselves, look more like a cause than like noise."""
    cube = data.cube
    centre = centres(data)
    gains = np.empty(cube.member.shape)
    total = np.zeros(cube.width)
    for row, member in enumerate(cube.member):
        gains[row] = np.where(data.telling, cause_log(data, centre[member]) - data.normal_log, 0.0)
        total += np.bincount(member, weights=gains[row], minlength=cube.width)
    price = (cube.price + _PRICE * np.sqrt(cube.depth))[cube.cuboid_of]
    elements = np.flatnonzero((total > price) & np.isfinite(centre))
    number = np.full(cube.width, -1, dtype=np.intp)
    number[elements] = np.arange(len(elements))
    slots = number[cube.member]
    cuboid, leaf = np.nonzero(slots >= 0)
    slot = slots[cuboid, leaf]
    order = np.argsort(slot, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(slot, minlength=len(elements)))])
    gain = gains[cuboid, leaf][order]
    return Suspects(elements, price[elements], slot[order], leaf[order], gain, first, cube.leaves.shape[1])


def _grow(among: Suspects, chosen: tuple[int, ...], most: int, banned: tuple[int, ...]) -> tuple[int, ...]:
    """Add the suspect that explains most of what is left, until none is worth its price."""
    if not len(among.elements):
        return chosen
    covered = _covered(among, chosen)
    while len(chosen) < most:
        worth = among.left(covered) - among.price
        worth[[*chosen, *banned]] = -np.inf
        best = int(np.argmax(worth))
        if worth[best] <= 0:
            break
        chosen = (*(one for one in chosen if not _inside(among, one, best)), best)
        covered[among.leaves(best)] = True
    return chosen


def _covered(among: Suspects, chosen: tuple[int, ...]) -> BoolArray:
    covered = np.zeros(among.rows, dtype=np.bool_)
    for one in chosen:
        covered[among.leaves(one)] = True
    return covered


def _inside(among: Suspects, part: int, whole: int) -> bool:
    """Whether all leaves of one lie in the other."""
    return bool(np.isin(among.leaves(part), among.leaves(whole), assume_unique=True).all())


def _worth(among: Suspects, chosen: tuple[int, ...]) -> float:
    """Gain of the chosen together, each leaf counted for the one that explains it best, less their prices."""
    best = np.full(among.rows, -np.inf)
    for one in chosen:
        best[among.leaves(one)] = np.maximum(best[among.leaves(one)], among.gains(one))
    return float(best[np.isfinite(best)].sum()) - sum(float(among.price[one]) for one in chosen)
