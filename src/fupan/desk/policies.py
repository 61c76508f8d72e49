"""Which tickets a member may see, and what of them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from fupan.commerce.policies import shops_seen_by
from fupan.desk.models import (
    Authority,
    Bulletin,
    Cause,
    Classifier,
    Draft,
    Escalation,
    EscalationPath,
    FollowUp,
    Incident,
    IssueType,
    KeywordRule,
    Merge,
    Message,
    MessageFile,
    ReasonCode,
    ReplyTemplate,
    Resolution,
    Routing,
    RoutingRule,
    Survey,
    SurveyRule,
    Tag,
    Ticket,
    TreeVersion,
    View,
)
from fupan.people.models import Department, Member
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


def bulletins_seen_by(member: Member) -> QuerySet[Bulletin]:
    """The war room's; one about a shop is for those who look after it."""
    rows = Bulletin.objects.filter(workspace_id=member.workspace_id)
    if not may(member, "see_tickets"):
        return rows.none()
    if not member.shop_ids:
        return rows
    mine = list(shops_seen_by(member).values_list("name", flat=True))
    return rows.filter(Q(slice__shop__isnull=True) | Q(slice__shop__in=mine))


def may_post_bulletins(member: Member) -> bool:
    return may(member, "post_bulletins")


def may_answer_for(member: Member, department: Department) -> bool:
    """Those of the department, and those who lead the war room."""
    return may_post_bulletins(member) or member.departments.filter(pk=department.pk).exists()


def surveys_seen_by(member: Member) -> QuerySet[Survey]:
    return Survey.objects.filter(ticket__in=tickets_seen_by(member))


def survey_rules_seen_by(member: Member) -> QuerySet[SurveyRule]:
    return SurveyRule.objects.filter(workspace_id=member.workspace_id)


def follow_ups_seen_by(member: Member) -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(survey__ticket__in=tickets_seen_by(member))


def may_edit_surveys(member: Member) -> bool:
    return may(member, "edit_surveys")


def templates_seen_by(member: Member) -> QuerySet[ReplyTemplate]:
    """The canned replies of the workspace; drafts are for those who write them."""
    rows = ReplyTemplate.objects.filter(workspace_id=member.workspace_id)
    if not may(member, "answer") and not may(member, "edit_templates"):
        return rows.none()
    return rows if may(member, "edit_templates") else rows.exclude(version=0)


def authorities_seen_by(member: Member) -> QuerySet[Authority]:
    return Authority.objects.filter(workspace_id=member.workspace_id)


def paths_seen_by(member: Member) -> QuerySet[EscalationPath]:
    return EscalationPath.objects.filter(workspace_id=member.workspace_id)


def escalations_seen_by(member: Member) -> QuerySet[Escalation]:
    """Those of tickets one sees: the list is open to the whole desk, deciding is not."""
    rows = Escalation.objects.filter(ticket__in=tickets_seen_by(member))
    return rows if may(member, "answer") else rows.none()


def routing_rules_seen_by(member: Member) -> QuerySet[RoutingRule]:
    return RoutingRule.objects.filter(workspace_id=member.workspace_id)


def routings_seen_by(member: Member) -> QuerySet[Routing]:
    return Routing.objects.filter(ticket__in=tickets_seen_by(member))


def views_seen_by(member: Member) -> QuerySet[View]:
    """One's own saved views, and everybody's."""
    mine = Q(owner=member) | Q(owner=None)
    return View.objects.filter(mine, workspace_id=member.workspace_id)


def merges_seen_by(member: Member) -> QuerySet[Merge]:
    return Merge.objects.filter(ticket__in=tickets_seen_by(member))


def drafts_seen_by(member: Member) -> QuerySet[Draft]:
    """What anybody is writing on tickets one sees: for those who answer buyers themselves."""
    rows = Draft.objects.filter(ticket__in=tickets_seen_by(member))
    return rows if may(member, "answer") else rows.none()


def files_seen_by(member: Member) -> QuerySet[MessageFile]:
    """Files of the conversation show buyers' own words and pictures."""
    rows = MessageFile.objects.filter(message__ticket__in=tickets_seen_by(member))
    return rows if may_see_buyers(member) else rows.none()
