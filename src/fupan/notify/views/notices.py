from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fupan.core.http import page_or_part, part, said
from fupan.core.paging import page_of
from fupan.notify import kinds, queries, services
from fupan.notify.models import Notice, Topic
from fupan.notify.policies import notices_seen_by
from fupan.people.decorators import MemberRequest, require_member

PAGE = "notify/notices.html"


@require_member
@require_GET
def notices(request: MemberRequest) -> HttpResponse:
    return page_or_part(request, PAGE, "rows", _context(request))


def _context(request: MemberRequest) -> dict[str, Any]:
    only = request.GET.get("show") == "unread"
    page = page_of(request, queries.notices(request.member, unread_only=only), size=30)
    return {
        "page": page,
        "rows": [_row(notice) for notice in page],
        "only_unread": only,
        "unread": queries.unread(request.member),
    }


def _row(notice: Notice) -> dict[str, Any]:
    return {
        "notice": notice,
        "sentence": kinds.sentence(notice.kind, notice.context),
        "icon": kinds.icon(notice.kind),
        "topic": notice.get_topic_display(),
    }


@require_member
@require_GET
def follow(request: MemberRequest, pk: int) -> HttpResponse:
    """Open a notice: it counts as read, and leads where it points."""
    notice = get_object_or_404(notices_seen_by(request.member), pk=pk)
    services.read(request.member, notice.pk)
    safe = notice.url.startswith("/") and url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    return redirect(notice.url if safe else reverse("notify:notices"))


@require_member
@require_POST
def read_all(request: MemberRequest) -> HttpResponse:
    services.read(request.member)
    return part(request, PAGE, "rows", _context(request), else_to="notify:notices")


@require_member
@require_http_methods(["GET", "POST"])
def preferences(request: MemberRequest) -> HttpResponse:
    """The part of the account page that says what reaches me, and how."""
    if request.method == "POST":
        email, in_app = request.POST.getlist("email"), request.POST.getlist("in_app")
        if {*email, *in_app} - set(Topic.values):
            raise Http404
        services.prefer(request.member, email, in_app)
    ways = queries.ways(request.member)
    topics = [
        {"code": code, "name": name, "in_app": ways[code][0], "email": ways[code][1]} for code, name in Topic.choices
    ]
    answer = render(request, "notify/preferences.html", {"topics": topics, "email": request.user.email})
    return said(answer, _("Saved.")) if request.method == "POST" else answer
