"""Finding what a verb is about: seen by who asks, locked, and theirs to change."""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.people.models import Member, Workspace
from fupan.people.policies import may
from fupan.review.models import UNDER_WAY, Problem, ProblemRound, Why
from fupan.review.policies import problems_seen_by, whys_seen_by


def problem_for(problem_id: int, by: Member | None, right: str) -> Problem:
    """The problem, locked; `by` None is the product itself, which may everything."""
    seen = Problem.objects.all() if by is None else problems_seen_by(by)
    found = seen.select_for_update(of=("self",)).select_related("workspace").get(pk=problem_id)
    _allow(by, right)
    return found


def open_problem_for(problem_id: int, by: Member | None, right: str) -> Problem:
    """The same, refused where it is closed."""
    found = problem_for(problem_id, by, right)
    if found.state not in UNDER_WAY:
        raise Refused(_("This problem is closed. Reopen it first."), code="closed")
    return found


def why_for(why_id: int, by: Member | None, right: str) -> Why:
    """The why, locked, of a problem that is under way."""
    seen = Why.objects.all() if by is None else whys_seen_by(by)
    why = seen.select_related("cause").get(pk=why_id)
    problem = open_problem_for(why.problem_id, by, right)
    locked = Why.objects.select_for_update(of=("self",)).select_related("cause").get(pk=why_id)
    locked.problem = problem
    if locked.round != problem.round:
        raise Refused(_("This belongs to an earlier round, which is kept as it was."), code="earlier-round")
    return locked


def _allow(by: Member | None, right: str) -> None:
    if by is not None and not may(by, right):
        raise Refused(_("Your role may read this, not change it."), code="not-allowed")


def lock(workspace_id: int) -> None:
    """One at a time per workspace: numbers and slices are given once."""
    Workspace.objects.select_for_update().filter(pk=workspace_id).first()


def next_number(workspace_id: int) -> int:
    last: int | None = Problem.objects.filter(workspace_id=workspace_id).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def same_open(problem: Problem) -> Problem | None:
    """Another problem under way about the same slice and number; "everything" is never the same."""
    if not problem.slice:
        return None
    others = Problem.objects.filter(
        workspace_id=problem.workspace_id, slice=problem.slice, metric=problem.metric, state__in=UNDER_WAY
    )
    return others.exclude(pk=problem.pk).first()


def refuse_twice(problem: Problem) -> None:
    other = same_open(problem)
    if other is not None:
        said = {"number": str(other), "title": other.title}
        raise Refused(
            _("%(number)s “%(title)s” is open for the same slice. Work on that one.") % said, code="already-open"
        )


def moved(was: str, to: str) -> dict[str, Any]:
    """What the event of a move tells."""
    return {"from": str(was), "to": str(to)}


def round_of(problem: Problem) -> ProblemRound:
    """The round that goes on."""
    found, _new = ProblemRound.objects.get_or_create(
        problem=problem, number=problem.round, defaults={"opened_at": clock.now()}
    )
    return found
