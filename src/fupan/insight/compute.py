"""The door to the engine: sums of two periods in, changes with intervals out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from fupan.engine import compare, localize, outbreak, ranking, topics
from fupan.engine.localize import Localization
from fupan.engine.outbreak import Alarm
from fupan.engine.outbreak import Outbreaks as Outbreaks
from fupan.engine.ranking import Ranked
from fupan.engine.topics import Topic as Topic
from fupan.insight.metrics.kinds import Kind
from fupan.insight.shapes import BIN_EDGES

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.int64]
_Z95 = 1.959964


@dataclass(frozen=True)
class Parts:
    """What a value is made of, one row per slice: (slices, buckets), or (slices,) once cut to one bucket.

    top        what is counted
    bottom     what it is divided by; of counts the number of buckets, of money the amounts without a rate
    squares    squares of what `top` sums, for means and money
    bins       of quantiles, with one more axis
    exposure   units behind money
    """

    top: Floats
    bottom: Floats
    squares: Floats | None = None
    bins: Floats | None = None
    exposure: Floats | None = None

    def at(self, bucket: int) -> Parts:
        return self._cut(lambda part: part[:, bucket])

    def over(self, buckets: list[int]) -> Parts:
        """Several buckets pooled into one."""
        return self._cut(lambda part: part[:, buckets].sum(axis=1))

    def until(self, bucket: int) -> Parts:
        """The buckets before that one."""
        return self._cut(lambda part: part[:, :bucket])

    def _cut(self, cut: Callable[[Floats], Floats]) -> Parts:
        def maybe(part: Floats | None) -> Floats | None:
            return None if part is None else cut(part)

        return Parts(cut(self.top), cut(self.bottom), maybe(self.squares), maybe(self.bins), maybe(self.exposure))


@dataclass(frozen=True)
class Changed:
    """How each slice moved: ratios minus 1, or differences for shares and means. NaN where nothing can be said."""

    change: Floats
    low: Floats
    high: Floats
    detectable: Bools


def values(kind: Kind, parts: Parts, *, quantile: float = 0.5) -> Floats:
    """The values themselves; NaN where there is nothing to divide by."""
    if kind == "count":
        return parts.top
    if kind == "money":
        return np.where(parts.bottom > 0, np.nan, parts.top)  # an amount without a rate: no sum
    if kind == "quantile":
        return _quantiles(parts, quantile)
    known = parts.bottom > 0
    return np.where(known, parts.top / np.where(known, parts.bottom, 1.0), np.nan)


def _quantiles(parts: Parts, q: float) -> Floats:
    assert parts.bins is not None
    flat = parts.bins.reshape(-1, parts.bins.shape[-1])
    found = [compare.quantile(row, BIN_EDGES, q).value if row.sum() else np.nan for row in flat]
    return np.array(found, dtype=np.float64).reshape(parts.bins.shape[:-1])


@dataclass(frozen=True)
class Pair:
    """Two periods of one metric to compare, slice by slice; `unrest` is the dispersion of each slice's counts."""

    kind: Kind
    now: Parts
    before: Parts
    unrest: Floats
    quantile: float = 0.5


def changes(pairs: Sequence[Pair]) -> list[Changed]:
    """Compare many pairs at once: the intervals of ratios and of shares each take one call, whatever their number."""
    found: dict[int, Changed] = {}
    for kinds, together in ((("count", "rate", "money"), _ratios), (("share", "repeat"), _differences)):
        places = [place for place, pair in enumerate(pairs) if pair.kind in kinds]
        if places:
            found |= dict(zip(places, together([pairs[place] for place in places]), strict=True))
    for place, pair in enumerate(pairs):
        if pair.kind == "mean":
            found[place] = _means(pair.now, pair.before)
        elif pair.kind == "quantile":
            found[place] = _quantile_changes(pair.now, pair.before, pair.quantile)
        elif pair.kind == "spread":
            found[place] = _unknown(len(pair.now.top))
    return [found[place] for place in range(len(pairs))]


def _ratios(pairs: Sequence[Pair]) -> list[Changed]:
    columns = [_cost_per_unit(pair) if pair.kind == "money" else _counts(pair) for pair in pairs]
    k1, n1, k0, n0 = (np.concatenate(column) for column in zip(*columns, strict=True))
    found = compare.rates_many(k1, n1, k0, n0, dispersion=np.concatenate([pair.unrest for pair in pairs]))
    every = _cleaned(found.change, found.low - 1, found.high - 1, found.detectable)
    return _apart(every, pairs)


