"""Questions about notices, named as the screens name them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from fupan.notify.models import Notice, Preference, Topic
from fupan.notify.policies import notices_seen_by, preferences_seen_by
from fupan.people.models import Member


def notices(member: Member, *, unread_only: bool = False) -> QuerySet[Notice]:
    """Newest first."""
    rows = notices_seen_by(member).order_by("-pk")
    return rows.filter(read_at=None) if unread_only else rows


def unread(member: Member) -> int:
    """The number at the bell."""
    return notices_seen_by(member).filter(read_at=None).count()


def by_email(member: Member) -> dict[str, bool]:
    """For every topic, whether it also comes by e-mail; no row means yes."""
    chosen = dict(preferences_seen_by(member).values_list("topic", "email"))
    return {topic: chosen.get(topic, True) for topic in Topic.values}


def want_mail(members: Iterable[Member], topic: str) -> set[int]:
    """Which of these members want the topic by e-mail."""
    refused = Preference.objects.filter(topic=topic, email=False, member__in=[one.pk for one in members])
    return {one.pk for one in members} - set(refused.values_list("member_id", flat=True))
