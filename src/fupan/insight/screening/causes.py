"""Alarms of one issue type in one week, collapsed to the slices that explain them.

An outbreak in a batch also shows in its product, its supplier and its issue type. What open signals already explain is
taken out first; the rest is localised over the leaves, and an alarm that a cause explains is no signal of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from fupan.insight import compute
from fupan.insight.screening.ground import SHIPPED
from fupan.insight.screening.leaves import Held, Leaves, held
from fupan.insight.screening.tree import Raised, Tree

Where = dict[str, str]
Bools = NDArray[np.bool_]
HALF = 0.5
_DOUBTFUL = 0.01  # an alarm less surprising than that, at shared rates, is not believed
_USUAL = 0.05
_RESTLESS = 1.3  # variance of weekly counts over their mean
_ALMOST_ALL = 0.9
_BETTER = 6.0  # log-likelihood by which another slice must explain a signal better to take its place
_SETTLED = 12  # weeks after which a signal's slice is what it is
_LONGEST = 26  # weeks that a signal is localised over


@dataclass
class Live:
    """An open signal: its slice, since which week (place), and whether this week shows it still."""

    where: Where
    since: int
    stirs: bool = False
    kind: str = "outbreak"
    pvalue: float = 1.0
    moved: Where | None = None  # a slice that explains it better
    causes: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Noticed:
    """A new cause."""

    where: Where
    kind: str
    since: int
    pvalue: float
    low: float
    causes: list[dict[str, Any]]
    external: bool


class Explanation:
    """One issue type in one week."""

    def __init__(self, tree: Tree, leaves: Leaves, week: int, alarms: Sequence[Raised], live: Sequence[Live]) -> None:
        self.leaves, self.week = leaves, week
        self.issue = alarms[0].issue if alarms else live[0].where["issue_type"]
        drifts = [alarm.since for alarm in alarms if alarm.kind == "drift"]
        first = max(min([week, *drifts, *(one.since for one in live)]), week + 1 - _LONGEST, 0)
        self.short = self._held(tree, [week])
        self.long = self._held(tree, range(first, week + 1)) if first < week else self.short
        self.noticed: list[Noticed] = []
        self.alarms = [alarm for alarm in alarms if self._believed(alarm)]
        for one in sorted(live, key=lambda one: -self._excess(self.long, one.where)):
            self._go_on(one)
        self._find()

    def _held(self, tree: Tree, window: Sequence[int]) -> Held:
        return held(self.leaves, self.issue, window, tree.due(self.issue, window))

    def _look(self, alarm: Raised) -> Held:
        return self.long if alarm.kind == "drift" else self.short

    def _excess(self, look: Held, where: Where) -> float:
        seen, due = look.figures(self.leaves.rows(where))
        return seen - due

    def _believed(self, alarm: Raised) -> bool:
        return _surprise(*self._look(alarm).figures(self.leaves.rows(alarm.where))) < _DOUBTFUL

    def _share(self, look: Held, alarm: Where, by: Where) -> float:
        """The part of an alarm's excess that lies in another slice."""
        rows = self.leaves.rows(alarm)
        seen, due = look.figures(rows)
        inside, usual = look.figures(rows & self.leaves.rows(by))
        return (inside - usual) / (seen - due) if seen > due else 0.0

    def _go_on(self, one: Live) -> None:
        """An open signal explains what it can, before anything new is said."""
        mine = [alarm for alarm in self.alarms if self._share(self._look(alarm), alarm.where, one.where) >= HALF]
        rows = self.leaves.rows(one.where)
        one.stirs = bool(mine) or _surprise(*self.short.figures(rows)) < _DOUBTFUL
        if not one.stirs:
            return
        one.pvalue = min((alarm.pvalue for alarm in mine), default=1.0)
        one.kind = "drift" if mine and all(alarm.kind == "drift" for alarm in mine) else "outbreak"
        others = [*self._causes(self.long), *_wider(one.where)] if self.week - one.since <= _SETTLED else []
        better = [cause for cause in others if self._replaces(cause, one.where)]
        if better:
            one.moved = max(better, key=self._worth)
        one.causes = self._told(self.long, [one.moved or one.where])
        self._settle(one.moved or one.where)

    def _replaces(self, cause: Where, where: Where) -> bool:
        """Whether a slice says better than an open signal's own what is going on."""
        if cause == where:
            return False
        mine, other = self.leaves.rows(where), self.leaves.rows(cause)
        if not (mine & ~other).any():
            return self._alike(mine, other)
        related = self._share(self.long, where, cause) >= HALF or self._share(self.long, cause, where) >= HALF
        if not (other & ~mine).any() and _surprise(*self.long.figures(mine & ~other)) < _USUAL:
            return False  # the rest has risen, too
        return related and self._worth(cause) > self._worth(where) + _BETTER

    def _alike(self, inner: Bools, outer: Bools) -> bool:
        """Whether the rest of a wider slice has risen, too, at least a third as much as the narrower one."""
        seen, due = self.long.figures(outer & ~inner)
        inside, usual = self.long.figures(inner)
        risen = 3 * (seen - due) * usual >= (inside - usual) * due
        return risen and _surprise(seen, due) < _DOUBTFUL

    def _worth(self, where: Where) -> float:
        return _evidence(*self.long.figures(self.leaves.rows(where)))

    def _settle(self, where: Where) -> None:
        """From here on, this slice's excess is expected; alarms that it explains are done."""
        self.alarms = [
            alarm for alarm in self.alarms if self._share(self._look(alarm), alarm.where, where) < HALF
        ]  # fmt: skip
        rows = self.leaves.rows(where)
        self.short.explained(rows)
        if self.long is not self.short:
            self.long.explained(rows)
        self.alarms = [alarm for alarm in self.alarms if self._believed(alarm)]

    def _find(self) -> None:
        """Causes of the alarms that are left, then those alarms that have none."""
        for look in (self.long, self.short) if self.long is not self.short else (self.short,):
            if not any(self._look(alarm) is look for alarm in self.alarms):
                continue
            for where in self._causes(look):
                mine = [alarm for alarm in self.alarms if self._look(alarm) is look and self._tied(look, alarm, where)]
                if mine:
                    self._notice(where, mine, look, external=False)
        while self.alarms:
            widest = max(self.alarms, key=lambda alarm: (alarm.low, -len(alarm.where)))
            self._notice(widest.where, [widest], self._look(widest), external=len(widest.where) == 1)

    def _tied(self, look: Held, alarm: Raised, where: Where) -> bool:
        return self._share(look, alarm.where, where) >= HALF

    def _notice(self, where: Where, mine: Sequence[Raised], look: Held, *, external: bool) -> None:
        strongest = min(mine, key=lambda alarm: (alarm.kind == "drift", alarm.pvalue))
        self.noticed.append(
            Noticed(
                where, strongest.kind, min(alarm.since for alarm in mine), strongest.pvalue,
                max(alarm.low for alarm in mine), self._told(look, [where]), external,
            )
        )  # fmt: skip
        self.alarms = [alarm for alarm in self.alarms if alarm not in mine]
        self._settle(where)

    def _causes(self, look: Held) -> list[Where]:
        """Slices that explain what is left in a look, sharpened, the strongest first."""
        rows = np.flatnonzero((look.due > 0) | (look.seen > 0))
        if not look.seen.any() or not look.due.any():
            return []
        dims = {name: values[rows] for name, values in self.leaves.dims.items()}
        found = compute.localised(look.seen[rows], look.due[rows], dims, look.past[rows])
        told = [_spoken(cause.slice) for cause in found.causes]
        return [self._sharpened(look, {"issue_type": self.issue} | where) for where in told if all(where.values())]

    def _sharpened(self, look: Held, where: Where) -> Where:
        """One more dimension where nearly all of the excess has the same value, and that explains it better."""
        rows = self.leaves.rows(where)
        best, evidence = where, _evidence(*look.figures(rows))
        seen, due = look.figures(rows)
        for name in ("country", "carrier", "product", "batch"):
            if name in where or (name == "batch" and "product" not in where):
                continue
            column = self.leaves.codes(name)[rows]
            for value in set(column[look.seen[rows] > 0]) - {""}:
                narrower = where | {name: value}
                inside, usual = look.figures(self.leaves.rows(narrower))
                worth = _evidence(inside, usual)
                if inside - usual >= _ALMOST_ALL * (seen - due) and due > usual and worth > evidence:
                    best, evidence = narrower, worth
        return best

    def _told(self, look: Held, wheres: Sequence[Where]) -> list[dict[str, Any]]:
        """Causes as they are kept and shown."""
        whole = float(np.maximum(look.seen.sum() - look.due.sum(), 0.0))
        told = []
        for where in wheres:
            rows = self.leaves.rows(where)
            seen, due, past = (float(part[rows].sum()) for part in (look.seen, look.due, look.past))
            (ratio,), (low,), (high,) = compute.ratios(np.array([seen]), np.array([due]), np.array([past]))
            share = min(1.0, max(0.0, (seen - due) / max(whole, seen - due))) if seen > due else 0.0
            told.append(
                {
                    "slice": where, "observed": seen, "expected": _plain(due, 2), "ratio": _plain(ratio, 3),
                    "low": _plain(low, 3), "high": _plain(high, 3), "share": _plain(share, 3),
                }
            )  # fmt: skip
        return told


def _spoken(where: Mapping[str, str]) -> Where:
    """A slice of leaves as people say it: a batch is a product and its lot."""
    found = dict(where)
    if "batch" in found:
        found["product"], found["batch"] = found["batch"].split("\n")
    if "product" in found:
        found.pop("supplier", None)
    return {name: found[name] for name in SHIPPED if name in found}


def _wider(where: Where) -> list[Where]:
    """The product of a batch."""
    return [{name: value for name, value in where.items() if name != "batch"}] if "batch" in where else []


def _evidence(seen: float, due: float) -> float:
    """The log-likelihood ratio of "more than due"."""
    if seen <= due or seen <= 0:
        return 0.0
    return float(seen * np.log(seen / max(due, 1e-9)) - (seen - due))


def _surprise(seen: float, due: float) -> float:
    """The probability of so many cases, or more, by chance."""
    if seen <= 0:
        return 1.0
    return float(special.betainc(seen, max(due, 1e-9) / (_RESTLESS - 1), 1 - 1 / _RESTLESS))  # negative binomial


def _plain(value: float, digits: int) -> float | None:
    return round(float(value), digits) if np.isfinite(value) else None
