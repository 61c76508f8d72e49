"""Which cases and articles a member may see and change."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from fupan.commerce.policies import shops_seen_by
from fupan.desk.policies import tickets_seen_by
from fupan.library.models import (
    READABLE,
    Article,
    Case,
    CaseDebt,
    CaseEvidence,
    CaseList,
    CaseUse,
    DebtRule,
    Flag,
    Lack,
    Proposal,
    Run,
    State,
)
from fupan.people.models import Member
from fupan.people.policies import may


def cases_seen_by(member: Member) -> QuerySet[Case]:
    """Cases of the member's shops and of no shop; one that was never published is for its author and for reviewers."""
    rows = Case.objects.filter(workspace_id=member.workspace_id)
    if not may(member, "see_library"):
        return rows.none()
    if member.shop_ids:
        rows = rows.filter(Q(shop=None) | Q(shop__in=shops_seen_by(member)))
    if may(member, "review_cases"):
        return rows
    return rows.filter(Q(published_at__isnull=False) | Q(state__in=READABLE) | Q(author=member))


def articles_seen_by(member: Member) -> QuerySet[Article]:
    """Articles of the workspace; one that never was in force is for its author and for editors."""
    rows = Article.objects.filter(workspace_id=member.workspace_id)
    if not may(member, "see_library"):
        return rows.none()
    return rows if may(member, "edit_articles") else rows.filter(Q(version__gt=0) | Q(author=member))


def may_edit_case(member: Member, case: Case) -> bool:
    """Reviewers every case; writers their own, and what is published."""
    if case.workspace_id != member.workspace_id:
        return False
    if may(member, "review_cases"):
        return True
    return may(member, "write_cases") and (case.author_id == member.pk or case.published_at is not None)


def may_review_case(member: Member, case: Case) -> bool:
    """A reviewer who did not write it; where nobody else may review, the only one there is."""
    if case.workspace_id != member.workspace_id or not may(member, "review_cases"):
        return False
    return case.author_id != member.pk or not _others_who_review(member)


def _others_who_review(member: Member) -> bool:
    others = Member.objects.filter(workspace_id=member.workspace_id, active=True).exclude(pk=member.pk)
    return any(may(one, "review_cases") for one in others)


def may_approve(member: Member) -> bool:
    """Put a version of an article in force."""
    return may(member, "edit_articles") and may(member, "review_cases")


def may_open_evidence(member: Member) -> bool:
    """Files are for those who answer buyers; the rest see that they are there."""
    return may(member, "see_buyers")


def evidence_seen_by(member: Member) -> QuerySet[CaseEvidence]:
    rows = CaseEvidence.objects.filter(case__in=cases_seen_by(member))
    return rows if may_open_evidence(member) else rows.none()


def uses_seen_by(member: Member) -> QuerySet[CaseUse]:
    return CaseUse.objects.filter(ticket__in=tickets_seen_by(member))


def flags_seen_by(member: Member) -> QuerySet[Flag]:
    return Flag.objects.filter(article__in=articles_seen_by(member))


def runs_seen_by(member: Member) -> QuerySet[Run]:
    """Runs on tickets one sees, and one's own trials."""
    mine = Q(ticket__in=tickets_seen_by(member)) | Q(ticket=None, by=member)
    return Run.objects.filter(mine, article__in=articles_seen_by(member))


def debts_seen_by(member: Member) -> QuerySet[CaseDebt]:
    """One's own; those who review cases see the team's."""
    rows = CaseDebt.objects.filter(workspace_id=member.workspace_id, ticket__in=tickets_seen_by(member))
    if not may(member, "see_library"):
        return rows.none()
    return rows if may(member, "review_cases") else rows.filter(owner=member)


def rules_seen_by(member: Member) -> QuerySet[DebtRule]:
    return DebtRule.objects.filter(workspace_id=member.workspace_id)


def lists_seen_by(member: Member) -> QuerySet[CaseList]:
    rows = CaseList.objects.filter(workspace_id=member.workspace_id)
    return rows if may(member, "see_library") else rows.none()


def waiting_for(member: Member) -> QuerySet[Case]:
    """Cases this member could review now."""
    rows = cases_seen_by(member).filter(state=State.IN_REVIEW)
    if not may(member, "review_cases"):
        return rows.none()
    return rows.exclude(author=member) if _others_who_review(member) else rows


def proposals_seen_by(member: Member) -> QuerySet[Proposal]:
    """For those who edit the library; a member of some shops sees those whose tickets they may see."""
    rows = Proposal.objects.filter(workspace_id=member.workspace_id)
    if not may(member, "edit_articles"):
        return rows.none()
    if not member.shop_ids:
        return rows
    theirs = Proposal.tickets.through.objects.filter(ticket__in=tickets_seen_by(member))
    return rows.filter(pk__in=theirs.values("proposal"))


def lacks_seen_by(member: Member) -> QuerySet[Lack]:
    """For those who review; a member of some shops sees what their own tickets and searches tell."""
    rows = Lack.objects.filter(workspace_id=member.workspace_id)
    if not may(member, "see_library") or not may(member, "review_cases"):
        return rows.none()
    return rows.filter(ticket__in=tickets_seen_by(member)) if member.shop_ids else rows
