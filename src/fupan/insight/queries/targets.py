"""Targets in force, and whether a number meets them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from fupan.insight.metrics import METRICS
from fupan.insight.models import Target


@dataclass(frozen=True, slots=True)
class Held:
    """A bound in force on some day."""

    metric: str
    bound: float
    slice: str

    def met(self, value: float | None) -> bool | None:
        """None while there is no value."""
        if value is None:
            return None
        return value >= self.bound if METRICS[self.metric].direction > 0 else value <= self.bound


def in_force(workspace_id: int, day: date) -> list[Target]:
    """Every bound that holds on that day; of two for the same number and slice the younger."""
    rows = Target.objects.filter(workspace_id=workspace_id, valid_from__lte=day)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=day)).order_by("valid_from")
    return list({(row.metric, row.slice): row for row in rows if row.metric in METRICS}.values())


def held_on(workspace_id: int, day: date, *, slice_text: str = "") -> dict[str, Held]:
    """Per metric, the bound that holds on that day for this slice ("" is everything)."""
    held = [row for row in in_force(workspace_id, day) if row.slice == slice_text]
    return {row.metric: Held(row.metric, row.bound, row.slice) for row in held}
