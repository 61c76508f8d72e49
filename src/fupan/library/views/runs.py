"""A procedure or a decision tree, gone through step by step."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from fupan.core.http import by_htmx
from fupan.library import article_pages, services
from fupan.library.models import Run
from fupan.library.policies import runs_seen_by
from fupan.library.views._asked import article_or_404, only_those_who, ticket_typed
from fupan.people.decorators import MemberRequest, require_right


@require_POST
@require_right("see_library")
def start(request: MemberRequest, number: int) -> HttpResponse:
    """On a ticket, or without one to try it."""
    found = article_or_404(request, number)
    typed = request.POST.get("ticket", "").strip()
    if typed:
        only_those_who(request.member, "answer")
    ticket = ticket_typed(request.member, typed) if typed else None
    begun = services.start_run(found.pk, ticket_id=ticket.pk if ticket else None, by=request.member)
    return redirect("library:run", begun.pk)


def _found(request: MemberRequest, pk: int) -> Run:
    found = runs_seen_by(request.member).select_related("article", "ticket", "by__user").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_safe
@require_right("see_library")
def run(request: MemberRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


def _page(request: MemberRequest, found: Run) -> HttpResponse:
    template = "library/run.html#player" if by_htmx(request) else "library/run.html"
    return render(request, template, article_pages.run_page(found))


@require_POST
@require_right("see_library")
def step(request: MemberRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    choice = request.POST.get("choice", "")
    number = int(choice) if choice.isdecimal() and len(choice) < 4 else -1
    services.take_step(found.pk, at=request.POST.get("at", ""), choice=number, by=request.member)
    return _page(request, _found(request, pk)) if by_htmx(request) else redirect("library:run", pk)


@require_POST
@require_right("see_library")
def back(request: MemberRequest, pk: int) -> HttpResponse:
    services.step_back(_found(request, pk).pk, by=request.member)
    return _page(request, _found(request, pk)) if by_htmx(request) else redirect("library:run", pk)
