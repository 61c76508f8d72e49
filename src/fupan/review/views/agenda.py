"""What is changed about an agenda: items, minutes, order."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fupan.core.errors import Refused
from fupan.people.decorators import MemberRequest, require_right
from fupan.review import services
from fupan.review.models import AgendaItem
from fupan.review.views.meetings import answer, meeting_or_404, number_in

USUAL = 10  # minutes of an item somebody adds


@require_POST
@require_right("see_reviews")
def meeting_add_item(request: MemberRequest, pk: int) -> HttpResponse:
    found = meeting_or_404(request, pk)
    services.add_item(
        found.pk, title=request.POST.get("title", ""), minutes=number_in(request.POST, "minutes") or USUAL,
        by=request.member, parked=number_in(request.POST, "parked"),
    )  # fmt: skip
    return answer(request, found)


@require_POST
@require_right("see_reviews")
def meeting_edit_item(request: MemberRequest, pk: int, item: int) -> HttpResponse:
    """Name and minutes together; `was_...` is what the form began with."""
    found = _item_or_404(request, pk, item)
    minutes = number_in(request.POST, "minutes")
    if minutes is None:
        raise Refused(_("Minutes are a whole number."), code="not-minutes")
    was = (request.POST.get("was_title", ""), number_in(request.POST, "was_minutes") or 0)
    services.edit_item(found.pk, title=request.POST.get("title", ""), minutes=minutes, was=was, by=request.member)
    return redirect("review:meeting", pk)


@require_POST
@require_right("see_reviews")
def meeting_drop_item(request: MemberRequest, pk: int, item: int) -> HttpResponse:
    services.drop_item(_item_or_404(request, pk, item).pk, by=request.member)
    return redirect("review:meeting", pk)


@require_POST
@require_right("see_reviews")
def meeting_order(request: MemberRequest, pk: int) -> HttpResponse:
    """All items in their new order, or one of them moved by a step."""
    found = meeting_or_404(request, pk)
    order = [int(one) for one in request.POST.getlist("item") if one.isdecimal() and len(one) < 18]
    moved, _colon, step = request.POST.get("move", "").partition(":")
    if moved.isdecimal() and len(moved) < 18 and int(moved) in order:
        here = order.index(int(moved))
        there = max(0, min(len(order) - 1, here + (-1 if step == "up" else 1)))
        order.insert(there, order.pop(here))
    services.order_items(found.pk, item_ids=order, by=request.member)
    return redirect("review:meeting", pk)


def _item_or_404(request: MemberRequest, pk: int, item: int) -> AgendaItem:
    found = meeting_or_404(request, pk).agenda.filter(pk=item).first()
    if found is None:
        raise Http404
    return found
