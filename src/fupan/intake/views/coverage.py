from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from fupan.commerce.policies import shops_seen_by
from fupan.core import clock, weeks
from fupan.core.errors import Refused
from fupan.intake import calendar
from fupan.intake.policies import coverage_seen_by, may_import
from fupan.people.decorators import MemberRequest, require_member
from fupan.people.models import Workspace


@require_safe
@require_member
def coverage(request: MemberRequest) -> HttpResponse:
    """Half a year of what has arrived, by shop and source, and what to fetch for each gap."""
    newest = _newest(request.member.workspace)
    last = _asked(request, newest)
    shops = list(shops_seen_by(request.member))
    spans = calendar.had(coverage_seen_by(request.member))
    shown = calendar.calendar(shops, spans, last)
    request.shell_period = _period(shown, newest)  # type: ignore[attr-defined]
    context = {
        "calendar": shown,
        "gaps": calendar.gaps(shown, spans, newest=newest),
        "shops": shops,
        "may_import": may_import(request.member),
    }
    return render(request, "intake/coverage.html", context)


def _newest(workspace: Workspace) -> int:
    """The newest week that is over, on the workspace's clock."""
    return weeks.last_whole_week(clock.now().astimezone(weeks.zone(workspace.timezone)).date())


def _asked(request: HttpRequest, newest: int) -> int:
    """The last week to show; nonsense, and what lies ahead, shows the newest."""
    try:
        asked = weeks.parse_week(request.GET.get("until", ""))
    except Refused:
        return newest
    return asked if 200_000 < asked < newest else newest


def _period(shown: calendar.Calendar, newest: int) -> dict[str, str]:
    first, last = shown.weeks[0], shown.weeks[-1]
    here, later = reverse("intake:coverage"), min(weeks.shift(last, calendar.WEEKS), newest)
    return {
        "label": f"{weeks.label(first)} – {weeks.label(last)}",
        "prev_url": f"{here}?until={weeks.label(weeks.shift(first, -1))}",
        "next_url": f"{here}?until={weeks.label(later)}" if last < newest else "",
    }
