"""Verbs of problems: open, own, move, close with a verdict or a reason, go for another round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.core.slices import Slice
from fupan.desk.models import Ticket
from fupan.desk.policies import tickets_seen_by
from fupan.insight.metrics import metric as known_metric
from fupan.insight.models import Signal
from fupan.people.models import Member
from fupan.people.policies import may
from fupan.review.models import (
    UNDER_WAY,
    Problem,
    ProblemOrigin,
    ProblemRound,
    ProblemState,
    ProblemTicket,
    RoundOpening,
)
from fupan.review.policies import problems_seen_by
from fupan.review.services._mine import lock, moved, next_number, open_problem_for, problem_for, refuse_twice, round_of

LINKED_AT_ONCE = 500
PROVED = "effective"
_STRENGTH = ("effective", "harmful", "not_effective", "inconclusive")


@transaction.atomic
def open_problem(
    *,
    title: str,
    slice: str,
    by: Member | None,
    metric: str = "incident_rate",
    origin: str = ProblemOrigin.HAND,
    signal: Signal | None = None,
    ticket_ids: Iterable[int] = (),
    selection_weeks: Sequence[int] = (),
    owner: Member | None = None,
) -> Problem:
    """Open a problem and its first round; the same slice has one open problem at a time."""
    workspace_id = _workspace(by, signal)
    if by is not None and not may(by, "decide_problems"):
        raise Refused(_("Problems are opened by leads, seniors and department heads."), code="not-allowed")
    if not title.strip():
        raise Refused(_("A problem needs a title."), code="no-title")
    lock(workspace_id)
    problem = Problem(
        workspace_id=workspace_id, number=next_number(workspace_id), title=title.strip()[:160],
        metric=known_metric(metric).code, slice=_slice(slice), owner=_colleague(owner, workspace_id), origin=origin,
        signal=signal, selection_weeks=sorted({int(week) for week in selection_weeks}), opened_by=by,
        opened_at=clock.now(),
    )  # fmt: skip
    refuse_twice(problem)
    problem.save()
    if by is not None and not problems_seen_by(by).filter(pk=problem.pk).exists():
        raise Refused(_("You do not see this slice, so you cannot open a problem about it."), code="not-yours")
    ProblemRound.objects.create(problem=problem, number=1, opened_at=problem.opened_at)
    record("review.problem_opened", problem, by=by, origin=str(origin), signal=signal.pk if signal else None)
    chosen = list(ticket_ids)
    if chosen:
        link_tickets(problem.pk, ticket_ids=chosen, by=by)
    return problem


@transaction.atomic
def edit_problem(
    problem_id: int, *, title: str, metric: str, selection_weeks: Sequence[int], version: int, by: Member
) -> Problem:
    """Say it better, choose another number, or name the weeks that drew attention; refused when somebody was faster."""
    problem = open_problem_for(problem_id, by, "decide_problems")
    if problem.version != version:
        raise Refused(
            _("Somebody changed this problem meanwhile; it is called “%(title)s” now.") % {"title": problem.title},
            code="changed-meanwhile",
        )
    if not title.strip():
        raise Refused(_("A problem needs a title."), code="no-title")
    problem.title, problem.metric = title.strip()[:160], known_metric(metric).code
    problem.selection_weeks = sorted({int(week) for week in selection_weeks})
    refuse_twice(problem)
    problem.version += 1
    problem.save(update_fields=["title", "metric", "selection_weeks", "version"])
    record("review.problem_edited", problem, by=by)
    return problem


@transaction.atomic
def set_owner(problem_id: int, *, owner: Member | None, by: Member | None) -> Problem:
    """Hand the problem to a colleague, or to nobody."""
    problem = problem_for(problem_id, by, "decide_problems")
    problem.owner = _colleague(owner, problem.workspace_id)
    problem.version += 1
    problem.save(update_fields=["owner", "version"])
    record("review.problem_owned", problem, by=by, owner=owner.pk if owner else None)
    return problem


@transaction.atomic
def move_problem(problem_id: int, *, state: str, by: Member | None) -> Problem:
    """Say how far it is; closing has verbs of its own."""
    problem = open_problem_for(problem_id, by, "decide_problems")
    if state not in UNDER_WAY:
        raise Refused(_("Solve it with a verdict, or accept it as a risk with a reason."), code="not-a-step")
    if state != problem.state:
        _move(problem, ProblemState(state), by)
    return problem


@transaction.atomic
def accept_risk(problem_id: int, *, reason: str, by: Member) -> Problem:
    """Live with it, and say why."""
    problem = open_problem_for(problem_id, by, "decide_problems")
    if not reason.strip():
        raise Refused(_("Say why this risk is accepted; the next reader will wonder."), code="no-reason")
    _close(problem, ProblemState.ACCEPTED, reason)
    _end_round(problem, {"reason": reason.strip()})
    record("review.risk_accepted", problem, by=by)
    return problem


@transaction.atomic
def solve_problem(problem_id: int, *, outcome: Mapping[str, Any], by: Member | None, reason: str = "") -> Problem:
    """Close it with the verdict “effective”; without one a lead says why."""
    problem = open_problem_for(problem_id, by, "decide_problems")
    told = dict(outcome) or {name: value for name, value in round_of(problem).outcome.items() if name != "reason"}
    if told.get("verdict") != PROVED:
        if by is None or not may(by, "close_unproved"):
            raise Refused(
                _("No action of this problem was judged effective. Without that, a lead closes it with a reason."),
                code="no-verdict",
            )
        if not reason.strip():
            raise Refused(_("Say why it counts as solved without the verdict “effective”."), code="no-reason")
    _close(problem, ProblemState.SOLVED, reason)
    _end_round(problem, told | ({"reason": reason.strip()} if reason.strip() else {}))
    record("review.problem_solved", problem, by=by, verdict=told.get("verdict", ""), round=problem.round)
    return problem


@transaction.atomic
def note_verdict(
    problem_id: int, *, outcome: Mapping[str, Any], by: Member | None, round_number: int | None = None
) -> Problem:
    """Keep the verdict of one of its actions with the round of that action; the strongest stands for it."""
    problem = problem_for(problem_id, by, "decide_problems")
    current = problem.rounds.filter(number=round_number or problem.round).first() or round_of(problem)
    kept = [one for one in current.outcome.get("verdicts", []) if one.get("action") != outcome.get("action")]
    every = sorted([*kept, dict(outcome)], key=lambda one: _STRENGTH.index(one.get("verdict", _STRENGTH[-1])))
    after = {name: value for name, value in current.outcome.items() if name == "reason"} | every[0]
    after["verdicts"] = [{name: value for name, value in one.items() if name != "verdicts"} for one in every]
    if after != current.outcome:
        current.outcome = after
        current.save(update_fields=["outcome"])
        record(
            "review.verdict_noted", problem, by=by, verdict=outcome.get("verdict", ""), action=outcome.get("action")
        )  # fmt: skip
    return problem


@transaction.atomic
def start_round(problem_id: int, *, opening: str, told: Mapping[str, Any], by: Member | None) -> Problem:
    """Another go: the tree starts anew, what was found stays readable. Reopens a closed problem."""
    problem = problem_for(problem_id, by, "decide_problems")
    was_closed = problem.state not in UNDER_WAY
    refuse_twice(problem)
    _end_round(problem, {})
    problem.round += 1
    problem.state = ProblemState.OPEN if was_closed else ProblemState.ANALYSING
    problem.closed_at, problem.reason = None, ""
    problem.version += 1
    problem.save(update_fields=["round", "state", "closed_at", "reason", "version"])
    ProblemRound.objects.create(
        problem=problem, number=problem.round, opening=RoundOpening(opening), told=dict(told), opened_at=clock.now()
    )
    record(
        "review.round_started", problem, by=by, round=problem.round, opening=str(opening), reopened=was_closed,
        week=told.get("week"),
    )  # fmt: skip
    return problem


# Tickets


@transaction.atomic
def link_tickets(problem_id: int, *, ticket_ids: Iterable[int], by: Member | None) -> int:
    """Hold tickets up as belonging to it; how many are new."""
    problem = open_problem_for(problem_id, by, "work_problems")
    seen = Ticket.objects.filter(workspace_id=problem.workspace_id) if by is None else tickets_seen_by(by)
    wanted = set(ticket_ids)
    if len(wanted) > LINKED_AT_ONCE:
        raise Refused(_("At most %(count)s tickets at a time.") % {"count": LINKED_AT_ONCE}, code="too-many")
    known = set(seen.filter(pk__in=wanted).values_list("pk", flat=True))
    if not known:
        raise Refused(_("None of these tickets is known here."), code="no-tickets")
    new = sorted(known - set(problem.links.filter(ticket__in=known).values_list("ticket_id", flat=True)))
    if new:
        now = clock.now()
        ProblemTicket.objects.bulk_create([ProblemTicket(problem=problem, ticket_id=pk, by=by, at=now) for pk in new])
        record("review.tickets_linked", problem, by=by, tickets=new)
    return len(new)


@transaction.atomic
def unlink_ticket(problem_id: int, *, ticket_id: int, by: Member) -> None:
    """It does not belong here after all."""
    problem = open_problem_for(problem_id, by, "work_problems")
    gone, _per_model = problem.links.filter(ticket_id=ticket_id).delete()
    if gone:
        record("review.ticket_unlinked", problem, by=by, ticket=ticket_id)


# Inside


def _workspace(by: Member | None, signal: Signal | None) -> int:
    if by is not None:
        if signal is not None and signal.workspace_id != by.workspace_id:
            raise Refused(_("This signal belongs to another workspace."), code="other-workspace")
        return by.workspace_id
    if signal is None:
        raise ValueError("without a member, a problem is opened from a signal")
    return signal.workspace_id


def _slice(text: str) -> str:
    try:
        kept = str(Slice.parse(text))
    except ValueError as unknown:
        raise Refused(_("This is not a slice; write it like country=DE."), code="not-a-slice") from unknown
    if len(kept) > 300:
        raise Refused(_("This slice has too many conditions."), code="not-a-slice")
    return kept


def _colleague(owner: Member | None, workspace_id: int) -> Member | None:
    if owner is not None and (owner.workspace_id != workspace_id or not owner.active):
        raise Refused(_("This person does not work here."), code="not-a-member")
    return owner


def _move(problem: Problem, state: ProblemState, by: Member | None) -> None:
    was, problem.state = problem.state, state
    problem.version += 1
    problem.save(update_fields=["state", "version"])
    record("review.problem_moved", problem, by=by, **moved(was, state))


def _close(problem: Problem, state: ProblemState, reason: str) -> None:
    problem.state, problem.reason, problem.closed_at = state, reason.strip(), clock.now()
    problem.version += 1
    problem.save(update_fields=["state", "reason", "closed_at", "version"])


def _end_round(problem: Problem, outcome: Mapping[str, Any]) -> None:
    current = round_of(problem)
    if current.closed_at is None:
        current.closed_at = clock.now()
    if outcome:
        current.outcome = current.outcome | dict(outcome)
    current.save(update_fields=["closed_at", "outcome"])
