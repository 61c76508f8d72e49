"""What several pages of actions ask before they answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from fupan.action import action_pages
from fupan.action.forms import BlockForm, CarryForm, CommentForm, GuestForm, ProofForm, ReasonForm, StepForm
from fupan.action.models import Action
from fupan.action.queries.page import find
from fupan.core.errors import Refused
from fupan.core.http import by_htmx, page_or_part, said
from fupan.people.decorators import MemberRequest


def action_or_404(request: MemberRequest, number: int) -> Action:
    found = find(request.member, number)
    if found is None:
        raise Http404
    return found


def blank(request: MemberRequest, action: Action) -> dict[str, Any]:
    """The forms of an action's page, nothing filled in."""
    last = action.proofs.exclude(day=None).order_by("-day").first()
    return {
        "carry": CarryForm(member=request.member, initial={"day": last.day if last is not None else None}),
        "proof_form": ProofForm(), "comment_form": CommentForm(), "step_form": StepForm(), "guest_form": GuestForm(),
        "drop_form": ReasonForm(), "block_form": BlockForm(initial={"reason": action.blocked}),
        "carry_action": action.number, "carry_known": action.proofs.count(), "carry_to": "",
    }  # fmt: skip


def page(request: MemberRequest, action: Action, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of an action, or the whole of it as a part."""
    context = action_pages.detail(request.member, action) | blank(request, action) | more
    return page_or_part(request, "action/action.html", "action", context, status=status)


def again(request: MemberRequest, number: int, words: Any = "") -> HttpResponse:
    """Back to the page after something was done."""
    if by_htmx(request):
        answer = page(request, action_or_404(request, number))
        return said(answer, words) if words else answer
    if words:
        messages.success(request, words)
    return redirect("action:action", number)


def wrong(request: MemberRequest, action: Action, refused: Refused) -> HttpResponse:
    """What the rules do not allow, said on the page."""
    return page(request, action, status=422, refused=refused.message)
