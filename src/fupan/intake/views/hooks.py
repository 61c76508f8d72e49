"""Messages from other programs, each signed as the Standard Webhooks specification says."""

from __future__ import annotations

import hmac
import json

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from pydantic import ValidationError

from fupan.core import clock
from fupan.intake import services
from fupan.intake.models import Hook
from fupan.intake.schemas import MessageIn
from fupan.notify.senders import webhook
from fupan.people.decorators import not_too_often

SKEW = 300  # seconds a signature is good for
MOST_BYTES = 512 * 1024


@csrf_exempt
@require_POST
@not_too_often("message-hook", times=1200)
def hook(request: HttpRequest, key: str) -> HttpResponse:
    """Take a message: 202 when it is new, 200 when it had arrived before, and a reason in words otherwise."""
    found = Hook.objects.filter(key=key, active=True).select_related("shop").first()
    if found is None:
        raise Http404
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES or len(request.body) > MOST_BYTES:
        return _no(413, "too-large", "The message is larger than 512 KB.")
    wrong = _unsigned(request, found)
    if wrong:
        return wrong
    try:
        told = MessageIn.model_validate(json.loads(request.body))
    except (ValueError, RecursionError) as odd:
        return _no(422, "not-understood", _why(odd))
    accepted = services.take_message(found.shop, told.record("hook"), hook=found)
    return JsonResponse({"id": accepted.incoming.pk, "again": accepted.again}, status=200 if accepted.again else 202)


def _unsigned(request: HttpRequest, found: Hook) -> HttpResponse | None:
    """Why the signature is not good; None when it is."""
    event_id, seconds = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")
    if not event_id or not (seconds.isascii() and seconds.isdigit() and len(seconds) < 15):
        return _no(401, "unsigned", "Send webhook-id, webhook-timestamp and webhook-signature.")
    if abs(clock.now().timestamp() - int(seconds)) > SKEW:
        return _no(401, "too-old", "The timestamp is more than five minutes off.")
    right = webhook.signature(found.secret, event_id, int(seconds), request.body)
    given = request.headers.get("webhook-signature", "").split()[:10]
    if not any(hmac.compare_digest(right.encode(), one.encode("utf-8", "replace")) for one in given):
        return _no(401, "wrong-signature", "The signature does not fit.")
    return None


def _why(odd: Exception) -> str:
    if isinstance(odd, ValidationError):
        first = odd.errors(include_url=False, include_input=False, include_context=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return "The body is no JSON object."


def _no(status: int, code: str, detail: str) -> HttpResponse:
    return JsonResponse(
        {"type": "about:blank", "status": status, "code": code, "detail": detail}, status=status,
        content_type="application/problem+json",
    )  # fmt: skip
