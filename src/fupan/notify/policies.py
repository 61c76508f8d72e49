from __future__ import annotations

from django.db.models import QuerySet

from fupan.notify.models import Notice, Preference
from fupan.people.models import Member


def notices_seen_by(member: Member) -> QuerySet[Notice]:
    """One's own notices; nobody reads another's."""
    return Notice.objects.filter(member=member)


def preferences_seen_by(member: Member) -> QuerySet[Preference]:
    return Preference.objects.filter(member=member)
