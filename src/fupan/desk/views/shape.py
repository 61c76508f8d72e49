"""What becomes of a ticket: put aside, followed, merged, cut in two, and back."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fupan.core import weeks
from fupan.core.errors import Refused
from fupan.desk import queries, services
from fupan.desk.models import MessageSide
from fupan.desk.policies import merges_seen_by
from fupan.desk.queries.page import turns_of
from fupan.desk.views._asked import back_to, is_number, number_typed, only_those_who, ticket_or_404
from fupan.desk.views._ticket import like_tickets
from fupan.people.decorators import MemberRequest, require_member


@require_POST
@require_member
def snooze(request: MemberRequest, number: int) -> HttpResponse:
    only_those_who(request.member, "answer")
    found = ticket_or_404(request, number)
    services.snooze(found.pk, _moment(request), by=request.member)
    queries.forget_counts(request.member)
    messages.success(request, _("It sleeps until then, and wakes at once when the buyer writes."))
    return redirect(back_to(request, found))


def _moment(request: MemberRequest) -> datetime:
    """An instant; without an offset it is meant on the clock of the workspace."""
    typed = request.POST.get("until", "").strip()
    try:
        told = datetime.fromisoformat(typed)
    except ValueError as wrong:
        raise Refused(_("“%(text)s” is not a moment.") % {"text": typed[:40]}, code="not-a-moment") from wrong
    return told if told.tzinfo else told.replace(tzinfo=weeks.zone(request.member.workspace.timezone))


@require_POST
@require_member
def wake(request: MemberRequest, number: int) -> HttpResponse:
    only_those_who(request.member, "answer")
    found = ticket_or_404(request, number)
    services.wake(found.pk, by=request.member)
    queries.forget_counts(request.member)
    return redirect(back_to(request, found))


@require_POST
@require_member
def follow(request: MemberRequest, number: int) -> HttpResponse:
    found = ticket_or_404(request, number)
    services.follow(found.pk, by=request.member, on=request.POST.get("on") == "1")
    queries.forget_counts(request.member)
    return redirect(back_to(request, found))


@require_safe
@require_member
def parts(request: MemberRequest, number: int) -> HttpResponse:
    """The sheet to merge a ticket, or to cut messages out of it."""
    only_those_who(request.member, "answer")
    found = ticket_or_404(request, number)
    turns = [turn for turn in turns_of(found, request.member) if turn.message.side != MessageSide.NOTE]
    context = {
        "ticket": found, "turns": turns, "like": like_tickets(request.member, found),
        "filters": queries.kept_filters(request.GET),
    }  # fmt: skip
    return render(request, "desk/parts.html", context)


@require_POST
@require_member
def merge(request: MemberRequest, number: int) -> HttpResponse:
    only_those_who(request.member, "answer")
    found, into = ticket_or_404(request, number), number_typed(request, "other")
    services.merge_tickets(found.pk, into.pk, by=request.member)
    queries.forget_counts(request.member)
    messages.success(request, _("%(ticket)s is part of this ticket now.") % {"ticket": found})
    return redirect("desk:ticket", into.number)


@require_POST
@require_member
def unmerge(request: MemberRequest, pk: int) -> HttpResponse:
    only_those_who(request.member, "answer")
    found = merges_seen_by(request.member).filter(pk=pk).first()
    if found is None:
        raise Http404
    ticket = services.take_merge_back(found.pk, by=request.member)
    messages.success(request, _("Both tickets are as they were."))
    return redirect("desk:ticket", ticket.number)


@require_POST
@require_member
def cut(request: MemberRequest, number: int) -> HttpResponse:
    """The ticked messages become a ticket of their own."""
    only_those_who(request.member, "answer")
    found = ticket_or_404(request, number)
    chosen = [int(one) for one in request.POST.getlist("message") if is_number(one)]
    fresh = services.split_ticket(found.pk, chosen, by=request.member)
    said = _("%(ticket)s is a ticket of its own now; merging the two undoes it.") % {"ticket": fresh}
    messages.success(request, said)
    return redirect("desk:ticket", fresh.number)
