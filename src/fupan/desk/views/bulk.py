"""One act on many tickets of the list, with what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from fupan.core.errors import Refused
from fupan.desk import queries, services
from fupan.desk.models import Ticket
from fupan.desk.policies import tickets_seen_by
from fupan.desk.services import together
from fupan.desk.services.labels import MANY, Outcome
from fupan.desk.views._asked import is_number, number_typed, only_those_who, to_list
from fupan.people.decorators import MemberRequest, require_member
from fupan.people.models import Member

SHOWN = 20


@require_POST
@require_member
def label_many(request: MemberRequest) -> HttpResponse:
    only_those_who(request.member, "label")
    event, outcomes = services.label_many(_picked(request), request.POST.get("issue", ""), by=request.member)
    tell_outcomes(request, outcomes, event=event.pk if event else None)
    return redirect(to_list(request))


@require_POST
@require_member
def many(request: MemberRequest) -> HttpResponse:
    """Assign, tag, set a state or merge; `do` names the act and a field of the same name says how."""
    member = request.member
    what = request.POST.get("do", "")
    if what == "label":
        return label_many(request)
    only_those_who(member, "answer")
    if what == "answer":
        return _to_answer(request)
    act = _act(request, what)
    picked = _picked(request, together.MANY)
    outcomes = services.do_many(picked, what, act, by=member)
    queries.forget_counts(member)
    done = sum(one.done for one in outcomes)
    said = ngettext("%(count)s ticket is done.", "%(count)s tickets are done.", done) % {"count": done}
    tell_outcomes(request, outcomes, said=said)
    return redirect(to_list(request))


def _to_answer(request: MemberRequest) -> HttpResponse:
    """On to the page that shows what each of them would read."""
    numbers = [("number", one) for one in request.POST.getlist("ticket") if is_number(one)]
    asked = queries.kept_filters(request.GET) if request.POST.get("all") else urlencode(numbers)
    return redirect(f"{reverse('desk:answer_many')}?{asked}")


def _act(request: MemberRequest, what: str) -> together.Act:
    by = request.member
    value = request.POST.get(what, "").strip()
    if what == "assignee":
        return together.assigning(_colleague(by, value), by)
    if what == "tag" and value:
        return together.tagging([name for name in value.replace("，", ",").split(",") if name.strip()], by)
    if what == "state" and value:
        return together.moving(value, by)
    if what == "into" and value:
        return together.merging(number_typed(request, "into"), by)
    raise Refused(_("Say what is to be done with these tickets."), code="nothing-to-do")


def _colleague(by: Member, value: str) -> Member | None:
    if value in ("", "none"):
        return None
    if value == "me":
        return by
    colleagues = Member.objects.filter(workspace_id=by.workspace_id, active=True)
    found = colleagues.filter(pk=int(value)).first() if is_number(value) else None
    if found is None:
        raise Refused(_("This person does not work here."), code="not-a-member")
    return found


def tell_outcomes(request: MemberRequest, outcomes: Sequence[Outcome], **more: Any) -> None:
    left = [[one.number, str(one.reason)] for one in outcomes if not one.done]
    request.session["desk_bulk"] = {
        "event": None, "done": len(outcomes) - len(left), "left": left[:SHOWN], "more": max(0, len(left) - SHOWN),
        **more,
    }  # fmt: skip


def _picked(request: MemberRequest, most: int = MANY) -> list[Ticket]:
    """The ticked tickets, or all that the filters ask for."""
    if request.POST.get("all"):
        return list(queries.filtered(request.member, request.GET).order_by("pk")[: most + 1])
    numbers = [int(one) for one in request.POST.getlist("ticket") if is_number(one)]
    rows = tickets_seen_by(request.member).select_related(
        "shop", "workspace", "issue_type", "resolution", "cause_guess"
    )
    return list(rows.filter(number__in=numbers).order_by("pk"))


@require_POST
@require_member
def undo_labels(request: MemberRequest) -> HttpResponse:
    only_those_who(request.member, "label")
    event = request.POST.get("event", "")
    count = services.undo_labels(int(event) if is_number(event) else 0, by=request.member)
    said = ngettext("%(count)s label is as it was.", "%(count)s labels are as they were.", count) % {"count": count}
    request.session["desk_bulk"] = {"event": None, "said": said}
    return redirect(to_list(request))
