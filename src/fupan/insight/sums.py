"""One aggregate query per table and clock, as dense arrays over slices, shops and buckets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fupan.insight.facts import FACTS, Reading
from fupan.insight.shapes import DIMENSIONS

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Key = tuple[str, ...]
Where = Mapping[str, Sequence[str]]  # dimension -> the values it may have
Measure = Callable[[ir.Table], ir.Value]
Extra = Callable[[ir.Table], ir.BooleanValue]


@dataclass(frozen=True)
class Slices:
    """Which slices the rows of an array are: each dimension as codes into its words."""

    by: tuple[str, ...]
    words: list[list[str]]
    codes: Codes  # (slices, dimensions)

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> Key:
        return tuple(words[code] for words, code in zip(self.words, self.codes[row], strict=True))

    @cached_property
    def keys(self) -> list[Key]:
        columns = [
            np.asarray(words, dtype=object)[codes] for words, codes in zip(self.words, self.codes.T, strict=True)
        ]
        return list(zip(*columns, strict=True)) if columns else [()] * len(self)

    def cut(self, by: Sequence[str]) -> tuple[Slices, Codes]:
        """The slices over fewer dimensions, and for each row of this one its row there."""
        places = [self.by.index(name) for name in by]
        words = [self.words[place] for place in places]
        sizes = [max(len(one), 1) for one in words]
        if not places:
            return NO_SLICES, np.zeros(len(self), dtype=np.int64)
        flat = np.ravel_multi_index(tuple(self.codes[:, place] for place in places), sizes)
        unique, rows = np.unique(flat, return_inverse=True)
        codes = np.stack(np.unravel_index(unique, sizes), axis=1).astype(np.int64)
        return Slices(tuple(by), words, codes), np.asarray(rows, dtype=np.int64)


NO_SLICES = Slices((), [], np.zeros((1, 0), dtype=np.int64))  # one row: everything


def added(table: Floats, rows: Codes, count: int) -> Floats:
    """Rows of the same number added up."""
    if not len(rows):
        return np.zeros((count, *table.shape[1:]))
    order = np.argsort(rows, kind="stable")
    starts = np.flatnonzero(np.diff(rows[order], prepend=-1))
    return np.asarray(np.add.reduceat(table[order], starts, axis=0), dtype=np.float64)


@dataclass(frozen=True)
class Cube:
    """Sums of several measures; every array has the shape (slices, shops, buckets)."""

    slices: Slices
    shops: list[int]
    buckets: list[int]
    parts: dict[str, Floats]

    @property
    def keys(self) -> list[Key]:
        return self.slices.keys

    def over_shops(self, name: str, mask: NDArray[np.bool_] | None = None) -> Floats:
        """Shape (slices, buckets), of the shop-buckets that `mask` (shops, buckets) lets through."""
        part = self.parts[name]
        if mask is None or mask.all():
            return np.asarray(part.sum(axis=1), dtype=np.float64)
        return np.asarray(np.einsum("ksb,sb->kb", part, mask), dtype=np.float64)


@dataclass(frozen=True)
class Question:
    """What is summed, of which table, cut by what."""

    table: str
    measures: dict[str, Measure]
    clock: str
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    extra: Extra | None = None
    bins: Measure | None = None  # cut by the bins of a duration, too
    only: tuple[int, ...] = ()  # buckets to leave in; () is all

    def expression(self) -> ir.Table:
        table = filtered(FACTS[self.table], self.table, dict(self.where))
        if self.extra is not None:
            table = table.filter(self.extra(table))
        summed = {name: measure(table).sum().cast("float64").fill_null(0.0) for name, measure in self.measures.items()}
        cut = {f"by_{name}": table[name].fill_null("") for name in self.by}
        if self.bins is not None:
            cut["by_bin"] = self.bins(table).cast("string").fill_null("")
        clock = table[self.clock]
        bucket = clock.strftime("%Y%m%d") if clock.type().is_date() else clock
        bucket = bucket.cast("int64").fill_null(-1)
        if self.only:
            table = table.filter(bucket.isin(self.only))
        return table.group_by(bucket=bucket, shop_id=table.shop_id, **cut).aggregate(**summed)

    @property
    def dimensions(self) -> tuple[str, ...]:
        return self.by if self.bins is None else (*self.by, "bin")


def filtered(table: ir.Table, name: str, where: Where) -> ir.Table:
    """The rows of a slice; a dimension that the table lacks does not cut it."""
    for dimension, values in sorted(where.items()):
        if dimension in DIMENSIONS[name]:
            table = table.filter(table[dimension].isin(list(values)))
    return table


def add_up(
    reading: Reading, question: Question, *, shops: Iterable[int], buckets: Sequence[int], weeks: Iterable[int]
) -> Cube:
    """Ask, and lay the answer out as arrays; rows of other buckets (of a month's edge weeks) fall away."""
    counted = rows(reading, question, shops=shops, buckets=buckets, weeks=weeks)
    shape = (len(counted.slices), len(counted.shops), len(counted.buckets))
    place = np.ravel_multi_index((counted.row, counted.shop, counted.bucket), shape) if len(counted.row) else None
    parts = {name: _dense(values, place, shape) for name, values in counted.values.items()}
    return Cube(counted.slices, counted.shops, counted.buckets, parts)


@dataclass(frozen=True)
class Rows:
    """The same sums before they are laid out: an entry for each slice, shop and bucket in which there is something."""

    slices: Slices
    shops: list[int]
    buckets: list[int]
    row: Codes  # of the slices
    shop: Codes  # its place among the shops
    bucket: Codes  # its place among the buckets
    values: dict[str, Floats]


def rows(
    reading: Reading, question: Question, *, shops: Iterable[int], buckets: Sequence[int], weeks: Iterable[int]
) -> Rows:
    """Ask; for many slices over many buckets, most of which are empty."""
    answer = reading.answer(question.expression(), weeks)
    shop_list = list(shops)
    bucket = _places(_numbers(answer, "bucket"), buckets)
    shop = _places(_numbers(answer, "shop_id"), shop_list)
    slices, row = _slices(answer, question.dimensions)
    inside = (bucket >= 0) & (shop >= 0)
    values = {name: np.asarray(_numbers(answer, name)[inside], dtype=np.float64) for name in question.measures}
    return Rows(slices, shop_list, list(buckets), row[inside], shop[inside], bucket[inside], values)


def _dense(values: NDArray[Any], place: Codes | None, shape: tuple[int, int, int]) -> Floats:
    if place is None:
        return np.zeros(shape)
    flat = np.bincount(place, weights=values, minlength=int(np.prod(shape)))
    return np.asarray(flat, dtype=np.float64).reshape(shape)


def _slices(answer: pa.Table, by: tuple[str, ...]) -> tuple[Slices, Codes]:
    columns = [_alphabetical(answer[f"by_{name}"]) for name in by]
    every = np.stack([codes for _words, codes in columns], axis=1) if by else np.zeros((answer.num_rows, 0), np.int64)
    return Slices(by, [words for words, _codes in columns], every).cut(by)


def _alphabetical(column: pa.ChunkedArray) -> tuple[list[str], Codes]:
    """The words of a column in their own order, not in that of the threads that counted them, and its codes."""
    encoded = column.combine_chunks().dictionary_encode()
    words = encoded.dictionary.to_pylist()
    order = sorted(range(len(words)), key=words.__getitem__)
    place = np.empty(len(words), dtype=np.int64)
    place[order] = np.arange(len(words))
    return [words[row] for row in order], place[_view(encoded.indices)]


def _places(values: NDArray[np.int64], known: Sequence[int]) -> Codes:
    """The index of each value among the known ones, -1 when it is not there."""
    if not len(known):
        return np.full(len(values), -1, dtype=np.int64)
    order = np.argsort(np.asarray(known, dtype=np.int64))
    ordered = np.asarray(known, dtype=np.int64)[order]
    at = np.clip(np.searchsorted(ordered, values), 0, len(ordered) - 1)
    return np.asarray(np.where(ordered[at] == values, order[at], -1), dtype=np.int64)


def _numbers(answer: pa.Table, name: str) -> NDArray[Any]:
    """A column of numbers without nulls."""
    return np.concatenate([_view(chunk) for chunk in answer[name].chunks] or [np.zeros(0)])


def _view(array: pa.Array) -> NDArray[Any]:
    """The memory of an Arrow array; its own conversion would first import pandas, which takes a second or two."""
    kind = np.dtype(array.type.to_pandas_dtype())
    return np.frombuffer(array.buffers()[1], dtype=kind, count=len(array), offset=array.offset * kind.itemsize)
