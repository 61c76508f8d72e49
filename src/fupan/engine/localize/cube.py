"""A cube of leaves and its slices, as integer codes.

A *leaf* is one row: a value of every attribute. A *cuboid* is a set of attributes, an *element* one combination of
their values (the words of Adtributor, Squeeze and RiskLoc). Elements of all cuboids are numbered through, so that one
``np.bincount`` sums a figure over every slice there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fupan.engine.checks import BoolArray, FloatArray, IntArray
from fupan.engine.errors import BadChoice, BadShape

MOST_ATTRIBUTES = 4  # of a slice; beyond it nobody acts on the finding
_MIX = np.uint64(0x9E3779B97F4A7C15)
_ROOMY = 4  # codes may leave this many gaps per leaf before they are packed


@dataclass(frozen=True, slots=True, eq=False)
class Cuboid:
    """One set of attributes.

    attributes   positions in ``Cube.names``
    first        number of its first element
    elements     how many of its elements occur among the leaves
    """

    attributes: tuple[int, ...]
    first: int
    elements: int


@dataclass(frozen=True, eq=False)
class Cube:
    """Leaves under their attributes.

    names     attribute names
    values    the distinct values of each attribute, as text
    leaves    value codes, shape (attributes, leaves)
    cuboids   every set of 1 to 4 attributes, fewer attributes first
    member    number of the element each leaf belongs to, shape (cuboids, leaves)
    width     elements in all
    """

    names: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    leaves: IntArray
    cuboids: tuple[Cuboid, ...]
    member: IntArray
    width: int

    @cached_property
    def cuboid_of(self) -> IntArray:
        """The cuboid of each element, shape (elements,)."""
        ends = [cuboid.first for cuboid in self.cuboids[1:]] + [self.width]
        starts = [cuboid.first for cuboid in self.cuboids]
        return np.repeat(np.arange(len(self.cuboids)), np.subtract(ends, starts))

    @cached_property
    def depth(self) -> FloatArray:
        """How many attributes each cuboid has, shape (cuboids,)."""
        return np.array([len(cuboid.attributes) for cuboid in self.cuboids], dtype=np.float64)

    @cached_property
    def price(self) -> FloatArray:
        """The log of the number of elements to choose from, per cuboid."""
        return np.log(np.array([max(cuboid.elements, 1) for cuboid in self.cuboids], dtype=np.float64))

    def sums(self, figure: FloatArray) -> FloatArray:
        """The figure of the leaves, shape (leaves,), summed over every element, shape (elements,)."""
        weights = np.broadcast_to(figure, self.member.shape).ravel()
        return np.bincount(self.member.ravel(), weights=weights, minlength=self.width).astype(np.float64, copy=False)

    def covered(self, element: int) -> BoolArray:
        """Which leaves belong to the element."""
        return np.asarray(self.member[self.cuboid_of[element]] == element)

    def slice(self, element: int) -> dict[str, str]:
        """The element as people name it: {attribute: value}."""
        row = int(np.argmax(self.covered(element)))
        attributes = self.cuboids[self.cuboid_of[element]].attributes
        return {self.names[i]: self.values[i][self.leaves[i, row]] for i in attributes}


def cube_of(dims: Mapping[str, ArrayLike], rows: int) -> Cube:
    """The cube over the given attributes.

    ``dims``: {name: values}, every array of shape (rows,); values are compared by their text. Raises BadShape for
    an array of another shape, BadChoice when there is no attribute.
    """
    if not dims:
        raise BadChoice("dims", "expected at least one attribute")
    coded = [_coded(f"dims[{name!r}]", values, rows) for name, values in dims.items()]
    leaves = np.stack([codes for _, codes in coded])
    sizes = [len(values) for values, _ in coded]
    sets = [c for k in range(1, min(len(sizes), MOST_ATTRIBUTES) + 1) for c in combinations(range(len(sizes)), k)]
    member = np.empty((len(sets), rows), dtype=np.intp)
    cuboids, first = [], 0
    for at, attributes in enumerate(sets):
        codes, room, elements = _mixed(leaves, sizes, attributes)
        member[at] = codes + first
        cuboids.append(Cuboid(attributes, first, elements))
        first += room
    return Cube(tuple(map(str, dims)), tuple(values for values, _ in coded), leaves, tuple(cuboids), member, first)


def _coded(name: str, values: ArrayLike, rows: int) -> tuple[tuple[str, ...], IntArray]:
    """The distinct values and the code of each row."""
    array = np.asarray(values)
    if array.shape != (rows,):
        raise BadShape(name, f"expected one value per leaf, {rows}, got an array of shape {array.shape}")
    if array.dtype.kind == "U" and rows:
        first, codes = _alike(array)
        distinct = array[first]
        if (distinct[codes] == array).all():  # no two texts shared a key
            return _sorted(distinct.tolist(), codes)
    listed = array.tolist()
    number = {value: code for code, value in enumerate(dict.fromkeys(listed))}
    return _sorted([str(v) for v in number], np.fromiter(map(number.__getitem__, listed), dtype=np.intp, count=rows))


def _alike(texts: NDArray[np.str_]) -> tuple[IntArray, IntArray]:
    """First row and code of equal texts, by a key made of their characters: sorting numbers is faster than texts."""
    letters = np.ascontiguousarray(texts).view(np.uint32).reshape(len(texts), -1)
    key = np.zeros(len(texts), dtype=np.uint64)
    for column in letters.T:
        key = key * _MIX + column
        key ^= key >> np.uint64(29)
    _, first, codes = np.unique(key, return_index=True, return_inverse=True)
    return first, codes.astype(np.intp)


def _sorted(told: list[str], codes: IntArray) -> tuple[tuple[str, ...], IntArray]:
    """Values in the order of their text; equal texts become one."""
    texts = sorted(set(told))
    place = {text: at for at, text in enumerate(texts)}
    return tuple(texts), np.array([place[text] for text in told], dtype=np.intp)[codes]


def _mixed(leaves: IntArray, sizes: list[int], attributes: tuple[int, ...]) -> tuple[IntArray, int, int]:
    """Codes of the combinations, how many codes there are, and how many of them occur."""
    codes, room = np.zeros(leaves.shape[1], dtype=np.intp), 1
    for i in attributes:
        codes = codes * sizes[i] + leaves[i]
        room *= sizes[i]
        if room > _ROOMY * max(len(codes), 1):
            distinct, codes = np.unique(codes, return_inverse=True)
            room = len(distinct)
    return codes, room, int(np.count_nonzero(np.bincount(codes, minlength=room)))
