"""The numbers of a slice: its weeks beside the rest, what is above expectation, what it cost."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fupan.core import weeks
from fupan.core.weeks import Period
from fupan.insight import compute
from fupan.insight.facts import FactsView
from fupan.insight.metrics import METRICS, Metric
from fupan.insight.models import Signal
from fupan.insight.policies import facts_seen_by, money_metrics
from fupan.insight.queries.measure import measure, number, trend
from fupan.insight.queries.parts import Made, made
from fupan.insight.queries.scope import Scope, below, narrowed, scope_of
from fupan.insight.queries.screens import newest_week
from fupan.insight.shapes import DIMENSIONS
from fupan.intake.models import Coverage
from fupan.people.models import Member
from fupan.people.policies import may

Floats = NDArray[np.float64]
Where = Mapping[str, str]
Asked = tuple[tuple[str, tuple[str, ...]], ...]
LENGTH = 26
SPARK = 12
RECENT = 8  # weeks that count where nobody said since when
LEAST_BEFORE = 4  # weeks of its own past that a slice is held against
FINEST = ("batch", "carrier", "country", "fulfilment", "shop", "supplier", "product", "line", "platform")
COUNTED = "incident_rate"


def readable(one: Where) -> dict[str, str]:
    """As the facts are asked: a condition on nothing is the empty word."""
    return {name: "" if value == "none" else value for name, value in one.items()}


def counts_cases(code: str) -> bool:
    """Whether a number is cases over exposure, so that its weeks can be counted."""
    return code in METRICS and METRICS[code].kind == "rate"


@dataclass(frozen=True)
class Weekly:
    """A slice week by week, oldest first; NaN where nothing had arrived."""

    weeks: list[int]
    counts: Floats
    units: Floats  # 0 where no orders are covered

    def since(self, week: int) -> Weekly:
        kept = [place for place, one in enumerate(self.weeks) if one >= week]
        return Weekly([self.weeks[place] for place in kept], self.counts[kept], self.units[kept])

    def before(self, week: int) -> Weekly:
        kept = [place for place, one in enumerate(self.weeks) if one < week]
        return Weekly([self.weeks[place] for place in kept], self.counts[kept], self.units[kept])

    @property
    def cases(self) -> float:
        return float(np.nansum(self.counts))

    @property
    def exposure(self) -> float:
        return float(self.units.sum())

    def values(self) -> list[float | None]:
        return [number(value) for value in self.counts]


@dataclass(frozen=True)
class Counted:
    """A slice beside the rest of its kind, and what its cases cost each week (NaN: an exchange rate is missing)."""

    mine: Weekly
    rest: Weekly | None
    cost: Floats


def counted(member: Member, where: Where, code: str, *, last: int, length: int = LENGTH) -> Counted:
    """Cases of a slice and the shipments they could come from, up to the week `last`; the same of the rest beside it.

    Asked once for these facts: a page that is looked at again, or redrawn after a decision, costs nothing.
    """
    view, beside = facts_seen_by(member), rest_of(where)
    outer = narrowed(view.workspace_id, _known(METRICS[code], readable(beside[1] if beside else where)))
    asked = tuple((name, tuple(values)) for name, values in sorted(outer.items()))
    key = (beside[0], readable(where)[beside[0]]) if beside else None
    return _counted(view, asked, key, code, last, length, _mark(view))


def _mark(view: FactsView) -> str:
    """What the answer depends on: the files of facts, and which orders have arrived."""
    files = {table: sorted(files.items()) for table, files in view.manifest().items()}
    arrived = Coverage.objects.filter(workspace_id=view.workspace_id).order_by("pk")
    told = [files, list(arrived.values_list("pk", "shop_id", "source", "first_day", "last_day"))]
    return sha256(json.dumps(told, default=str).encode()).hexdigest()


@lru_cache(maxsize=512)
def _counted(
    view: FactsView, asked: Asked, key: tuple[str, str] | None, code: str, last: int, length: int, mark: str
) -> Counted:
    by = (key[0],) if key else ()
    scope = scope_of(view, weeks.week_period(last), by=by)
    scope.where = {name: list(values) for name, values in asked}
    scope.length, scope.year = length, False
    one = METRICS[code]
    cases, rate, cost = made(scope, [replace(one, code="cases", kind="count"), one, METRICS["refund_cost"]])
    chosen = (key[1],) if key else ()
    mine = _weekly(scope, _row(cases, chosen), np.where(rate.valid, _row(rate, chosen, part="bottom"), 0.0))
    unknown = _row(cost, chosen, part="bottom") > 0
    whole = _weekly(scope, cases.parts.top.sum(axis=0), np.where(rate.valid, rate.parts.bottom.sum(axis=0), 0.0))
    paid = np.where(unknown, np.nan, _row(cost, chosen))
    return Counted(mine, without(whole, mine) if key else None, paid)


def _row(found: Made, key: tuple[str, ...], *, part: str = "top") -> Floats:
    """One slice of what was made; zeros where nothing happened there."""
    table: Floats = getattr(found.parts, part)
    if key not in found.keys:
        return np.zeros(table.shape[1])
    return np.asarray(table[found.keys.index(key)], dtype=np.float64)


def _weekly(scope: Scope, counts: Floats, units: Floats) -> Weekly:
    return Weekly(scope.trend, np.where(scope.known, counts, np.nan), units)


def _known(one: Metric, where: Where) -> dict[str, str]:
    return {name: value for name, value in where.items() if name in DIMENSIONS[one.table]}


def values(member: Member, where: Where, code: str, *, last: int, length: int = LENGTH) -> list[float | None]:
    """The same of a number that is no count of cases: its value each week."""
    _labels, found = trend(
        facts_seen_by(member),
        code,
        weeks.week_period(last),
        length=length,
        where=_known(METRICS[code], readable(where)),
    )
    return found.trend


def rest_of(where: Where) -> tuple[str, dict[str, str]] | None:
    """What a slice is compared with: the same without its finest condition; which one that is."""
    for name in FINEST:
        if name in where and len(where) > 1:
            return name, {other: value for other, value in where.items() if other != name}
    return None


def without(whole: Weekly, part: Weekly) -> Weekly:
    """The rest of a slice."""
    return Weekly(
        whole.weeks, np.maximum(whole.counts - part.counts, 0), np.maximum(whole.units - part.units, 0.0)
    )  # fmt: skip


# Above expectation


@dataclass(frozen=True, slots=True)
class Excess:
    """Cases above what was to be expected since a week, with a 95 % interval."""

    observed: float
    expected: float
    value: float
    low: float
    high: float
    weeks: int
    against: str  # band | past | rest


def excess(signal: Signal | None, mine: Weekly, rest: Weekly | None, since: int) -> Excess | None:
    """Against the band of its signal, else its own past, else the rest beside it; None where there is neither."""
    now = mine.since(since)
    if signal is not None and signal.band:
        return _by_band(signal, now)
    past, against = mine.before(since), "past"
    if (np.isfinite(past.counts) & (past.units > 0)).sum() < LEAST_BEFORE:
        past, against = (rest.since(since), "rest") if rest is not None else (past, against)
    if past.exposure <= 0 or now.exposure <= 0 or past.cases <= 0:
        return None
    covered = Weekly(now.weeks, np.where(now.units > 0, now.counts, 0.0), now.units)
    before = Weekly(past.weeks, np.where(past.units > 0, past.counts, 0.0), past.units)
    return _by_rate(covered, before, against)


def _by_band(signal: Signal, now: Weekly) -> Excess | None:
    told = [entry for entry in signal.band if entry["week"] in now.weeks and entry.get("expected") is not None]
    if not told:
        return None
    seen = {entry["week"] for entry in told}
    observed = float(sum(count for week, count in zip(now.weeks, now.counts, strict=True) if week in seen))
    if not isfinite(observed):
        return None
    expected = float(sum(entry["expected"] for entry in told))
    low, high = compute.own_interval("rate", _parts(observed, 1.0))
    return Excess(observed, expected, observed - expected, low[0] - expected, high[0] - expected, len(told), "band")


def _by_rate(now: Weekly, before: Weekly, against: str) -> Excess | None:
    (changed,) = compute.changes(
        [compute.Pair("rate", _parts(now.cases, now.exposure), _parts(before.cases, before.exposure), np.ones(1))]
    )
    ratio, low, high = (1 + float(one[0]) for one in (changed.change, changed.low, changed.high))
    if not all(isfinite(one) and one > 0 for one in (ratio, low, high)):
        return None
    expected = now.cases / ratio
    ends = (now.cases * (1 - 1 / low), now.cases * (1 - 1 / high))
    return Excess(now.cases, expected, now.cases - expected, *ends, len(now.weeks), against)


def _parts(k: float, n: float) -> compute.Parts:
    return compute.Parts(np.array([k]), np.array([n]))


def rate_span(cases: float, units: float) -> tuple[float, float] | None:
    if units <= 0:
        return None
    low, high = compute.own_interval("rate", _parts(cases, units))
    return float(low[0]), float(high[0])


# Money


def spent(found: Counted, since: int) -> float | None:
    """What cases of the slice cost since a week, in the workspace's currency; None when an exchange rate is missing."""
    paid = [cost for week, cost in zip(found.mine.weeks, found.cost, strict=True) if week >= since]
    total = float(np.sum(paid)) if paid else 0.0
    return total if isfinite(total) else None


