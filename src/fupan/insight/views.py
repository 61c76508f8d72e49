from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.commerce.policies import products_seen_by
from fupan.core.errors import Refused
from fupan.core.http import page_or_part
from fupan.insight import pages, services
from fupan.insight.forms import TargetForm
from fupan.insight.policies import targets_seen_by
from fupan.people.decorators import MemberRequest, require_right
from fupan.people.policies import may


@require_safe
@require_right("see_insight")
def metrics(request: MemberRequest) -> HttpResponse:
    """One number: its value, its trend, its parts."""
    shown = pages.explored(request.member, request.GET)
    request.shell_period = pages.shell_period(request.GET, shown["asked"].period)  # type: ignore[attr-defined]
    return page_or_part(request, "insight/metrics.html", "explored", shown)


@require_safe
@require_right("see_insight")
def products(request: MemberRequest) -> HttpResponse:
    """All products, the certainly worst first."""
    shown = pages.products(request.member, request.GET)
    request.shell_period = pages.shell_period(request.GET, shown["asked"].period)  # type: ignore[attr-defined]
    return page_or_part(request, "insight/products.html", "rows", shown)


@require_safe
@require_right("see_insight")
def product(request: MemberRequest, pk: int) -> HttpResponse:
    """One product: numbers, trend, issues, batches, listings."""
    found = get_object_or_404(products_seen_by(request.member), pk=pk)
    shown = pages.product(request.member, found, request.GET)
    request.shell_period = pages.shell_period(request.GET, shown["asked"].period)  # type: ignore[attr-defined]
    return render(request, "insight/product.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("see_insight")
def targets(request: MemberRequest) -> HttpResponse:
    """Targets with how they stand; who may, sets them here."""
    form = TargetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_target(**form.chosen, by=request.member)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("Target set."))
            return redirect("insight:targets")
    rows = pages.targets(request.member, request.GET)
    context: dict[str, Any] = {"rows": rows, "form": form, "may_edit": may(request.member, "edit_targets")}
    return render(request, "insight/targets.html", context, status=422 if form.errors else 200)


@require_POST
@require_right("edit_targets")
def drop_target(request: MemberRequest, pk: int) -> HttpResponse:
    target = get_object_or_404(targets_seen_by(request.member), pk=pk)
    services.drop_target(target.pk, by=request.member)
    messages.success(request, _("The target has ended."))
    return redirect(reverse("insight:targets"))
