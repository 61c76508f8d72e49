"""Actions, for programs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import Http404
from ninja import Path, Query, Router

from fupan.action import services
from fupan.action.models import OPEN_STATES, Action
from fupan.action.queries.board import seen, today_of
from fupan.action.schemas import ActionFilter, ActionIn, ActionOut
from fupan.action.smart import NotSmart, Plan
from fupan.core import cursor
from fupan.core.schemas import Page, answers
from fupan.core.slices import DIMENSIONS, Slice
from fupan.people.models import Department, Member
from fupan.people.tokens import TokenAuth, TokenRequest, caller
from fupan.review.models import Problem
from fupan.review.policies import problems_seen_by

actions = Router(tags=["actions"])
READ = TokenAuth("actions:read", right="see_reviews")
WRITE = TokenAuth("actions:write", right="edit_actions")
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@actions.get("", auth=READ, response=answers(Page[ActionOut]), summary="Actions, newest first")
def list_actions(request: TokenRequest, told: Query[ActionFilter]) -> dict[str, Any]:
    member = caller(request)
    found, after = cursor.page(_asked(member, told), cursor=told.cursor, limit=told.limit)
    return {"items": [_shown(one, member) for one in found], "next": after}


@actions.get("/{number}", auth=READ, response=answers(ActionOut), summary="An action")
def get_action(request: TokenRequest, number: Number) -> dict[str, Any]:
    member = caller(request)
    found = seen(member).filter(number=number).first()
    if found is None:
        raise Http404
    return _shown(found, member)


@actions.post("", auth=WRITE, response=answers(ActionOut, status=201), summary="Commit somebody to an action")
def create_action(request: TokenRequest, told: ActionIn) -> tuple[int, dict[str, Any]]:
    member = caller(request)
    made = services.create_action(plan=_plan(member, told), by=member, problem=_problem(member, told.problem))
    return 201, _shown(seen(member).get(pk=made.pk), member)


def _asked(member: Member, told: ActionFilter) -> QuerySet[Action]:
    rows = seen(member)
    plain = {"state": told.state, "type": told.type, "owner_id": told.owner, "problem__number": told.problem}
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    return rows.filter(state__in=OPEN_STATES, deadline__lt=today_of(member)) if told.overdue else rows


def _plan(member: Member, told: ActionIn) -> Plan:
    wrong = {}
    strange = sorted({*told.slice} - {*DIMENSIONS})
    if strange:
        wrong["slice"] = f"There is no dimension {strange}; there are {', '.join(DIMENSIONS)}."
    departments = Department.objects.filter(workspace_id=member.workspace_id, code=told.department)
    department = departments.first() if told.department else None
    if told.department and department is None:
        wrong["department"] = f"No department has the code “{told.department}”."
    deadline = _day(told.deadline)
    if deadline is None:
        wrong["deadline"] = f"{told.deadline} is no day of the calendar."
    if wrong:
        raise NotSmart(wrong)
    return Plan(
        told.type, told.title, told.detail, told.owner, department.pk if department else None, deadline, told.metric,
        str(Slice.of(told.slice)), told.change, told.window,
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _problem(member: Member, number: int | None) -> Problem | None:
    if number is None:
        return None
    found = problems_seen_by(member).filter(number=number).first()
    if found is None:
        raise NotSmart({"problem": f"There is no problem P-{number:03d}."})
    return found


def _shown(action: Action, member: Member) -> dict[str, Any]:
    names = (
        "number", "type", "title", "detail", "state", "owner_id", "deadline", "metric", "change", "window",
        "weeks_needed", "blocked", "carried_on", "created_at",
    )  # fmt: skip
    return {name: getattr(action, name) for name in names} | {
        "owner_name": str(action.owner), "department": action.department.code if action.department else None,
        "overdue": action.state in OPEN_STATES and action.deadline < today_of(member),
        "slice": Slice.parse(action.slice).as_dict(),
        "problem": action.problem.number if action.problem else None, "proofs": action.proof_count,  # type: ignore[attr-defined]
        "verdict": action.verdict,
    }  # fmt: skip
