"""The slice of a solved problem alarms again -> the problem opens another round."""

from __future__ import annotations

from fupan.core.errors import Refused
from fupan.core.events import when
from fupan.core.models import Event
from fupan.review.models import Problem, ProblemState, RoundOpening
from fupan.review.services import start_round


@when("verification.recurred")
def begin_round(event: Event) -> None:
    problem = Problem.objects.filter(pk=event.data.get("problem") or 0, workspace_id=event.workspace_id or 0).first()
    if problem is None or problem.state != ProblemState.SOLVED:
        return
    told = {name: event.data.get(name) for name in ("week", "observed", "expected", "upper")}
    if problem.rounds.filter(opening=RoundOpening.RECURRENCE, told__week=told["week"]).exists():
        return
    try:
        start_round(problem.pk, opening=RoundOpening.RECURRENCE, told=told, by=None)
    except Refused as refused:
        if refused.code != "already-open":  # somebody works on this slice already, under another number
            raise
