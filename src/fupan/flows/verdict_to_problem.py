"""Actions and their verdicts -> the problem they belong to moves on: acting, verifying, and what its round came to."""

from __future__ import annotations

from fupan.action.models import OPEN_STATES, Action, ActionState
from fupan.core.events import when
from fupan.core.models import Event
from fupan.review.models import Problem, ProblemState
from fupan.review.services import move_problem, note_verdict

BEFORE_ACTING = (ProblemState.OPEN, ProblemState.ANALYSING)
BEFORE_VERIFYING = (*BEFORE_ACTING, ProblemState.ACTING)
KEPT = ("verdict", "change", "low", "high", "prevented", "week", "check")


@when("action.created")
def now_acting(event: Event) -> None:
    problem = _problem(event)
    if problem is not None and problem.state in BEFORE_ACTING:
        move_problem(problem.pk, state=ProblemState.ACTING, by=None)


@when("action.carried_out")
def now_verifying(event: Event) -> None:
    """Verifying once nothing of this round is left to do; acting while something is."""
    problem = _problem(event)
    if problem is None or problem.state not in BEFORE_VERIFYING:
        return
    mine = Action.objects.filter(problem=problem, round=problem.round)
    state = ProblemState.ACTING if mine.filter(state__in=OPEN_STATES).exists() else ProblemState.VERIFYING
    move_problem(problem.pk, state=state, by=None)


@when("action.carry_undone")
def acting_again(event: Event) -> None:
    problem = _problem(event)
    if problem is None or problem.state != ProblemState.VERIFYING:
        return
    done = Action.objects.filter(problem=problem, state__in=(ActionState.DONE, ActionState.VERIFIED))
    if not done.exists():
        move_problem(problem.pk, state=ProblemState.ACTING, by=None)


@when("verification.decided")
def keep_verdict(event: Event) -> None:
    """The round keeps it, so that the problem can be solved with it; verifying, whatever came before."""
    problem = _problem(event)
    if problem is None:
        return
    action = Action.objects.filter(pk=event.data.get("action") or 0).first()
    told = {name: event.data.get(name) for name in KEPT}
    told |= {"action": event.data.get("action"), "number": action.number if action else None}
    note_verdict(problem.pk, outcome=told, by=None, round_number=action.round if action else None)
    if problem.state in BEFORE_VERIFYING and (action is None or action.round == problem.round):
        move_problem(problem.pk, state=ProblemState.VERIFYING, by=None)


def _problem(event: Event) -> Problem | None:
    return Problem.objects.filter(pk=event.data.get("problem") or 0, workspace_id=event.workspace_id or 0).first()
