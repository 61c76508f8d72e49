"""Who has a ticket open, and whether they write: renewed by their page, gone a minute after it closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from fupan.core import clock
from fupan.desk.models import Presence, Ticket
from fupan.people.models import Member

GONE = timedelta(seconds=60)
SWEPT = timedelta(hours=1)


class Here(NamedTuple):
    name: str
    writing: bool


def be_here(ticket: Ticket, member: Member, *, writing: bool) -> None:
    Presence.objects.update_or_create(ticket=ticket, member=member, defaults={"at": clock.now(), "writing": writing})


def leave(ticket: Ticket, member: Member) -> None:
    Presence.objects.filter(ticket=ticket, member=member).delete()


def others_at(ticket_ids: Iterable[int], member: Member) -> dict[int, list[Here]]:
    """Colleagues at each ticket, those who write first."""
    rows = Presence.objects.filter(ticket_id__in=list(ticket_ids), at__gte=clock.now() - GONE)
    found: dict[int, list[Here]] = defaultdict(list)
    for one in rows.exclude(member=member).select_related("member__user").order_by("-writing", "member_id"):
        found[one.ticket_id].append(Here(str(one.member), one.writing))
    return dict(found)


def sweep() -> int:
    """Forget who was where an hour ago."""
    return Presence.objects.filter(at__lt=clock.now() - SWEPT).delete()[0]
