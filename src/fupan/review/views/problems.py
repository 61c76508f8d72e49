"""Pages of problems: the list, a new one, one with everything about it, and what is decided about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.core.errors import Refused
from fupan.core.http import by_htmx, page_or_part, said
from fupan.people.decorators import MemberRequest, require_right
from fupan.people.models import Member
from fupan.review import problem_pages, services
from fupan.review.forms.problems import EditForm, ProblemForm, ReasonForm, numbers_in
from fupan.review.models import Problem, ProblemOrigin, RoundOpening
from fupan.review.problem_start import initial, proposed_title, signal_for, ticket_ids, told_from
from fupan.review.queries import problems as asked


@require_safe
@require_right("see_reviews")
def problems(request: MemberRequest) -> HttpResponse:
    """Problems by how far they are."""
    return page_or_part(
        request, "review/problems.html", "rows", problem_pages.listing(request.member, request.GET.dict())
    )


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("decide_problems")
def new_problem(request: MemberRequest) -> HttpResponse:
    """Open a problem: by hand, from an address, a choice of tickets, or a signal."""
    start = initial(request.member, request.GET)
    form = ProblemForm(request.POST or None, member=request.member, initial=start)
    twin: Problem | None = None
    if request.method == "POST" and form.is_valid():
        try:
            opened = _opened(request.member, form)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            if refused.code == "already-open":
                twin = asked.of_slice(request.member, form.slice, form.cleaned_data["metric"])
        else:
            messages.success(request, _("%(number)s is open.") % {"number": opened})
            return redirect("review:problem", opened.number)
    context = {"form": form, "told": told_from(start), "twin": twin, "cancel": reverse("review:problems")}
    return render(request, "review/new_problem.html", context, status=422 if form.errors else 200)


def _opened(member: Member, form: ProblemForm) -> Problem:
    told = form.cleaned_data
    origin = told["origin"] if told["origin"] in ProblemOrigin.values else ProblemOrigin.HAND.value
    return services.open_problem(
        title=told["title"] or proposed_title(member, form.slice), slice=form.slice, metric=told["metric"], by=member,
        origin=origin, signal=signal_for(member, told["signal"]), selection_weeks=form.selection_weeks,
        ticket_ids=ticket_ids(member, form.ticket_numbers), owner=_member(member, told["owner"]),
    )  # fmt: skip


def _member(member: Member, pk: str) -> Member | None:
    if not (pk.isdecimal() and len(pk) < 18):
        return None
    return Member.objects.filter(workspace_id=member.workspace_id, active=True, pk=int(pk)).first()


@require_POST
@require_right("decide_problems")
def from_tickets(request: MemberRequest) -> HttpResponse:
    """The ticked tickets of the desk's list, carried over to the form."""
    query = request.GET.copy()
    query.setlist("ticket", request.POST.getlist("ticket")[:200])
    if request.POST.get("all"):
        query["all"] = "1"
    return redirect(f"{reverse('review:new_problem')}?{query.urlencode()}")


# One problem


def found(request: MemberRequest, number: int) -> Problem:
    """The problem of that number, as the member may see it."""
    problem = asked.find(request.member, number)
    if problem is None:
        raise Http404
    return problem


@require_safe
@require_right("see_reviews")
def problem(request: MemberRequest, number: int) -> HttpResponse:
    return _page(request, found(request, number))


