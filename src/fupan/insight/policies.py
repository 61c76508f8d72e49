"""Which facts a member may see."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from fupan.commerce.policies import shops_seen_by
from fupan.insight.facts import FactsView
from fupan.insight.metrics import METRICS
from fupan.insight.models import Signal, SubTopic, Target
from fupan.people.models import Member, Workspace
from fupan.people.policies import may


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


def signals_seen_by(member: Member) -> QuerySet[Signal]:
    """Signals of the workspace; one about a shop is for those who see that shop, one about money for those who do."""
    signals = Signal.objects.filter(workspace_id=member.workspace_id)
    if not may(member, "see_insight"):
        return signals.none()
    if not may(member, "see_money"):
        signals = signals.exclude(metric__in=money_metrics())
    if not member.shop_ids:
        return signals
    return signals.filter(in_shops(shops_seen_by(member).values_list("name", flat=True)))


def money_metrics() -> list[str]:
    """Codes of the numbers that tell money."""
    return [one.code for one in METRICS.values() if one.unit == "money" or one.code == "refund_spread"]


def in_shops(names: Iterable[str]) -> Q:
    """Signals whose slice names no shop, or one of these."""
    about_one = Q(slice__startswith="shop=") | Q(slice__contains="&shop=")
    wanted = ~about_one
    for name in names:
        part = f"shop={name}"
        alone = Q(slice=part) | Q(slice__startswith=f"{part}&")
        wanted |= alone | Q(slice__endswith=f"&{part}") | Q(slice__contains=f"&{part}&")
    return wanted


def sub_topics_seen_by(member: Member) -> QuerySet[SubTopic]:
    """Of the whole workspace; tickets to quote are still those the member may see."""
    return SubTopic.objects.filter(workspace_id=member.workspace_id)
