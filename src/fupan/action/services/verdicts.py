"""Verbs of what the check of an action tells it; called by a flow, since verification lies downstream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from fupan.action.models import Action, ActionState
from fupan.core import clock
from fupan.core.events import record

KEPT = (
    "verdict", "change", "low", "high", "prevented", "week", "weeks_after", "planned_weeks", "weeks_needed", "check",
    "due_week", "reason",
)  # fmt: skip


@transaction.atomic
def note_check(action_id: int, *, told: Mapping[str, Any]) -> Action | None:
    """Its check is planned: which, until when, or why there will be no verdict."""
    action = _done(action_id)
    if action is None or action.state == ActionState.VERIFIED or action.verdict.get("check") == told.get("check"):
        return action
    action.verdict = _kept(told) | {"weeks_after": 0, "final": False}
    action.save(update_fields=["verdict"])
    record("action.check_noted", action, by=None, check=told.get("check"))
    return action


@transaction.atomic
def take_verdict(action_id: int, *, told: Mapping[str, Any], final: bool) -> Action | None:
    """What the newest look says; the last one moves it to “verified”. Told twice, or late, it stays the same."""
    action = _done(action_id)
    if action is None or _older(told, action.verdict):
        return action
    decided = final or bool(action.verdict.get("final"))
    verdict = _kept(told) | {"final": decided}
    if decided:
        verdict["decided_on"] = action.verdict.get("decided_on") or clock.today().isoformat()
    news = decided and action.state != ActionState.VERIFIED
    if verdict == action.verdict and not news:
        return action
    action.verdict = verdict
    if news:
        action.state, action.position = ActionState.VERIFIED, -float(clock.today().toordinal())
    action.save(update_fields=["verdict", "state", "position"])
    data = {name: verdict.get(name) for name in ("check", "verdict", "week", "weeks_after")}
    if news:
        record("action.verified", action, by=None, problem=action.problem_id, **data)
    else:
        record("action.verdict_noted", action, by=None, **data)
    return action


def _done(action_id: int) -> Action | None:
    """Only what still counts as carried out has a check."""
    rows = Action.objects.select_for_update(of=("self",)).filter(pk=action_id)
    return rows.filter(state__in=(ActionState.DONE, ActionState.VERIFIED)).first()


def _older(told: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Whether it is about an earlier check or an earlier week than what is known."""
    return _place(told) < _place(known)


def _place(told: Mapping[str, Any]) -> tuple[int, int]:
    return int(told.get("check") or 0), int(told.get("week") or 0)


def _kept(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in KEPT if told.get(name) is not None}
