from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fupan.core.errors import Refused


class RefusedMiddleware:
    """A rule said no: answer 409 with the sentence, as a notice for HTMX and as a page otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        htmx = bool(getattr(request, "htmx", False))
        template = "errors/notice.html" if htmx else "errors/409.html"
        return render(request, template, {"message": exception.message, "code": exception.code}, status=409)


class StorableTextMiddleware:
    """A NUL is no text, and PostgreSQL keeps none: 400 before it reaches a query (the API has its own words)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/") and _holds_nul(request):
            raise BadRequest("NUL in an address or a form")
        return self.get_response(request)


def _holds_nul(request: HttpRequest) -> bool:
    told = [request.GET] + ([request.POST] if request.method == "POST" else [])
    values = (value for query in told for name, several in query.lists() for value in (name, *several))
    return "\x00" in request.path or any(isinstance(value, str) and "\x00" in value for value in values)
