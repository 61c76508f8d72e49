"""Targets that a week missed for certain: the whole interval of the number lies on the wrong side of the bound."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from fupan.core import weeks
from fupan.core.slices import Slice
from fupan.insight import compute
from fupan.insight.calendar import Calendar
from fupan.insight.facts import Reading
from fupan.insight.metrics import METRICS
from fupan.insight.models import Target
from fupan.insight.queries.measure import Measured, measured
from fupan.insight.queries.scope import Scope, narrowed
from fupan.insight.queries.targets import in_force
from fupan.insight.shapes import DIMENSIONS
from fupan.people.models import Workspace

LENGTH = 26  # weeks of the band


@dataclass(frozen=True)
class Breach:
    """A number on the wrong side of its bound."""

    metric: str
    slice: str
    bound: float
    value: float
    low: float
    high: float
    band: list[dict[str, Any]]

    def figures(self) -> dict[str, Any]:
        """As a signal keeps them: the bound is what was expected; excess is how far the number lies beyond it."""
        far, reach = _beyond(self)
        return {
            "observed": self.value, "expected": self.bound, "upper": self.bound,
            "excess": round(self.value - self.bound, 6), "pvalue": compute.chance_of(far, reach),
            "score": round(far / reach, 3) if reach > 0 else 0.0, "causes": [], "band": self.band,
        }  # fmt: skip


def _beyond(breach: Breach) -> tuple[float, float]:
    """How far the value lies beyond the bound, and the half of its interval on that side."""
    far = breach.value - breach.bound
    return (far, breach.value - breach.low) if far > 0 else (-far, breach.high - breach.value)


def missed(workspace: Workspace, reading: Reading, week: int) -> list[Breach]:
    """Targets in force at the end of the week that its numbers miss for certain."""
    by_slice: defaultdict[str, list[Target]] = defaultdict(list)
    for target in in_force(workspace.pk, weeks.week_period(week).end):
        where = Slice.parse(target.slice).as_dict()
        if set(where) <= set(DIMENSIONS[METRICS[target.metric].table]):
            by_slice[target.slice].append(target)
    found: list[Breach] = []
    for text, targets in sorted(by_slice.items()):
        found += _of_slice(workspace, reading, week, text, targets)
    return found


def _of_slice(workspace: Workspace, reading: Reading, week: int, text: str, targets: list[Target]) -> list[Breach]:
    where = narrowed(workspace.pk, Slice.parse(text).as_dict())
    scope = Scope(reading, Calendar("week"), week, where=where, length=LENGTH, year=False)
    bounds = {target.metric: target.bound for target in targets}
    values = measured(scope, [METRICS[code] for code in bounds], compare=())
    found = [_breach(one, bounds[one.metric.code], text, scope.trend) for one in values]
    return [one for one in found if one is not None]


def _breach(one: Measured, bound: float, text: str, buckets: list[int]) -> Breach | None:
    if one.value is None or one.low is None or one.high is None:
        return None
    wrong = one.low > bound if one.metric.direction < 0 else one.high < bound
    if not wrong or one.metric.direction == 0:
        return None
    drawn = [
        {"week": week, "observed": value, "expected": bound, "upper": None, "alarm": _off(one, value, bound)}
        for week, value in zip(buckets, one.trend, strict=True)
    ]
    return Breach(one.metric.code, text, bound, one.value, one.low, one.high, drawn)


def _off(one: Measured, value: float | None, bound: float) -> bool:
    return value is not None and (value - bound) * one.metric.direction < 0
