"""One aggregate query per table and clock, as dense arrays over slices, shops and buckets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fupan.insight.facts import FACTS, Reading
from fupan.insight.shapes import DIMENSIONS

Floats = NDArray[np.float64]
Key = tuple[str, ...]
Where = Mapping[str, Sequence[str]]  # dimension -> the values it may have
Measure = Callable[[ir.Table], ir.Value]
Extra = Callable[[ir.Table], ir.BooleanValue]


@dataclass(frozen=True)
class Cube:
    """Sums of several measures; every array has the shape (keys, shops, buckets)."""

    keys: list[Key]
    shops: list[int]
    buckets: list[int]
    parts: dict[str, Floats]

    def over_shops(self, name: str, mask: NDArray[np.bool_] | None = None) -> Floats:
        """Shape (keys, buckets), of the shop-buckets that `mask` (shops, buckets) lets through."""
        part = self.parts[name]
        return part.sum(axis=1) if mask is None else (part * mask[None]).sum(axis=1)


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

    def expression(self) -> ir.Table:
        table = filtered(FACTS[self.table], self.table, dict(self.where))
        if self.extra is not None:
            table = table.filter(self.extra(table))
        summed = {name: measure(table).sum() for name, measure in self.measures.items()}
        cut = {f"by_{name}": table[name] for name in self.by}
        if self.bins is not None:
            cut["by_bin"] = self.bins(table).cast("string")
        return table.group_by(bucket=table[self.clock], shop_id=table.shop_id, **cut).aggregate(**summed)


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
    answer = reading.answer(question.expression(), weeks)
    shop_list = list(shops)
    bucket = _places(_as_numbers(answer["bucket"]), buckets)
    shop = _places(_as_numbers(answer["shop_id"]), shop_list)
    keys, key = _keys(answer, question.by if question.bins is None else (*question.by, "bin"))
    inside = (bucket >= 0) & (shop >= 0)
    shape = (len(keys), len(shop_list), len(buckets))
    place = np.ravel_multi_index((key[inside], shop[inside], bucket[inside]), shape) if inside.any() else None
    parts = {
        name: _dense(_as_floats(answer[name])[inside], place, shape) for name in question.measures
    }
    return Cube(keys, shop_list, list(buckets), parts)


def _dense(values: Floats, place: NDArray[np.int64] | None, shape: tuple[int, int, int]) -> Floats:
    if place is None:
        return np.zeros(shape)
    return np.bincount(place, weights=values, minlength=int(np.prod(shape))).reshape(shape)


def _keys(answer: pa.Table, by: tuple[str, ...]) -> tuple[list[Key], NDArray[np.int64]]:
    if not by:
        return [()], np.zeros(answer.num_rows, dtype=np.int64)
    columns = [pc.fill_null(answer[f"by_{name}"].combine_chunks(), "").dictionary_encode() for name in by]
    words = [column.dictionary.to_pylist() for column in columns]
    codes = [column.indices.to_numpy(zero_copy_only=False).astype(np.int64) for column in columns]
    sizes = [max(len(one), 1) for one in words]
    flat = np.ravel_multi_index(codes, sizes) if answer.num_rows else np.zeros(0, dtype=np.int64)
    unique, key = np.unique(flat, return_inverse=True)
    split = np.unravel_index(unique, sizes)
    keys = [tuple(words[axis][int(code)] for axis, code in enumerate(row)) for row in zip(*split, strict=True)]
    return keys, np.asarray(key, dtype=np.int64)


def _places(values: NDArray[np.int64], known: Sequence[int]) -> NDArray[np.int64]:
    """The index of each value among the known ones, -1 when it is not there."""
    if not len(known):
        return np.full(len(values), -1, dtype=np.int64)
    order = np.argsort(np.asarray(known, dtype=np.int64))
    ordered = np.asarray(known, dtype=np.int64)[order]
    at = np.clip(np.searchsorted(ordered, values), 0, len(ordered) - 1)
    return np.where(ordered[at] == values, order[at], -1)


def _as_numbers(column: Any) -> NDArray[np.int64]:
    """Buckets and shop ids; a date becomes 20261109, a missing clock -1."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_date(array.type):
        array = pc.strftime(array, format="%Y%m%d").cast(pa.int64())
    filled = pc.fill_null(array.cast(pa.int64()), -1)
    numbers: NDArray[np.int64] = filled.to_numpy(zero_copy_only=False)
    return numbers


def _as_floats(column: Any) -> Floats:
    floats: Floats = pc.fill_null(column.cast(pa.float64()), 0.0).to_numpy()
    return floats
