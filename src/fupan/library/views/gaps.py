"""What the library lacks."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fupan.core import clock, jobs
from fupan.core.paging import page_of
from fupan.core.sheets import workbook
from fupan.library import gap_pages, services
from fupan.library.models import Lack
from fupan.library.policies import lacks_seen_by
from fupan.library.queries.lacks import listed, sheet
from fupan.library.views._asked import told
from fupan.people.decorators import MemberRequest, require_right

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@require_right("review_cases")
def gaps(request: MemberRequest) -> HttpResponse:
    dismissed = request.GET.get("state") == "dismissed"
    page = page_of(request, listed(request.member, dismissed=dismissed), size=25)
    return render(request, "library/gaps.html", gap_pages.listing(request.member, page, dismissed=dismissed))


@require_safe
@require_right("review_cases")
def export(request: MemberRequest) -> HttpResponse:
    """The open ones as a workbook."""
    body = workbook(_("Gaps"), gap_pages.head(), sheet(listed(request.member)))
    name = f"library-gaps-{clock.today():%Y%m%d}.xlsx"
    return HttpResponse(body, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_POST
@require_right("review_cases")
def look(request: MemberRequest) -> HttpResponse:
    """Look for them now."""
    jobs.enqueue("fupan.library.tasks.find_lacks_of", request.member.workspace_id)
    return told(request, _("Looking at the newest tickets and searches; what is found stands here in a minute."),
                "library:gaps")  # fmt: skip


def _found(request: MemberRequest, pk: int) -> Lack:
    found = lacks_seen_by(request.member).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_POST
@require_right("review_cases")
def dismiss(request: MemberRequest, pk: int) -> HttpResponse:
    services.dismiss_lack(_found(request, pk).pk, reason=request.POST.get("reason", ""), by=request.member)
    return told(request, _("Noted. It comes back when there are twice as many."), "library:gaps")


@require_POST
@require_right("review_cases")
def recall(request: MemberRequest, pk: int) -> HttpResponse:
    services.recall_lack(_found(request, pk).pk, by=request.member)
    return told(request, _("Back on the list."), "library:gaps")
