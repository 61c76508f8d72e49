"""Verbs of an action's way over the board: moved by hand, carried out with proof, and back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fupan.action.models import Action, ActionState, GuestLink
from fupan.action.queries.board import day_in
from fupan.action.services._mine import action_for, guest_data, open_action_for
from fupan.action.services.proofs import Given, add_proof
from fupan.action.services.telling import tell_owner
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.people.models import Member

LONG_AGO = timedelta(days=366)


@transaction.atomic
def move_action(
    action_id: int, *, state: str, before: int | None = None, after: int | None = None, by: Member
) -> Action:
    """Into another column, or to another place of the same one: next to a neighbour, else where its deadline puts it.

    Refused, with what to do instead, where proof or a verdict is what moves it.
    """
    action = action_for(action_id, by)
    if state not in ActionState.values:
        raise Refused(_("There is no such column."), code="no-column")
    was: Any = action.state
    if state != was:
        _refuse(action, state)
    action.state = ActionState(state)
    action.position = _position(action, before, after)
    action.save(update_fields=["state", "position"])
    record("action.moved", action, by=by, to=state, **{"from": was})
    return action


def _refuse(action: Action, state: str) -> None:
    """Doors that a hand does not open."""
    if ActionState.VERIFIED in (state, action.state):
        raise Refused(_("Only a verdict moves it into or out of “Verified”."), code="verdict-only")
    if state == ActionState.DROPPED or action.state == ActionState.DROPPED:
        raise Refused(_("Drop it on its page, with a reason."), code="not-by-hand")
    if action.state == ActionState.DONE:
        raise Refused(
            _("It counts as carried out and is being checked. Take that back on its page first."), code="carried-out"
        )
    if state == ActionState.DONE:
        if not action.proofs.exists():
            raise Refused(_("Without proof it does not count as carried out."), code="no-proof")
        raise Refused(_("Say since when it is in place."), code="no-day")


def _position(action: Action, before: int | None, after: int | None) -> float:
    """Half-way to the next one on the other side of its neighbour."""
    column = Action.objects.filter(workspace_id=action.workspace_id, state=action.state).exclude(pk=action.pk)
    places = dict(column.values_list("pk", "position"))
    if before in places:
        above = [place for place in places.values() if place < places[before]]
        return (max(above) + places[before]) / 2 if above else places[before] - 1
    if after in places:
        below = [place for place in places.values() if place > places[after]]
        return (min(below) + places[after]) / 2 if below else places[after] + 1
    return float(action.deadline.toordinal())


@transaction.atomic
def carry_out(
    action_id: int, *, day: date, given: Given | None = None, by: Member | None = None, guest: GuestLink | None = None
) -> Action:
    """It is in place since `day`; needs proof, which may be given along. Its check begins with this."""
    action = open_action_for(action_id, by, guest)
    today = day_in(action.workspace)
    if day > today:
        raise Refused(_("This day is still to come. Say so once it is in place."), code="day-to-come")
    if day < today - LONG_AGO:
        raise Refused(_("That is more than a year ago; such an effect cannot be checked any more."), code="long-ago")
    if given:
        add_proof(action_id, given=given, by=by, guest=guest)
    if not action.proofs.exists():
        raise Refused(
            _("Without proof it does not count as carried out: add a file, a link or a note."), code="no-proof"
        )
    action.state, action.done_at, action.carried_on, action.blocked = ActionState.DONE, clock.now(), day, ""
    action.position = float((day + timedelta(weeks=action.window)).toordinal())
    action.verdict = {}
    action.save(update_fields=["state", "done_at", "carried_on", "blocked", "position", "verdict"])
    record(
        "action.carried_out", action, by=by, problem=action.problem_id, day=day.isoformat(), **guest_data(guest)
    )  # fmt: skip
    if guest is not None:
        tell_owner(action, "action_guest_done", None, once=f"guest-done:{action.done_at.isoformat()}")
    return action


@transaction.atomic
def undo_carry_out(action_id: int, *, by: Member) -> Action:
    """It was not in place after all; its check stops."""
    action = action_for(action_id, by)
    if action.state != ActionState.DONE:
        raise Refused(_("Only what counts as carried out and has no verdict can be taken back."), code="not-done")
    action.state, action.done_at, action.carried_on, action.verdict = ActionState.DOING, None, None, {}
    action.position = float(action.deadline.toordinal())
    action.save(update_fields=["state", "done_at", "carried_on", "verdict", "position"])
    record("action.carry_undone", action, by=by, problem=action.problem_id)
    return action
