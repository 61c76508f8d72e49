"""Settings of authority and escalation, the list of what waits for a decision, and handing a ticket up."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.core.errors import Refused
from fupan.core.http import page_or_part
from fupan.desk import services, tier_pages
from fupan.desk.models import Escalation, EscalationPath
from fupan.desk.policies import escalations_seen_by, paths_seen_by
from fupan.desk.queries import escalations as asked
from fupan.desk.tier_forms import EscalateForm, ExceptionForm, StepForm
from fupan.desk.views._asked import only_those_who, ticket_or_404
from fupan.people.decorators import MemberRequest, require_member, require_right


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("edit_authority")
def authority(request: MemberRequest) -> HttpResponse:
    """What each line settles alone, as a table; saved as a whole."""
    member = request.member
    if request.method == "POST":
        told = {key: _amount(request.POST.get(field, "")) for key, field in tier_pages.cells(member)}
        changed = services.set_limits(told, by=member, stamp=request.POST.get("stamp", ""))
        messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
        return redirect("desk:authority")
    return render(request, "desk/authority.html", tier_pages.authority(member, ExceptionForm(member=member)))


@require_POST
@require_right("edit_authority")
def add_limit(request: MemberRequest) -> HttpResponse:
    """An exception: for one member, or for one issue."""
    member = request.member
    form = ExceptionForm(request.POST, member=member)
    if form.is_valid():
        services.set_limit(by=member, **form.told)
        messages.success(request, _("Saved."))
        return redirect("desk:authority")
    return render(request, "desk/authority.html", tier_pages.authority(member, form), status=422)


@require_POST
@require_right("edit_authority")
def drop_limit(request: MemberRequest, limit: int) -> HttpResponse:
    services.drop_limit(limit, by=request.member)
    return redirect("desk:authority")


@require_safe
@require_right("edit_authority")
def escalation_path(request: MemberRequest) -> HttpResponse:
    return render(request, "desk/escalation_path.html", tier_pages.path(request.member))


@require_POST
@require_right("edit_authority")
def add_step(request: MemberRequest) -> HttpResponse:
    return _set_step(request, None)


@require_POST
@require_right("edit_authority")
def edit_step(request: MemberRequest, step: int) -> HttpResponse:
    found = paths_seen_by(request.member).filter(pk=step).first()
    if found is None:
        raise Http404
    if request.POST.get("do") == "drop":
        services.drop_step(found.pk, by=request.member)
        return redirect("desk:escalation_path")
    return _set_step(request, found)


def _set_step(request: MemberRequest, found: EscalationPath | None) -> HttpResponse:
    form = StepForm(request.POST, step=found)
    if form.is_valid():
        try:
            services.set_step(by=request.member, step=found, version=form.cleaned_data["version"] or 0, **form.told)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:escalation_path")
    return render(request, "desk/escalation_path.html", tier_pages.path(request.member, form), status=422)


@require_safe
@require_member
def escalations(request: MemberRequest) -> HttpResponse:
    """What waits for a decision, and what was decided."""
    only_those_who(request.member, "answer")
    context = {"waiting": asked.waiting(request.member), "decided": asked.decided(request.member)}
    return page_or_part(request, "desk/escalations.html", "rows", context)


@require_POST
@require_member
def decide(request: MemberRequest, escalation: int) -> HttpResponse:
    """Approve, decline, or say that one looks into it."""
    only_those_who(request.member, "answer")
    found = _escalation(request, escalation)
    verdict, said = request.POST.get("verdict", ""), request.POST.get("said", "")
    if verdict == "take":
        services.take_escalation(found.pk, by=request.member)
        return redirect("desk:ticket", found.ticket.number)
    if verdict not in {"approve", "decline"}:
        raise Http404
    services.decide_escalation(found.pk, by=request.member, approve=verdict == "approve", said=said)
    messages.success(request, _("Approved.") if verdict == "approve" else _("Declined."))
    return redirect("desk:escalations")


@require_http_methods(["GET", "HEAD", "POST"])
@require_member
def escalate(request: MemberRequest, number: int) -> HttpResponse:
    """Hand a ticket up with a short note."""
    only_those_who(request.member, "answer")
    ticket = ticket_or_404(request, number)
    form = EscalateForm(
        request.POST or None, member=request.member, ticket=ticket,
        initial=tier_pages.hand_over(ticket, request.GET),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            made = services.escalate(ticket.pk, form.told, by=request.member)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, tier_pages.handed_up(made))
            return redirect("desk:ticket", ticket.number)
    context: dict[str, Any] = {"form": form, "ticket": ticket, **tier_pages.beside(request.member, ticket)}
    return render(request, "desk/escalate.html", context, status=422 if form.errors else 200)


def _escalation(request: MemberRequest, pk: int) -> Escalation:
    found = escalations_seen_by(request.member).select_related("ticket").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _amount(told: str) -> Decimal | None:
    """An empty cell is no limit of its own."""
    if not told.strip():
        return None
    try:
        amount = Decimal(told.strip().replace(",", ""))
    except InvalidOperation as wrong:
        raise Refused(_("“%(value)s” is not an amount.") % {"value": told[:40]}, code="not-an-amount") from wrong
    if not amount.is_finite() or amount < 0 or amount >= Decimal(10) ** 12:
        raise Refused(_("“%(value)s” is not an amount.") % {"value": told[:40]}, code="not-an-amount")
    return amount.quantize(Decimal("0.01"))
