"""Words to the people of an action."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from fupan.action.models import Action
from fupan.action.policies import actions_seen_by
from fupan.notify.models import Topic
from fupan.notify.services import tell
from fupan.people.models import Member


def tell_owner(action: Action, kind: str, by: Member | None, *, once: str = "") -> int:
    """Say it to whoever answers for the action, unless they did it themselves."""
    if by is not None and by.pk == action.owner_id:
        return 0
    return tell_member(action.owner_id, action, kind, once=once)


def tell_member(member_id: int, action: Action, kind: str, *, once: str = "", **more: Any) -> int:
    """Say something about an action to one who may see it; the same word is said once."""
    member = Member.objects.filter(pk=member_id, active=True).first()
    if member is None or not actions_seen_by(member).filter(pk=action.pk).exists():
        return 0
    context = {"action": str(action), "title": action.title, "deadline": action.deadline.isoformat(), **more}
    key = once or f"{kind}:{action.owner_id}"
    return tell([member_id], Topic.ACTION, kind, context, reverse("action:action", args=[action.number]),
                f"action:{action.pk}:{key}")  # fmt: skip
