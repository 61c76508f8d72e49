from __future__ import annotations

from datetime import date, datetime

from ninja import Field, Schema

from fupan.core.schemas import DAY, Id, Paging, Text


class ActionVerdictOut(Schema):
    """What the newest look at its effect says; `final` when it is the verdict. Changes are relative."""

    verdict: str | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    prevented: float | None = None
    weeks_after: int | None = None
    planned_weeks: int | None = None
    final: bool = False


class ActionOut(Schema):
    """An action: who does what by when, and the change of which number of which slice it aims at."""

    number: int
    type: str
    title: str
    detail: str
    state: str
    owner: int = Field(alias="owner_id", description="the member's id")
    owner_name: str
    department: str | None = Field(None, description="its code")
    deadline: date
    overdue: bool
    metric: str
    slice: dict[str, str]
    change: float
    window: int
    weeks_needed: int | None
    problem: int | None = Field(None, description="its number")
    blocked: str
    carried_on: date | None
    proofs: int
    verdict: ActionVerdictOut
    created_at: datetime


class ActionFilter(Paging):
    """`state`: todo, doing, done, verified or dropped; `overdue=1`: only those; `problem`: its number."""

    state: Text = Field("", pattern="^(todo|doing|done|verified|dropped)?$")
    type: Text = Field("", max_length=10)
    problem: int | None = Field(None, ge=1, le=2**31 - 1)
    owner: Id | None = None
    overdue: bool = False


class ActionIn(Schema):
    """A new action. `change` is relative (-0.3 is 30 % fewer), `window` the weeks until the verdict, `slice` at least
    one condition. What is too vague is refused with `not-smart` and a sentence for each field in `errors`."""

    type: Text = Field(max_length=10)
    title: Text = Field(max_length=160)
    detail: Text = Field("", max_length=4000)
    owner: Id = Field(description="the member's id")
    department: Text = Field("", max_length=40, description="its code; empty: the owner's")
    deadline: Text = Field(pattern=DAY.replace("?$", "$"))
    metric: Text = Field(max_length=40)
    slice: dict[Text, Text]
    change: float = Field(gt=-10, lt=10)
    window: int = Field(8, ge=0, le=1000)
    problem: int | None = Field(None, ge=1, le=2**31 - 1, description="its number")
