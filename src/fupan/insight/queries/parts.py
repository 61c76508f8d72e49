"""What each metric is made of: facts added up, exposure beside it, one row per slice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fupan.insight.compute import Floats, Parts
from fupan.insight.metrics import Metric
from fupan.insight.queries.buyers import repeat_parts
from fupan.insight.queries.scope import Scope
from fupan.insight.shapes import BINS, ORDER_DIMENSIONS
from fupan.insight.sums import Cube, Key, Measure

_SUMMED = ("count", "rate", "share", "mean", "money")


@dataclass(frozen=True)
class Made:
    """A metric's parts, their slices, and in which buckets they mean anything."""

    metric: Metric
    keys: list[Key]
    parts: Parts
    valid: NDArray[np.bool_]


def made(scope: Scope, metrics: Iterable[Metric]) -> list[Made]:
    """Ask as few questions as possible: one per table and clock."""
    found: dict[str, Made] = {}
    groups: defaultdict[tuple[str, str], list[Metric]] = defaultdict(list)
    asked = list(metrics)
    for metric in asked:
        if metric.kind in _SUMMED:
            groups[metric.table, scope.calendar.clock(metric)].append(metric)
    for group in groups.values():
        found |= _summed(scope, group)
    for metric in asked:
        if metric.kind == "quantile":
            found[metric.code] = _binned(scope, metric, found)
        elif metric.kind == "spread":
            found[metric.code] = _spread(scope, metric)
        elif metric.kind == "repeat":
            parts = repeat_parts(scope, metric)
            found[metric.code] = Made(metric, [()], parts, scope.known & scope.exposures.mask.any(axis=0))
    return [found[metric.code] for metric in asked]


def _summed(scope: Scope, metrics: list[Metric]) -> dict[str, Made]:
    measures: dict[str, Measure] = {}
    for metric in metrics:
        measures[metric.code] = metric.numerator
        if metric.denominator is not None:
            measures[f"{metric.code}_of"] = metric.denominator
        if metric.kind in ("mean", "money"):
            measures[f"{metric.code}_sq"] = _squared(metric.numerator)
    question = replace(scope.question(metrics[0]), measures=measures)
    cube = scope.add_up(question, look_back=max(metric.look_back for metric in metrics))
    return {metric.code: _one(scope, metric, cube) for metric in metrics}


def _squared(measure: Measure) -> Measure:
    return lambda t: measure(t).cast("float64") * measure(t).cast("float64")


def _one(scope: Scope, metric: Metric, cube: Cube) -> Made:
    if metric.kind == "rate":
        return _rate(scope, metric, cube)
    top = cube.over_shops(metric.code)
    if metric.kind == "count":
        return Made(metric, cube.keys, Parts(top, np.ones_like(top)), _valid(scope, metric, top))
    bottom = cube.over_shops(f"{metric.code}_of")
    if metric.kind == "share":
        return Made(metric, cube.keys, Parts(top, bottom), _valid(scope, metric, bottom))
    squares = cube.over_shops(f"{metric.code}_sq")
    exposed = _exposed(scope, metric, cube.keys) if metric.kind == "money" else None
    return Made(metric, cube.keys, Parts(top, bottom, squares, exposure=exposed), _valid(scope, metric, top))


def _rate(scope: Scope, metric: Metric, cube: Cube) -> Made:
    """Numerator and exposure of the same shop-buckets; slices of orders include those where nothing went wrong."""
    keys, top = cube.keys, cube.over_shops(metric.code, scope.exposures.mask)
    if scope.by and set(scope.by) <= set(ORDER_DIMENSIONS):
        keys = sorted({*keys, *scope.exposures.cube.keys})
        place = {key: row for row, key in enumerate(keys)}
        spread = np.zeros((len(keys), top.shape[1]))
        spread[[place[key] for key in cube.keys]] = top
        top = spread
    bottom = _rows(scope.exposures.weighted(metric.delay, metric.exposure), scope.exposures.rows(keys, scope.by))
    valid = scope.exposures.mask.any(axis=0) & _valid(scope, metric, cube.over_shops(metric.code))
    return Made(metric, keys, Parts(top, bottom), valid)


