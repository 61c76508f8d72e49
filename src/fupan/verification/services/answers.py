"""Verbs of people about a verdict: was it carried out, and what comes next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from fupan.action.policies import may_move
from fupan.action.services import create_action
from fupan.action.smart import Plan
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.core.slices import Slice
from fupan.insight.signal_words import Names
from fupan.notify.models import Topic
from fupan.notify.services import tell
from fupan.people.models import Member
from fupan.people.policies import may
from fupan.review.models import UNDER_WAY, RoundOpening
from fupan.review.services import solve_problem, start_round
from fupan.verification.models import CarriedOut, Carrying, Check, CheckState, Look, Outcome
from fupan.verification.policies import checks_seen_by
from fupan.verification.queries.forecast import siblings_of

NEXT = timedelta(days=14)  # until a copy is due
STEPS = ("spread", "round", "chase", "wait", "withdraw")


@transaction.atomic
def say_carried(check_id: int, *, answer: str, note: str, by: Member) -> Carrying:
    """A person's word on whether the action was carried out; it stands above what was measured."""
    check = _mine(check_id, by)
    if answer not in CarriedOut.values:
        raise Refused(_("Choose whether it was carried out."), code="not-an-answer")
    if answer != CarriedOut.YES and not note.strip():
        raise Refused(_("Say what is missing; its owner will ask."), code="no-note")
    kept, _new = Carrying.objects.update_or_create(
        check_of=check, defaults={"answer": answer, "note": note.strip()[:300], "by": by, "at": clock.now()}
    )
    record("verification.carrying_said", check, by=by, action=check.action_id, answer=answer)
    return kept


@transaction.atomic
def choose_next(check_id: int, step: str, *, by: Member, slices: Sequence[str] = ()) -> Check:
    """Take the next step that a verdict calls for; the same step twice is one."""
    check = _mine(check_id, by)
    if step not in STEPS:
        raise Refused(_("There is no such step."), code="not-a-step")
    if check.next_step == step:
        return check
    final = check.looks.filter(final=True).first()
    _DO[step](check, final, by, slices)
    check.next_step = step
    check.save(update_fields=["next_step", "state"])
    record(
        "verification.next_chosen", check, by=by, action=check.action_id, problem=check.action.problem_id, step=step,
        slices=len(slices),
    )  # fmt: skip
    return check


def _mine(check_id: int, by: Member) -> Check:
    check = checks_seen_by(by).select_for_update(of=("self",)).select_related("action__owner").get(pk=check_id)
    if not (may(by, "decide_problems") or may_move(by, check.action)):
        raise Refused(_("This is decided by leads, department heads and the owner."), code="not-allowed")
    return check


def told_of(check: Check, look: Look) -> dict[str, Any]:
    """A verdict as a problem keeps it."""
    return {
        "verdict": look.verdict, "change": look.change, "low": look.low, "high": look.high,
        "action": check.action_id, "number": check.action.number, "check": check.pk, "week": look.week,
    }  # fmt: skip


def _spread(check: Check, final: Look | None, by: Member, slices: Sequence[str]) -> None:
    if final is None or final.verdict != Outcome.EFFECTIVE:
        raise Refused(_("Only what was judged effective is spread."), code="not-effective")
    problem = check.action.problem
    if problem is not None and problem.state in UNDER_WAY:
        solve_problem(problem.pk, outcome=told_of(check, final), by=by)
    _copies(check, slices, by)


def _round(check: Check, final: Look | None, by: Member, _slices: Sequence[str]) -> None:
    problem = check.action.problem
    if final is None:
        raise Refused(_("There is no verdict yet."), code="no-verdict")
    if problem is None:
        raise Refused(_("This action belongs to no problem, so there is no round to start."), code="no-problem")
    start_round(problem.pk, opening=RoundOpening.VERDICT, told=told_of(check, final), by=by)


def _chase(check: Check, _final: Look | None, by: Member, _slices: Sequence[str]) -> None:
    url = reverse("verification:verdict", args=[check.pk])
    context = {"action": str(check.action), "title": check.action.title, "by": str(by)}
    tell([check.action.owner_id], Topic.VERDICT, "verdict_chase", context, url, f"chase:{check.pk}:{clock.today()}")


def _wait(check: Check, final: Look | None, _by: Member, _slices: Sequence[str]) -> None:
    if final is not None and final.verdict != Outcome.INCONCLUSIVE:
        raise Refused(_("The verdict is in; more weeks would not change it."), code="decided")
    check.state = CheckState.COLLECTING


def _withdraw(check: Check, final: Look | None, by: Member, _slices: Sequence[str]) -> None:
    if final is None or final.verdict == Outcome.EFFECTIVE:
        raise Refused(_("Only what did not help is withdrawn."), code="not-harmful")
    _taken_back(check, by)


_DO: dict[str, Callable[[Check, Look | None, Member, Sequence[str]], None]] = {
    "spread": _spread, "round": _round, "chase": _chase, "wait": _wait, "withdraw": _withdraw,
}  # fmt: skip


def _copies(check: Check, slices: Sequence[str], by: Member) -> None:
    """The same action for sibling slices, each with a check of its own later."""
    names = Names(by)
    known = {one.slice for one in siblings_of(check, by)}
    for text in dict.fromkeys(slices):
        if text not in known:
            raise Refused(_("This is not one of the slices it can be spread to."), code="not-a-sibling")
        title = f"{check.action.title} · {names.title(Slice.parse(text).as_dict())}"
        create_action(plan=_plan(check, title, text, check.design["target"]), by=by, copied_from=check.action)


def _taken_back(check: Check, by: Member) -> None:
    """An action that takes the harmful one back."""
    action = check.action
    title = _("Take back: %(title)s") % {"title": action.title}
    plan = _plan(check, title, action.slice, -abs(check.design["min_effect"]))
    create_action(plan=plan, by=by, problem=action.problem, copied_from=action)


def _plan(check: Check, title: str, slice_: str, change: float) -> Plan:
    action = check.action
    detail = action.detail or _("As in %(action)s, in one step and everywhere.") % {"action": action}
    return Plan(
        action.type, title[:160], detail, action.owner_id, action.department_id, clock.today() + NEXT, action.metric,
        slice_, change, action.window,
    )  # fmt: skip
