"""The page behind a survey's link: one click, then perhaps a reason and a word. It shows nothing of the buyer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.desk import services, survey_words
from fupan.desk.models import Survey
from fupan.desk.queries.surveys import SPOKEN, by_token
from fupan.people.decorators import not_too_often

Answer = Callable[[HttpRequest, str], HttpResponse]
SCORES = range(1, 6)


def _by_link(view: Callable[[HttpRequest, Survey, str], HttpResponse]) -> Answer:
    """A link there is; no search engine keeps the page, no site it leads to learns its address."""

    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        survey = by_token(token)
        if survey is None or survey.expires_at <= clock.now():
            answer = _page(request, survey, token, "over", status=404 if survey is None else 410)
        else:
            answer = view(request, survey, token)
        # Not no-referrer: browsers then send their forms as from nowhere, and the CSRF check refuses those.
        answer["Referrer-Policy"] = "same-origin"
        answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return answer

    return never_cache(not_too_often("survey", times=30)(guarded))


@require_safe
@_by_link
def survey(request: HttpRequest, found: Survey, token: str) -> HttpResponse:
    """Opening it keeps nothing: mail scanners open every link."""
    return _page(request, found, token, _stage(found))


@require_POST
@_by_link
def score(request: HttpRequest, found: Survey, token: str) -> HttpResponse:
    """The one click."""
    told = request.POST.get("score", "")
    try:
        services.answer_survey(token, score=int(told) if told in {"1", "2", "3", "4", "5"} else 0)
    except Refused:
        return _page(request, found, token, _stage(found), status=409)
    return redirect("desk:survey", token)


@require_POST
@_by_link
def comment(request: HttpRequest, found: Survey, token: str) -> HttpResponse:
    """Why, and a word."""
    try:
        services.comment_survey(
            token, reason=request.POST.get("reason", ""), comment=request.POST.get("comment", "")[:1000]
        )
    except Refused:
        return _page(request, found, token, _stage(found), status=409)
    return _page(request, found, token, "done")


def _stage(found: Survey) -> str:
    """Where the buyer stands: to score, to say why, or at the end."""
    if found.answered_at is None:
        return "ask"
    said = found.reason or found.comment
    return "used" if said or found.answered_at <= clock.now() - SPOKEN else "why"


def _page(request: HttpRequest, found: Survey | None, token: str, stage: str, *, status: int = 200) -> HttpResponse:
    spoken = found.ticket.language if found else request.headers.get("Accept-Language", "")
    language, said = survey_words.words(spoken)
    shop = found.ticket.shop.name if found else ""
    context: dict[str, Any] = {
        "stage": stage, "said": said, "spoken": language, "token": token, "ask": said["ask"].replace("{shop}", shop),
        "scores": list(zip(SCORES, said["scores"], strict=True)), "reasons": said["reasons"].items(),
    }  # fmt: skip
    return render(request, "desk/survey.html", context, status=status)
