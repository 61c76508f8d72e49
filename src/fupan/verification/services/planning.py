"""Verbs of a check's beginning and early end."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from fupan.action.models import Action, ActionState
from fupan.core import clock
from fupan.core.events import record
from fupan.verification.models import Carrying, Check, CheckState
from fupan.verification.queries.adoption import adoption
from fupan.verification.queries.planning import designed


@transaction.atomic
def plan_check(action_id: int) -> Check | None:
    """Write down, before its numbers are known, how an action that was carried out will be judged. Twice is once."""
    action = _action(action_id)
    if action is None or action.carried_on is None or action.state == ActionState.DROPPED:
        return None
    alive = Check.objects.filter(action=action).exclude(state=CheckState.STOPPED).first()
    if alive is not None and alive.carried_on == action.carried_on:
        return alive
    design = designed(action)
    if design is None:
        return None
    if alive is not None:
        _stop(alive, "redone")
    check = Check.objects.create(
        workspace=action.workspace, action=action, clock=design.clock, carried_on=action.carried_on,
        effective_on=date.fromisoformat(design.effective_on), design=design.as_dict(), design_hash=design.digest,
        frozen_at=clock.now(), due_week=design.due_week,
    )  # fmt: skip
    found = adoption(action, design)
    Carrying.objects.create(check_of=check, answer=found.answer, share=found.share, at=clock.now())
    record(
        "verification.check_planned", check, by=None, action=action.pk, problem=action.problem_id,
        check=check.pk, due_week=check.due_week, planned_weeks=design.planned_weeks, reason=design.reason,
        hash=check.design_hash,
    )  # fmt: skip
    return check


@transaction.atomic
def stop_check(action_id: int) -> Check | None:
    """The action was not carried out after all, or dropped: its check ends without a verdict."""
    action = _action(action_id)
    alive = Check.objects.select_for_update().filter(action_id=action_id).exclude(state=CheckState.STOPPED).first()
    undone = action is None or action.carried_on is None or action.state == ActionState.DROPPED
    if alive is None or not undone:
        return None
    _stop(alive, "undone")
    return alive


def _action(action_id: int) -> Action | None:
    return Action.objects.select_for_update().filter(pk=action_id).first()


def _stop(check: Check, why: str) -> None:
    check.state = CheckState.STOPPED
    check.save(update_fields=["state"])
    record(
        "verification.check_stopped", check, by=None, action=check.action_id, problem=check.action.problem_id, why=why
    )
