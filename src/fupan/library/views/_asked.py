"""What several pages of the library ask before they answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fupan.core.errors import Refused
from fupan.desk.models import Ticket
from fupan.desk.policies import tickets_seen_by
from fupan.library.models import Article, Case, Proposal, ProposalState
from fupan.library.policies import proposals_seen_by
from fupan.library.queries import articles as of_articles
from fupan.library.queries import cases as of_cases
from fupan.people.decorators import MemberRequest
from fupan.people.models import Member
from fupan.people.policies import may


def case_or_404(request: MemberRequest, number: int) -> Case:
    found = of_cases.find(request.member, number)
    if found is None:
        raise Http404
    return found


def article_or_404(request: MemberRequest, number: int) -> Article:
    found = of_articles.find(request.member, number)
    if found is None:
        raise Http404
    return found


def proposal_asked(request: MemberRequest, kind: str) -> Proposal | None:
    """The open proposal that the address names, for an article of its kind; one may not see it: there is none."""
    text = request.GET.get("proposal", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 18):
        return None
    rows = proposals_seen_by(request.member).filter(state=ProposalState.OPEN, kind=kind, pk=int(text))
    return rows.select_related("issue_type", "product").first()


def ticket_or_404(member: Member, number: int) -> Ticket:
    related = ("shop", "issue_type__parent", "listing__product", "order", "workspace")
    found = tickets_seen_by(member).select_related(*related).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def ticket_typed(member: Member, text: str) -> Ticket:
    """The ticket whose number was typed: T-48302 or 48302."""
    typed = text.strip().upper().removeprefix("T-")
    known = typed.isascii() and typed.isdecimal() and len(typed) < 18
    found = tickets_seen_by(member).filter(number=int(typed)).first() if known else None
    if found is None:
        raise Refused(_("There is no ticket “%(number)s”.") % {"number": typed[:20]}, code="no-such-ticket")
    return found


def only_those_who(member: Member, right: str) -> None:
    """What one may not do is not there."""
    if not may(member, right):
        raise Http404


def told(request: HttpRequest, words: str, to: str, *args: object) -> HttpResponse:
    """Say that it is done and show the page again."""
    messages.success(request, words)
    return redirect(to, *args)
