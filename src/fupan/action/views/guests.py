"""The page behind a guest link: one action, for somebody without a seat. It says nothing else, and is kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from fupan.action import action_pages, services
from fupan.action.forms import CarryForm, CommentForm, ProofForm
from fupan.action.models import GuestLink
from fupan.action.queries.page import guest_link
from fupan.core.errors import Refused
from fupan.people.decorators import not_too_often

Answer = Callable[..., HttpResponse]


def _by_link(view: Callable[..., HttpResponse]) -> Answer:
    """A living link, or nothing at all; no search engine keeps the page, no site it leads to learns its address."""

    @wraps(view)
    def guarded(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
        link = guest_link(token)
        answer = view(request, link, token, *args, **kwargs) if link else render(request, "404.html", status=404)
        # Not no-referrer: browsers then send their forms as from nowhere, and the CSRF check refuses those.
        answer["Referrer-Policy"] = "same-origin"
        answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return answer

    return never_cache(not_too_often("guest", times=60)(guarded))


@require_safe
@_by_link
def guest(request: HttpRequest, link: GuestLink, token: str) -> HttpResponse:
    """How one action goes, told by whoever has the link."""
    return _page(request, link, token)


@require_POST
@_by_link
def guest_step(request: HttpRequest, link: GuestLink, token: str, pk: int) -> HttpResponse:
    if not link.action.steps.filter(pk=pk).exists():
        raise Http404
    services.tick_step(pk, done=request.POST.get("done") == "1", guest=link)
    return redirect("action:guest", token)


@require_POST
@_by_link
def guest_comment(request: HttpRequest, link: GuestLink, token: str) -> HttpResponse:
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _page(request, link, token, status=422, comment_form=form)
    services.add_comment(link.action_id, text=form.cleaned_data["text"], guest=link)
    return _thanks(request, token)


@require_POST
@_by_link
def guest_proof(request: HttpRequest, link: GuestLink, token: str) -> HttpResponse:
    form = ProofForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            services.add_proof(link.action_id, given=form.given, guest=link)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            return _thanks(request, token)
    return _page(request, link, token, status=422, proof_form=form)


@require_POST
@_by_link
def guest_carry_out(request: HttpRequest, link: GuestLink, token: str) -> HttpResponse:
    form = CarryForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            services.carry_out(link.action_id, day=form.since, given=form.given, guest=link)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            return _thanks(request, token)
    return _page(request, link, token, status=422, carry=form)


def _thanks(request: HttpRequest, token: str) -> HttpResponse:
    messages.success(request, _("Thank you, it is kept."))
    return redirect("action:guest", token)


def _page(request: HttpRequest, link: GuestLink, token: str, *, status: int = 200, **more: Any) -> HttpResponse:
    forms = {"carry": CarryForm(), "proof_form": ProofForm(), "comment_form": CommentForm()}
    context = action_pages.for_guest(link) | forms | {"token": token} | more
    return render(request, "action/guest.html", context, status=status)
