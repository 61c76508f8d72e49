from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from fupan.action.queries.board import open_count
from fupan.briefing import charts, packs, reviews, today, welcome, wins
from fupan.briefing.render import FORMATS, rendered, words
from fupan.briefing.render.html import PAPER, dressed
from fupan.briefing.render.parts import Shown
from fupan.briefing.render.shown import shown
from fupan.commerce.policies import shops_seen_by
from fupan.core import clock, weeks
from fupan.core.http import page_or_part, panels
from fupan.core.paging import page_of
from fupan.core.pdf import pdf
from fupan.insight.queries.signal_lists import open_signals
from fupan.insight.signal_words import told
from fupan.library.queries.contributions import thanks
from fupan.people.decorators import MemberRequest, require_member, require_role
from fupan.people.models import Member
from fupan.people.policies import roles_that_may

GROWING = 3
WEEK = timedelta(days=7)
may_review = require_role(*roles_that_may("see_reviews"))


@require_member
@require_GET
def today_page(request: MemberRequest) -> HttpResponse:
    member = request.member
    day = reviews.today_of(member)
    period = reviews.last_whole(member.workspace_id, day)
    coverage = today.coverage(member, day)
    context: dict[str, Any] = {
        "greeting": today.greeting(member),
        "now": clock.now(),
        "timezone": member.workspace.timezone,
        "strip": today.strip(member),
        "imports": today.last_imports(member),
        "imports_line": today.imports_line(member),
        "coverage": coverage,
        "behind": [row for row in coverage if row.behind()],
        "first_time": [],
        "my_actions": today.my_actions(member),
        "my_actions_total": open_count(member),
        "due_verdicts": today.due_verdicts(member),
        "meeting": today.next_meeting(member),
        "thanks": thanks(member, clock.now() - WEEK),
    }
    context |= _headline(member, period) if period else {"first_time": _first_steps(member)}
    return render(request, "briefing/today.html", context)


def _headline(member: Member, period: weeks.Period) -> dict[str, Any]:
    pack = shown(packs.pack_for(member, period))
    steps = today.readiness(member, pack, period)
    signals = open_signals(member)
    return {
        "period": period,
        "period_name": words.period_name(period.label),
        "pack": pack,
        "signals": told(member, list(signals[:GROWING])),
        "signals_total": signals.count(),
        "growing": [one for one in pack.growing if one.detectable and one.ratio > 1][:GROWING],
        "steps": steps,
        "ready": sum(step.state == "done" for step in steps),
    }


def _first_steps(member: Member) -> list[welcome.Step]:
    """The three that matter on the first day: drop files, see the coverage, label fifty."""
    return [welcome.steps(member)[place] for place in (2, 3, 5)]


@require_member
@require_GET
def welcome_page(request: MemberRequest) -> HttpResponse:
    steps = welcome.steps(request.member)
    context = {
        "steps": steps,
        "unlocks": welcome.unlocks(request.member),
        "done": sum(step.done for step in steps),
        "total": len(steps),
        "next": next((step for step in steps if not step.done), None),
    }
    return render(request, "briefing/welcome.html", context)


@may_review
@require_GET
def review_list(request: MemberRequest) -> HttpResponse:
    kind = "month" if request.GET.get("kind") == "month" else "week"
    member = request.member
    newest = reviews.last_whole(member.workspace_id, reviews.today_of(member))
    page = page_of(request, reviews.periods(member.workspace_id, kind), size=20)  # type: ignore[arg-type]
    context = {
        "kind": kind,
        "page": page,
        "rows": reviews.rows(member, page),
        "newest": newest,
        "newest_name": words.period_name(newest.label) if newest else "",
    }
    return page_or_part(request, "briefing/reviews.html", "rows", context)


@may_review
@require_GET
def pack(request: MemberRequest, label: str) -> HttpResponse:
    period = _period(label)
    made = shown(packs.pack_for(request.member, period, shop_id=_shop(request)))
    _move_by_keys(request, period)
    context = {
        "pack": made,
        "period_name": words.period_name(period.label),
        "pareto": charts.pareto(made),
        "heat": charts.heat(made.heat),
        "exports": _exports(),
        "query": _kept(request),
        "month_url": _month_url(made, period),
        "base": "",
        "issue_panels": panels("issue"),
    }
    return render(request, "briefing/pack.html", context)


@may_review
@require_GET
def pack_file(request: MemberRequest, label: str, kind: str) -> HttpResponse:
    """The pack as a file, in the language of the page."""
    period = _period(label)
    if kind not in FORMATS:
        raise Http404
    found = packs.pack_for(request.member, period, shop_id=_shop(request))
    made = rendered(found, kind, get_language() or "en")
    name = f"fupan-{period.label}.{'txt' if kind == 'text' else kind}"
    disposition = content_disposition_header(True, name) or "attachment"  # noqa: FBT003
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return HttpResponse(made, content_type=FORMATS[kind].content_type, headers=headers)


@may_review
@require_GET
def wins_page(request: MemberRequest) -> HttpResponse:
    """What measured actions achieved."""
    return render(request, "briefing/wins.html", wins.context(request.member, request.GET.get("span", "")))


@may_review
@require_GET
def wins_file(request: MemberRequest) -> HttpResponse:
    """The same on paper."""
    told_wins = wins.context(request.member, request.GET.get("span", ""))
    made = render_to_string("briefing/wins_document.html", told_wins | {"workspace": request.member.workspace.name})
    headers = {"Content-Disposition": 'attachment; filename="fupan-wins.pdf"', "Cache-Control": "private, no-store"}
    return HttpResponse(pdf(dressed(made, PAPER)), content_type="application/pdf", headers=headers)


def _period(label: str) -> weeks.Period:
    found = packs.known_period(label)
    if found is None or found.label != label:
        raise Http404
    return found


def _shop(request: MemberRequest) -> int | None:
    """The shop of the picker; a shop one may not see is a 404."""
    asked = request.GET.get("shop", "")
    if not asked:
        return None
    found = shops_seen_by(request.member).filter(pk=asked).first() if asked.isdecimal() else None
    if found is None:
        raise Http404
    return found.pk


def _kept(request: MemberRequest) -> str:
    return f"?shop={request.GET['shop']}" if request.GET.get("shop") else ""


def _move_by_keys(request: MemberRequest, period: weeks.Period) -> None:
    """The period picker of the top bar; `[` and `]` follow it."""
    after = period.previous(-1)
    begun = after.start <= reviews.today_of(request.member)
    request.shell_period = {  # type: ignore[attr-defined]
        "label": f"{period.start.year} {words.period_name(period.label)}"
        if period.kind == "week"
        else words.period_name(period.label),
        "prev_url": _address(request, period.previous()),
        "next_url": _address(request, after) if begun else "",
    }


def _address(request: MemberRequest, period: weeks.Period) -> str:
    return reverse("briefing:pack", args=[period.label]) + _kept(request)


def _month_url(made: Shown, period: weeks.Period) -> str:
    if not made.small or period.kind == "month":
        return ""
    return reverse("briefing:pack", args=[weeks.month_period(period.end.year, period.end.month).label])


def _exports() -> list[tuple[str, str]]:
    return [
        ("pdf", _("PDF, as printed")), ("xlsx", _("Excel workbook")), ("html", _("Page of its own")),
        ("md", "Markdown"), ("text", _("Plain text")), ("json", "JSON"),
    ]  # fmt: skip
