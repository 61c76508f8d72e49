"""How often a seller of this size should meet."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from fupan.core import clock, weeks
from fupan.desk.models import PRAISE, Ticket
from fupan.people.models import Member, Role, Workspace
from fupan.review.models import Cadence, MeetingKind

ENOUGH = 30  # tickets a week from which a week can be told from chance
LOOKED_AT = 8  # weeks
WEEKDAY, HOUR = 1, 14  # Tuesday: the week before is complete


@dataclass(frozen=True, slots=True)
class Proposal:
    """What fits this volume."""

    a_week: float
    weekly: bool
    host: Member | None

    def of(self, kind: str) -> Cadence:
        return Cadence(
            kind=kind, active=kind != MeetingKind.WEEKLY or self.weekly, weekday=WEEKDAY, hour=HOUR, host=self.host
        )


def propose_cadence(workspace: Workspace) -> Proposal:
    """Weekly and monthly where a week has enough tickets, monthly alone where not; a review after each promotion."""
    last = weeks.last_whole_week(clock.now().astimezone(weeks.zone(workspace.timezone)).date())
    first = weeks.shift(last, 1 - LOOKED_AT)
    tickets = Ticket.objects.filter(workspace=workspace, week__gte=first, week__lte=last, merged_into=None)
    counts = tickets.exclude(PRAISE).order_by().values("week").annotate(number=Count("pk"))
    found = [row["number"] for row in counts]
    a_week = sum(found) / len(found) if found else 0.0
    members = Member.objects.filter(workspace=workspace, active=True).select_related("user")
    host = members.filter(role=Role.LEAD).order_by("pk").first() or members.filter(role=Role.MANAGER).first()
    return Proposal(a_week, a_week >= ENOUGH, host)


def cadences(workspace: Workspace) -> tuple[Proposal, list[tuple[Cadence, bool]]]:
    """Each kind of meeting as it is set, or as proposed; with whether it is set."""
    proposal = propose_cadence(workspace)
    known = {one.kind: one for one in Cadence.objects.filter(workspace=workspace).select_related("host__user")}
    return proposal, [(known.get(kind) or proposal.of(kind), kind in known) for kind in MeetingKind.values]
