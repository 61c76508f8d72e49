"""One ticket: read it, label it, hand it on, split or join its incident."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fupan.core.errors import Refused
from fupan.desk import queries, services
from fupan.desk.forms import ClosingForm, WorkForm, fingerprint, stands
from fupan.desk.models import Ticket
from fupan.desk.policies import may_see_money, may_work
from fupan.desk.queries.choices import Selects
from fupan.desk.services.closing import BeyondAuthority, Incomplete
from fupan.desk.views._asked import back_to, number_typed, only_those_who, ticket_or_404
from fupan.desk.views._ticket import say_context, ticket_context
from fupan.people.decorators import MemberRequest, require_member
from fupan.people.models import Member


@require_safe
@require_member
def ticket(request: MemberRequest, number: int) -> HttpResponse:
    found = ticket_or_404(request, number)
    services.see_mentions(found, by=request.member)
    return render(request, "desk/ticket.html", ticket_context(request, found))


@require_POST
@require_member
def label(request: MemberRequest, number: int) -> HttpResponse:
    """Issue, cause, resolution, cost and tags from one form; only what changed is written."""
    only_those_who(request.member, "label")
    found = ticket_or_404(request, number)
    form = WorkForm(request.POST, selects=Selects(request.member), ticket=found)
    if not form.is_valid():
        return render(request, "desk/ticket.html", ticket_context(request, found, form), status=422)
    stood = request.POST.get("stood", "")
    if stood and stood != fingerprint(found):
        raise Refused(_("Somebody changed these labels meanwhile. Look at them again."), code="changed-meanwhile")
    if _write(found, form.cleaned_data, request.member):
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
def state(request: MemberRequest, number: int) -> HttpResponse:
    """Another state; what a closing rule still wants is asked in place."""
    only_those_who(request.member, "answer")
    found = ticket_or_404(request, number)
    try:
        with transaction.atomic():
            form = ClosingForm(request.POST, selects=Selects(request.member), ticket=found)
            services.tell_closing(found, form.told(), by=request.member)
            services.set_state(found, request.POST.get("state", ""), by=request.member)
    except (Incomplete, BeyondAuthority) as refused:
        again = ticket_or_404(request, number)
        context = ticket_context(request, again)
        context["closing_say"] = say_context(request.member, again, refused, request.POST)
        return render(request, "desk/ticket.html", context, status=422)
    queries.forget_counts(request.member)
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
    queries.forget_counts(request.member)
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
    services.join_incident(found, number_typed(request, "other"), by=request.member)
    messages.success(request, _("Both are one incident now."))
    return redirect(back_to(request, found))
