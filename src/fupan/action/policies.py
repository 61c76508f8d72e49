"""Which actions a member may see and move."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from fupan.action.models import Action, GuestLink
from fupan.commerce.policies import shops_seen_by
from fupan.insight.policies import in_shops, money_metrics
from fupan.people.models import Member
from fupan.people.policies import may


def actions_seen_by(member: Member) -> QuerySet[Action]:
    """Of the workspace; one about a shop is for those who see that shop, one about money for those who do.

    The owner of an action always sees it.
    """
    rows = Action.objects.filter(workspace_id=member.workspace_id)
    if not may(member, "see_reviews"):
        return rows.none()
    mine, shown = Q(owner=member), Q()
    if not may(member, "see_money"):
        shown &= ~Q(metric__in=money_metrics())
    if member.shop_ids:
        shown &= in_shops(shops_seen_by(member).values_list("name", flat=True))
    return rows.filter(mine | shown) if shown else rows


def may_move(member: Member, action: Action) -> bool:
    """Its owner, its department, and those who look after all actions of theirs."""
    if action.workspace_id != member.workspace_id:
        return False
    if action.owner_id == member.pk or may(member, "host_meetings"):
        return True
    departments = member.departments.values_list("pk", flat=True)
    return may(member, "edit_actions") and action.department_id in set(departments)


def guest_links_seen_by(member: Member) -> QuerySet[GuestLink]:
    return GuestLink.objects.filter(action__in=actions_seen_by(member))
