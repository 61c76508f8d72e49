"""What a look sees: the series of a design up to a week, judged, with all that its picture draws."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np

from fupan.action.models import Action, ActionState
from fupan.core import weeks
from fupan.core.slices import Slice
from fupan.insight.facts import FactsView, Reading
from fupan.insight.policies import facts_of
from fupan.insight.queries import series
from fupan.insight.queries.series import Cohorts, Weekly
from fupan.insight.queries.signals import newest_whole_week
from fupan.intake.models import Coverage
from fupan.verification import compute
from fupan.verification.compute import Verdict
from fupan.verification.design import Design
from fupan.verification.models import Check, Clock
from fupan.verification.queries.planning import fresh_batches

OVERLAP = 0.2  # of the slice's cases in which another action may have a hand
CONCENTRATED = 0.6  # of the drop in one country
Where = dict[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """One look: the week it knew, how many weeks it judged, the verdict, what the page draws."""

    week: int
    weeks_after: int
    verdict: Verdict
    numbers: dict[str, Any]


class Material:
    """Everything that looks of one check at these facts share."""

    def __init__(self, check: Check, view: FactsView | None = None) -> None:
        self.check, self.design, self.workspace = check, Design.of(check.design), check.workspace
        self.view = view or facts_of(check.workspace)

    @cached_property
    def newest(self) -> int | None:
        """The newest whole week of the calendar."""
        return newest_whole_week(self.workspace)

    @cached_property
    def reading(self) -> Reading:
        return self.view.read()

    @cached_property
    def mark(self) -> str:
        """A fingerprint of the facts behind a look."""
        parts = [
            {table: sorted(files.items()) for table, files in self.reading.files.items()},
            list(Coverage.objects.filter(workspace=self.workspace).order_by("pk").values_list(
                "pk", "shop_id", "source", "first_day", "last_day")),
        ]  # fmt: skip
        return sha256(json.dumps(parts, default=str).encode()).hexdigest()

    @cached_property
    def _source(self) -> series.Source:
        assert self.newest is not None
        kind = Clock.CONTACT if self.design.clock == Clock.CONTACT else Clock.ORDER
        narrower = [self.design.where, {"country": ""}, *(where for _action, where in self._others)]
        return series.source(self.reading, self.design.metric, kind, self.newest, narrower, age=self.design.age)

    @cached_property
    def weekly(self) -> Weekly:
        """The treated slice in row 0, its controls below."""
        slices = [self.design.where, *(Slice.parse(text).as_dict() for text in self.design.controls)]
        found = series.gathered(self._source, slices)
        if self.design.clock == Clock.BATCH and isinstance(self._source, Cohorts):
            fresh = fresh_batches(self.workspace.pk, self.design)
            found.counts[0], found.exposure[0] = self._source.renewed(self.design.where, fresh, self.design.action_week)
        return found

    @cached_property
    def cost(self) -> float | None:
        assert self.newest is not None
        if not series.by_order(self.design.metric):
            return None  # what a late reply costs, nobody knows
        found = series.cost_of_one(self.reading, self.design.metric, self.design.where, self.newest)
        return None if found is None else float(found)

    def weeks_due(self) -> list[int]:
        """Calendar weeks at whose end something can be said, oldest first."""
        if self.newest is None:
            return []
        first = weeks.shift(self.design.action_week, self.design.delay + self.design.lag + 1)
        return weeks.between(first, self.newest) if first <= self.newest else []

    def look(self, week: int) -> Seen | None:
        """What can be said at the end of a calendar week; None while there is nothing after the action."""
        design = self.design
        known = self.weekly.until(weeks.shift(week, -design.lag))
        plan = compute.plan_of(design, known.weeks)
        if plan is None or not len(plan.after(len(known.weeks))):
            return None
        overlaps = self._overlaps(known)
        verdict = compute.judged(
            plan, known.counts, known.exposure, seed=self.check.design_hash,
            overlapping=any(one["share"] > OVERLAP for one in overlaps), cost=self.cost,
            currency=self.workspace.currency,
        )  # fmt: skip
        after = plan.after(len(known.weeks))
        drawn = compute.pictured(plan, known.counts, known.exposure, verdict)
        for control, text in zip(drawn["controls"], design.controls, strict=True):
            control["slice"] = text
        numbers = {
            "verdict": compute.plain(verdict), "weeks": known.weeks, "action": plan.action_week,
            "first": int(after[0]), "selection": list(plan.selection_weeks), "overlaps": overlaps,
            "concentration": self._concentration(known, plan.baseline_weeks, after, verdict), **drawn,
        }  # fmt: skip
        return Seen(week, len(after), verdict, numbers)

    # other hands in it

    @cached_property
    def _others(self) -> list[tuple[Action, Where]]:
        """Other actions of the same time whose slice crosses this one."""
        first, _last = self.design.baseline
        rows = Action.objects.filter(workspace=self.workspace, carried_on__gte=weeks.monday(first))
        rows = rows.exclude(pk=self.check.action_id).exclude(state=ActionState.DROPPED).order_by("pk")
        pairs = [(one, Slice.parse(one.slice).as_dict()) for one in rows]
        return [pair for pair in pairs if not series.disjoint(self.design.where, pair[1])]

    def _overlaps(self, known: Weekly) -> list[dict[str, Any]]:
        """By how much of the slice's cases another action, too, may have changed something."""
        told = []
        for action, where in self._others:
            assert action.carried_on is not None
            week = weeks.week_of_day(action.carried_on)
            if week > known.weeks[-1]:
                continue
            both, _units = self._source.series({**self.design.where, **where})
            mine, total = both[: len(known.weeks)].sum(), known.counts[0].sum()
            share = float(mine / total) if total else 0.0
            if share > 0:
                told.append({"action": action.number, "week": week, "share": min(1.0, share)})
        return told

    def _concentration(
        self, known: Weekly, base: tuple[int, ...], after: Any, verdict: Verdict
    ) -> dict[str, Any] | None:
        """The country most of the drop comes from, when it is most of it."""
        if "country" in self.design.where or not verdict.prevented > 0:
            return None
        drops = {}
        for (country,), _cases in self._source.volumes(("country",), known.weeks[-1]):
            counts, units = self._source.series({**self.design.where, "country": country})
            rate = counts[list(base)].sum() / max(units[list(base)].sum(), 1e-9)
            drops[country] = float(rate * units[after].sum() - counts[after].sum())
        total = sum(drops.values())
        if len(drops) < 2 or total <= 0:
            return None
        country, most = max(drops.items(), key=lambda one: one[1])
        share = min(1.0, most / total)
        return {"country": country, "share": share} if share >= CONCENTRATED and np.isfinite(share) else None
