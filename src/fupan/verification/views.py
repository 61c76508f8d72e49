from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fupan.action.policies import actions_seen_by
from fupan.core.errors import Refused
from fupan.core.http import by_htmx, page_or_part, said
from fupan.people.decorators import MemberRequest, require_right
from fupan.review.policies import meetings_seen_by, problems_seen_by
from fupan.verification import check_pages, services
from fupan.verification.forecast_pages import forecast
from fupan.verification.forms import CarriedForm, ForeseeForm
from fupan.verification.models import Check
from fupan.verification.policies import checks_seen_by


@require_safe
@require_right("see_reviews")
def verdicts(request: MemberRequest) -> HttpResponse:
    """All verdicts: due, taken, still collecting."""
    return page_or_part(request, "verification/verdicts.html", "rows", check_pages.listing(request.member, request.GET))


@require_safe
@require_right("see_reviews")
def verdict(request: MemberRequest, pk: int) -> HttpResponse:
    """One verdict and why one may believe it."""
    return _page(request, _found(request, pk))


@require_POST
@require_right("see_reviews")
def say_carried(request: MemberRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    form = CarriedForm(request.POST)
    if not form.is_valid():
        return _page(request, found, status=422, carried_form=form)
    try:
        services.say_carried(found.pk, **form.cleaned_data, by=request.member)
    except Refused as refused:
        form.add_error(None, str(refused.message))
        return _page(request, found, status=422, carried_form=form)
    return _done(request, found, _("Kept."))


@require_POST
@require_right("see_reviews")
def choose_next(request: MemberRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    try:
        services.choose_next(
            found.pk, request.POST.get("step", ""), by=request.member, slices=request.POST.getlist("slice")
        )
    except Refused as refused:
        if by_htmx(request):
            return said(_page(request, found, status=200), refused.message, tone="bad")
        messages.error(request, str(refused.message))
        return redirect("verification:verdict", found.pk)
    return _done(request, found, _("Done: the next step is under way."))


def _found(request: MemberRequest, pk: int) -> Check:
    rows = checks_seen_by(request.member).select_related(
        "action__owner__user", "action__department", "action__problem", "workspace", "carrying"
    )
    return get_object_or_404(rows, pk=pk)


def _page(request: MemberRequest, found: Check, *, status: int = 200, **more: Any) -> HttpResponse:
    context = check_pages.detail(request.member, found)
    answer = {"answer": context["one"].answer}
    context |= {"carried_form": CarriedForm(initial=answer)} | more
    return page_or_part(request, "verification/verdict.html", "verdict", context, status=status)


def _done(request: MemberRequest, found: Check, words: str) -> HttpResponse:
    if by_htmx(request):
        return said(_page(request, _found(request, found.pk)), words)
    messages.success(request, words)
    return redirect("verification:verdict", found.pk)


# Parts of other stages' pages


@require_safe
@require_right("see_reviews")
def of_problem(request: MemberRequest, number: int) -> HttpResponse:
    """The verdicts of a problem's actions."""
    problem = get_object_or_404(problems_seen_by(request.member), number=number)
    return render(request, "verification/of_problem.html", check_pages.of_problem(request.member, problem))


@require_safe
@require_right("see_reviews")
def of_action(request: MemberRequest, number: int) -> HttpResponse:
    """The verdict of one action."""
    action = get_object_or_404(actions_seen_by(request.member), number=number)
    return render(request, "verification/of_problem.html", check_pages.of_action(request.member, action))


@require_safe
@require_right("see_reviews")
def due(request: MemberRequest, pk: int) -> HttpResponse:
    """Verdicts that stand in a meeting."""
    get_object_or_404(meetings_seen_by(request.member), pk=pk)
    return render(request, "verification/due.html", check_pages.due(request.member))


@require_safe
@require_right("see_reviews")
def foresee(request: MemberRequest) -> HttpResponse:
    """How many weeks a verdict will need, and which wider slice is quicker."""
    form = ForeseeForm(request.GET)
    asked = form.asked if form.is_valid() else None
    return render(request, "verification/foresee.html", forecast(request.member, asked))
