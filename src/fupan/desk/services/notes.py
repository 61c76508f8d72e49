"""Internal notes: words for colleagues, which no verb can send to a buyer."""

from __future__ import annotations

import re

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.core.redact import redact
from fupan.desk.models import Draft, Mention, Message, MessageSide, Ticket
from fupan.desk.policies import tickets_seen_by
from fupan.desk.services._mine import write
from fupan.notify.models import Topic
from fupan.notify.services import tell
from fupan.people.models import Member


@transaction.atomic
def note_ticket(ticket: Ticket, text: str, *, by: Member) -> Message:
    """Leave an internal note beside the conversation; colleagues named as @name hear of it."""
    words = text.strip()
    if not words:
        raise Refused(_("A note needs some words."), code="empty-note")
    note = Message.objects.create(
        workspace_id=ticket.workspace_id, ticket=ticket, side=MessageSide.NOTE, author=by, at=clock.now(),
        original=words, redacted=redact(words, names=tuple(name for name in (ticket.buyer_name,) if name)),
    )  # fmt: skip
    Draft.objects.filter(ticket=ticket, side=MessageSide.NOTE, by=by).delete()
    named = [one for one in mentioned(words, by) if tickets_seen_by(one).filter(pk=ticket.pk).exists()]
    Mention.objects.bulk_create([Mention(message=note, member=one) for one in named])
    write(ticket, {})
    record("desk.noted", ticket, by=by, message=note.pk, mentions=[one.pk for one in named])
    tell(
        [one.pk for one in named if one.pk != by.pk], Topic.TICKET, "mentioned",
        {"ticket": str(ticket), "by": str(by)}, reverse("desk:ticket", args=[ticket.number]), f"mention:{note.pk}",
    )  # fmt: skip
    return note


def mentioned(text: str, by: Member) -> list[Member]:
    """Colleagues whose name stands behind an @; the longer of two names that begin alike."""
    colleagues = Member.objects.filter(workspace_id=by.workspace_id, active=True).select_related("user")
    left, found = text, []
    for one in sorted(colleagues, key=lambda member: -len(str(member))):
        pattern = re.compile(rf"[@＠]{re.escape(str(one))}", re.IGNORECASE)
        if pattern.search(left):
            found.append(one)
            left = pattern.sub(" ", left)
    return found


def see_mentions(ticket: Ticket, *, by: Member) -> int:
    """Remember that a member read what colleagues wrote to them here; how many were new."""
    fresh = list(Mention.objects.filter(message__ticket=ticket, member=by, seen_at=None).values_list("pk", flat=True))
    if not fresh:
        return 0  # every look at a ticket asks: no transaction for nothing
    with transaction.atomic():
        count = Mention.objects.filter(pk__in=fresh, seen_at=None).update(seen_at=clock.now())
        if count:
            record("desk.mentions_seen", ticket, by=by, count=count)
    return count
