"""Verbs of the five-whys tree: say why, hold evidence up, confirm a cause or rule it out."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.desk.models import Cause
from fupan.people.models import Department, Member
from fupan.review.models import Problem, ProblemState, Why, WhyState
from fupan.review.services._mine import moved, open_problem_for, why_for

DEEPEST = 7  # whys below what happens
LONGEST = 300


@transaction.atomic
def add_why(problem_id: int, *, text: str, by: Member, parent: int | None = None) -> Why:
    """Say what happens (without a parent), or why the thing above it happens."""
    problem = open_problem_for(problem_id, by, "work_problems")
    whys = Why.objects.filter(problem=problem, round=problem.round)
    above = None
    if parent is None:
        if whys.filter(parent=None).exists():
            raise Refused(_("This round says already what happens; ask why below it."), code="has-root")
    else:
        above = whys.filter(pk=parent).first()
        if above is None:
            raise Refused(_("What you want to explain is not in this round’s tree any more."), code="no-parent")
        _explainable(above)
    last = whys.filter(parent=above).aggregate(last=Max("position"))["last"]
    why = Why.objects.create(
        problem=problem, round=problem.round, parent=above, text=_words(text), said_by=by, said_at=clock.now(),
        position=0 if last is None else last + 1,
    )  # fmt: skip
    record("review.why_added", why.problem, by=by, why=why.pk)
    _now_analysing(problem, by)
    return why


@transaction.atomic
def edit_why(why_id: int, *, text: str, version: int, by: Member) -> Why:
    """Say it better; refused with the other words when somebody was faster."""
    why = why_for(why_id, by, "work_problems")
    if why.version != version:
        raise Refused(
            _("Somebody wrote “%(text)s” meanwhile. Look at both, then save again.") % {"text": why.text},
            code="changed-meanwhile",
        )
    words = _words(text)
    if words != why.text:
        why.text = words
        _save(why, "text")
        record("review.why_edited", why.problem, by=by, why=why.pk)
    return why


@transaction.atomic
def move_why(why_id: int, *, by: Member, step: int = 0, parent: int | None = None) -> Why:
    """Among its neighbours (`step` -1 up, 1 down), or below another why."""
    why = why_for(why_id, by, "work_problems")
    if why.parent_id is None:
        raise Refused(_("What happens stays at the root."), code="root")
    if parent is not None and parent != why.parent_id:
        _hang(why, parent)
    siblings = list(Why.objects.filter(parent_id=why.parent_id).order_by("position", "pk"))
    place = [one.pk for one in siblings].index(why.pk)
    aim = min(max(place + step, 0), len(siblings) - 1)
    siblings.insert(aim, siblings.pop(place))
    for position, one in enumerate(siblings):
        Why.objects.filter(pk=one.pk).update(position=position)
    why.refresh_from_db(fields=["position"])
    record("review.why_moved", why.problem, by=by, why=why.pk)
    return why


@transaction.atomic
def drop_why(why_id: int, *, by: Member) -> None:
    """Take away a slip of the pen; what has evidence or an answer below it is ruled out instead."""
    why = why_for(why_id, by, "work_problems")
    if why.children.exists() or why.evidence.exists() or why.state != WhyState.OPEN:
        raise Refused(_("Others built on it. Rule it out with a reason; it stays readable."), code="built-on")
    record("review.why_dropped", why.problem, by=by, why=why.pk)
    why.delete()


@transaction.atomic
def confirm_cause(why_id: int, *, cause: str, department: int | None, by: Member) -> Why:
    """The last why is a root cause, proved by evidence: of this class, owned by that department."""
    why = why_for(why_id, by, "decide_problems")
    if why.parent_id is None:
        raise Refused(_("This is what happens, not why. Ask why first."), code="root")
    if why.children.exclude(state=WhyState.RULED_OUT).exists():
        raise Refused(_("The branch goes deeper; confirm its last why."), code="not-a-leaf")
    if not why.evidence.exists():
        raise Refused(
            _("Without evidence this is a guess. Add tickets, a number, a link or a note."), code="no-evidence"
        )
    node = Cause.objects.filter(workspace_id=why.problem.workspace_id, code=cause, retired_at=None).first()
    if node is None:
        raise Refused(_("Choose a cause of the tree."), code="no-cause")
    owner = _department(department, why.problem) or node.department
    why.state, why.cause, why.department, why.decided_by, why.reason = WhyState.CONFIRMED, node, owner, by, ""
    _save(why, "state", "cause", "department", "decided_by", "reason")
    record("review.cause_confirmed", why.problem, by=by, why=why.pk, cause=node.code)
    return why


@transaction.atomic
def rule_out(why_id: int, *, reason: str, by: Member) -> Why:
    """It was not that, and how we know; it stays in the tree."""
    why = why_for(why_id, by, "decide_problems")
    if why.parent_id is None:
        raise Refused(_("What happens cannot be ruled out. Edit it, or drop the problem."), code="root")
    if why.children.filter(state=WhyState.CONFIRMED).exists():
        raise Refused(_("A confirmed cause hangs below it."), code="confirmed-below")
    if not reason.strip():
        raise Refused(_("Say how we know that it was not this."), code="no-reason")
    was = why.cause.code if why.state == WhyState.CONFIRMED and why.cause else ""
    why.state, why.reason, why.decided_by, why.cause = WhyState.RULED_OUT, reason.strip()[:LONGEST], by, None
    _save(why, "state", "reason", "decided_by", "cause")
    if was:
        record("review.cause_unconfirmed", why.problem, by=by, why=why.pk, cause=was)
    record("review.cause_ruled_out", why.problem, by=by, why=why.pk)
    return why


@transaction.atomic
def unconfirm(why_id: int, *, by: Member) -> Why:
    """Back to “to be checked”, whether it was confirmed or ruled out."""
    why = why_for(why_id, by, "decide_problems")
    if why.state == WhyState.OPEN:
        return why
    was = why.cause.code if why.cause else ""
    why.state, why.cause, why.reason, why.decided_by = WhyState.OPEN, None, "", by
    _save(why, "state", "cause", "reason", "decided_by")
    record("review.cause_unconfirmed", why.problem, by=by, why=why.pk, cause=was)
    return why


# Inside


def _words(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise Refused(_("A why needs a sentence."), code="no-words")
    if len(words) > LONGEST:
        raise Refused(_("Keep it to one sentence: %(most)s characters.") % {"most": LONGEST}, code="too-long")
    return words


def _explainable(why: Why) -> None:
    if why.state == WhyState.RULED_OUT:
        raise Refused(_("This was ruled out. Take it up again before asking why below it."), code="ruled-out")
    if why.state == WhyState.CONFIRMED:
        raise Refused(_("This is a confirmed cause. Unconfirm it before asking further."), code="confirmed")
    if depth_of(why) >= DEEPEST:
        raise Refused(_("Deep enough: confirm a cause here, or start a branch higher up."), code="too-deep")


def depth_of(why: Why) -> int:
    """0 for the root."""
    depth, above = 0, why.parent
    while above is not None:
        depth, above = depth + 1, above.parent
    return depth


def _hang(why: Why, parent: int) -> None:
    above = Why.objects.filter(problem_id=why.problem_id, round=why.round, pk=parent).first()
    if above is None:
        raise Refused(_("What you want to explain is not in this round’s tree any more."), code="no-parent")
    _explainable(above)
    step: Why | None = above
    while step is not None:
        if step.pk == why.pk:
            raise Refused(_("A why cannot hang below itself."), code="circle")
        step = step.parent
    if depth_of(above) + 1 + _height(why) > DEEPEST:
        raise Refused(_("Deep enough: confirm a cause here, or start a branch higher up."), code="too-deep")
    last = Why.objects.filter(parent=above).aggregate(last=Max("position"))["last"]
    why.parent, why.position = above, 0 if last is None else last + 1
    _save(why, "parent", "position")


def _height(why: Why) -> int:
    return max((1 + _height(child) for child in why.children.all()), default=0)


def _department(pk: int | None, problem: Problem) -> Department | None:
    if pk is None:
        return None
    found = Department.objects.filter(pk=pk, workspace_id=problem.workspace_id).first()
    if found is None:
        raise Refused(_("There is no such department here."), code="no-department")
    return found


def _save(why: Why, *fields: str) -> None:
    why.version += 1
    why.save(update_fields=[*fields, "version"])


def _now_analysing(problem: Problem, by: Member) -> None:
    if problem.state != ProblemState.OPEN:
        return
    problem.state = ProblemState.ANALYSING
    problem.version += 1
    problem.save(update_fields=["state", "version"])
    record("review.problem_moved", problem, by=by, **moved(ProblemState.OPEN, ProblemState.ANALYSING))
