"""The buyer wrote, or a ticket was answered, solved or reopened -> those who follow it hear of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from fupan.core.events import when_many
from fupan.core.models import Event
from fupan.desk.models import Ticket
from fupan.desk.policies import tickets_seen_by
from fupan.notify.models import Topic
from fupan.notify.services import tell
from fupan.people.models import Member


@when_many("desk.received", "desk.replied", "desk.solved", "desk.reopened")
def tell_followers(events: Sequence[Event]) -> None:
    about = [event.subject_id for event in events if event.subject_id is not None]
    followed = {one.pk: one for one in Ticket.objects.filter(pk__in=about, followers__active=True).distinct()}
    for event in events:
        ticket = followed.get(event.subject_id or 0)
        if ticket is not None:
            _tell(event, ticket)


def _tell(event: Event, ticket: Ticket) -> None:
    followers = ticket.followers.filter(active=True).exclude(pk=event.actor_id or 0).select_related("workspace")
    seeing = [one.pk for one in followers if tickets_seen_by(one).filter(pk=ticket.pk).exists()]
    actor = Member.objects.filter(pk=event.actor_id or 0).select_related("user").first()
    told = {"ticket": str(ticket), "by": str(actor or "Fupan")}
    url = reverse("desk:ticket", args=[ticket.number])
    tell(seeing, Topic.TICKET, event.name.replace("desk.", "followed_"), told, url, f"followed:{event.pk}")
