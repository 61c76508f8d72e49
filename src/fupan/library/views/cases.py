"""The library's front page: cases by tree, tags and filters, and the whole of it to take along."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from fupan.core import clock
from fupan.core.http import page_or_part
from fupan.core.paging import page_of
from fupan.library import case_pages, files
from fupan.library.queries.cases import listed
from fupan.people.decorators import MemberRequest, require_right


@require_safe
@require_right("see_library")
def cases(request: MemberRequest) -> HttpResponse:
    page = page_of(request, listed(request.member, request.GET), size=25)
    return page_or_part(request, "library/cases.html", "rows", case_pages.listing(request.member, request.GET, page))


@require_safe
@require_right("see_library")
def export(request: MemberRequest, format: str) -> HttpResponse:
    """The filtered cases and all articles in force, as one document or one workbook."""
    if format not in files.WRITERS:
        raise Http404
    body, kind = files.WRITERS[format](request.member, request.GET)
    name = f"library-{clock.today():%Y%m%d}.{format}"
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