def _differences(pairs: Sequence[Pair]) -> list[Changed]:
    k1, n1, k0, n0 = (np.concatenate(column) for column in zip(*map(_counts, pairs), strict=True))
    found = compare.shares_many(k1, n1, k0, n0, dispersion=np.concatenate([pair.unrest for pair in pairs]))
    return _apart(_cleaned(found.difference, found.low, found.high, found.detectable), pairs)


def _apart(every: Changed, pairs: Sequence[Pair]) -> list[Changed]:
    ends = np.cumsum([len(pair.now.top) for pair in pairs])[:-1]
    columns = (np.split(column, ends) for column in (every.change, every.low, every.high, every.detectable))
    return [Changed(*parts) for parts in zip(*columns, strict=True)]


def _counts(pair: Pair) -> tuple[Floats, Floats, Floats, Floats]:
    return pair.now.top, pair.now.bottom, pair.before.top, pair.before.bottom


def _cost_per_unit(pair: Pair) -> tuple[Floats, Floats, Floats, Floats]:
    """A sum of unequal amounts says as much as so many equal ones, and is compared as such."""
    now, before = pair.now, pair.before
    assert now.exposure is not None
    assert before.exposure is not None
    known = (now.bottom == 0) & (before.bottom == 0)  # amounts without a rate make no sum
    k1, k0 = _equal_amounts(now), _equal_amounts(before)
    n1 = now.exposure * np.divide(k1, now.top, out=np.ones_like(k1), where=now.top > 0) * known
    n0 = before.exposure * np.divide(k0, before.top, out=np.ones_like(k0), where=before.top > 0) * known
    return k1, n1, k0, n0


def _unknown(rows: int) -> Changed:
    nothing = np.full(rows, np.nan)
    return Changed(nothing, nothing, nothing, np.zeros(rows, dtype=bool))


def _equal_amounts(parts: Parts) -> Floats:
    assert parts.squares is not None
    return np.divide(parts.top**2, parts.squares, out=np.zeros_like(parts.top), where=parts.squares > 0)


def _means(now: Parts, before: Parts) -> Changed:
    rows = [_mean(now, before, row) for row in range(len(now.top))]
    return _from_rows(rows)


def _mean(now: Parts, before: Parts, row: int) -> tuple[float, float, float, bool]:
    if now.bottom[row] < 1 or before.bottom[row] < 1:
        return (np.nan, np.nan, np.nan, False)
    found = compare.means(*_moments(now, row), *_moments(before, row))
    return (found.difference, found.low, found.high, found.detectable)


def _moments(parts: Parts, row: int) -> tuple[int, float, float]:
    assert parts.squares is not None
    n = float(parts.bottom[row])
    mean = float(parts.top[row]) / n
    spread = max(float(parts.squares[row]) / n - mean**2, 0.0) * n / (n - 1) if n > 1 else 0.0
    return int(n), mean, spread


def _quantile_changes(now: Parts, before: Parts, q: float) -> Changed:
    assert now.bins is not None
    assert before.bins is not None
    rows = []
    for new, old in zip(now.bins, before.bins, strict=True):
        if not new.sum() or not old.sum():
            rows.append((np.nan, np.nan, np.nan, False))
            continue
        found = compare.medians(new, old, BIN_EDGES, q=q)
        rows.append((found.change, found.low - 1, found.high - 1, found.detectable))
    return _from_rows(rows)


def _from_rows(rows: list[tuple[float, float, float, bool]]) -> Changed:
    columns = np.array([row[:3] for row in rows], dtype=np.float64).reshape(-1, 3)
    return _cleaned(columns[:, 0], columns[:, 1], columns[:, 2], np.array([row[3] for row in rows], dtype=bool))


def _cleaned(change: Floats, low: Floats, high: Floats, detectable: Bools) -> Changed:
    """Nothing before, or nothing to divide by, is no change that could be named."""
    known = np.isfinite(change)
    return Changed(np.where(known, change, np.nan), low, high, detectable & known)


def unrest(kind: Kind, weekly: Parts, valid: Bools) -> Floats:
    """Dispersion of each slice's series, shape (slices,); of shares with the binomial's own variance taken out."""
    counts, exposure = weekly.top[:, valid], weekly.bottom[:, valid]
    if counts.shape[1] < 2 or kind in ("quantile", "mean", "spread"):
        return np.ones(len(weekly.top))
    if kind == "money":
        counts, exposure = _equal_amounts(weekly)[:, valid], np.ones_like(counts)
    elif kind in ("share", "repeat"):
        counts, exposure = _binomial(counts, exposure)
    if len(counts) == 1:
        return np.array([compare.dispersion(counts[0], exposure[0])])
    return np.asarray(compare.dispersion_many(counts, exposure), dtype=np.float64)


