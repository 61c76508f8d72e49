"""The monthly report of the library to a department."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from fupan.core.errors import Refused
from fupan.core.weeks import Period, parse_month
from fupan.library import report_pages
from fupan.library.case_pages import tabs
from fupan.library.queries import reports as asked
from fupan.people.decorators import MemberRequest, require_right
from fupan.people.models import Department


@require_safe
@require_right("see_library")
def reports(request: MemberRequest) -> HttpResponse:
    """On to the newest whole month of one's own department, or of the first there is."""
    member = request.member
    known = asked.departments(member)
    mine = known.filter(members=member).first() or known.first()
    if mine is None:
        return render(request, "library/report.html", {"tabs": tabs(member), "report": None})
    month = asked.last_month(report_pages.today_of(member))
    return redirect("library:report", month.label, mine.code)


@require_safe
@require_right("see_library")
def report(request: MemberRequest, month: str, department: str) -> HttpResponse:
    context = report_pages.page(request.member, _month(month), _department(request, department))
    return render(request, "library/report.html", context)


@require_safe
@require_right("see_library")
def report_file(request: MemberRequest, month: str, department: str, format: str) -> HttpResponse:
    """The same as PDF or Markdown."""
    if format not in report_pages.FORMATS:
        raise Http404
    period, found = _month(month), _department(request, department)
    body = report_pages.rendered(request.member, period, found, format)
    name = f"library-{period.label}-{found.code}.{format}"
    disposition = content_disposition_header(True, name) or "attachment"  # noqa: FBT003
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return HttpResponse(body, content_type=report_pages.FORMATS[format], headers=headers)


def _month(text: str) -> Period:
    try:
        return parse_month(text)
    except Refused as refused:
        raise Http404 from refused


def _department(request: MemberRequest, code: str) -> Department:
    found = asked.departments(request.member).filter(code=code).first()
    if found is None:
        raise Http404
    return found
