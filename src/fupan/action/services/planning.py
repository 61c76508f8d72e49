"""Verbs of what is committed to: decide, change, block, drop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fupan.action.models import OPEN_STATES, Action, ActionState
from fupan.action.queries.board import day_in
from fupan.action.queries.volume import foreseen
from fupan.action.services._mine import action_for, lock, need, next_number, open_action_for
from fupan.action.services.telling import tell_owner
from fupan.action.smart import NotSmart, Plan, lacks
from fupan.commerce.models import Product
from fupan.commerce.policies import shops_seen_by
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.core.slices import Slice
from fupan.desk.models import IssueType
from fupan.insight.policies import facts_of, money_metrics
from fupan.people.models import Department, Member, Workspace
from fupan.people.policies import may
from fupan.review.models import Meeting, Problem, Why

TARGET = ("metric", "slice", "change", "window")
FIELDS = ("type", "title", "detail", "owner_id", "department_id", "deadline", *TARGET)


@transaction.atomic
def create_action(
    *,
    plan: Plan,
    by: Member,
    problem: Problem | None = None,
    why: Why | None = None,
    meeting: Meeting | None = None,
    copied_from: Action | None = None,
    subject: Mapping[str, Any] | None = None,
) -> Action:
    """Commit somebody to something by a day, with a target that can be checked; refused while it is vague."""
    need(by, "edit_actions")
    for origin in (problem, meeting, copied_from, why.problem if why is not None else None):
        if origin is not None and origin.workspace_id != by.workspace_id:
            raise Refused(_("This belongs to another workspace."), code="other-workspace")
    lock(by.workspace_id)
    told = _checked(plan, by)
    action = Action(
        workspace_id=by.workspace_id, number=next_number(by.workspace_id), created_by=by, created_at=clock.now(),
        problem=problem or (why.problem if why is not None else None), why=why, meeting=meeting,
        copied_from=copied_from, subject=_subject(subject),
    )  # fmt: skip
    action.round = action.problem.round if action.problem is not None else 1
    _take(action, told)
    action.save()
    record(
        "action.created", action, by=by, problem=action.problem_id, meeting=action.meeting_id, owner=action.owner_id,
        copied_from=action.copied_from_id,
    )  # fmt: skip
    tell_owner(action, "action_given", by)
    return action


@transaction.atomic
def edit_action(
    action_id: int, *, plan: Plan, version: int, by: Member, subject: Mapping[str, Any] | None = None
) -> Action:
    """Change it; refused when somebody was faster, and once carried out its target stays as it was."""
    action = action_for(action_id, by)
    if action.state not in (*OPEN_STATES, ActionState.DONE):
        raise Refused(_("%(action)s is closed; copy it instead.") % {"action": action}, code="not-open")
    if action.version != version:
        raise Refused(
            _("Somebody changed %(action)s meanwhile; it reads “%(title)s” now.")
            % {"action": action, "title": action.title},
            code="changed-meanwhile",
        )
    told = _checked(plan, by, of=action)
    if action.state == ActionState.DONE and any(getattr(action, name) != getattr(told, name) for name in TARGET):
        raise Refused(_("It is being checked against its target, which therefore stays."), code="target-frozen")
    was = action.owner_id
    changed = [name for name in FIELDS if getattr(action, name) != getattr(told, name)]
    _take(action, told)
    if subject is not None:
        action.subject = _subject(subject)
    action.version += 1
    action.save()
    record("action.edited", action, by=by, fields=changed)
    if action.owner_id != was:
        tell_owner(action, "action_given", by)
    return action


@transaction.atomic
def block(action_id: int, *, reason: str, by: Member) -> Action:
    """Say what it waits for; an empty reason says that it waits no more."""
    action = open_action_for(action_id, by)
    said = reason.strip()[:300]
    if said == action.blocked:
        return action
    action.blocked = said
    action.save(update_fields=["blocked"])
    if said:
        record("action.blocked", action, by=by)
    else:
        record("action.unblocked", action, by=by)
    return action


@transaction.atomic
def drop_action(action_id: int, *, reason: str, by: Member) -> Action:
    """Give it up, and say why."""
    action = action_for(action_id, by)
    if action.state in (ActionState.VERIFIED, ActionState.DROPPED):
        raise Refused(_("%(action)s is closed already.") % {"action": action}, code="not-open")
    if not reason.strip():
        raise Refused(_("Say why it is dropped; the next reader will wonder."), code="no-reason")
    action.state, action.dropped_because, action.blocked = ActionState.DROPPED, reason.strip()[:300], ""
    action.save(update_fields=["state", "dropped_because", "blocked"])
    record("action.dropped", action, by=by, problem=action.problem_id)
    return action


# Inside


def _checked(plan: Plan, by: Member, of: Action | None = None) -> Plan:
    """The plan with its people known and its slice in order; raises NotSmart with a sentence for each field."""
    workspace = Workspace.objects.get(pk=by.workspace_id)
    today = day_in(workspace)
    if of is not None and of.deadline == plan.deadline:  # a day that passed meanwhile need not be chosen anew
        today = min(today, of.deadline)
    wrong = lacks(plan, today=today)
    owner = Member.objects.filter(pk=plan.owner_id or 0, workspace=workspace, active=True).first()
    if owner is None:
        wrong["owner"] = _("Choose exactly one person who answers for it.")
    department, said = _department(plan, owner, workspace)
    if said:
        wrong["department"] = said
    if "slice" not in wrong:
        said = _unknown(plan.slice, by)
        wrong |= {"slice": said} if said else {}
    if plan.metric in money_metrics() and not may(by, "see_money"):
        wrong["metric"] = _("Choose a number that you see yourself.")
    if wrong:
        raise NotSmart(wrong)
    return Plan(
        plan.type, plan.title.strip(), plan.detail.strip(), plan.owner_id, department, plan.deadline, plan.metric,
        str(Slice.parse(plan.slice)), plan.change, plan.window,
    )  # fmt: skip


def _department(plan: Plan, owner: Member | None, workspace: Workspace) -> tuple[int | None, str]:
    """The one that was chosen, or else the owner's."""
    known = Department.objects.filter(workspace=workspace)
    if plan.department_id is not None:
        found = known.filter(pk=plan.department_id).first()
        return (found.pk, "") if found else (None, _("This department is not known."))
    own = owner.departments.order_by("pk").first() if owner is not None else None
    if own is not None:
        return own.pk, ""
    return None, _("Choose the department it belongs to.") if known.exists() and owner is not None else ""


