"""Which tickets a member may see, and what of them."""

from __future__ import annotations

from django.db.models import QuerySet

from fupan.commerce.policies import shops_seen_by
from fupan.desk.models import (
    Cause,
    Classifier,
    Incident,
    IssueType,
    KeywordRule,
    Message,
    ReasonCode,
    Resolution,
    Tag,
    Ticket,
    TreeVersion,
)
from fupan.people.models import Member
from fupan.people.policies import may


def tickets_seen_by(member: Member) -> QuerySet[Ticket]:
    """The workspace's tickets; of the member's shops only, when shops were named."""
    tickets = Ticket.objects.filter(workspace_id=member.workspace_id)
    if not may(member, "see_tickets"):
        return tickets.none()
    return tickets.filter(shop__in=shops_seen_by(member)) if member.shop_ids else tickets


def messages_seen_by(member: Member) -> QuerySet[Message]:
    return Message.objects.filter(workspace_id=member.workspace_id, ticket__in=tickets_seen_by(member))


def incidents_seen_by(member: Member) -> QuerySet[Incident]:
    return Incident.objects.filter(workspace_id=member.workspace_id, tickets__in=tickets_seen_by(member)).distinct()


def issues_seen_by(member: Member) -> QuerySet[IssueType]:
    return IssueType.objects.filter(workspace_id=member.workspace_id)


def causes_seen_by(member: Member) -> QuerySet[Cause]:
    return Cause.objects.filter(workspace_id=member.workspace_id)


def resolutions_seen_by(member: Member) -> QuerySet[Resolution]:
    return Resolution.objects.filter(workspace_id=member.workspace_id)


def rules_seen_by(member: Member) -> QuerySet[KeywordRule]:
    return KeywordRule.objects.filter(workspace_id=member.workspace_id)


def reason_codes_seen_by(member: Member) -> QuerySet[ReasonCode]:
    return ReasonCode.objects.filter(workspace_id=member.workspace_id)


def versions_seen_by(member: Member) -> QuerySet[TreeVersion]:
    return TreeVersion.objects.filter(workspace_id=member.workspace_id)


def classifiers_seen_by(member: Member) -> QuerySet[Classifier]:
    return Classifier.objects.filter(workspace_id=member.workspace_id)


def tags_seen_by(member: Member) -> QuerySet[Tag]:
    return Tag.objects.filter(workspace_id=member.workspace_id)


def may_see_buyers(member: Member) -> bool:
    """Names, addresses and original words of buyers; others read redacted text."""
    return may(member, "see_buyers")


def may_work(member: Member) -> bool:
    """Notes, state, owner, cost, split and join."""
    return may(member, "answer")


def may_label(member: Member) -> bool:
    return may(member, "label")


def may_edit_trees(member: Member) -> bool:
    return may(member, "edit_labels")


def may_see_money(member: Member) -> bool:
    return may(member, "see_money")
