"""From database rows to columns, in bulk: no model instance is made, no row is looked at twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import F, Func, QuerySet, TextField
from numpy.typing import NDArray

from fupan.core import weeks

Column = Sequence[Any]
Instants = NDArray[np.int64]  # microseconds since 1970 in UTC; NEVER = not told
NEVER = np.iinfo(np.int64).min
HOUR = 3_600_000_000
_DAY = 24 * HOUR
_QUARTER = HOUR // 4
_EPOCH = date(1970, 1, 1).toordinal()


def fetch(rows: QuerySet[Any], *names: str, moments: tuple[str, ...] = ()) -> dict[str, Column]:
    """The named columns as the driver gives them, without Django's per-row conversions; `moments` are timestamps."""
    raw = connections[rows.db].vendor == "sqlite"
    told = {f"raw_{name}": _Text(F(name)) for name in moments} if raw else {}
    chosen = [*names, *(told or moments)]
    query = rows.order_by().annotate(**told).values_list(*chosen).query
    try:
        statement = query.sql_with_params()
    except EmptyResultSet:
        return {name: [] for name in (*names, *moments)}
    with connections[rows.db].cursor() as cursor:
        cursor.execute(*statement)
        found = cursor.fetchall()
    columns: list[Column] = list(zip(*found, strict=True)) if found else [[] for _ in chosen]
    return dict(zip((*names, *moments), columns, strict=True))


class _Text(Func):
    """A column as SQLite keeps it: an expression has no declared type, so the driver makes no datetime of it."""

    template = "(%(expressions)s || '')"
    output_field = TextField()


def instants(values: Column) -> Instants:
    """Timestamps of either database as microseconds: SQLite gives text, PostgreSQL aware datetimes."""
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    sample = next((value for value in values if value is not None), None)
    if isinstance(sample, datetime):
        array = pa.array(values, pa.timestamp("us", tz="UTC")).cast(pa.int64())
    else:
        array = pa.array(values, pa.string()).cast(pa.timestamp("us")).cast(pa.int64())
    filled: Instants = pc.fill_null(array, pa.scalar(NEVER, pa.int64())).to_numpy(zero_copy_only=False)
    return filled


def stamps(values: Instants) -> pa.Array:
    return pa.array(values, pa.int64(), mask=values == NEVER).cast(pa.timestamp("us"))


def local(values: Instants, zones: Sequence[str]) -> Instants:
    """The wall clock of each instant, each in its own time zone (as microseconds, NEVER kept)."""
    out = values.copy()
    names = np.asarray(zones, dtype=object)
    for name in set(zones):
        here = (names == name) & (values != NEVER)
        out[here] = values[here] + _offsets(values[here], name)
    return out


def _offsets(values: Instants, zone_name: str) -> Instants:
    """UTC offsets; one look-up per quarter of an hour that occurs, since clocks change on quarters only."""
    quarters, inverse = np.unique(values // _QUARTER, return_inverse=True)
    zone = weeks.zone(zone_name)
    base = datetime(1970, 1, 1, tzinfo=UTC)
    found = [_micro((base + timedelta(minutes=15 * int(quarter))).astimezone(zone).utcoffset()) for quarter in quarters]
    return np.asarray(found, dtype=np.int64)[inverse]


def _micro(length: timedelta | None) -> int:
    return int((length or timedelta()) / timedelta(microseconds=1))


def days(walls: Instants) -> NDArray[np.int64]:
    """Day numbers since 1970 of wall-clock instants (NEVER stays)."""
    return np.where(walls == NEVER, NEVER, walls // _DAY)


def dates(numbers: NDArray[np.int64]) -> pa.Array:
    known = numbers != NEVER
    return pa.array(np.where(known, numbers, 0).astype(np.int32), pa.int32(), mask=~known).cast(pa.date32())


def week_numbers(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    return _by_day(numbers, weeks.week_of_day)


def month_numbers(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    return _by_day(numbers, lambda day: day.year * 100 + day.month)


def _by_day(numbers: NDArray[np.int64], name: Callable[[date], int]) -> NDArray[np.int64]:
    unique, inverse = np.unique(numbers, return_inverse=True)
    named = [NEVER if one == NEVER else name(date.fromordinal(int(one) + _EPOCH)) for one in unique]
    return np.asarray(named, dtype=np.int64)[inverse] if len(unique) else np.zeros(0, dtype=np.int64)


def hours(start: Instants, end: Instants) -> NDArray[np.float64]:
    """Hours from `start` to `end`, never below 0; NaN where one is not told."""
    known = (start != NEVER) & (end != NEVER)
    length = np.where(known, end - np.where(known, start, 0), 0) / HOUR
    return np.where(known, np.maximum(length, 0.0), np.nan)


def floats(values: NDArray[np.float64]) -> pa.Array:
    return pa.array(values, pa.float64(), mask=np.isnan(values))


def integers(values: NDArray[np.int64], kind: pa.DataType) -> pa.Array:
    known = values != NEVER
    return pa.array(np.where(known, values, 0), pa.int64(), mask=~known).cast(kind)


def mapped(keys: Column, table: Mapping[Any, Any], kind: pa.DataType, *, default: Any = None) -> pa.Array:
    """A column looked up: shop ids -> shop names and the like."""
    look = table.get
    return pa.array([look(key, default) for key in keys], kind)


def words(values: Column) -> pa.Array:
    """Text, "" for what is not told, so that slices never fall apart into null and empty."""
    return pa.array([value or "" for value in values], pa.string())