def _unknown(text: str, by: Member) -> str:
    """A slice of things that are not there would be counted as nothing, and praised for it."""
    where = Slice.parse(text).as_dict()
    same = {"workspace_id": by.workspace_id}
    if "product" in where and not Product.objects.filter(**same, code=where["product"]).exists():
        return _("No product of yours has the code “%(code)s”.") % {"code": where["product"]}
    if "issue_type" in where and not IssueType.objects.filter(**same, code=where["issue_type"]).exists():
        return _("No issue type has the code “%(code)s”.") % {"code": where["issue_type"]}
    if "shop" in where and not shops_seen_by(by).filter(name=where["shop"]).exists():
        return _("No shop of yours is called “%(name)s”.") % {"name": where["shop"]}
    return ""


def _take(action: Action, plan: Plan) -> None:
    """Put the plan into the action, and foresee its verdict when the target is another one."""
    before = [getattr(action, name) for name in ("type", *TARGET)] if action.pk else []
    if action.deadline != plan.deadline and plan.deadline is not None and action.state in OPEN_STATES:
        action.position, action.escalated_at = float(plan.deadline.toordinal()), None
    for name in FIELDS:
        setattr(action, name, getattr(plan, name))
    if [getattr(action, name) for name in ("type", *TARGET)] != before and action.state in OPEN_STATES:
        _foresee(action)


def _foresee(action: Action) -> None:
    workspace = Workspace.objects.get(pk=action.workspace_id)
    told = foreseen(facts_of(workspace), action.metric, action.slice, action.change, action.type)
    action.weeks_needed = told[0].weeks if told else None
    wider = told[1] if len(told) > 1 else None
    action.verdict = {} if wider is None else {"wider": wider.slice, "wider_weeks": wider.weeks}


def _subject(told: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a template or article action opens: a kind and an id, nothing else."""
    if not told:
        return {}
    kind, key = told.get("kind"), told.get("id")
    if not isinstance(kind, str) or not kind.isidentifier() or not isinstance(key, int) or isinstance(key, bool):
        raise Refused(_("Say what it opens as a kind and a number."), code="not-a-subject")
    return {"kind": kind, "id": key}
