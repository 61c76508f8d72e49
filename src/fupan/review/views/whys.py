"""The five-whys tree: dialogs and what they do; each answers with the tree as it stands."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.core.errors import Refused
from fupan.core.http import by_htmx, said
from fupan.desk.policies import tickets_seen_by
from fupan.people.decorators import MemberRequest, require_right
from fupan.review import hints, problem_pages, services
from fupan.review.forms.problems import CauseForm, EvidenceForm, ReasonForm, WhyForm
from fupan.review.models import EvidenceKind, Problem, Why, WhyEvidence
from fupan.review.policies import whys_seen_by
from fupan.review.queries.whys import tree
from fupan.review.views.problems import found


def _why(request: MemberRequest, problem: Problem, pk: int) -> Why:
    related = whys_seen_by(request.member).select_related("problem", "cause", "department", "parent")
    return get_object_or_404(related, pk=pk, problem=problem)


def _tree(request: MemberRequest, problem: Problem, words: str = "") -> HttpResponse:
    if not by_htmx(request):
        return redirect("review:problem", problem.number)
    problem.refresh_from_db()
    context = problem_pages.whys_context(request.member, problem, tree(request.member, problem))
    answer = render(request, "review/problem.html#whys", context)
    return said(answer, words) if words else answer


def _dialog(request: MemberRequest, problem: Problem, kind: str, *, status: int = 200, **more: Any) -> HttpResponse:
    """A form beside the tree; without HTMX there is only the page."""
    if not by_htmx(request):
        return redirect("review:problem", problem.number)
    answer = render(request, "review/_why_dialog.html", {"problem": problem, "kind": kind, **more}, status=status)
    if status != 200:
        answer["HX-Retarget"], answer["HX-Reswap"] = "#why-dialog", "innerHTML"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("work_problems")
def add(request: MemberRequest, number: int) -> HttpResponse:
    """Say what happens, or why the thing above it does."""
    problem = found(request, number)
    text = request.POST.get("parent", "") or request.GET.get("parent", "")
    parent = _why(request, problem, int(text)) if text.isdecimal() and len(text) < 18 else None
    form = WhyForm(request.POST or None)
    if request.method != "POST":
        return _dialog(request, problem, "add", form=form, parent=parent)
    if not form.is_valid():
        return _dialog(request, problem, "add", form=form, parent=parent, status=422)
    services.add_why(
        problem.pk, text=form.cleaned_data["text"], parent=parent.pk if parent else None, by=request.member
    )  # fmt: skip
    return _tree(request, problem)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("work_problems")
def edit(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    """Other words; when somebody was faster, both stand beside each other."""
    problem = found(request, number)
    why = _why(request, problem, pk)
    if request.method != "POST":
        return _dialog(
            request, problem, "edit", why=why, form=WhyForm(initial={"text": why.text, "version": why.version})
        )
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _dialog(request, problem, "edit", why=why, form=form, status=422)
    told = form.cleaned_data
    try:
        services.edit_why(why.pk, text=told["text"], version=told["version"] or 0, by=request.member)
    except Refused as refused:
        if refused.code != "changed-meanwhile":
            raise
        again = WhyForm(initial={"text": told["text"], "version": why.version})
        return _dialog(request, problem, "edit", why=why, form=again, other=why.text, status=422)
    return _tree(request, problem)


@require_POST
@require_right("work_problems")
def move(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    problem = found(request, number)
    why = _why(request, problem, pk)
    services.move_why(why.pk, step={"up": -1, "down": 1}.get(request.POST.get("step", ""), 0), by=request.member)
    return _tree(request, problem)


@require_POST
@require_right("work_problems")
def drop(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    problem = found(request, number)
    services.drop_why(_why(request, problem, pk).pk, by=request.member)
    return _tree(request, problem, _("Taken away."))


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("work_problems")
def evidence(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    """What it rests on."""
    problem = found(request, number)
    why = _why(request, problem, pk)
    if request.method != "POST":
        start = {"kind": EvidenceKind.TICKETS, "slice": problem.slice, "metric": problem.metric}
        return _dialog(request, problem, "evidence", why=why, form=EvidenceForm(initial=start, member=request.member))
    form = EvidenceForm(request.POST, member=request.member)
    if form.is_valid():
        try:
            services.add_evidence(why.pk, by=request.member, **form.chosen)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            return _tree(request, problem)
    return _dialog(request, problem, "evidence", why=why, form=form, status=422)


def _piece(request: MemberRequest, pk: int) -> WhyEvidence:
    rows = WhyEvidence.objects.select_related("why__problem").filter(why__in=whys_seen_by(request.member))
    return get_object_or_404(rows, pk=pk)


@require_safe
@require_right("see_reviews")
def evidence_tickets(request: MemberRequest, pk: int) -> HttpResponse:
    """The tickets a piece of evidence holds up."""
    piece = get_object_or_404(
        WhyEvidence.objects.select_related("why__problem"), why__in=whys_seen_by(request.member), pk=pk
    )
    rows = tickets_seen_by(request.member).filter(pk__in=piece.tickets.values("pk")).order_by("-opened_at")
    shown = rows.select_related("shop", "issue_type", "resolution", "listing__product", "batch", "cause_guess")
    context = {"piece": piece, "tickets": shown.defer("buyer_name", "buyer_email")[:200]}
    return render(request, "review/evidence.html", context)


@require_POST
@require_right("work_problems")
def drop_evidence(request: MemberRequest, pk: int) -> HttpResponse:
    piece = get_object_or_404(
        WhyEvidence.objects.select_related("why__problem"), why__in=whys_seen_by(request.member), pk=pk
    )
    services.drop_evidence(piece.pk, by=request.member)
    return _tree(request, piece.why.problem, _("Taken away."))


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("decide_problems")
def confirm(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    """This is a root cause, of that class."""
    problem = found(request, number)
    why = _why(request, problem, pk)
    form = CauseForm(request.POST or None, member=request.member)
    if request.method != "POST":
        return _dialog(request, problem, "confirm", why=why, form=form, unproved=not why.evidence.exists())
    if form.is_valid():
        try:
            services.confirm_cause(why.pk, by=request.member, **form.chosen)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            return _tree(request, problem, _("Cause confirmed."))
    return _dialog(request, problem, "confirm", why=why, form=form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("decide_problems")
def rule_out(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    """It was not this; the branch stays, struck through."""
    problem = found(request, number)
    why = _why(request, problem, pk)
    if request.method != "POST":
        return _dialog(request, problem, "rule_out", why=why, form=ReasonForm())
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            services.rule_out(why.pk, reason=form.cleaned_data["reason"], by=request.member)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            return _tree(request, problem)
    return _dialog(request, problem, "rule_out", why=why, form=form, status=422)


@require_POST
@require_right("decide_problems")
def unconfirm(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    problem = found(request, number)
    services.unconfirm(_why(request, problem, pk).pk, by=request.member)
    return _tree(request, problem, _("To be checked again."))


@require_POST
@require_right("work_problems")
def hint(request: MemberRequest) -> HttpResponse:
    """A word about a why that names a person; it blocks nothing."""
    text = request.POST.get("text", "")[:300]
    told = hints.hint(text, hints.names_of(request.member.workspace)) if text.strip() else None
    if not by_htmx(request):
        raise Http404
    return render(request, "review/_hint.html", {"hint": told})
