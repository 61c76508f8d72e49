"""Tickets, for programs. New ones come through intake (`POST /tickets/bulk`), as those of files do."""

from __future__ import annotations

from typing import Annotated, Any

from django.db import transaction
from django.http import Http404
from ninja import Path, Query, Router

from fupan.core import cursor
from fupan.core.schemas import Page, answers
from fupan.desk import queries, services
from fupan.desk.models import Ticket
from fupan.desk.policies import tickets_seen_by
from fupan.desk.schemas import LabelIn, TicketDetailOut, TicketFilter, TicketOut
from fupan.people.models import Member
from fupan.people.policies import may
from fupan.people.tokens import TokenAuth, TokenRequest, caller

tickets = Router(tags=["tickets"])
READ = TokenAuth("tickets:read", right="see_tickets")
WRITE = TokenAuth("tickets:write", right="label")
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
RELATED = ("listing__product", "batch", "issue_type", "cause_guess", "cause_confirmed", "resolution")


@tickets.get("", auth=READ, response=answers(Page[TicketOut]), summary="Tickets, newest first")
def list_tickets(request: TokenRequest, told: Query[TicketFilter]) -> dict[str, Any]:
    member = caller(request)
    rows = queries.filtered(member, request.GET).select_related(*RELATED).prefetch_related("tags")
    found, after = cursor.page(rows, cursor=told.cursor, limit=told.limit)
    return {"items": [_shown(one, member) for one in found], "next": after}


@tickets.get("/{number}", auth=READ, response=answers(TicketDetailOut), summary="A ticket with its messages, redacted")
def get_ticket(request: TokenRequest, number: Number) -> Ticket:
    return _shown(_ticket(caller(request), number), caller(request))


@tickets.post("/{number}/label", auth=WRITE, response=answers(TicketOut), summary="Label a ticket")
def label(request: TokenRequest, number: Number, told: LabelIn) -> Ticket:
    member = caller(request)
    with transaction.atomic():
        ticket = _ticket(member, number)
        if told.issue_type is not None:
            services.label_ticket(ticket, told.issue_type, by=member)
        if told.cause is not None:
            services.set_cause(ticket, told.cause, by=member)
        if told.resolution is not None:
            services.set_resolution(ticket, told.resolution, by=member)
    return _shown(_ticket(member, number), member)


def _ticket(member: Member, number: int) -> Ticket:
    found = tickets_seen_by(member).filter(number=number).select_related(*RELATED).prefetch_related("tags").first()
    if found is None:
        raise Http404
    return found


def _shown(ticket: Ticket, member: Member) -> Ticket:
    """Without money for those whose role has none."""
    if not may(member, "see_money"):
        ticket.cost = None
    return ticket
