"""The buyer wrote, or a ticket was answered, solved or reopened -> those who follow it hear of it."""

from __future__ import annotations

from django.urls import reverse

from fupan.core.events import when
from fupan.core.models import Event
from fupan.desk.models import Ticket
from fupan.desk.policies import tickets_seen_by
from fupan.notify.models import Topic
from fupan.notify.services import tell
from fupan.people.models import Member


@when("desk.received", "desk.replied", "desk.solved", "desk.reopened")
def tell_followers(event: Event) -> None:
    ticket = Ticket.objects.filter(pk=event.subject_id or 0).first()
    if ticket is None:
        return
    followers = ticket.followers.filter(active=True).exclude(pk=event.actor_id or 0).select_related("workspace")
    seeing = [one.pk for one in followers if tickets_seen_by(one).filter(pk=ticket.pk).exists()]
    actor = Member.objects.filter(pk=event.actor_id or 0).select_related("user").first()
    told = {"ticket": str(ticket), "by": str(actor or "Fupan")}
    url = reverse("desk:ticket", args=[ticket.number])
    tell(seeing, Topic.TICKET, event.name.replace("desk.", "followed_"), told, url, f"followed:{event.pk}")
