"""How the library stands, what reuse is worth, and who gave what."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fupan.core import clock
from fupan.core.sheets import csv_lines, workbook
from fupan.library import statistics_pages
from fupan.people.decorators import MemberRequest, require_right

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@require_right("see_library")
def statistics(request: MemberRequest) -> HttpResponse:
    return render(request, "library/statistics.html", statistics_pages.page(request.member, request.GET.dict()))


@require_safe
@require_right("see_library")
def export_statistics(request: MemberRequest, format: str) -> HttpResponse:
    """The table one looks at, as CSV or as a workbook."""
    if format not in ("csv", "xlsx"):
        raise Http404
    heading, rows = statistics_pages.table(request.member, request.GET.dict())
    name = f"library-statistics-{clock.today():%Y%m%d}.{format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    if format == "csv":
        lines = "".join(csv_lines(heading, rows))
        return HttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
    body = workbook(_("Library statistics"), heading, rows, widths=(32,))
    return HttpResponse(body, content_type=EXCEL, headers=headers)


@require_safe
@require_right("see_library")
def contributions(request: MemberRequest) -> HttpResponse:
    return render(request, "library/contributions.html", statistics_pages.people(request.member, request.GET.dict()))
