from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fupan.commerce import queries, services
from fupan.commerce.forms import ZONES, NewShopForm, ShopForm
from fupan.commerce.policies import shops_seen_by
from fupan.core.errors import Refused
from fupan.people.decorators import MemberRequest, require_right


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("edit_shops")
def shops(request: MemberRequest) -> HttpResponse:
    """The shops of this member, and a form for one more."""
    form = NewShopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_shop(request.member.workspace_id, **form.shop(), by=request.member)
        except Refused as no:
            form.add_error("name", str(no.message))
        else:
            messages.success(request, _("The shop was added."))
            return redirect("commerce:shops")
    context = {"rows": queries.shop_rows(request.member), "form": form, "zones": ZONES}
    return render(request, "commerce/shops.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("edit_shops")
def shop(request: MemberRequest, pk: int) -> HttpResponse:
    """One shop, to change."""
    shown = get_object_or_404(shops_seen_by(request.member), pk=pk)
    title = shown.name
    form = ShopForm(request.POST or None, initial=ShopForm.of(shown))
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_shop(shown, **form.cleaned_data, by=request.member)
        except Refused as no:
            form.add_error("timezone" if no.code == "shop-clock-in-use" else "name", str(no.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("commerce:shops")
    context = {"title": title, "form": form, "zones": ZONES}
    return render(request, "commerce/shop.html", context, status=422 if form.errors else 200)
