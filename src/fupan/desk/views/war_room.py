"""The war room: bulletins with the one agreed wording, their receipts, and help asked of departments."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.core.errors import Refused
from fupan.core.http import by_htmx
from fupan.desk import services
from fupan.desk.models import Bulletin, HelpAsked
from fupan.desk.policies import bulletins_seen_by, may_answer_for, may_post_bulletins, may_work
from fupan.desk.queries import bulletins as asked
from fupan.desk.queries.choices import issue_names
from fupan.desk.queries.filters import Params
from fupan.desk.views._asked import only_those_who, ticket_or_404
from fupan.desk.war_forms import AnswerForm, AskForm, BulletinForm, ExtendForm, initial_of, picked, prefilled
from fupan.people.decorators import MemberRequest, require_member, require_right
from fupan.people.models import Member

PAST = 20


@require_safe
@require_right("see_tickets")
def war_room(request: MemberRequest) -> HttpResponse:
    """What is going on now, and what was."""
    member = request.member
    live = asked.listed(member, list(asked.live(member)))
    past = asked.listed(member, list(asked.over(member)[:PAST]), count=False)
    context = {"live": live, "past": past, "may_post": may_post_bulletins(member)}
    return render(request, "desk/war_room.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("post_bulletins")
def new_bulletin(request: MemberRequest) -> HttpResponse:
    """Write one; an address may fill it in (`?kind=topic&title=…&slice=issue_type=late`)."""
    form = BulletinForm(request.POST or None, member=request.member, initial=prefilled(request.GET.dict()))
    if request.method == "POST" and form.is_valid():
        try:
            bulletin = services.post_bulletin(**form.told, by=request.member)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("Posted. Everybody who answers buyers is asked to read it."))
            return redirect("desk:bulletin", bulletin.number)
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("post_bulletins")
def edit_bulletin(request: MemberRequest, bulletin: int) -> HttpResponse:
    found = _bulletin(request, bulletin)
    form = BulletinForm(request.POST or None, member=request.member, initial=initial_of(found))
    other: Bulletin | None = None
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            services.edit_bulletin(found.pk, version=version, **form.told, by=request.member)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            other = found if refused.code == "changed" else None
        else:
            messages.success(request, _("Saved. Everybody is asked to read it again."))
            return redirect("desk:bulletin", found.number)
    return _form(request, form, bulletin=found, other=other)


def _form(request: MemberRequest, form: BulletinForm, **more: Any) -> HttpResponse:
    told: Params = request.POST or form.initial
    context = {"form": form, "bulletin": None, "other": None, **_reach(request.member, told), **more}
    return render(request, "desk/bulletin_form.html", context, status=422 if form.errors else 200)


@require_safe
@require_right("post_bulletins")
def reach(request: MemberRequest) -> HttpResponse:
    """How many open tickets the conditions of the form hold for."""
    return render(request, "desk/_reach.html", _reach(request.member, request.GET))


def _reach(member: Member, told: Params) -> dict[str, Any]:
    where = picked(told)
    params = asked.ticket_params(member, where)
    return {"waiting": asked.waiting_for(member, where), "params": params, "everything": not where}


@require_safe
@require_right("see_tickets")
def bulletin(request: MemberRequest, bulletin: int) -> HttpResponse:
    """One bulletin: facts, wordings, receipts, questions to departments."""
    return _page(request, _bulletin(request, bulletin))


def _page(request: MemberRequest, found: Bulletin, *, status: int = 200, **more: Any) -> HttpResponse:
    member = request.member
    (one,) = asked.listed(member, [found])
    live = asked.live(member).filter(pk=found.pk).exists()
    context = {
        "one": one, "bulletin": found, "live": live, "chips": asked.chips(found.slice, issue_names(member)),
        "params": asked.ticket_params(member, found.slice), "receipts": asked.reads_of(found),
        "questions": [(row, may_answer_for(member, row.department)) for row in asked.asked_of(found)],
        "may_post": may_post_bulletins(member), "may_ask": may_work(member) or may_post_bulletins(member),
        "extend_form": ExtendForm(), "ask_form": AskForm(member=member), "answer_form": AnswerForm(auto_id=False),
    } | more  # fmt: skip
    return render(request, "desk/bulletin.html", context, status=status)


@require_POST
@require_right("see_tickets")
def read(request: MemberRequest, bulletin: int) -> HttpResponse:
    """“I have read it”; from a ticket it answers with the banners of that ticket."""
    found = _bulletin(request, bulletin)
    services.read_bulletin(found.pk, by=request.member)
    number = request.GET.get("ticket", "")
    if by_htmx(request) and number.isdecimal() and len(number) < 18:
        return _banners(request, int(number))
    return redirect("desk:bulletin", found.number)


@require_POST
@require_right("post_bulletins")
def extend(request: MemberRequest, bulletin: int) -> HttpResponse:
    found = _bulletin(request, bulletin)
    form = ExtendForm(request.POST)
    if not form.is_valid():
        return _page(request, found, status=422, extend_form=form)
    services.extend_bulletin(found.pk, hours=form.cleaned_data["hours"], by=request.member)
    return redirect("desk:bulletin", found.number)


@require_POST
@require_right("post_bulletins")
def end(request: MemberRequest, bulletin: int) -> HttpResponse:
    found = _bulletin(request, bulletin)
    services.end_bulletin(found.pk, by=request.member)
    messages.success(request, _("Ended. No ticket shows it any more."))
    return redirect("desk:war_room")


@require_POST
@require_right("see_tickets")
def ask(request: MemberRequest, bulletin: int) -> HttpResponse:
    """A question to a department, by whoever works with tickets."""
    found = _bulletin(request, bulletin)
    if not may_post_bulletins(request.member):
        only_those_who(request.member, "answer")
    form = AskForm(request.POST, member=request.member)
    if not form.is_valid():
        return _page(request, found, status=422, ask_form=form)
    told = form.cleaned_data
    services.ask_help(
        found.pk, department_id=told["department"].pk, about=told["about"], ticket_number=told["ticket"],
        by=request.member,
    )  # fmt: skip
    return redirect("desk:bulletin", found.number)


@require_POST
@require_right("see_tickets")
def answer(request: MemberRequest, bulletin: int, asked_id: int) -> HttpResponse:
    found = _bulletin(request, bulletin)
    if not HelpAsked.objects.filter(pk=asked_id, bulletin=found).exists():
        raise Http404
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, status=422, answer_form=form)
    services.answer_help(asked_id, answer=form.cleaned_data["answer"], by=request.member)
    return redirect("desk:bulletin", found.number)


@require_safe
@require_member
def bulletins_of(request: MemberRequest, number: int) -> HttpResponse:
    """What is pinned to a ticket: a part of its page."""
    return _banners(request, number)


def _banners(request: MemberRequest, number: int) -> HttpResponse:
    ticket = ticket_or_404(request, number)
    context = {"ticket": ticket, "banners": asked.bulletins_for(request.member, ticket)}
    return render(request, "desk/_bulletins_of.html", context)


def _bulletin(request: MemberRequest, number: int) -> Bulletin:
    rows = bulletins_seen_by(request.member).select_related("workspace", "by__user", "instead_of")
    found = rows.filter(number=number).first()
    if found is None:
        raise Http404
    return found
