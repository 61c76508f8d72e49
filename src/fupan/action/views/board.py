"""The board, the table, and moves from one column to another."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fupan.action import board_pages, services
from fupan.action.board_pages import Answer
from fupan.action.forms import CarryForm
from fupan.action.models import Action, ActionState
from fupan.action.queries.board import ON_BOARD, Filters
from fupan.action.views._asked import action_or_404, blank
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.http import by_htmx, page_or_part, said
from fupan.core.sheets import csv_lines, workbook
from fupan.people.decorators import MemberRequest, require_right

ASKS = ("no-proof", "no-day")  # refusals that a form answers
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@require_right("see_reviews")
def board(request: MemberRequest) -> HttpResponse:
    """Who owes what by when, and when we shall know whether it worked."""
    return _board(request)


@require_safe
@require_right("see_reviews")
def export(request: MemberRequest, kind: str) -> HttpResponse:
    """The table as a file, with its filters."""
    heads, rows = board_pages.export(request.member, request.GET.dict())
    name = f"actions-{clock.today():%Y%m%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    if kind == "csv":
        lines = csv_lines(heads, rows)
        return cast(HttpResponse, StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers))
    if kind == "xlsx":
        return HttpResponse(workbook(_("Actions"), heads, rows, widths=(9, 44)), content_type=SHEET, headers=headers)
    raise Http404


@require_POST
@require_right("see_reviews")
def move(request: MemberRequest, number: int) -> HttpResponse:
    """Into another column, or to another place; a refusal is said on the card, and proof is asked for."""
    action = action_or_404(request, number)
    try:
        services.move_action(
            action.pk, state=request.POST.get("state", ""), before=_neighbour(request, "before"),
            after=_neighbour(request, "after"), by=request.member,
        )  # fmt: skip
    except Refused as refused:
        return _refused(request, action, refused)
    return _board(request, Answer(moved=action.number))


def _neighbour(request: MemberRequest, name: str) -> int | None:
    """The key of a card that one sees; anything else is no neighbour."""
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        return None
    found = action_or_none(request, int(text))
    return found.pk if found is not None else None


def action_or_none(request: MemberRequest, number: int) -> Action | None:
    try:
        return action_or_404(request, number)
    except Http404:
        return None


def _refused(request: MemberRequest, action: Action, refused: Refused) -> HttpResponse:
    if not by_htmx(request) and refused.code not in ASKS:
        messages.error(request, str(refused.message))
        return redirect(_home(request))
    if not by_htmx(request):
        return redirect(reverse("action:action", args=[action.number]) + "#carry-out")
    ask = _ask(request, action) if refused.code in ASKS else {}
    return _board(request, Answer(number=action.number, refused=str(refused.message), ask=ask), status=422)


def _ask(request: MemberRequest, action: Action, form: CarryForm | None = None) -> dict[str, Any]:
    """The form that makes it count as carried out, over the board."""
    context = blank(request, action) | {"one": action, "carry_to": "#board", "carry_query": request.GET.urlencode()}
    return context | ({"carry": form} if form is not None else {})


@require_POST
@require_right("see_reviews")
def carry_out_here(request: MemberRequest, number: int) -> HttpResponse:
    """The same from the board: since when, with proof."""
    action = action_or_404(request, number)
    form = CarryForm(request.POST, request.FILES, member=request.member)
    if form.is_valid():
        try:
            services.carry_out(action.pk, day=form.since, given=form.given, by=request.member)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            answer = _board(request, Answer(moved=action.number))
            return said(answer, _("Carried out. Its check begins now."))
    return _board(request, Answer(number=action.number, ask=_ask(request, action, form)), status=422)


def _board(request: MemberRequest, answer: Answer | None = None, *, status: int = 200) -> HttpResponse:
    if request.method == "POST" and not by_htmx(request):
        return redirect(_home(request))
    context = board_pages.board(request.member, request.GET.dict(), answer)
    context |= {"column_names": [(code, str(ActionState(code).label)) for code in ON_BOARD]}
    return page_or_part(request, "action/board.html", "board", context, status=status)


def _home(request: MemberRequest) -> str:
    address = Filters.of(request.GET.dict()).address
    return reverse("action:board") + (f"?{address}" if address else "")
