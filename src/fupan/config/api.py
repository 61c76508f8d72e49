"""The one API: /api/v1, its routers, its errors, and writes that may be sent twice."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from fupan.action.api import actions
from fupan.briefing.api import reviews
from fupan.commerce.api import orders, shops
from fupan.config.problems import problem, speak_problems
from fupan.core.errors import Refused
from fupan.desk.api import tickets
from fupan.insight.api import metrics, signals
from fupan.intake.api import imports, messages
from fupan.intake.api import orders as orders_in
from fupan.intake.api import tickets as tickets_in
from fupan.library.api import cases, search
from fupan.people.decorators import require_member
from fupan.people.idempotency import answered_once
from fupan.review.api import problems
from fupan.verification.api import verdicts

ABOUT = """Everything the screens show, for programs.

**Tokens.** Made under Settings > Keys for programs, with scopes; sent as `Authorization: Bearer fpn_...`. A token sees
what its member sees, and at most 600 calls a minute.
**Errors** are `application/problem+json` with a `code` that does not change.
**Lists** are newest first; send `next` of a page as `cursor` to get the one after it.
**Writes** take an `Idempotency-Key` header: the same key and request again, within a day, gets the same answer and
changes nothing.
**Buyers**: names, addresses and original words are never given; texts are redacted.
"""


class Api(NinjaAPI):
    def get_openapi_schema(self, **more: Any) -> OpenAPISchema:
        """As ninja writes it, with errors under their own media type."""
        schema = super().get_openapi_schema(**more)
        for path in schema["paths"].values():
            for operation in path.values():
                for answer in operation["responses"].values():
                    _told_as_problem(answer)
        return schema


def _told_as_problem(answer: dict[str, Any]) -> None:
    content = answer.get("content", {})
    told = content.get("application/json", {})
    if told.get("schema", {}).get("$ref", "").endswith("/Problem"):
        content["application/problem+json"] = content.pop("application/json")


def _write_once(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    guarded = answered_once(run)

    @wraps(run)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return guarded(request, *args, **kwargs)
        except RequestDataTooBig:
            return problem(413, "too-large", "The body is larger than this server takes; send less at a time.")
        except Refused as refused:  # of the idempotency key; refusals of the operation are answered by then
            return api.on_exception(request, refused)

    return wrapped


api = Api(
    title="Fupan", version="1", description=ABOUT, urls_namespace="api", docs_url=None, docs_decorator=require_member
)
speak_problems(api)
api.add_decorator(_write_once, mode="view")
api.add_router("/imports", imports)
api.add_router("/orders", orders_in)
api.add_router("/orders", orders)
api.add_router("/tickets", tickets_in)
api.add_router("/tickets", tickets)
api.add_router("/messages", messages)
api.add_router("/shops", shops)
api.add_router("/cases", cases)
api.add_router("/search", search)
api.add_router("/metrics", metrics)
api.add_router("/signals", signals)
api.add_router("/problems", problems)
api.add_router("/verdicts", verdicts)
api.add_router("/reviews", reviews)
api.add_router("/actions", actions)
