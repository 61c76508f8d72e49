"""Which facts a member may see."""

from __future__ import annotations

from django.db.models import QuerySet

from fupan.commerce.policies import shops_seen_by
from fupan.insight.facts import FactsView
from fupan.insight.models import Target
from fupan.people.models import Member, Workspace


def facts_seen_by(member: Member) -> FactsView:
    """The facts of the member's shops."""
    if not member.shop_ids:
        return FactsView(member.workspace_id)
    return FactsView(member.workspace_id, frozenset(shops_seen_by(member).values_list("pk", flat=True)))


def facts_of(workspace: Workspace) -> FactsView:
    """All facts of a workspace, for the command line and for jobs."""
    return FactsView(workspace.pk)


def targets_seen_by(member: Member) -> QuerySet[Target]:
    return Target.objects.filter(workspace_id=member.workspace_id)
