from __future__ import annotations

from datetime import date, datetime

from ninja import Field, Schema

from fupan.core.schemas import Text


class AskedVerdicts(Schema):
    """`state`: decided, collecting or stopped (empty: all)."""

    state: str = Field("", pattern="^(decided|collecting|stopped)?$")
    cursor: Text = Field("", max_length=100)
    limit: int = Field(100, ge=1, le=500)


class VerdictOut(Schema):
    """The check of one action and what it says; figures only once a verdict is in."""

    id: int
    action: str
    title: str
    type: str
    problem: str | None
    slice: dict[str, str]
    metric: str
    state: str
    clock: str
    carried_on: date
    carried_out: str | None
    due_week: str
    planned_weeks: int
    weeks_after: int
    verdict: str | None
    change: float | None
    low: float | None
    high: float | None
    prevented: float | None
    prevented_low: float | None
    prevented_high: float | None
    money: float | None
    weeks_needed: int | None
    warnings: list[str]
    explanation: str
    design_hash: str
    decided_at: datetime | None
