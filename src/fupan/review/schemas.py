from __future__ import annotations

from datetime import datetime

from ninja import Field, Schema

from fupan.core.schemas import Text


class RootCauseOut(Schema):
    """A confirmed cause: the last why of its branch, its class, and who owns it."""

    why: str
    cause: str
    liable: str
    department: str | None


class OutcomeOut(Schema):
    """The strongest verdict of a round; `change` is relative to what was to be expected without the action."""

    verdict: str
    change: float | None
    low: float | None
    high: float | None
    prevented: float | None


class ProblemOut(Schema):
    """What lies behind many cases. `outcome` is that of the newest round with a verdict."""

    number: int
    title: str
    state: str
    metric: str
    slice: dict[str, str]
    round: int
    owner: str | None
    origin: str
    signal: int | None
    selection_weeks: list[str]
    reason: str
    opened_at: datetime
    closed_at: datetime | None
    causes: list[RootCauseOut]
    outcome: OutcomeOut | None


class AskedProblems(Schema):
    """`state`: under_way (open, analysing, acting or verifying), one of these, solved or accepted (empty: all)."""

    state: str = Field("", pattern="^(under_way|open|analysing|acting|verifying|solved|accepted)?$")
    cursor: Text = Field("", max_length=100)
    limit: int = Field(100, ge=1, le=500)
