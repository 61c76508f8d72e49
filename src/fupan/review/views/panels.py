"""What review shows on the pages of other stages."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from fupan.desk.policies import issues_seen_by, tickets_seen_by
from fupan.insight.policies import signals_seen_by
from fupan.insight.signal_words import Names
from fupan.people.decorators import MemberRequest, require_member
from fupan.people.policies import may
from fupan.review.models import UNDER_WAY, Problem
from fupan.review.policies import problems_seen_by
from fupan.review.problem_words import Said
from fupan.review.queries import problems as asked


@require_safe
@require_member
def of_signal(request: MemberRequest, pk: int) -> HttpResponse:
    """The problem a signal became, or the button that makes it one."""
    signal = get_object_or_404(signals_seen_by(request.member), pk=pk)
    problem = asked.of_signal(request.member, signal)
    context = {"signal": signal, "may_open": may(request.member, "decide_problems"), "said": None}
    if problem is not None:
        context["said"] = _said(request, [problem])[0]
    return render(request, "review/_of_signal.html", context)


@require_safe
@require_member
def of_issue(request: MemberRequest, code: str) -> HttpResponse:
    """Beside an issue type of a pack: what is worked on, which causes were confirmed, and the way to a new problem."""
    if not issues_seen_by(request.member).filter(code=code).exists():
        raise Http404
    found = asked.about_issue(request.member, code)
    causes = asked.causes_of(found)
    rows = [(said, causes.get(said.problem.pk, [])) for said in _said(request, found)]
    start = {name: request.GET[name] for name in ("week", "month") if request.GET.get(name)}
    context = {
        "rows": rows, "may_open": may(request.member, "decide_problems"),
        "address": urlencode({"issue_type": code, **start, "origin": "top_issue"}),
    }  # fmt: skip
    return render(request, "review/_of_issue.html", context)


@require_safe
@require_member
def behind(request: MemberRequest, number: int) -> HttpResponse:
    """Problems behind a ticket, and what became of those it was linked to."""
    member = request.member
    related = (
        "shop",
        "issue_type__parent",
        "listing__product",
        "batch",
        "resolution",
        "cause_guess",
        "cause_confirmed",
    )
    ticket = tickets_seen_by(member).select_related(*related).filter(number=number).first()
    if ticket is None:
        raise Http404
    pairs = asked.behind(member, ticket)
    said = _said(request, [problem for problem, _linked in pairs])
    under_way = problems_seen_by(member).filter(state__in=UNDER_WAY).order_by("-pk")
    choices = under_way.exclude(pk__in=[one.pk for one, linked in pairs if linked])[:50]
    context = {
        "ticket": ticket, "rows": list(zip(said, [linked for _one, linked in pairs], strict=True)),
        "choices": choices if may(member, "work_problems") else [], "may_open": may(member, "decide_problems"),
    }  # fmt: skip
    return render(request, "review/_behind.html", context)


@require_safe
@require_member
def selection(request: MemberRequest) -> HttpResponse:
    """The button that opens a problem from the ticked tickets."""
    return render(request, "review/_selection.html", {"may_open": may(request.member, "decide_problems")})


def _said(request: MemberRequest, problems: list[Problem]) -> list[Said]:
    names, outcomes = Names(request.member), asked.latest_rounds(problems)
    return [Said(one, names, outcomes[one.pk].outcome if one.pk in outcomes else {}) for one in problems]
