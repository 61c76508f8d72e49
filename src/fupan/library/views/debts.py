"""Owed cases: mine and the team's."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fupan.core.http import by_htmx
from fupan.library import debt_pages, services
from fupan.library.models import CaseDebt
from fupan.library.policies import debts_seen_by
from fupan.library.views._asked import ticket_or_404, told
from fupan.people.decorators import MemberRequest, require_right
from fupan.people.models import Member


@require_safe
@require_right("see_library")
def debts(request: MemberRequest) -> HttpResponse:
    whose = request.GET.get("whose", "")
    context = debt_pages.listing(request.member, team=whose != "mine")
    return render(request, "library/debts.html", context)


@require_POST
@require_right("write_cases")
def pick(request: MemberRequest, number: int) -> HttpResponse:
    """This ticket is worth a case."""
    ticket = ticket_or_404(request.member, number)
    services.pick_ticket(ticket.pk, by=request.member)
    if by_htmx(request):
        return redirect("library:beside", number)
    return told(request, _("Picked: it owes a case now."), "desk:ticket", number)


def _found(request: MemberRequest, pk: int) -> CaseDebt:
    found = debts_seen_by(request.member).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_POST
@require_right("review_cases")
def waive(request: MemberRequest, pk: int) -> HttpResponse:
    services.waive_debt(_found(request, pk).pk, reason=request.POST.get("reason", ""), by=request.member)
    return told(request, _("No case is needed."), "library:debts")


@require_POST
@require_right("review_cases")
def hand(request: MemberRequest, pk: int) -> HttpResponse:
    found, text = _found(request, pk), request.POST.get("owner", "")
    colleagues = Member.objects.filter(workspace_id=request.member.workspace_id, active=True)
    owner = colleagues.filter(pk=int(text)).first() if text.isdecimal() and len(text) < 18 else None
    if owner is None:
        raise Http404
    services.hand_debt(found.pk, owner=owner, by=request.member)
    return told(request, _("Handed on."), "library:debts")
