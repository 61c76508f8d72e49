from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from fupan.people import policies, services
from fupan.people.decorators import MemberRequest, require_right
from fupan.people.forms import TokenForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require_right("make_tokens")
def tokens(request: MemberRequest) -> HttpResponse:
    """Keys for programs; a new one is shown once, on the answer that made it."""
    form, made = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        _token, made = services.create_token(**form.cleaned_data, by=request.member)
        form = TokenForm()
    rows = policies.tokens_seen_by(request.member).order_by("revoked_at", "-pk")
    context = {"form": form, "tokens": rows, "made": made}
    return render(request, "people/tokens.html", context, status=422 if form.errors else 200)


@require_POST
@require_right("make_tokens")
def revoke_token(request: MemberRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(policies.tokens_seen_by(request.member), pk=pk)
    services.revoke_token(token.pk, by=request.member)
    messages.success(request, _("The key was revoked."))
    return redirect("people:tokens")
