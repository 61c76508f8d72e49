"""Settings: what must be told before a ticket is solved, and the days the office is closed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fupan.core import clock
from fupan.desk import services
from fupan.desk.forms import DayOffForm
from fupan.desk.models import ClosingRule, DayOff, TicketKind
from fupan.desk.services.closing import NEEDS
from fupan.people.decorators import MemberRequest, require_right


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("edit_closing")
def closing(request: MemberRequest) -> HttpResponse:
    """One row for all kinds, and one for each kind of its own."""
    member = request.member
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        services.set_closing_rule(member.workspace, kind, request.POST.getlist("needs"), by=member)
        messages.success(request, _("Saved."))
        return redirect("desk:closing")
    rules = dict(ClosingRule.objects.filter(workspace_id=member.workspace_id).values_list("kind", "needs"))
    kinds = [("", _("every kind without a rule of its own")), *TicketKind.choices]
    context = {
        "rows": [(code, name, rules.get(code), code in rules) for code, name in kinds], "needs": NEEDS.items(),
        "days": DayOff.objects.filter(workspace_id=member.workspace_id, day__gte=clock.today().replace(month=1, day=1)),
        "form": DayOffForm(),
    }  # fmt: skip
    return render(request, "desk/closing.html", context)


@require_POST
@require_right("edit_closing")
def day_off(request: MemberRequest) -> HttpResponse:
    """Add a day, or take one away."""
    member = request.member
    form = DayOffForm(request.POST)
    if form.is_valid():
        closed = request.POST.get("open") != "1"
        day, name = form.cleaned_data["day"], form.cleaned_data["name"]
        services.set_day_off(member.workspace, day, name, closed=closed, by=member)
        messages.success(request, _("Saved. Clocks that run already are set anew."))
    else:
        messages.warning(request, _("Write the day like 2026-10-01."))
    return redirect("desk:closing")
