from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fupan.commerce import services
from fupan.commerce.forms import PromotionForm
from fupan.commerce.policies import promotions_seen_by
from fupan.core.paging import page_of
from fupan.people.decorators import MemberRequest, require_right


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("edit_shops")
def promotions(request: MemberRequest) -> HttpResponse:
    """The promotions that were and will be, newest first, and a form for one more."""
    form = PromotionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.add_promotion(request.member.workspace_id, **form.cleaned_data, by=request.member)
        messages.success(request, _("The promotion was added."))
        return redirect("commerce:promotions")
    rows = promotions_seen_by(request.member).order_by("-start", "-pk")
    context = {"page": page_of(request, rows), "form": form}
    return render(request, "commerce/promotions.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("edit_shops")
def promotion(request: MemberRequest, pk: int) -> HttpResponse:
    """One promotion, to change."""
    shown = get_object_or_404(promotions_seen_by(request.member), pk=pk)
    title = shown.name
    initial = {name: getattr(shown, name) for name in PromotionForm.base_fields}
    form = PromotionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.edit_promotion(shown, **form.cleaned_data, by=request.member)
        messages.success(request, _("Saved."))
        return redirect("commerce:promotions")
    context = {"title": title, "shown": shown, "form": form}
    return render(request, "commerce/promotion.html", context, status=422 if form.errors else 200)


@require_POST
@require_right("edit_shops")
def drop_promotion(request: MemberRequest, pk: int) -> HttpResponse:
    services.drop_promotion(get_object_or_404(promotions_seen_by(request.member), pk=pk), by=request.member)
    messages.success(request, _("The promotion was removed."))
    return redirect("commerce:promotions")
