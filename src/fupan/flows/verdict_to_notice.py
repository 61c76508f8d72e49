"""A verdict is in -> the owner of the action, of its problem, and those who host reviews hear of it."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import override

from fupan.core.events import when
from fupan.core.models import Event
from fupan.notify.models import Topic
from fupan.notify.services import tell
from fupan.people.models import Member
from fupan.people.policies import roles_that_may
from fupan.verification.models import Check, CheckState
from fupan.verification.policies import checks_seen_by
from fupan.verification.words import told


@when("verification.decided")
def tell_those_concerned(event: Event) -> None:
    check = Check.objects.filter(pk=event.subject_id or 0, state=CheckState.DECIDED).first()
    if check is None:
        return
    action = check.action
    owners = {action.owner_id, action.problem.owner_id if action.problem else None}
    members = Member.objects.filter(workspace_id=check.workspace_id, active=True).select_related("user", "workspace")
    concerned = members.filter(Q(pk__in=owners - {None}) | Q(role__in=roles_that_may("close_unproved"))).distinct()
    for member in concerned.order_by("pk"):
        if checks_seen_by(member).filter(pk=check.pk).exists():
            _tell(member, check, event)


def _tell(member: Member, check: Check, event: Event) -> None:
    with override(member.user.language):
        (one,) = told(member, [check])
        context = {"title": one.title, "verdict": one.word, "change": one.change, "meaning": one.meaning}
    url = reverse("verification:verdict", args=[check.pk])
    once = f"verdict:{check.pk}:{event.data.get('week')}:{event.data.get('verdict')}"
    tell([member.pk], Topic.VERDICT, "verdict", context, url, once)
