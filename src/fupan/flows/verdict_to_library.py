"""An action was judged -> the cases of its problem carry the verdict; without one, a case is put forward."""

from __future__ import annotations

from typing import Any

from fupan.action.models import Action, ActionType
from fupan.core.events import when
from fupan.core.models import Event
from fupan.library.distilled import Found
from fupan.library.models import Case, Outcome, ProposalKind
from fupan.library.queries.linked import cases_with
from fupan.library.services import prove_case, put_forward
from fupan.review.queries.lessons import cases_of, lesson

KEPT = ("verdict", "change", "low", "high")
ENDED = {"effective": Outcome.SUCCESS, "not_effective": Outcome.FAILED, "harmful": Outcome.FAILED}


@when("verification.decided")
def prove_its_cases(event: Event) -> None:
    """A verdict changed by late rows replaces what it said before."""
    action = _action(event)
    if action is None:
        return
    for case in _cases(action):
        told = {name: event.data.get(name) for name in KEPT}
        prove_case(case.pk, action=action.number, title=action.title, told=told, check=event.data.get("check") or 0)


@when("verification.decided")
def put_verdict_forward(event: Event) -> None:
    action = _action(event)
    if action is None or event.data.get("verdict") not in ENDED:
        return
    found = [] if _cases(action) or action.problem is None else [_case(action, event)]
    if action.type == ActionType.TEMPLATE and event.data["verdict"] != "effective":
        found.append(_wording(action, event))
    put_forward(action.workspace_id, found, once=f"verdict:{event.data.get('check')}:{event.data['verdict']}")


def _action(event: Event) -> Action | None:
    rows = Action.objects.filter(pk=event.data.get("action") or 0, workspace_id=event.workspace_id or 0)
    return rows.select_related("problem").first()


def _cases(action: Action) -> list[Case]:
    """Of its problem; and those that name the action themselves."""
    found = {one.pk: one for one in cases_with(action.workspace_id, {("action", action.number)}, [])}
    if action.problem is not None:
        found |= {one.pk: one for one in cases_of(action.problem)}
    return list(found.values())


def _reason(action: Action, event: Event) -> dict[str, Any]:
    return {"code": "verdict", "action": str(action), "title": action.title} | {
        name: event.data.get(name) for name in KEPT
    }


def _case(action: Action, event: Event) -> Found:
    """What was done and what came of it; one that failed is worth as much."""
    assert action.problem is not None
    outcome = ENDED[event.data["verdict"]]
    name = "suggestion" if outcome == Outcome.SUCCESS else "avoid"
    words = {"outcome": str(outcome), "outcome_text": f"{action} {action.title}", name: action.title}
    return lesson(action.problem, _reason(action, event), **words)


def _wording(action: Action, event: Event) -> Found:
    """Changed words that did not help are to be changed again."""
    ref = {"kind": "action", "id": action.number, "title": f"{action} {action.title}"}
    issue = lesson(action.problem, {"code": "verdict"}).issue_type if action.problem is not None else None
    return Found(f"wording:{action.pk}", ProposalKind.TEMPLATE, _reason(action, event), title=action.title,
                 issue_type=issue, words={"text": action.detail}, refs=(ref,))  # fmt: skip
