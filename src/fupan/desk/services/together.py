"""One act on many tickets: each is done or says why not, and none keeps another from being done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.desk.models import Ticket
from fupan.desk.services.labels import Outcome, set_tags
from fupan.desk.services.merging import merge_tickets
from fupan.desk.services.work import assign, set_state
from fupan.people.models import Member

MANY = 200  # an act on a thousand tickets is a mistake more often than a wish

Act = Callable[[Ticket], Any]


def do_many(tickets: Sequence[Ticket], name: str, act: Act, *, by: Member) -> list[Outcome]:
    """Do it to each ticket in a transaction of its own; the outcomes in their order."""
    if len(tickets) > MANY:
        raise Refused(_("At most %(count)s tickets at a time.") % {"count": MANY}, code="too-many")
    outcomes = [_do(ticket, act) for ticket in tickets]
    done = sum(one.done for one in outcomes)
    record("desk.done_to_many", by.workspace, by=by, workspace_id=by.workspace_id, act=name, tickets=done)
    return outcomes


def _do(ticket: Ticket, act: Act) -> Outcome:
    try:
        with transaction.atomic():
            act(ticket)
    except Refused as refused:
        return Outcome(ticket.number, done=False, reason=refused.message)
    except ObjectDoesNotExist:
        return Outcome(ticket.number, done=False, reason=_("It is not there any more."))
    return Outcome(ticket.number, done=True)


def assigning(member: Member | None, by: Member) -> Act:
    return lambda ticket: assign(ticket, member, by=by)


def moving(state: str, by: Member) -> Act:
    return lambda ticket: set_state(ticket, state, by=by)


def tagging(names: Sequence[str], by: Member) -> Act:
    """Adds tags; those it has stay."""
    return lambda ticket: set_tags(ticket, [*ticket.tags.values_list("name", flat=True), *names], by=by)


def merging(into: Ticket, by: Member) -> Act:
    """All into one; that one itself is left as it is."""
    return lambda ticket: merge_tickets(ticket.pk, into.pk, by=by) if ticket.pk != into.pk else None
