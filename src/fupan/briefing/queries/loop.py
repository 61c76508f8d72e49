"""How well the loop closes: problems with a verdict, how long it took, how often it said effective, what came back."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Min

from fupan.people.models import Workspace
from fupan.review.models import Problem, ProblemRound, ProblemState, RoundOpening
from fupan.verification.models import Check, CheckState, Look

LOOKED_BACK = timedelta(weeks=26)


def loop_health(workspace: Workspace, until: datetime) -> dict[str, Any]:
    """Of the half year before `until`."""
    since = until - LOOKED_BACK
    problems = Problem.objects.filter(workspace=workspace, opened_at__gte=since, opened_at__lt=until)
    problems = problems.exclude(state=ProblemState.ACCEPTED)
    decided = Check.objects.filter(workspace=workspace, state=CheckState.DECIDED, decided_at__lt=until)
    judged = problems.filter(pk__in=decided.values("action__problem"))
    final = Look.objects.filter(check_of__in=decided.filter(decided_at__gte=since), final=True)
    rounds = ProblemRound.objects.filter(problem__workspace=workspace)
    closed = rounds.filter(closed_at__gte=since, closed_at__lt=until, outcome__isnull=False).exclude(outcome={})
    back = rounds.filter(opening=RoundOpening.RECURRENCE, opened_at__gte=since, opened_at__lt=until)
    days = _days(judged, decided)
    return {
        "since": since.date().isoformat(),
        "problems": problems.count(),
        "judged": judged.count(),
        "timed": len(days),
        "days_to_verdict": median(days) if days else None,
        "verdicts": final.count(),
        "effective": final.filter(verdict="effective").count(),
        "solved": closed.values("problem").distinct().count(),
        "recurred": back.values("problem").distinct().count(),
    }


def _days(judged: Any, decided: Any) -> list[int]:
    """Days from the signal, or from the opening of the problem, to its first verdict."""
    first = dict(decided.values_list("action__problem").annotate(at=Min("decided_at")).order_by())
    found = []
    for problem in judged.select_related("signal"):
        began = min(problem.opened_at, problem.signal.opened_at) if problem.signal else problem.opened_at
        found.append(max(0, (first[problem.pk] - began).days))
    return found
