"""One ticket: read it, label it, note something, hand it on, split or join its incident."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fupan.core.errors import Refused
from fupan.core.http import panels
from fupan.desk import queries, services
from fupan.desk.forms import NoteForm, WorkForm, stands
from fupan.desk.models import Ticket, TicketState
from fupan.desk.policies import may_label, may_see_buyers, may_see_money, may_work, tickets_seen_by
from fupan.desk.queries import choices
from fupan.desk.queries.page import page_of
from fupan.desk.views._asked import back_to, only_those_who, ticket_or_404
from fupan.people.decorators import MemberRequest, require_member
from fupan.people.models import Member


@require_safe
@require_member
def ticket(request: MemberRequest, number: int) -> HttpResponse:
    found = ticket_or_404(request, number)
    return render(request, "desk/ticket.html", _context(request, found))


def _context(request: MemberRequest, found: Ticket, form: WorkForm | None = None) -> dict[str, Any]:
    member = request.member
    filters = queries.kept_filters(request.GET)
    return {
        "ticket": found,
        "page": page_of(member, found),
        "beside": queries.queue_beside(member, request.GET, found),
        "filters": filters,
        "queue_tabs": _queue_tabs(member, request),
        "form": form or WorkForm(member=member, ticket=found),
        "note_form": NoteForm(),
        "colleagues": choices.member_choices(member),
        "states": TicketState.choices,
        "tag_names": choices.tag_names(member),
        "may_label": may_label(member),
        "may_work": may_work(member),
        "may_see_money": may_see_money(member),
        "may_see_buyers": may_see_buyers(member),
        "panels": panels("ticket"),
    }


def _queue_tabs(member: Member, request: MemberRequest) -> list[dict[str, Any]]:
    shop = queries.several(request.GET, "shop")
    found = []
    for state, name in TicketState.choices:
        wanted: dict[str, Any] = {"state": state, **({"shop": shop} if shop else {})}
        count = queries.filtered(member, wanted).order_by()[:1000].count() if state != TicketState.SOLVED else None
        on = queries.several(request.GET, "state") in ([state], [] if state == TicketState.OPEN else [state])
        found.append({"name": name, "address": queries.address(wanted), "count": count, "on": on})
    return found


@require_POST
@require_member
def label(request: MemberRequest, number: int) -> HttpResponse:
    """Issue, cause, resolution, cost and tags from one form; only what changed is written."""
    only_those_who(request.member, "label")
    found = ticket_or_404(request, number)
    form = WorkForm(request.POST, member=request.member, ticket=found)
    if not form.is_valid():
        return render(request, "desk/ticket.html", _context(request, found, form), status=422)
    changed = _write(found, form.cleaned_data, request.member)
    if changed:
        messages.success(request, _("Saved."))
    return redirect(back_to(request, found))


def _write(found: Ticket, told: dict[str, Any], by: Member) -> bool:
    was = stands(found)
    same_issue = told["issue"] == was["issue"] and found.label_source == "person"
    verbs: list[tuple[bool, Any]] = [
        (told["cause"] != was["cause"], lambda: services.set_cause(found, told["cause"], by=by)),
        (told["issue"] != was["issue"] or (told["issue"] and not same_issue),
         lambda: services.label_ticket(found, told["issue"], by=by)),
        (told["resolution"] != was["resolution"], lambda: services.set_resolution(found, told["resolution"], by=by)),
        (may_work(by) and may_see_money(by) and told["cost"] != was["cost"],
         lambda: services.set_cost(found, told["cost"], by=by)),
        (_tags(told["tags"]) != _tags(was["tags"]), lambda: services.set_tags(found, _tags(told["tags"]), by=by)),
    ]  # fmt: skip
    done = [verb() for wanted, verb in verbs if wanted]
    return bool(done)


def _tags(text: str) -> list[str]:
    return sorted({name.strip() for name in text.replace("，", ",").split(",") if name.strip()})


@require_POST
@require_member
def note(request: MemberRequest, number: int) -> HttpResponse:
    only_those_who(request.member, "answer")
    found = ticket_or_404(request, number)
    services.note_ticket(found, request.POST.get("text", "")[:5000], by=request.member)
    return redirect(back_to(request, found))


@require_POST
@require_member
def state(request: MemberRequest, number: int) -> HttpResponse:
    only_those_who(request.member, "answer")
    found = ticket_or_404(request, number)
    services.set_state(found, request.POST.get("state", ""), by=request.member)
    return redirect(back_to(request, found))


@require_POST
@require_member
def assign(request: MemberRequest, number: int) -> HttpResponse:
    only_those_who(request.member, "answer")
    found = ticket_or_404(request, number)
    wanted = request.POST.get("assignee", "")
    colleagues = Member.objects.filter(workspace_id=request.member.workspace_id, active=True)
    chosen = colleagues.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 18 else None
    if wanted and chosen is None:
        raise Http404
    services.assign(found, chosen, by=request.member)
    return redirect(back_to(request, found))


@require_POST
@require_member
def split(request: MemberRequest, number: int) -> HttpResponse:
    only_those_who(request.member, "answer")
    found = ticket_or_404(request, number)
    services.split_incident(found, by=request.member)
    messages.success(request, _("This ticket is an incident of its own now."))
    return redirect(back_to(request, found))


@require_POST
@require_member
def join(request: MemberRequest, number: int) -> HttpResponse:
    only_those_who(request.member, "answer")
    found = ticket_or_404(request, number)
    services.join_incident(found, _named(request), by=request.member)
    messages.success(request, _("Both are one incident now."))
    return redirect(back_to(request, found))


def _named(request: MemberRequest) -> Ticket:
    """The ticket whose number was typed: T-48302 or 48302."""
    typed = request.POST.get("other", "").strip().upper().removeprefix("T-")
    other = tickets_seen_by(request.member).filter(number=int(typed)).first() if _is_number(typed) else None
    if other is None:
        raise Refused(_("There is no ticket “%(number)s”.") % {"number": typed}, code="no-such-ticket")
    return other


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 18