def _binomial(hits: Floats, trials: Floats) -> tuple[Floats, Floats]:
    """Scale so that a Poisson dispersion of these is the binomial dispersion of those."""
    total = trials.sum(axis=1, keepdims=True)
    share = hits.sum(axis=1, keepdims=True) / np.where(total > 0, total, 1.0)
    rest = np.clip(1 - share, 0.02, 1.0)
    return hits / rest, trials / rest


def own_interval(kind: Kind, parts: Parts, *, quantile: float = 0.5) -> tuple[Floats, Floats]:
    """The 95 % interval of each value itself; NaN where it has none (counts, money)."""
    unknown = np.full(len(parts.top), np.nan)
    if kind == "rate":
        found = compare.rate_interval_many(parts.top, parts.bottom)
        return found.low, found.high
    if kind in ("share", "repeat"):
        found = compare.interval_many(parts.top, parts.bottom)
        return found.low, found.high
    if kind == "quantile":
        assert parts.bins is not None
        pairs = [_quantile_span(row, quantile) for row in parts.bins]
        return np.array([low for low, _high in pairs]), np.array([high for _low, high in pairs])
    return unknown, unknown


def _quantile_span(bins: Floats, q: float) -> tuple[float, float]:
    if not bins.sum():
        return np.nan, np.nan
    found = compare.quantile(bins, BIN_EDGES, q)
    return found.low, found.high


def worst(k: Floats, n: Floats) -> Ranked:
    """Slices by the rate they exceed for certain, small ones drawn to the average."""
    return ranking.worst_rates(k, n)


Said = Sequence[tuple[str, str]]  # (redacted words, who wrote them)


def rising(now: Said, before: Said, weeks_before: Sequence[int]) -> list[Topic]:
    """Topics that more buyers of one issue type write about than before, strongest first; weeks count from 0."""
    return topics.rising(
        [words for words, _buyer in now],
        [words for words, _buyer in before],
        buyers_now=[buyer for _words, buyer in now],
        buyers_before=[buyer for _words, buyer in before],
        weeks_before=weeks_before,
    )


def topic_band(said: Floats, texts: Floats) -> Outbreaks:
    """The outbreak test of a topic in the last week: those who say it, of all who wrote about the issue that week."""
    return outbreak.screen(
        np.stack([texts, said]), [len(said) - 1], exposure=np.stack([np.ones_like(texts), texts]), parents=[-1, 0]
    )


def outbreaks(counts: Floats, units: Floats, week: int, *, q: float, parents: Codes, levels: Codes) -> list[Alarm]:
    """Slices out of line in one week (its 0-based place), none left out for want of budget."""
    return outbreak.detect(counts, [week], exposure=units, q=q, budget=None, parents=parents, levels=levels)


def bands(counts: Floats, units: Floats, at: Sequence[int], parents: Codes) -> Outbreaks:
    """What was to be expected of each slice in each of these weeks."""
    return outbreak.screen(counts, np.asarray(at, dtype=np.int64), exposure=units, parents=parents)


def localised(seen: Floats, due: Floats, dims: Mapping[str, NDArray[np.object_]], history: Floats) -> Localization:
    """The slices of the leaves that explain why more came than was due."""
    return localize.find(seen, due, dims, history=history)


def ratios(seen: Floats, due: Floats, past: Floats) -> tuple[Floats, Floats, Floats]:
    """Seen over due, and its 95 % interval, which knows how many cases the expectation rests on."""
    times = np.divide(due, past, out=np.ones_like(due), where=past > 0)
    found = compare.rates_many(seen, times, past, np.ones_like(past))
    ratio = np.divide(seen, due, out=np.full_like(seen, np.inf), where=due > 0)
    return ratio, found.low, found.high


def chance_of(far: float, reach: float) -> float:
    """How probable a number as far off is by chance, when its 95 % interval reaches so far on that side."""
    return float(special.ndtr(-_Z95 * far / reach)) if reach > 0 else 0.0


def discoveries(pvalues: Floats, q: float) -> Bools:
    """Which of these may be pointed at, so that a share q of them is false at most."""
    return np.asarray(compare.discovered(pvalues, q=q), dtype=bool)
