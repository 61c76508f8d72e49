"""Verbs of the work on an action: comments and the checklist."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from fupan.action.models import ActionState, Comment, GuestLink, Step
from fupan.action.services._mine import action_for, guest_data, need, seen
from fupan.action.services.telling import tell_owner
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.people.models import Member

MOST_STEPS = 40


@transaction.atomic
def add_comment(action_id: int, *, text: str, by: Member | None = None, guest: GuestLink | None = None) -> Comment:
    """Say something about it; everybody who sees it may."""
    action = seen(action_id, by, guest)
    if by is not None:
        need(by, "work_problems")
    if not text.strip():
        raise Refused(_("Write a word or two."), code="no-text")
    comment = Comment.objects.create(
        action=action, text=text.strip()[:4000], by=by, guest=guest.name if guest is not None else "", at=clock.now()
    )
    record("action.commented", action, by=by, comment=comment.pk, **guest_data(guest))
    tell_owner(action, "action_comment" if guest is None else "action_guest", by, once=f"comment:{comment.pk}")
    return comment


@transaction.atomic
def add_step(action_id: int, *, text: str, by: Member) -> Step:
    """One more line of its checklist."""
    action = action_for(action_id, by)
    if not text.strip():
        raise Refused(_("Say what the step is."), code="no-text")
    if action.steps.count() >= MOST_STEPS:
        raise Refused(_("At most %(count)s steps.") % {"count": MOST_STEPS}, code="too-many")
    last = action.steps.aggregate(last=Max("position"))["last"] or 0
    step = Step.objects.create(action=action, text=text.strip()[:200], position=last + 1)
    record("action.step_added", action, by=by, step=step.pk)
    return step


@transaction.atomic
def tick_step(step_id: int, *, done: bool, by: Member | None = None, guest: GuestLink | None = None) -> Step:
    """It is done, or not done after all."""
    step = Step.objects.get(pk=step_id)
    action = action_for(step.action_id, by, guest)
    if action.state == ActionState.DROPPED:
        raise Refused(_("%(action)s was dropped.") % {"action": action}, code="not-open")
    if (step.done_at is not None) == done:
        return step
    step.done_at, step.done_by = (clock.now(), by) if done else (None, None)
    step.save(update_fields=["done_at", "done_by"])
    if done:
        record("action.step_ticked", action, by=by, step=step.pk, **guest_data(guest))
    else:
        record("action.step_unticked", action, by=by, step=step.pk, **guest_data(guest))
    return step


@transaction.atomic
def drop_step(step_id: int, *, by: Member) -> None:
    """The step is not needed."""
    step = Step.objects.get(pk=step_id)
    action = action_for(step.action_id, by)
    step.delete()
    record("action.step_dropped", action, by=by, step=step_id)
