"""The label queue: one ticket at a time, by keyboard."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fupan.core.errors import Refused
from fupan.core.http import page_or_part, part
from fupan.desk import services
from fupan.desk.compute import LabelBook
from fupan.desk.models import Ticket
from fupan.desk.policies import tickets_seen_by
from fupan.desk.queries import choices, labelling
from fupan.desk.views._asked import only_those_who, ticket_or_404
from fupan.people.decorators import MemberRequest, require_member

SKIPPED, LAST = "labels_skipped", "labels_last"
REMEMBERED = 500


@require_safe
@require_member
def label_queue(request: MemberRequest) -> HttpResponse:
    only_those_who(request.member, "label")
    return page_or_part(request, "desk/labels.html", "card", _context(request))


def _context(request: MemberRequest, again: Ticket | None = None) -> dict[str, Any]:
    member = request.member
    skipped = set(request.session.get(SKIPPED, []))
    shown = labelling.to_label(member, again) if again else labelling.next_to_label(member, skipped, request.GET)
    return {
        "shown": shown,
        "progress": labelling.progress(member, request.GET),
        "issues": choices.issue_choices(member) if shown else [],
        "skipped": len(skipped),
        "last": request.session.get(LAST),
        "address": request.GET.urlencode(),
    }


@require_POST
@require_member
def label_one(request: MemberRequest, number: int) -> HttpResponse:
    """Label it, skip it, or take the last label back; then show the next one."""
    only_those_who(request.member, "label")
    what = request.POST.get("do", "")
    if what == "undo":
        return _answer(request, _undo(request))
    ticket = ticket_or_404(request, number)
    if what == "skip":
        _remember(request, ticket)
    else:
        code = request.POST.get("issue", "") or _named(request)
        event = services.label_ticket(ticket, code, by=request.member)
        request.session[LAST] = {"event": event.pk, "ticket": ticket.pk, "number": ticket.number}
    return _answer(request, None)


def _named(request: MemberRequest) -> str:
    """The code of the name typed into the search."""
    typed = request.POST.get("name", "")
    code = LabelBook.of(request.member.workspace_id).named("issue", typed)
    if not code:
        raise Refused(_("“%(code)s” is not in the tree.") % {"code": typed}, code="not-in-the-tree")
    return code


def _remember(request: MemberRequest, ticket: Ticket) -> None:
    skipped = [*request.session.get(SKIPPED, []), ticket.pk]
    request.session[SKIPPED] = skipped[-REMEMBERED:]


def _undo(request: MemberRequest) -> Ticket | None:
    last = request.session.pop(LAST, None)
    if not last:
        return None
    services.undo_labels(last["event"], by=request.member)
    return tickets_seen_by(request.member).select_related("shop", "listing__product").filter(pk=last["ticket"]).first()


def _answer(request: MemberRequest, again: Ticket | None) -> HttpResponse:
    kept = request.GET.urlencode()
    home = reverse("desk:label_queue") + (f"?{kept}" if kept else "")
    if again is not None and not getattr(request, "htmx", False):
        return render(request, "desk/labels.html", _context(request, again))
    return part(request, "desk/labels.html", "card", _context(request, again), else_to=home)
