"""Which problems and meetings a member may see."""

from __future__ import annotations

from django.db.models import QuerySet

from fupan.commerce.policies import shops_seen_by
from fupan.desk.policies import tickets_seen_by
from fupan.insight.policies import in_shops, money_metrics
from fupan.people.models import Member
from fupan.people.policies import may
from fupan.review.models import Cadence, Entry, Meeting, MoveNote, Problem, Why


def problems_seen_by(member: Member) -> QuerySet[Problem]:
    """Of the workspace; one about a shop is for those who see that shop, one about money for those who do."""
    rows = Problem.objects.filter(workspace_id=member.workspace_id)
    if not may(member, "see_reviews"):
        return rows.none()
    if not may(member, "see_money"):
        rows = rows.exclude(metric__in=money_metrics())
    if not member.shop_ids:
        return rows
    return rows.filter(in_shops(shops_seen_by(member).values_list("name", flat=True)))


def whys_seen_by(member: Member) -> QuerySet[Why]:
    return Why.objects.filter(problem__in=problems_seen_by(member))


def meetings_seen_by(member: Member) -> QuerySet[Meeting]:
    """A meeting shows the numbers of the whole workspace, so only to members of every shop."""
    rows = Meeting.objects.filter(workspace_id=member.workspace_id)
    return rows if may(member, "see_reviews") and not member.shop_ids else rows.none()


def entries_seen_by(member: Member) -> QuerySet[Entry]:
    return Entry.objects.filter(meeting__in=meetings_seen_by(member))


def move_notes_seen_by(member: Member) -> QuerySet[MoveNote]:
    return MoveNote.objects.filter(message__ticket__in=tickets_seen_by(member))


def cadences_seen_by(member: Member) -> QuerySet[Cadence]:
    return Cadence.objects.filter(workspace_id=member.workspace_id)
