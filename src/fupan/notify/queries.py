"""Questions about notices and messages, named as the screens name them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from fupan.core import clock
from fupan.notify.models import Delivery, DeliveryState, Destination, Notice, Preference, Topic
from fupan.notify.policies import deliveries_seen_by, notices_seen_by, preferences_seen_by
from fupan.people.models import Member


def notices(member: Member, *, unread_only: bool = False) -> QuerySet[Notice]:
    """Newest first."""
    rows = notices_seen_by(member).order_by("-pk")
    return rows.filter(read_at=None) if unread_only else rows


def unread(member: Member) -> int:
    """The number at the bell."""
    return notices_seen_by(member).filter(read_at=None).count()


def ways(member: Member) -> dict[str, tuple[bool, bool]]:
    """For every topic, whether it is shown in the product and whether it comes by e-mail; no row means both."""
    chosen = {one.topic: (one.in_app, one.email) for one in preferences_seen_by(member)}
    return {topic: chosen.get(topic, (True, True)) for topic in Topic.values}


def want_mail(members: Iterable[Member], topic: str) -> set[int]:
    """Which of these members want the topic by e-mail."""
    refused = Preference.objects.filter(topic=topic, email=False, member__in=[one.pk for one in members])
    return {one.pk for one in members} - set(refused.values_list("member_id", flat=True))


def want_no_notice(members: Iterable[Member], topic: str) -> set[int]:
    """Which of these members do not want to see the topic in the product."""
    refused = Preference.objects.filter(topic=topic, in_app=False, member__in=[one.pk for one in members])
    return set(refused.values_list("member_id", flat=True))


def listening(
    workspace_id: int, topic: str, department_id: int | None = None, *, and_shared: bool = False
) -> QuerySet[Destination]:
    """Destinations that want a topic; what belongs to a department is heard by that department's only, and with
    `and_shared` by those of no department, too."""
    rows = Destination.objects.filter(workspace_id=workspace_id, active=True).order_by("pk")
    if department_id is not None or and_shared:
        mine = Q(department_id=department_id) if department_id is not None else Q(pk__in=[])
        rows = rows.filter(mine | Q(department=None) if and_shared else mine)
    # Lists in JSON cannot be searched the same way on every database, and there are few rows.
    return rows.filter(pk__in=[pk for pk, topics in rows.values_list("pk", "topics") if topic in topics])


def waiting() -> QuerySet[Delivery]:
    """Messages whose turn has come, to robots that are not being left alone."""
    now = clock.now()
    due = Q(next_try_at=None) | Q(next_try_at__lte=now)
    awake = Q(destination__paused_until=None) | Q(destination__paused_until__lte=now)
    return Delivery.objects.filter(due, awake, state=DeliveryState.WAITING, destination__active=True)


def log_of(member: Member, destination: Destination) -> QuerySet[Delivery]:
    """What was sent to a destination, newest first."""
    return deliveries_seen_by(member).filter(destination=destination).order_by("-pk")


def event_of(delivery: Delivery) -> dict[str, Any]:
    """A message as programs read it (docs/howto/receive-webhooks.md)."""
    room, said = delivery.destination, delivery.message
    department = room.department
    return {
        "type": delivery.kind,
        "timestamp": delivery.at.isoformat(timespec="seconds"),
        "data": {
            "topic": delivery.topic,
            "workspace": {"id": room.workspace_id, "name": room.workspace.name},
            "department": {"code": department.code, "name": department.name} if department else None,
            "sentence": said.get("title", ""),
            "lines": [{"text": text, "url": url} for text, url in said.get("lines", ())],
            "url": said.get("url", ""),
            "numbers": delivery.numbers,
        },
    }
