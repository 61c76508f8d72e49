from __future__ import annotations

from datetime import datetime

from ninja import Field, Schema

from fupan.core.schemas import Text

PERIOD = r"^20\d\d-(W\d\d|\d\d)$"


class MetricOut(Schema):
    """A metric of the registry: what it is called and means, in both languages."""

    code: str
    name: dict[str, str]
    meaning: dict[str, str]
    unit: str
    direction: int
    dimensions: list[str]


class ComparedOut(Schema):
    """Against an earlier period: ratio minus 1, or the difference for shares and scores."""

    value: float | None
    change: float | None
    low: float | None
    high: float | None
    detectable: bool


class ValueOut(Schema):
    """One metric of one slice; without a value, `reason` says what is missing."""

    slice: dict[str, str]
    value: float | None
    numerator: float | None
    denominator: float | None
    low: float | None
    high: float | None
    reason: str | None
    comparisons: dict[str, ComparedOut | None]
    trend: list[float | None]


class ValuesOut(Schema):
    metric: str
    period: str
    values: list[ValueOut]


class CauseOut(Schema):
    """A slice that explains a signal; `share` is its part of the excess, `low` and `high` bound the ratio."""

    slice: dict[str, str]
    observed: float
    expected: float | None
    ratio: float | None
    low: float | None
    high: float | None
    share: float | None


class SignalOut(Schema):
    """Something noticed; figures are those of `week`, the newest with an alarm. `metric` says what is counted."""

    id: int
    kind: str
    state: str
    metric: str
    slice: dict[str, str]
    since: str
    week: str
    observed: float
    expected: float
    upper: float
    excess: float
    pvalue: float
    causes: list[CauseOut]
    external: bool
    cost_week: float | None
    opened_at: datetime


class AskedSignals(Schema):
    """`state`: open, snoozed, dismissed or closed (empty: all); `week`: those with an alarm in that ISO week."""

    state: str = Field("", pattern="^(open|snoozed|dismissed|closed)?$")
    week: str = Field("", pattern=r"^(20\d\d-W\d\d)?$")
    cursor: Text = Field("", max_length=100)
    limit: int = Field(100, ge=1, le=500)


class Asked(Schema):
    """`period` is an ISO week (2026-W46) or a month (2026-11); `by` cuts, `where` narrows (country=DE&carrier=DHL)."""

    period: str = Field(pattern=PERIOD)
    by: list[Text] = Field(default_factory=list, max_length=2)
    where: Text = Field("", max_length=300)