# Sparks of a list


def sparks(member: Member, slices: Sequence[Where], *, last: int | None = None) -> list[list[float | None]]:
    """Weekly cases of many slices, by one question to the facts."""
    if not slices:
        return []
    one = METRICS[COUNTED]
    asked = [_known(one, readable(where)) for where in slices]
    by = tuple(sorted({name for where in asked for name in where}))
    period = weeks.week_period(last or newest_week(member.workspace_id))
    scope: Scope = scope_of(facts_seen_by(member), period, by=by, where={})
    scope.length, scope.year = SPARK, False
    cube = scope.add_up(replace(scope.question(one), measures={"cases": one.numerator}))
    table, keys = cube.over_shops("cases"), cube.keys
    return [_spark(member, by, keys, table, where, scope.known) for where in asked]


def _spark(
    member: Member, by: tuple[str, ...], keys: list[Any], table: Floats, where: Where, known: NDArray[np.bool_]
) -> list[float | None]:
    allowed = {name: {value} for name, value in where.items()}
    if "issue_type" in allowed:
        allowed["issue_type"] = below(member.workspace_id, [where["issue_type"]])
    places = [(by.index(name), values_) for name, values_ in allowed.items()]
    rows = [row for row, key in enumerate(keys) if all(key[place] in values_ for place, values_ in places)]
    total = table[rows].sum(axis=0) if rows else np.zeros(SPARK)
    return [number(value) if there else None for value, there in zip(total, known, strict=True)]


# A number as evidence


def measured_as_evidence(member: Member, code: str, where: Where, period: Period | None) -> dict[str, Any] | None:
    """A number of a slice as it stands now; None where it has no value, or is not for this reader."""
    one = METRICS.get(code)
    if one is None or (code in money_metrics() and not may(member, "see_money")):
        return None
    period = period or weeks.week_period(newest_week(member.workspace_id))
    found = measure(
        facts_seen_by(member), [code], period, where=_known(one, readable(where)), compare=("previous",), length=2
    )
    if not found or found[0].value is None:
        return None
    told = found[0]
    return {
        "period": period.label, "k": told.numerator, "n": told.denominator, "value": told.value, "low": told.low,
        "high": told.high,
    }  # fmt: skip
