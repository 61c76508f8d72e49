"""What verbs on tickets ask before they begin, and how they write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from fupan.core import clock, stale
from fupan.core.errors import Refused
from fupan.desk.models import UNSAID, Message, MessageSide, Ticket
from fupan.desk.policies import tickets_seen_by
from fupan.desk.services._incidents import kin_weeks
from fupan.desk.standing import ANSWERED, days_off, waits
from fupan.people.models import Member
from fupan.people.policies import may


def ticket_for(ticket_id: int, by: Member, right: str = "answer") -> Ticket:
    """The ticket, held until the verb ends; 404 for those who do not see it, 403 for those without the right."""
    if not may(by, right):
        raise PermissionDenied
    rows = tickets_seen_by(by).select_for_update(of=("self",)).select_related("shop", "workspace", "assignee__user")
    return rows.get(pk=ticket_id)


def alive(ticket: Ticket) -> Ticket:
    """Refused when the conversation goes on in another ticket."""
    if ticket.merged_into is not None:
        said = {"ticket": ticket, "other": ticket.merged_into}
        raise Refused(_("%(ticket)s was merged into %(other)s: go on there.") % said, code="merged")
    return ticket


def write(ticket: Ticket, values: Mapping[str, Any], *, touched: bool = True) -> None:
    """Write columns of a ticket and let the facts know."""
    values = {**values, **({"touched_at": clock.now()} if touched else {})}
    for name, value in values.items():
        setattr(ticket, name, value)
    Ticket.objects.filter(pk=ticket.pk).update(**values)
    stale.mark(ticket.workspace_id, kin_weeks([ticket.pk]))


def standing(ticket: Ticket) -> dict[str, Any]:
    """The clocks as the conversation has them: they run from the buyer's oldest turn that no person answered."""
    since = None
    said = Message.objects.filter(ticket=ticket, automatic=False).exclude(side=MessageSide.NOTE)
    for side, at in said.exclude(sending__in=UNSAID).order_by("-at", "-pk").values_list("side", "at"):
        if side != MessageSide.BUYER:
            break
        since = at
    if since is None:
        return dict(ANSWERED)
    return waits(ticket.kind, ticket.shop, ticket.workspace, since, days_off(ticket.workspace_id))