def _page(request: MemberRequest, problem: Problem, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page with the forms of its decisions."""
    text = request.GET.get("round", "")
    chosen = int(text) if text.isdecimal() and len(text) < 4 and 0 < int(text) <= problem.round else None
    weeks = [f"{week // 100}-W{week % 100:02d}" for week in problem.selection_weeks]
    start = {
        "title": problem.title, "metric": problem.metric, "version": problem.version,
        "first_week": weeks[0] if weeks else "", "last_week": weeks[-1] if weeks else "",
    }  # fmt: skip
    blank = {"edit_form": EditForm(initial=start, member=request.member), "reason_form": ReasonForm()}
    context = problem_pages.detail(request.member, problem, round_=chosen) | blank | forms
    return page_or_part(request, "review/problem.html", "problem", context, status=status)


def _decided(request: MemberRequest, number: int, words: str) -> HttpResponse:
    if by_htmx(request):
        return said(_page(request, found(request, number)), words)
    messages.success(request, words)
    return redirect("review:problem", number)


@require_POST
@require_right("decide_problems")
def edit(request: MemberRequest, number: int) -> HttpResponse:
    problem = found(request, number)
    form = EditForm(request.POST, member=request.member)
    if form.is_valid():
        told = form.cleaned_data
        try:
            services.edit_problem(
                problem.pk, title=told["title"], metric=told["metric"], selection_weeks=form.selection_weeks,
                version=told["version"], by=request.member,
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused.message))
            again = request.POST.copy()  # seen now: saving once more is meant
            again["version"] = str(found(request, number).version)
            form.data = again
        else:
            return _decided(request, number, _("Saved."))
    return _page(request, problem, status=422, edit_form=form, opened="edit")


@require_POST
@require_right("decide_problems")
def own(request: MemberRequest, number: int) -> HttpResponse:
    problem = found(request, number)
    services.set_owner(problem.pk, owner=_member(request.member, request.POST.get("owner", "")), by=request.member)
    return _decided(request, number, _("Saved."))


@require_POST
@require_right("decide_problems")
def move(request: MemberRequest, number: int) -> HttpResponse:
    problem = found(request, number)
    services.move_problem(problem.pk, state=request.POST.get("state", ""), by=request.member)
    return _decided(request, number, _("Moved."))


@require_POST
@require_right("decide_problems")
def accept(request: MemberRequest, number: int) -> HttpResponse:
    problem = found(request, number)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, problem, status=422, reason_form=form, opened="accept")
    services.accept_risk(problem.pk, reason=form.cleaned_data["reason"], by=request.member)
    return _decided(request, number, _("Accepted as a risk."))


@require_POST
@require_right("decide_problems")
def solve(request: MemberRequest, number: int) -> HttpResponse:
    problem = found(request, number)
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:2000]
    try:
        services.solve_problem(problem.pk, outcome={}, reason=reason, by=request.member)
    except Refused as refused:
        form = ReasonForm(request.POST)
        form.add_error(None, str(refused.message))
        return _page(request, problem, status=422, solve_form=form, opened="solve")
    return _decided(request, number, _("Solved. We watch it for 26 weeks."))


@require_POST
@require_right("decide_problems")
def reopen(request: MemberRequest, number: int) -> HttpResponse:
    """Another round: of a closed problem, or where a verdict asked for it."""
    problem = found(request, number)
    told = {"reason": request.POST.get("reason", "").replace("\x00", "")[:300]}
    services.start_round(problem.pk, opening=RoundOpening.PERSON, told=told, by=request.member)
    return _decided(request, number, _("A new round has begun."))


@require_POST
@require_right("work_problems")
def link(request: MemberRequest, number: int) -> HttpResponse:
    """Link tickets by their numbers."""
    problem = found(request, number)
    ids = ticket_ids(request.member, numbers_in(request.POST.get("tickets", "")[:9000]))
    if not ids:
        raise Refused(_("None of these tickets is known here."), code="no-tickets")
    services.link_tickets(problem.pk, ticket_ids=ids, by=request.member)
    back = request.POST.get("back", "")
    if back.isdecimal() and not by_htmx(request) and len(back) < 18:
        messages.success(request, _("Linked to %(number)s.") % {"number": problem})
        return redirect("desk:ticket", int(back))
    return _decided(request, number, _("Linked."))


@require_POST
@require_right("work_problems")
def unlink(request: MemberRequest, number: int, ticket: int) -> HttpResponse:
    problem = found(request, number)
    ids = ticket_ids(request.member, [ticket])
    if not ids:
        raise Http404
    services.unlink_ticket(problem.pk, ticket_id=ids[0], by=request.member)
    return _decided(request, number, _("Taken out."))