def _exposed(scope: Scope, metric: Metric, keys: Sequence[Key]) -> Floats:
    """Units behind money; without orders every bucket weighs the same."""
    weighted = scope.exposures.weighted(metric.delay)
    if not scope.exposures.mask[:, scope.now].any():
        return np.ones((len(keys), len(scope.buckets)))
    return _rows(weighted, scope.exposures.rows(keys, scope.by))


def _rows(table: Floats, rows: NDArray[np.int64]) -> Floats:
    """The rows asked for, zeros for -1."""
    padded = np.concatenate([table, np.zeros((1, table.shape[1]))])
    return np.asarray(padded[rows], dtype=np.float64)


def _valid(scope: Scope, metric: Metric, seen: Floats) -> NDArray[np.bool_]:
    """Buckets since facts began, in which the metric's report has arrived or rows show that it has."""
    if not metric.sources:
        return scope.known
    arrived = scope.arrived.any_of(metric.sources, scope.calendar, scope.buckets)
    return np.asarray(scope.known & (arrived | (seen.sum(axis=0) > 0)), dtype=bool)


def _binned(scope: Scope, metric: Metric, others: dict[str, Made]) -> Made:
    """Histograms; two quantiles of the same durations ask once."""
    for other in others.values():
        if other.metric.kind == "quantile" and other.metric.numerator is metric.numerator:
            return replace(other, metric=metric)
    question = replace(scope.question(metric), measures={"n": _one_each}, bins=metric.numerator)
    cube = scope.add_up(question, look_back=metric.look_back)
    counts = cube.over_shops("n")
    keys = sorted({key[:-1] for key in cube.keys}) or [()]
    place = {key: row for row, key in enumerate(keys)}
    bins = np.zeros((len(keys), len(scope.buckets), BINS))
    for row, key in enumerate(cube.keys):
        if key[-1]:
            bins[place[key[:-1]], :, int(key[-1])] += counts[row]
    total = bins.sum(axis=2)
    return Made(metric, keys, Parts(total, total, bins=bins), _valid(scope, metric, total))


def _one_each(t):  # type: ignore[no-untyped-def]
    return t.merged.ifelse(0, 1) if "merged" in t.columns else t.workspace.notnull().ifelse(1, 0)


def _spread(scope: Scope, metric: Metric) -> Made:
    """Per bucket: how far agents' mean refunds lie apart within a cause, weighted by tickets; at least two agents
    with five refunds each."""
    assert metric.denominator is not None
    question = replace(
        scope.question(metric), by=("cause", "agent"), measures={"sum": metric.numerator, "n": metric.denominator}
    )
    cube = scope.add_up(question)
    sums, counts = cube.over_shops("sum"), cube.over_shops("n")
    causes = np.array([key[0] for key in cube.keys], dtype=object)
    agents = np.array([bool(len(key) > 1 and key[1]) for key in cube.keys], dtype=bool)
    spread, weight = np.zeros((1, len(scope.buckets))), np.zeros((1, len(scope.buckets)))
    for cause in set(causes) - {""}:
        rows = (causes == cause) & agents
        for bucket in range(len(scope.buckets)):
            one, n = _apart(sums[rows, bucket], counts[rows, bucket])
            spread[0, bucket] += one * n
            weight[0, bucket] += n
    return Made(metric, [()], Parts(spread, weight), scope.known)


def _apart(sums: Floats, counts: Floats) -> tuple[float, float]:
    enough = counts >= 5
    if enough.sum() < 2 or not sums[enough].sum():
        return 0.0, 0.0
    means = sums[enough] / counts[enough]
    centre = float(np.average(means, weights=counts[enough]))
    away = float(np.sqrt(np.average((means - centre) ** 2, weights=counts[enough])))
    return away / centre, float(counts[enough].sum())
