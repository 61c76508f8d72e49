"""`Idempotency-Key`: a write sent twice is done once, and both calls get the same answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.people.models import ApiToken, KeptAnswer
from fupan.people.tokens import token_of

KEPT_FOR = timedelta(days=1)
GIVEN_UP = timedelta(minutes=5)  # a call that died half-way may be tried again after this
WRITES = {"POST", "PUT", "PATCH", "DELETE"}

Run = Callable[..., HttpResponse]


def answered_once(run: Run) -> Run:
    """Wrap an operation: with an `Idempotency-Key` header a write is run once per token and key."""

    @wraps(run)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key, token = request.headers.get("Idempotency-Key", ""), token_of(request)
        if not key or token is None or request.method not in WRITES:
            return run(request, *args, **kwargs)
        kept, first = _reserve(token, key[:200], _digest(request))
        if not first:
            return _again(kept)
        answer = run(request, *args, **kwargs)
        _keep(kept, answer)
        return answer

    return wrapped


def forget_old_answers() -> int:
    """Drop answers older than a day; the number dropped."""
    return KeptAnswer.objects.filter(at__lt=clock.now() - KEPT_FOR).delete()[0]


def _digest(request: HttpRequest) -> str:
    """Of what was asked; a multipart body is read as its parts, because its boundary differs every time."""
    told = hashlib.sha256(request.get_full_path().encode() + b"\n")
    if request.content_type != "multipart/form-data":
        told.update(request.body)
        return told.hexdigest()
    told.update(repr(sorted(request.POST.lists())).encode())
    for name, upload in sorted(request.FILES.items()):
        assert isinstance(upload, UploadedFile)
        told.update(f"{name}:{upload.name}".encode())
        for chunk in upload.chunks():
            told.update(chunk)
        upload.seek(0)
    return told.hexdigest()


def _reserve(token: ApiToken, key: str, digest: str) -> tuple[KeptAnswer, bool]:
    now = clock.now()
    mine = KeptAnswer.objects.filter(token=token, key=key)
    mine.filter(at__lt=now - KEPT_FOR).delete()
    mine.filter(at__lt=now - GIVEN_UP, status=0).delete()
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(token=token, key=key, request_hash=digest, at=now), True
    except IntegrityError:
        kept = mine.get()
    if kept.request_hash != digest:
        raise Refused("This Idempotency-Key was used for another request.", code="idempotency-key-reused")
    if not kept.status:
        raise Refused("A request with this Idempotency-Key is still at work.", code="idempotency-key-at-work")
    return kept, False


def _again(kept: KeptAnswer) -> HttpResponse:
    answer = HttpResponse(kept.body, status=kept.status, content_type=kept.content_type)
    answer["Idempotency-Replayed"] = "true"
    return answer


def _keep(kept: KeptAnswer, answer: HttpResponse) -> None:
    """Answers that a second try might change (server trouble, limits, sign-in) are not kept."""
    if answer.status_code >= 500 or answer.status_code in (401, 403, 429):
        kept.delete()
        return
    kept.status, kept.body = answer.status_code, answer.content.decode()
    kept.content_type = answer.get("Content-Type", "")[:60]
    kept.save(update_fields=["status", "body", "content_type"])
