"""What the board and the table show: the member's actions, narrowed by the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, CharField, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from fupan.action.models import OPEN_STATES, Action, ActionState, ActionType
from fupan.action.policies import actions_seen_by
from fupan.core import clock, weeks
from fupan.people.models import Member, Workspace

RECENT = timedelta(days=30)
ON_BOARD = (ActionState.TO_DO, ActionState.DOING, ActionState.DONE, ActionState.VERIFIED)
SORTS = {
    "number": ("number",), "title": ("title", "number"), "owner": ("owner__user__name", "deadline"),
    "department": ("department__name", "deadline"), "deadline": ("deadline", "number"),
    "target": ("change", "number"), "proofs": ("proof_count", "number"), "weeks": ("weeks_needed", "number"),
}  # fmt: skip


def day_in(workspace: Workspace) -> date:
    """Today, on the workspace's clock."""
    return clock.now().astimezone(weeks.zone(workspace.timezone)).date()


def today_of(member: Member) -> date:
    return day_in(member.workspace)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; nonsense asks for nothing."""

    department: int | None = None
    owner: int | None = None
    type: str = ""
    problem: int | None = None  # its number
    overdue: bool = False
    mine: bool = False
    table: bool = False
    state: str = ""  # of the table
    sort: str = ""
    more: str = ""  # the column of which everything is shown

    @classmethod
    def of(cls, told: Mapping[str, str]) -> Filters:
        type_, state = told.get("type", ""), told.get("state", "")
        sort, more = told.get("sort", ""), told.get("more", "")
        return cls(
            department=_number(told.get("department")), owner=_number(told.get("owner")),
            type=type_ if type_ in ActionType.values else "", problem=_number(told.get("problem")),
            overdue=told.get("overdue") == "1", mine=told.get("mine") == "1", table=told.get("view") == "table",
            state=state if state in ActionState.values else "", sort=sort if sort.lstrip("-") in SORTS else "",
            more=more if more in ON_BOARD else "",
        )  # fmt: skip

    @property
    def narrow(self) -> bool:
        """Whether anything is left out."""
        told = (self.department, self.owner, self.type, self.problem, self.overdue, self.mine, self.state)
        return any(one not in (None, "", False) for one in told)

    @property
    def address(self) -> str:
        """The same filters for a link."""
        told = {
            "department": self.department, "owner": self.owner, "type": self.type, "problem": self.problem,
            "overdue": "1" if self.overdue else "", "mine": "1" if self.mine else "",
            "view": "table" if self.table else "", "state": self.state, "sort": self.sort, "more": self.more,
        }  # fmt: skip
        return urlencode({name: value for name, value in told.items() if value not in (None, "")})


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and text.isascii() and len(text) < 16 else None


def seen(member: Member) -> QuerySet[Action]:
    """With all that a card or a row says."""
    rows = actions_seen_by(member).select_related("owner__user", "department", "problem", "workspace")
    return rows.annotate(
        proof_count=Count("proofs", distinct=True),
        step_count=Count("steps", distinct=True),
        steps_done=Count("steps", filter=Q(steps__done_at__isnull=False), distinct=True),
    )


def narrowed(rows: QuerySet[Action], filters: Filters, member: Member, *, departments: bool = True) -> QuerySet[Action]:
    """Those that the filters leave; without `departments`, of every department."""
    if filters.department is not None and departments:
        rows = rows.filter(department_id=filters.department)
    if filters.owner is not None:
        rows = rows.filter(owner_id=filters.owner)
    if filters.type:
        rows = rows.filter(type=filters.type)
    if filters.problem is not None:
        rows = rows.filter(problem__number=filters.problem)
    if filters.overdue:
        rows = rows.filter(state__in=OPEN_STATES, deadline__lt=today_of(member))
    if filters.mine:
        rows = rows.filter(owner=member)
    return rows


def on_board(rows: QuerySet[Action], today: date) -> QuerySet[Action]:
    """What is alive, and what was verified within a month; what is only tracked leaves when its time is over."""
    alive = Q(state__in=(ActionState.TO_DO, ActionState.DOING))
    newly = Q(state=ActionState.VERIFIED, decided_on__gte=(today - RECENT).isoformat())
    rows = rows.annotate(decided_on=_text("decided_on"))
    over = Q(verdict__has_key="reason") & Q(carried_on__lt=today - RECENT - timedelta(weeks=26))
    return rows.filter(alive | newly | (Q(state=ActionState.DONE) & ~over)).order_by("position", "deadline", "pk")


def _text(name: str) -> Cast:
    """A word of the verdict, as text on either database."""
    return Cast(KT(f"verdict__{name}"), CharField())


def tabled(member: Member, filters: Filters) -> QuerySet[Action]:
    """Rows of the table: overdue first, then by deadline, unless another order is asked for."""
    rows = narrowed(seen(member), filters, member)
    if filters.state:
        rows = rows.filter(state=filters.state)
    elif not filters.problem:
        rows = rows.exclude(state=ActionState.DROPPED)
    if filters.sort:
        back, name = filters.sort.startswith("-"), filters.sort.lstrip("-")
        return rows.order_by(*(F(one).desc(nulls_last=True) if back else F(one).asc(nulls_last=True)
                               for one in SORTS[name]))  # fmt: skip
    late = Case(
        When(state__in=OPEN_STATES, deadline__lt=today_of(member), then=Value(0)),
        When(state__in=OPEN_STATES, then=Value(1)), When(state=ActionState.DONE, then=Value(2)), default=Value(3),
        output_field=IntegerField(),
    )  # fmt: skip
    return rows.order_by(late, "deadline", "number")


def open_of(member: Member) -> QuerySet[Action]:
    """What a member still has to do."""
    return actions_seen_by(member).filter(owner=member, state__in=OPEN_STATES).order_by("deadline", "pk")


def open_count(member: Member) -> int:
    return Action.objects.filter(workspace_id=member.workspace_id, owner=member, state__in=OPEN_STATES).count()


@dataclass(frozen=True, slots=True)
class Totals:
    """The sentence over the board."""

    open: int
    overdue: int
    deciding: int  # verdicts due this week
    verdicts: dict[str, int]  # of this quarter


def totals(member: Member) -> Totals:
    rows, today = actions_seen_by(member), today_of(member)
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1).isoformat()
    alive = rows.filter(state__in=OPEN_STATES).aggregate(
        open=Count("pk", distinct=True), overdue=Count("pk", filter=Q(deadline__lt=today), distinct=True)
    )
    decided = rows.filter(state=ActionState.VERIFIED).annotate(on=_text("decided_on"), said=_text("verdict"))
    counted = decided.filter(on__gte=quarter).values_list("said").annotate(Count("pk", distinct=True))
    over = weeks.last_whole_week(today)
    waiting = rows.filter(state=ActionState.DONE).values_list("verdict", flat=True)
    deciding = sum(one.get("due_week", 999999) <= over and not one.get("reason") for one in waiting)
    return Totals(alive["open"], alive["overdue"], deciding, {said: count for said, count in counted if said})


def choices(member: Member) -> dict[str, list[tuple[Any, str]]]:
    """What the selects over the board offer: only what would find something."""
    rows = actions_seen_by(member).exclude(state=ActionState.DROPPED)
    owners = Member.objects.filter(pk__in=rows.values("owner")).select_related("user")
    problems = rows.filter(problem__isnull=False).values_list("problem__number", "problem__title").distinct()
    return {
        "owners": [(one.pk, str(one)) for one in owners],
        "types": [(code, str(name)) for code, name in ActionType.choices],
        "problems": [(number, f"P-{number:03d} {title}") for number, title in problems.order_by("-problem__number")],
    }
