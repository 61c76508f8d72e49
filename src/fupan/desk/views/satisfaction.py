"""What buyers say of our help, the follow-ups of low scores, and when buyers are asked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.commerce.models import Platform
from fupan.core.errors import Refused
from fupan.core.paging import page_of
from fupan.desk import services
from fupan.desk.models import FollowUp
from fupan.desk.policies import follow_ups_seen_by, may_edit_surveys, may_work
from fupan.desk.queries import surveys as asked
from fupan.desk.views._asked import only_those_who
from fupan.desk.war_forms import CloseForm, HandOverForm, SurveyRuleForm
from fupan.desk.wording_surveys import REASONS
from fupan.people.decorators import MemberRequest, require_right

WHICH = ("open", "mine", "done")
DAYS = (30, 90, 365)


@require_safe
@require_right("see_tickets")
def satisfaction(request: MemberRequest) -> HttpResponse:
    """Scores with how many they come from, reasons of low ones, whom buyers thank."""
    told = request.GET.get("days", "")
    days = int(told) if told in {str(one) for one in DAYS} else asked.DAYS
    shown = asked.satisfaction(request.member, days)
    context = {
        "shown": shown, "days": DAYS, "reasons": [(REASONS.get(code, code), n) for code, n in shown.reasons],
        "may_edit": may_edit_surveys(request.member),
    }  # fmt: skip
    return render(request, "desk/satisfaction.html", context)


@require_safe
@require_right("see_tickets")
def follow_ups(request: MemberRequest) -> HttpResponse:
    return _list(request)


def _list(request: MemberRequest, *, status: int = 200, forms: dict[int, Any] | None = None) -> HttpResponse:
    """Open ones with their forms; `forms` holds those that were sent and are wrong."""
    member, which = request.member, request.GET.get("which", "open")
    which = which if which in WHICH else "open"
    page = page_of(request, asked.follow_ups(member, which=which))
    rows = []
    for one in page.object_list:
        wrong = (forms or {}).get(one.pk, {})
        rows.append(
            {
                "one": one,
                "reason": REASONS.get(one.survey.reason, ""),
                "hand": wrong.get("hand") or HandOverForm(member=member, follow_up=one),
                "close": wrong.get("close") or CloseForm(member=member, follow_up=one),
                "wrong": bool(wrong),
            }
        )
    context = {
        "rows": rows, "page": page, "which": which, "counts": asked.follow_up_counts(member),
        "may_work": may_work(member),
    }  # fmt: skip
    return render(request, "desk/follow_ups.html", context, status=status)


@require_POST
@require_right("see_tickets")
def hand_over(request: MemberRequest, follow_up: int) -> HttpResponse:
    found = _follow_up(request, follow_up)
    form = HandOverForm(request.POST, member=request.member, follow_up=found)
    if not form.is_valid():
        return _list(request, status=422, forms={found.pk: {"hand": form}})
    told = form.cleaned_data
    try:
        services.hand_over_follow_up(
            found.pk, owner_id=int(told["owner"]), due_at=told["due_at"], version=told["version"], by=request.member
        )
    except Refused as refused:
        form.add_error(None, str(refused.message))
        return _list(request, status=422, forms={found.pk: {"hand": form}})
    messages.success(request, _("Handed over."))
    return redirect("desk:follow_ups")


@require_POST
@require_right("see_tickets")
def close(request: MemberRequest, follow_up: int) -> HttpResponse:
    found = _follow_up(request, follow_up)
    form = CloseForm(request.POST, member=request.member, follow_up=found)
    if not form.is_valid():
        return _list(request, status=422, forms={found.pk: {"close": form}})
    told = form.cleaned_data
    try:
        services.close_follow_up(
            found.pk, cause=told["cause"], outcome=told["outcome"], version=told["version"], by=request.member
        )
    except Refused as refused:
        form.add_error(None, str(refused.message))
        return _list(request, status=422, forms={found.pk: {"close": form}})
    messages.success(request, _("Closed, with its cause and outcome."))
    return redirect("desk:follow_ups")


def _follow_up(request: MemberRequest, pk: int) -> FollowUp:
    only_those_who(request.member, "answer")
    found = follow_ups_seen_by(request.member).select_related("survey__ticket__cause_guess").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("edit_surveys")
def survey_settings(request: MemberRequest) -> HttpResponse:
    """One row for each platform we sell on; Amazon's buyers are never asked."""
    data = request.POST or None
    forms = [SurveyRuleForm(data, rule=rule) for rule in asked.rules(request.member)]
    if request.method == "POST" and all(form.is_valid() for form in forms) and _save(request, forms):
        messages.success(request, _("Saved."))
        return redirect("desk:survey_settings")
    names = dict(Platform.choices)
    rows = [(form, names.get(form.rule.platform, form.rule.platform)) for form in forms]
    wrong = any(form.errors for form in forms)
    return render(request, "desk/survey_settings.html", {"rows": rows}, status=422 if wrong else 200)


def _save(request: MemberRequest, forms: list[SurveyRuleForm]) -> bool:
    """Only what changed is written."""
    for form in forms:
        if form.has_changed():
            try:
                services.set_survey_rule(platform=form.rule.platform, **form.cleaned_data, by=request.member)
            except Refused as refused:
                form.add_error(None, str(refused.message))
    return not any(form.errors for form in forms)
