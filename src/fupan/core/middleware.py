from __future__ import annotations

from collections.abc import Callable

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
