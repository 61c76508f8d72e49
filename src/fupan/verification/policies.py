"""Whose verdicts a member may read: those of the actions they see."""

from __future__ import annotations

from django.db.models import QuerySet

from fupan.action.policies import actions_seen_by
from fupan.people.models import Member
from fupan.review.policies import problems_seen_by
from fupan.verification.models import Check, Look, Watch


def checks_seen_by(member: Member) -> QuerySet[Check]:
    return Check.objects.filter(action__in=actions_seen_by(member))


def looks_seen_by(member: Member) -> QuerySet[Look]:
    return Look.objects.filter(check_of__in=checks_seen_by(member))


def watches_seen_by(member: Member) -> QuerySet[Watch]:
    return Watch.objects.filter(problem__in=problems_seen_by(member))
