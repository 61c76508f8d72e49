"""One template to many buyers: what each would read, then sent; within the undo time all of them can be taken back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from fupan.core.errors import Refused
from fupan.desk import queries, services
from fupan.desk.models import ReplyTemplate, Ticket
from fupan.desk.policies import templates_seen_by
from fupan.desk.queries.templates import in_force
from fupan.desk.services.replying import THEN, UNDO
from fupan.desk.services.together import MANY
from fupan.desk.views._asked import is_number, only_those_who, to_list
from fupan.desk.views.bulk import tell_outcomes
from fupan.people.decorators import MemberRequest, require_member
from fupan.people.models import Member


@require_safe
@require_member
def answer_many(request: MemberRequest) -> HttpResponse:
    """Who would read what, before anything goes out."""
    member = request.member
    only_those_who(member, "answer")
    tickets, then = _asked_for(request), _then(request.GET.get("then", ""))
    template = _chosen(member, request.GET.get("template", ""))
    told = services.rehearse(tickets, template, by=member, then=then) if template else []
    context: dict[str, Any] = {
        "tickets": tickets, "template": template, "templates": _offered(member), "then": then,
        "fitting": [one for one in told if not one.reason], "left": [one for one in told if one.reason],
        "filters": queries.kept_filters(request.GET), "undo": int(UNDO.total_seconds()),
    }  # fmt: skip
    return render(request, "desk/answer_many.html", context)


@require_POST
@require_member
def send_many(request: MemberRequest) -> HttpResponse:
    """Send it to those who were shown; who is refused meanwhile is named."""
    member = request.member
    only_those_who(member, "answer")
    template = _chosen(member, request.POST.get("template", ""))
    if template is None:
        raise Refused(_("Choose a template first."), code="no-template")
    if request.POST.get("version") != str(template.version):
        raise Refused(_("Somebody changed this template meanwhile. Look at its words again."), code="changed-meanwhile")
    numbers = [one for one in request.POST.getlist("ticket") if is_number(one)]
    tickets = _found(member, {"number": numbers}) if numbers else []
    event, outcomes = services.reply_to_many(tickets, template, by=member, then=_then(request.POST.get("then", "")))
    queries.forget_counts(member)
    done = sum(one.done for one in outcomes)
    said = ngettext("%(count)s buyer is answered.", "%(count)s buyers are answered.", done) % {"count": done}
    tell_outcomes(request, outcomes, said=said, replies=event.pk if event else None)
    return redirect(to_list(request))


@require_POST
@require_member
def take_back_many(request: MemberRequest) -> HttpResponse:
    only_those_who(request.member, "answer")
    event = request.POST.get("event", "")
    back = services.take_back_many(int(event) if is_number(event) else 0, by=request.member)
    queries.forget_counts(request.member)
    said = ngettext("%(count)s reply is taken back.", "%(count)s replies are taken back.", back) % {"count": back}
    request.session["desk_bulk"] = {"event": None, "said": said}
    return redirect(to_list(request))


def _asked_for(request: MemberRequest) -> list[Ticket]:
    found = _found(request.member, request.GET)
    if len(found) > MANY:
        raise Refused(_("At most %(count)s tickets at a time.") % {"count": MANY}, code="too-many")
    return found


def _found(member: Member, params: Any) -> list[Ticket]:
    related = ("shop", "workspace", "order", "order_line", "listing__product", "issue_type", "resolution")
    return list(queries.filtered(member, params).select_related(*related).order_by("-opened_at", "pk")[: MANY + 1])


def _offered(member: Member) -> list[ReplyTemplate]:
    return list(in_force(templates_seen_by(member)).order_by("group", "name"))


def _chosen(member: Member, number: str) -> ReplyTemplate | None:
    return next((one for one in _offered(member) if str(one.number) == number), None)


def _then(asked: str) -> str:
    return asked if asked in THEN else "waiting"
