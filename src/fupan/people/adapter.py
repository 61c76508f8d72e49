from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from fupan.people.models import User


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves: members come by invitation, the first one by `fupan init`."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse:
        """Speak the person's own language from the first page on."""
        response: HttpResponse = super().post_login(request, user, **more)
        return in_language(response, user.language)


def in_language(response: HttpResponse, language: str) -> HttpResponse:
    """Let this browser keep a language (the same cookie as the switch in the top bar)."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 24 * 3600, samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )  # fmt: skip
    return response
