"""What several pages of the desk ask before they answer."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from fupan.core.errors import Refused
from fupan.desk import queries
from fupan.desk.models import Ticket
from fupan.desk.policies import tickets_seen_by
from fupan.desk.queries.page import find
from fupan.people.decorators import MemberRequest
from fupan.people.models import Member
from fupan.people.policies import may


def ticket_or_404(request: MemberRequest, number: int) -> Ticket:
    ticket = find(request.member, number)
    if ticket is None:
        raise Http404
    return ticket


def only_those_who(member: Member, right: str) -> None:
    """What one may not do is not there."""
    if not may(member, right):
        raise Http404


def back_to(request: MemberRequest, ticket: Ticket) -> str:
    """The ticket's page with the list's filters still in its address."""
    kept = request.GET.urlencode()
    return reverse("desk:ticket", args=[ticket.number]) + (f"?{kept}" if kept else "")


def to_list(request: HttpRequest) -> str:
    """The list, with its filters still in its address."""
    kept = queries.kept_filters(request.GET)
    return reverse("desk:tickets") + (f"?{kept}" if kept else "")


def number_typed(request: MemberRequest, field: str) -> Ticket:
    """The ticket whose number was typed: T-48302 or 48302."""
    typed = request.POST.get(field, "").strip().upper().removeprefix("T-")
    other = tickets_seen_by(request.member).filter(number=int(typed)).first() if is_number(typed) else None
    if other is None:
        raise Refused(_("There is no ticket “%(number)s”.") % {"number": typed}, code="no-such-ticket")
    return other


def is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 18
