"""What a shop needs on top of Farrington: short histories, few false alarms over thousands of slices, memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from fupan.engine import checks
from fupan.engine.checks import BoolArray, FloatArray, IntArray
from fupan.engine.compare.discovery import discovered
from fupan.engine.outbreak.answers import TIERS, Alarm
from fupan.engine.outbreak.arrays import completeness_of, parent_rows, series, starts, tested, told_names
from fupan.engine.outbreak.drift import Drift, drift
from fupan.engine.outbreak.flexible import Outbreaks
from fupan.engine.outbreak.ledger import Ledger
from fupan.engine.outbreak.predictive import Forecast, predictive
from fupan.engine.outbreak.quantiles import bound, quantile, surprise
from fupan.engine.outbreak.tiers import expectations, tier

_SURE = 0.95
_ONCE_IN_200 = 0.005


@dataclass(frozen=True, slots=True, eq=False)
class _Shop:
    """All series, checked; shapes (slices, weeks) or (slices,)."""

    counts: FloatArray
    units: FloatArray  # exposure, as far as reported
    complete: FloatArray
    since: IntArray
    parents: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Week:
    """One tested week, per slice."""

    week: int
    count: FloatArray
    mean: FloatArray
    dispersion: FloatArray
    pvalue: FloatArray
    upper: FloatArray
    tier: IntArray
    tested: BoolArray
    drift: Drift | None


def detect(
    counts: ArrayLike,
    at: ArrayLike,
    *,
    exposure: ArrayLike | None = None,
    q: float = 0.10,
    budget: int | None = 10,
    alpha: float = 0.005,
    parents: ArrayLike | None = None,
    levels: ArrayLike | None = None,
    since: ArrayLike | None = None,
    complete: ArrayLike | None = None,
    least_complete: float = 0.5,
    costs: ArrayLike | None = None,
    names: Sequence[str] | None = None,
    before: Sequence[Alarm] = (),
    limit54: tuple[float, int] = (5, 4),
    drift_share: float = 0.1,
) -> list[Alarm]:
    """Alarms worth a person's time, over all slices of a shop.

    ``counts``: cases by week, shape (slices, weeks). ``at``: tested weeks, 0-based; for the memory to work every
    week from the oldest of interest, or the alarms of earlier runs as ``before``. ``exposure``: see
    :func:`exposure`; shape (slices, weeks) or (weeks,); 0 where a slice did not exist yet. ``q``: part of the
    alarms that may be false, by Benjamini and Hochberg within each week and level. ``budget``: new alarms a week, the
    largest certain excess (times ``costs``, per case, shape (slices,)) first; None for no limit.

    ``parents``: row of each slice's parent, -1 for none. ``levels``: level of the slice tree of each slice, any
    integers. ``since``: first week of each slice; by default its first with exposure. ``complete``: part of its cases
    that a week has reported, for the last weeks, oldest first (see :func:`completeness`); the week is held against
    what should have come by now, and left out below ``least_complete``. ``limit54``: no alarm with fewer than 5 cases
    in 4 weeks. ``drift_share``: drifts are chosen at this part of q, on top of it; 0 looks for none. ``alpha``: level
    of the upper bound shown.

    Raises BadCounts, BadShape, BadChoice.
    """
    level, q = checks.level("alpha", alpha), checks.level("q", q)
    shop = _shop(counts, exposure, parents, since, complete)
    weeks, slices = np.unique(tested(at, shop.counts.shape[1])), len(shop.counts)
    strata = parent_rows("levels", levels, slices, lowest=None)
    cost = np.broadcast_to(checks.nonnegative("costs", 1.0 if costs is None else costs), slices)
    called = told_names(names, slices)
    ledger = Ledger(before, budget)
    for week in weeks:
        if not (shop.complete[:, week] >= least_complete).any():
            continue
        seen = _look(shop, int(week), level, drifts=drift_share > 0, least_complete=least_complete)
        enough = shop.counts[:, max(0, week - limit54[1] + 1) : week + 1].sum(axis=1) >= limit54[0]
        found = [_alarm(seen, row, called[row], drift) for row, drift in _chosen(seen, strata, q, drift_share, enough)]
        found.sort(key=lambda alarm: -alarm.low * cost[alarm.slice])
        ledger.take(int(week), found, np.flatnonzero((seen.count > seen.upper) & enough & seen.tested).tolist())
    return ledger.read(int(weeks[-1])) if len(weeks) else list(before)


def screen(
    counts: ArrayLike,
    at: ArrayLike,
    *,
    exposure: ArrayLike | None = None,
    alpha: float = 0.005,
    parents: ArrayLike | None = None,
    since: ArrayLike | None = None,
    limit54: tuple[float, int] = (5, 4),
) -> Outbreaks:
    """Expectation, bound and P-value of every slice and tested week by the model of :func:`detect`, nothing chosen.

    Arguments as there; the answer as of :func:`farrington`, an alarm being a count above its own upper bound.
    """
    shop = _shop(counts, exposure, parents, since, None)
    weeks = tested(at, shop.counts.shape[1])
    level = checks.level("alpha", alpha)
    columns = [_look(shop, int(week), level, drifts=False) for week in weeks]
    mean, upper, pvalue, count = (
        np.array([getattr(column, name) for column in columns]).T.reshape(len(shop.counts), len(weeks))
        for name in ("mean", "upper", "pvalue", "count")
    )
    summed = np.pad(shop.counts.cumsum(axis=1), ((0, 0), (limit54[1], 0)))
    recent = summed[:, weeks + limit54[1]] - summed[:, weeks]
    with np.errstate(divide="ignore", invalid="ignore"):
        score = (count - mean) / (upper - mean)
    return Outbreaks(mean, upper, pvalue, score, (count > upper) & (recent >= limit54[0]), weeks, level)


def _shop(
    counts: ArrayLike,
    exposure: ArrayLike | None,
    parents: ArrayLike | None,
    since: ArrayLike | None,
    complete: ArrayLike | None,
) -> _Shop:
    y, units = series(counts, exposure)
    reported = completeness_of(complete, y)
    return _Shop(y, units * reported, reported, starts(since, units), parent_rows("parents", parents, len(y)))


def _look(shop: _Shop, week: int, alpha: float, *, drifts: bool, least_complete: float = 0.0) -> _Week:
    found = expectations(shop.counts, shop.units, week, shop.since, shop.parents)
    count, part = shop.counts[:, week], shop.complete[:, week]
    thinned = 1 + (found.phi - 1) * part  # a part of a negative binomial count, chosen by chance
    dispersion = predictive(found.mean, thinned, found.error)
    return _Week(
        week=week,
        count=count,
        mean=found.mean,
        dispersion=dispersion,
        pvalue=surprise(count, found.mean, dispersion),
        upper=bound(alpha, found.mean, dispersion),
        tier=tier(week - shop.since),
        tested=np.isfinite(found.mean) & (part >= least_complete),
        drift=_drift(shop, found, week) if drifts else None,
    )


def _drift(shop: _Shop, found: Forecast, week: int) -> Drift:
    first = week + 1 - found.past.shape[1]
    seen = shop.complete[:, first : week + 1] > 0
    return drift(shop.counts[:, first : week + 1], found, seen)


def _chosen(seen: _Week, strata: IntArray, q: float, share: float, enough: BoolArray) -> list[tuple[int, Drift | None]]:
    """Slices to raise an alarm for, with their drift when that is the stronger evidence."""
    rows = _discoveries(seen.pvalue, strata, seen.tested, q) & enough
    if seen.drift is None:
        return [(row, None) for row in np.flatnonzero(rows).tolist()]
    drifts = _discoveries(seen.drift.pvalue, strata, seen.tested, q * share) & enough
    drifts &= ~rows | (seen.drift.pvalue < seen.pvalue)
    return [(row, seen.drift if drifts[row] else None) for row in np.flatnonzero(rows | drifts).tolist()]


def _discoveries(pvalue: FloatArray, strata: IntArray, rows: BoolArray, q: float) -> BoolArray:
    """Slices to point at, chosen within each level among ``rows``."""
    chosen = np.zeros(len(pvalue), dtype=np.bool_)
    for stratum in np.unique(strata[rows]):
        members = np.flatnonzero((strata == stratum) & rows)
        chosen[members] = discovered(pvalue[members], q=q)
    return chosen


def _alarm(seen: _Week, row: int, name: str, found: Drift | None) -> Alarm:
    """The alarm of one slice: of a drift when there is one in ``found``, else of the week itself."""
    if found is not None:
        observed, expected, dispersion = found.observed[row], found.expected[row], found.dispersion[row]
        since, pvalue = seen.week + 1 - int(found.weeks[row]), found.pvalue[row]
        upper = bound(_ONCE_IN_200, expected, dispersion)
    else:
        observed, expected, dispersion = seen.count[row], seen.mean[row], seen.dispersion[row]
        since, pvalue, upper = seen.week, seen.pvalue[row], seen.upper[row]
    return Alarm(
        slice=row,
        week=seen.week,
        observed=float(observed),
        expected=float(expected),
        upper=float(upper),
        low=float(max(0.0, observed - quantile(_SURE, expected, dispersion))),
        pvalue=float(pvalue),
        score=float((observed - expected) / max(float(upper) - expected, 1e-9)),
        tier=TIERS[int(seen.tier[row])],
        kind="outbreak" if found is None else "drift",
        since=since,
        last=seen.week,
        open=True,
        name=name,
    )
