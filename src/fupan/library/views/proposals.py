"""What the library should learn: look through it, take it up, decline it, look for more."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fupan.core import jobs
from fupan.core.paging import page_of
from fupan.library import proposal_pages, services
from fupan.library.models import Proposal
from fupan.library.policies import proposals_seen_by
from fupan.library.queries.proposals import listed
from fupan.library.views._asked import told
from fupan.people.decorators import MemberRequest, require_right


@require_safe
@require_right("edit_articles")
def proposals(request: MemberRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    page = page_of(request, listed(request.member, state), size=8)
    return render(request, "library/proposals.html", proposal_pages.listing(request.member, state, page))


def _found(request: MemberRequest, pk: int) -> Proposal:
    found = proposals_seen_by(request.member).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _version(request: MemberRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None


@require_POST
@require_right("edit_articles")
def accept(request: MemberRequest, pk: int) -> HttpResponse:
    """Take it up, and on to where it is written."""
    taken = services.accept_proposal(_found(request, pk).pk, by=request.member, version=_version(request))
    if taken.case is not None:
        return told(request, _("%(case)s is begun.") % {"case": taken.case}, "library:edit_case", taken.case.number)
    return redirect(proposal_pages.action_url(taken) or "library:proposals")


@require_POST
@require_right("edit_articles")
def decline(request: MemberRequest, pk: int) -> HttpResponse:
    services.decline_proposal(
        _found(request, pk).pk, reason=request.POST.get("reason", ""), by=request.member, version=_version(request)
    )
    return told(request, _("Declined. It comes back only when it has grown."), "library:proposals")


@require_POST
@require_right("edit_articles")
def distil(request: MemberRequest) -> HttpResponse:
    """Look through the newest solved tickets now."""
    jobs.enqueue("fupan.library.tasks.distil", request.member.workspace_id)
    return told(request, _("Looking through the solved tickets; what is found stands here in a minute."),
                "library:proposals")  # fmt: skip
