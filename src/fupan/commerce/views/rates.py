from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fupan.commerce import queries, services
from fupan.commerce.forms import RateForm
from fupan.commerce.policies import rates_seen_by
from fupan.core import clock
from fupan.core.paging import page_of
from fupan.core.weeks import zone
from fupan.people.decorators import MemberRequest, require_right


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("edit_shops")
def rates(request: MemberRequest) -> HttpResponse:
    """What a unit of each currency is worth, by day; currencies without any rate are named."""
    workspace = request.member.workspace
    missing = queries.currencies_without_rate(workspace)
    today = clock.now().astimezone(zone(workspace.timezone)).date()
    asked = request.GET.get("currency", "")
    initial = {"day": today, "currency": asked if asked in missing else ""}
    form = RateForm(request.POST or None, initial=initial, workspace=workspace)
    if request.method == "POST" and form.is_valid():
        services.set_rate(workspace, **form.cleaned_data, by=request.member)
        messages.success(request, _("Saved. Amounts from that day on are counted anew."))
        return redirect("commerce:rates")
    context = {
        "page": page_of(request, queries.rate_rows(request.member)),
        "missing": missing,
        "form": form,
        "workspace": workspace,
    }
    return render(request, "commerce/rates.html", context, status=422 if form.errors else 200)


@require_POST
@require_right("edit_shops")
def drop_rate(request: MemberRequest, pk: int) -> HttpResponse:
    services.drop_rate(get_object_or_404(rates_seen_by(request.member), pk=pk), by=request.member)
    messages.success(request, _("The rate was removed."))
    return redirect("commerce:rates")
