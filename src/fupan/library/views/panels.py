"""What the library draws beside a ticket."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from fupan.core.http import by_htmx
from fupan.desk.models import Ticket
from fupan.library import contents, services
from fupan.library.policies import uses_seen_by
from fupan.library.queries.beside import beside as found_beside
from fupan.library.views._asked import only_those_who, ticket_or_404
from fupan.library.wording import KIND_ICONS, OUTCOME_STONES
from fupan.people.decorators import MemberRequest, require_right
from fupan.people.policies import may


@require_safe
@require_right("see_library")
def beside(request: MemberRequest, number: int) -> HttpResponse:
    """Cases, articles and canned replies that fit the ticket, and the case it owes."""
    return panel_of(request, ticket_or_404(request.member, number))


def panel_of(request: MemberRequest, ticket: Ticket) -> HttpResponse:
    told = found_beside(request.member, ticket)
    context = {
        "ticket": ticket, "beside": told, "may_answer": may(request.member, "answer"), "runnable": contents.RUNNABLE,
        "may_write": may(request.member, "write_cases"),
        "near": [(one, OUTCOME_STONES.get(one.case.outcome, ("open", "faint"))) for one in told.cases],
        "articles": [(one, KIND_ICONS[one.article.kind]) for one in told.articles],
    }  # fmt: skip
    return render(request, "library/beside.html", context)


@require_POST
@require_right("see_library")
def helpful(request: MemberRequest, pk: int) -> HttpResponse:
    """It helped, or it did not."""
    only_those_who(request.member, "answer")
    use = uses_seen_by(request.member).select_related("ticket").filter(pk=pk).first()
    if use is None:
        raise Http404
    services.say_helpful(use.pk, helpful=request.POST.get("helpful") == "1", by=request.member)
    if by_htmx(request):
        return panel_of(request, ticket_or_404(request.member, use.ticket.number))
    return redirect("desk:ticket", use.ticket.number)
