"""The review of cases: the queue, hand in, pass, send back, and what comes later."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fupan.core.errors import Refused
from fupan.library import case_pages, services
from fupan.library.forms.articles import numbers_in
from fupan.library.forms.cases import CheckForm, RubricForm
from fupan.library.queries.cases import find
from fupan.library.views._asked import case_or_404, told
from fupan.library.views.case import shown
from fupan.people.decorators import MemberRequest, require_right


@require_safe
@require_right("review_cases")
def queue(request: MemberRequest) -> HttpResponse:
    """What waits for somebody who reviews."""
    return render(request, "library/reviews.html", case_pages.queue(request.member))


@require_POST
@require_right("write_cases")
def submit(request: MemberRequest, number: int) -> HttpResponse:
    found = case_or_404(request, number)
    services.submit_case(found.pk, by=request.member)
    return told(request, _("Handed in for review."), "library:case", number)


@require_POST
@require_right("review_cases")
def review(request: MemberRequest, number: int) -> HttpResponse:
    """Pass it, or send it back with the reason."""
    found = case_or_404(request, number)
    form = RubricForm(request.POST)
    passing = request.POST.get("verdict") == "pass"
    if form.is_valid():
        asked = form.cleaned_data
        try:
            if passing:
                services.pass_case(
                    found.pk, rubric=form.rubric(), remark=asked["remark"], check_on=asked["check_on"],
                    version=asked["version"], by=request.member,
                )  # fmt: skip
            else:
                services.send_back(
                    found.pk, rubric=form.rubric(), remark=asked["remark"], version=asked["version"], by=request.member
                )
        except Refused as refused:
            form.add_error(None, str(refused.message))
            again = request.POST.copy()
            again["version"] = str(case_or_404(request, number).version)
            form.data = again
        else:
            return told(request, _("Published.") if passing else _("Sent back."), "library:case", number)
    return shown(request, case_or_404(request, number), status=422, rubric_form=form)


@require_POST
@require_right("write_cases")
def flag(request: MemberRequest, number: int) -> HttpResponse:
    """It may be out of date."""
    found = case_or_404(request, number)
    services.flag_case(found.pk, reason=request.POST.get("reason", ""), by=request.member)
    return told(request, _("Marked: it needs checking."), "library:case", number)


@require_POST
@require_right("review_cases")
def confirm(request: MemberRequest, number: int) -> HttpResponse:
    """It still holds."""
    found = case_or_404(request, number)
    form = CheckForm(request.POST)
    if not form.is_valid():
        return shown(request, found, status=422, check_form=form, opened="confirm")
    services.confirm_case(found.pk, check_on=form.cleaned_data["check_on"], by=request.member)
    return told(request, _("It counts as published again."), "library:case", number)


@require_POST
@require_right("review_cases")
def archive(request: MemberRequest, number: int) -> HttpResponse:
    found = case_or_404(request, number)
    heir = None
    typed = request.POST.get("replaced_by", "").strip()
    if typed:
        known = [one for value in _numbers(typed) if (one := find(request.member, value)) is not None]
        if len(known) != 1:
            raise Refused(_("There is no case %(number)s.") % {"number": typed[:20]}, code="no-such-case")
        heir = known[0].pk
    services.archive_case(found.pk, reason=request.POST.get("reason", ""), replaced_by=heir, by=request.member)
    return told(request, _("Archived."), "library:case", number)


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return numbers_in(text)
    except ValidationError:
        return ()


@require_POST
@require_right("review_cases")
def restore(request: MemberRequest, number: int) -> HttpResponse:
    found = case_or_404(request, number)
    services.restore_case(found.pk, by=request.member)
    return told(request, _("Taken out of the archive; it needs checking."), "library:case", number)
