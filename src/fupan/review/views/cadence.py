"""How often the workspace meets."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fupan.core import events
from fupan.people.decorators import MemberRequest, require_right
from fupan.review import services
from fupan.review.forms.meetings import CadenceForm
from fupan.review.models import Cadence, MeetingKind
from fupan.review.queries import meetings as asked
from fupan.review.queries.cadence import ENOUGH, cadences


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("host_meetings")
def cadence(request: MemberRequest) -> HttpResponse:
    """Weekly, monthly and promotion reviews: whether, when, and who leads."""
    proposal, found = cadences(request.member.workspace)
    forms = [(one, known, _form(request, one)) for one, known in found]
    if request.method == "POST" and all(form.is_valid() for _one, _known, form in forms):
        for one, _known, form in forms:
            services.set_cadence(kind=one.kind, **form.chosen, by=request.member)
        for planned in services.plan_next(request.member.workspace):
            events.drain(about=planned)
        messages.success(request, _("Saved. The next meetings are planned."))
        return redirect("review:cadence")
    wrong = any(form.errors for _one, _known, form in forms) if request.method == "POST" else False
    context: dict[str, Any] = {
        "forms": forms, "proposal": proposal, "enough": ENOUGH, "set": any(known for _one, known, _form in forms),
        "coming": asked.coming(request.member)[:4], "timezone": request.member.workspace.timezone,
    }  # fmt: skip
    return render(request, "review/cadence.html", context, status=422 if wrong else 200)


def _form(request: MemberRequest, one: Cadence) -> CadenceForm:
    start = {"active": one.active, "weekday": one.weekday, "hour": one.hour, "host": str(one.host_id or "")}
    if one.host is not None and not one.host_id:
        start["host"] = str(one.host.pk)
    prefix = str(MeetingKind(one.kind))
    return CadenceForm(request.POST or None, member=request.member, prefix=prefix, initial=start)
