"""The description of the API as a page of ours: ninja's own loads script from elsewhere, which the CSP forbids."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fupan.config.api import api
from fupan.people.decorators import MemberRequest, require_member


@require_safe
@require_member
def api_docs(request: MemberRequest) -> HttpResponse:
    """Every route with its scope, parameters and answers."""
    schema = api.get_openapi_schema()
    routes = [
        _route(path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    return render(request, "api/docs.html", {"about": schema["info"]["description"], "routes": routes})


def _route(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {})
    return {
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "about": operation.get("description", ""),
        "parameters": operation.get("parameters", []),
        "body": next(iter(body), ""),
    }
