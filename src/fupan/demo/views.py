from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from fupan.demo import reveal
from fupan.demo.people import PERSONAS, address
from fupan.people.decorators import MemberRequest, require_right
from fupan.people.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _only_in_a_demo() -> None:
    if not settings.DEMO:
        raise Http404


@require_GET
def door(request: HttpRequest) -> HttpResponse:
    """Choose whom to be."""
    _only_in_a_demo()
    return render(request, "demo/door.html", {"personas": PERSONAS})


@require_GET
@require_right("see_reviews")
def planted(request: MemberRequest) -> HttpResponse:
    """The truth of the simulated shop beside what was found of it."""
    _only_in_a_demo()
    return render(request, "demo/planted.html", reveal.context(request.member))


@require_POST
def enter(request: HttpRequest, key: str) -> HttpResponse:
    """Sign in as one of the demo's people, without a password."""
    _only_in_a_demo()
    user = get_object_or_404(User, email=address(key))
    login(request, user, backend=BACKEND)
    return redirect("briefing:today")
