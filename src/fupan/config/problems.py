"""Errors of the API in one shape, application/problem+json (RFC 9457), set up once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, ObjectDoesNotExist, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from fupan.core.errors import Refused
from fupan.people.limits import seconds_left
from fupan.people.tokens import WINDOW

log = logging.getLogger(__name__)

# Every other refusal is a conflict, 409.
STATUS = {"bad-cursor": 400, "idempotency-key-reused": 422, "not-a-week": 422, "not-a-month": 422, "not-a-day": 422,
          "not-in-the-tree": 422, "not-smart": 422}  # fmt: skip
# What Django raises on a request that makes no sense; ninja would take it for a mistake of ours.
UNREADABLE = (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError)


def problem(status: int, code: str, detail: str = "", **more: Any) -> HttpResponse:
    body = {
        "type": f"urn:fupan:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    return JsonResponse(body | more, status=status, content_type="application/problem+json")


def speak_problems(api: NinjaAPI) -> None:
    """Have `api` answer every error as a problem."""
    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        Refused: _refused,
        ValidationError: _invalid,
        AuthenticationError: _unknown_caller,
        HttpError: _http,
        Http404: _missing,
        ObjectDoesNotExist: _missing,
        PermissionDenied: _not_allowed,
        Exception: _bug,
    }
    handlers |= dict.fromkeys(UNREADABLE, _unreadable)
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _refused(_request: HttpRequest, refused: Refused) -> HttpResponse:
    fields = [{"where": [name], "what": str(said)} for name, said in getattr(refused, "wrong", {}).items()]
    more = {"errors": fields} if fields else {}
    return problem(STATUS.get(refused.code, 409), refused.code, str(refused.message), **more)


def _invalid(_request: HttpRequest, wrong: ValidationError) -> HttpResponse:
    errors = [{"where": [str(step) for step in one["loc"]], "what": str(one["msg"])} for one in wrong.errors]
    return problem(422, "invalid", "Some values are missing or not of the expected kind.", errors=errors)


def _unknown_caller(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    answer = problem(401, "unauthorized", "Send a living token as “Authorization: Bearer fpn_…”.")
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def _http(_request: HttpRequest, error: HttpError) -> HttpResponse:
    codes = {400: "bad-request", 403: "forbidden", 413: "too-large", 429: "too-many-requests"}
    answer = problem(error.status_code, codes.get(error.status_code, "error"), error.message)
    if error.status_code == 429:
        answer["Retry-After"] = str(seconds_left(seconds=WINDOW))
    return answer


def _missing(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem(404, "not-found", "There is nothing here, or not for this token.")


def _not_allowed(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem(403, "forbidden", "The role of this token's member does not allow it.")


def _unreadable(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem(400, "bad-request", "This request cannot be read; see that its body is what its headers say.")


def _bug(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("API call failed: %s %s", request.method, request.path, exc_info=error)
    return problem(500, "server-error", "Something went wrong on our side; it was written to the log.")


class NotAllowedMiddleware:
    """A method that an address of the API does not know is answered as a problem too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or not request.path.startswith("/api/"):
            return response
        allowed = response.get("Allow", "")
        answer = problem(405, "method-not-allowed", f"This address takes {allowed}.")
        answer["Allow"] = allowed
        return answer


def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Addresses below /api/ that no route has."""
    return _missing(request, Http404())
