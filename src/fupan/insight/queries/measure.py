"""Metrics of a period, each held against the period before, the mean of four and the same one a year ago."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fupan.core.weeks import Period
from fupan.insight import compute
from fupan.insight.calendar import TREND, of_period
from fupan.insight.facts import FactsView
from fupan.insight.metrics import Metric, metric
from fupan.insight.queries.parts import Made, made
from fupan.insight.queries.scope import Scope, scope_of

Against = Literal["previous", "mean4", "year"]
AGAINST: tuple[Against, ...] = ("previous", "mean4", "year")
LEAST_OF_FOUR = 2


@dataclass(frozen=True, slots=True)
class Compared:
    """Against an earlier value; change and interval are ratios minus 1, or differences for shares and scores."""

    value: float | None
    change: float | None
    low: float | None
    high: float | None
    detectable: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """One metric of one slice."""

    metric: Metric
    slice: dict[str, str]
    value: float | None
    numerator: float | None
    denominator: float | None
    low: float | None
    high: float | None
    reason: str | None  # "no_orders" | "no_source" | "no_rate" | "no_data"
    comparisons: dict[str, Compared | None]
    trend: list[float | None]


def measure(
    view: FactsView,
    metrics: Iterable[str],
    period: Period,
    *,
    by: Sequence[str] = (),
    where: Mapping[str, str | Sequence[str]] | None = None,
    compare: Sequence[Against] = AGAINST,
    length: int = TREND,
) -> list[Measured]:
    """Values of metrics in a period, one per slice of `by`, each with comparisons and the trend of `length` periods."""
    scope = scope_of(view, period, by=by, where=where)
    scope.length, scope.year = length, "year" in compare
    return measured(scope, [metric(code) for code in metrics], compare=compare)


def trend(
    view: FactsView,
    code: str,
    period: Period,
    *,
    length: int = 26,
    where: Mapping[str, str | Sequence[str]] | None = None,
) -> tuple[list[str], Measured]:
    """One metric over the last `length` periods: their labels, and the values in `.trend`."""
    (found,) = measure(view, [code], period, where=where, compare=("previous", "mean4"), length=length)
    return labels(period, length), found


def labels(period: Period, length: int) -> list[str]:
    """The names of the last `length` periods."""
    calendar, bucket = of_period(period)
    return [calendar.label(one) for one in calendar.trend(bucket, length)]


def measured(scope: Scope, metrics: Iterable[Metric], *, compare: Sequence[Against] = AGAINST) -> list[Measured]:
    """The same on a scope that other questions share."""
    all_made = made(scope, metrics)
    against = _against(scope, all_made, compare)
    return [one for each in all_made for one in _slices(scope, each, against[each.metric.code])]


def _slices(scope: Scope, one: Made, against: dict[str, list[Compared] | None]) -> Iterator[Measured]:
    metric, parts, now = one.metric, one.parts, scope.now
    current = parts.at(now)
    series = compute.values(metric.kind, parts, quantile=metric.quantile) * metric.scale
    series = np.where(one.valid[None, :], series, np.nan)
    low, high = compute.own_interval(metric.kind, current, quantile=metric.quantile)
    for row, key in enumerate(one.keys):
        value = number(series[row, now])
        yield Measured(
            metric=metric,
            slice=dict(zip(scope.by, key, strict=False)),
            value=value,
            numerator=_top(metric, current, row),
            denominator=_bottom(metric, current, row),
            low=number(low[row] * metric.scale) if value is not None else None,
            high=number(high[row] * metric.scale) if value is not None else None,
            reason=None if value is not None else _reason(scope, one, row),
            comparisons={name: table[row] if table and value is not None else None for name, table in against.items()},
            trend=[number(each) for each in series[row, : scope.length]],
        )


def _against(
    scope: Scope, all_made: Sequence[Made], compare: Sequence[Against]
) -> dict[str, dict[str, list[Compared] | None]]:
    """Every slice of every metric against earlier periods; None where such a period means nothing."""
    asked = [
        (one, name, earlier)
        for one in all_made
        for name in compare
        if one.valid[scope.now] and (earlier := _earlier(scope, one.valid, name))
    ]
    changes = compute.changes([_pair(scope, one, earlier) for one, _name, earlier in asked])
    found: dict[str, dict[str, list[Compared] | None]] = {one.metric.code: dict.fromkeys(compare) for one in all_made}
    for (one, name, earlier), changed in zip(asked, changes, strict=True):
        found[one.metric.code][name] = _compared(one, earlier, changed)
    return found


def _pair(scope: Scope, one: Made, earlier: list[int]) -> compute.Pair:
    unrest = compute.unrest(one.metric.kind, one.parts.until(scope.now), one.valid[: scope.now])
    return compute.Pair(
        one.metric.kind, one.parts.at(scope.now), one.parts.over(earlier), unrest, quantile=one.metric.quantile
    )


def _compared(one: Made, earlier: list[int], changed: compute.Changed) -> list[Compared]:
    metric, before = one.metric, one.parts.over(earlier)
    values = compute.values(metric.kind, before, quantile=metric.quantile) * metric.scale
    if metric.kind in ("count", "money"):
        values = values / len(earlier)
    return [
        Compared(
            number(values[row]), number(changed.change[row]), number(changed.low[row]), number(changed.high[row]),
            bool(changed.detectable[row]),
        )
        for row in range(len(values))
    ]  # fmt: skip


def _earlier(scope: Scope, valid: NDArray[np.bool_], name: Against) -> list[int]:
    if name == "year":
        return [scope.length] if scope.year and valid[scope.length] else []
    if name == "previous":
        return [scope.now - 1] if valid[scope.now - 1] else []
    four = [place for place in range(scope.now - 4, scope.now) if place >= 0 and valid[place]]
    return four if len(four) >= LEAST_OF_FOUR else []


def _top(metric: Metric, parts: compute.Parts, row: int) -> float | None:
    return None if metric.kind in ("quantile", "spread") else number(parts.top[row])


def _bottom(metric: Metric, parts: compute.Parts, row: int) -> float | None:
    if metric.kind == "count":
        return None
    if metric.kind == "money":
        return number(parts.exposure[row]) if parts.exposure is not None else None
    return number(parts.bottom[row])


def _reason(scope: Scope, one: Made, row: int) -> str:
    if one.metric.exposed and not scope.exposures.mask[:, scope.now].any():
        return "no_orders"
    if not one.valid[scope.now]:
        return "no_source" if one.metric.sources else "no_data"
    if one.metric.kind == "money" and one.parts.bottom[row, scope.now] > 0:
        return "no_rate"
    return "no_data"


def number(value: float) -> float | None:
    """A plain number for JSON, without noise in its last digits; None for what is not one."""
    if not np.isfinite(value):
        return None
    rounded = float(np.format_float_positional(value, precision=6, fractional=False, trim="-"))
    return int(rounded) if rounded.is_integer() else rounded
