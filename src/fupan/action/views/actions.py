"""One action: write it, read it, change it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.action import action_pages, services
from fupan.action.forms import ActionForm, BlockForm, CarryForm, ReasonForm, initial_of, slice_fields
from fupan.action.models import OPEN_STATES, ActionState
from fupan.action.policies import may_move
from fupan.action.smart import NotSmart
from fupan.action.told import address
from fupan.action.views._asked import action_or_404, again, page, wrong
from fupan.core.errors import Refused
from fupan.core.http import panels
from fupan.people.decorators import MemberRequest, require_right

ASKED = {  # of the address: the field it fills in, and its room
    "title": ("title", 160), "detail": ("detail", 4000), "kind": ("type", 10), "type": ("type", 10),
    "slice": ("slice", 300),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("edit_actions")
def new(request: MemberRequest) -> HttpResponse:
    """Write a new action; nothing vague is saved."""
    origin = action_pages.origins(request.member, request.GET.dict())
    form = ActionForm(request.POST or None, member=request.member, initial=_initial(request, origin))
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_action(plan=form.plan, by=request.member, **origin)
        except NotSmart as refused:
            form.take(refused.wrong)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("%(action)s is on the board.") % {"action": made})
            meeting = address("review:meeting", made.meeting_id) if made.meeting_id else ""
            return redirect(meeting or "action:action", *([] if meeting else [made.number]))
    return _form(request, form, origin)


def _initial(request: MemberRequest, origin: dict[str, Any]) -> dict[str, Any]:
    told = action_pages.start(request.member, origin)
    copied = origin["copied_from"]
    if copied is not None:
        own = initial_of(copied)
        told = own | {"deadline": told["deadline"], "version": None}
    for name, (field, most) in ASKED.items():
        text = request.GET.get(name, "").strip()
        if text:
            told[field] = text[:most]
    return slice_fields(str(told.get("slice") or "")) | told


def _form(request: MemberRequest, form: ActionForm, origin: dict[str, Any], **more: Any) -> HttpResponse:
    context = {
        "form": form, "panels": panels("action_form"), "origin": origin, "action": None,
        "query": request.GET.urlencode(),
    } | more  # fmt: skip
    return render(request, "action/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("see_reviews")
def edit(request: MemberRequest, number: int) -> HttpResponse:
    """Change it; what somebody else changed meanwhile is shown, never lost."""
    action = action_or_404(request, number)
    if not may_move(request.member, action) or action.state not in (*OPEN_STATES, ActionState.DONE):
        raise Http404
    form = ActionForm(request.POST or None, member=request.member, action=action, initial=initial_of(action))
    other = None
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_action(
                action.pk, plan=form.plan, version=form.cleaned_data.get("version") or 0, by=request.member
            )
        except NotSmart as refused:
            form.take(refused.wrong)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            other = action if refused.code == "changed-meanwhile" else None
        else:
            return again(request, number, _("Saved."))
    origin = {"problem": action.problem, "why": action.why, "meeting": action.meeting, "copied_from": None}
    return _form(request, form, origin, action=action, other=other)


@require_safe
@require_right("see_reviews")
def action(request: MemberRequest, number: int) -> HttpResponse:
    """Everything about one action."""
    return page(request, action_or_404(request, number))


@require_safe
@require_right("edit_actions")
def alike(request: MemberRequest) -> HttpResponse:
    """Similar actions of the past and what they achieved, while one is being written."""
    but = request.GET.get("but", "")
    context = action_pages.alike(request.member, request.GET.dict(), but=int(but) if but.isdecimal() else None)
    return render(request, "action/_similar.html", context)


# Decisions


@require_POST
@require_right("see_reviews")
def carry_out(request: MemberRequest, number: int) -> HttpResponse:
    found = action_or_404(request, number)
    form = CarryForm(request.POST, request.FILES, member=request.member)
    if not form.is_valid():
        return page(request, found, status=422, carry=form, carry_open=True)
    try:
        services.carry_out(found.pk, day=form.since, given=form.given, by=request.member)
    except Refused as refused:
        form.add_error(None, str(refused.message))
        return page(request, found, status=422, carry=form, carry_open=True)
    return again(request, number, _("Carried out. Its check begins now."))


@require_POST
@require_right("see_reviews")
def undo_carry_out(request: MemberRequest, number: int) -> HttpResponse:
    found = action_or_404(request, number)
    try:
        services.undo_carry_out(found.pk, by=request.member)
    except Refused as refused:
        return wrong(request, found, refused)
    return again(request, number, _("Taken back."))


@require_POST
@require_right("see_reviews")
def start(request: MemberRequest, number: int) -> HttpResponse:
    """Begin with it, or put it back."""
    found = action_or_404(request, number)
    state = ActionState.TO_DO if found.state == ActionState.DOING else ActionState.DOING
    try:
        services.move_action(found.pk, state=state, by=request.member)
    except Refused as refused:
        return wrong(request, found, refused)
    return again(request, number)


@require_POST
@require_right("see_reviews")
def drop(request: MemberRequest, number: int) -> HttpResponse:
    found = action_or_404(request, number)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return page(request, found, status=422, drop_form=form)
    try:
        services.drop_action(found.pk, reason=form.cleaned_data["reason"], by=request.member)
    except Refused as refused:
        return wrong(request, found, refused)
    return again(request, number, _("Dropped."))


@require_POST
@require_right("see_reviews")
def block(request: MemberRequest, number: int) -> HttpResponse:
    found = action_or_404(request, number)
    form = BlockForm(request.POST)
    if not form.is_valid():
        return page(request, found, status=422, block_form=form)
    try:
        services.block(found.pk, reason=form.cleaned_data["reason"], by=request.member)
    except Refused as refused:
        return wrong(request, found, refused)
    return again(request, number, _("Kept."))
