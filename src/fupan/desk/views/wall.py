"""The wall, readable across a room, and the stream that tells open pages that something is new."""

from __future__ import annotations

from typing import Any, cast

from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from fupan.core.http import page_or_part, panels
from fupan.desk.live import pulse
from fupan.desk.queries import bulletins
from fupan.desk.queries.choices import issue_names
from fupan.desk.queries.wall import Volume, Wall, wall_of
from fupan.people.decorators import MemberRequest, require_member, require_right

STREAM = "text/event-stream"
BAR = 200


@require_safe
@require_right("see_tickets")
def wall(request: MemberRequest) -> HttpResponse:
    """All of it, or to HTMX the part with the figures."""
    member = request.member
    shown, names = wall_of(member), issue_names(member)
    context = {
        "wall": shown, "issues": [_bar(names.get(one.code, _("No label")), one, shown) for one in shown.issues],
        "live": bulletins.listed(member, list(bulletins.live(member)[:4]), count=False), "panels": panels("wall"),
    }  # fmt: skip
    return page_or_part(request, "desk/wall.html", "figures", context)


def _bar(name: str, volume: Volume, shown: Wall) -> dict[str, Any]:
    """A row with the places of its bar: all rows have one scale."""
    most = max([1.0, *(max(one.usual.high, one.today) for one in shown.issues)])
    low, high, now = (value / most * (BAR - 12) + 6 for value in (volume.usual.low, volume.usual.high, volume.today))
    return {"name": name, "volume": volume, "low": f"{low:.1f}", "width": f"{max(2.0, high - low):.1f}",
            "now": f"{now:.1f}"}  # fmt: skip


@require_safe
@require_right("see_tickets")
def unread(request: MemberRequest) -> HttpResponse:
    """How many bulletins the reader has yet to read: a part of the tabs."""
    return render(request, "desk/_unread.html", {"unread": bulletins.unread_count(request.member)})


@require_GET
@require_member
def events(request: MemberRequest) -> HttpResponse:
    """What changed in the workspace, as it changes. Only for who asks for a stream; 204 tells a browser to poll."""
    if STREAM not in request.headers.get("Accept", ""):
        return HttpResponse(status=406)
    if pulse.full or not isinstance(request, ASGIRequest):  # a server of threads cannot hold streams open
        return HttpResponse(status=204)
    body = pulse.stream(request.member.workspace_id)
    if not connection.in_atomic_block:
        connection.close()  # the stream itself asks the database nothing
    answer = StreamingHttpResponse(body, content_type=STREAM)
    answer["Cache-Control"] = "no-cache, no-store"
    answer["X-Accel-Buffering"] = "no"
    return cast(HttpResponse, answer)
