"""Answers that serve both HTMX and a plain browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_htmx.http import trigger_client_event


def part(
    request: HttpRequest,
    template: str,
    name: str,
    context: Mapping[str, Any],
    *,
    else_to: Any,
    status: int = 200,
) -> HttpResponse:
    """Answer HTMX with one named part of a page, and a plain browser with a redirect."""
    if by_htmx(request):
        return render(request, f"{template}#{name}", dict(context), status=status)
    return redirect(else_to)


def page_or_part(
    request: HttpRequest, template: str, name: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Answer HTMX with one named part of a page, and a plain browser with the whole page."""
    asked = f"{template}#{name}" if by_htmx(request) else template
    return render(request, asked, dict(context), status=status)


def by_htmx(request: HttpRequest) -> bool:
    """Whether HTMX asks for a part (a restored history entry wants the whole page)."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.history_restore_request and not htmx.boosted


def said(response: HttpResponse, message: Any, *, tone: str = "good") -> HttpResponse:
    """Let the page show a short message once the answer is in (`HX-Trigger: toast`)."""
    return trigger_client_event(response, "toast", {"message": str(message), "tone": tone})


def panels(page: str) -> tuple[str, ...]:
    """URL names of the parts of a page that other stages draw."""
    drawn: tuple[str, ...] = settings.PANELS.get(page, ())[:4]
    return drawn
