"""The classifier: learn now, go back to an earlier version."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fupan.core.jobs import enqueue
from fupan.desk import services
from fupan.desk.policies import classifiers_seen_by
from fupan.desk.views._asked import only_those_who
from fupan.people.decorators import MemberRequest, require_member


def _home() -> str:
    return reverse("desk:labels") + "?section=learning"


@require_POST
@require_member
def learn_now(request: MemberRequest) -> HttpResponse:
    only_those_who(request.member, "edit_labels")
    enqueue("fupan.desk.tasks.learn", request.member.workspace_id, request.member.pk)
    messages.success(request, _("The classifier learns from today’s labels."))
    return redirect(_home())


@require_POST
@require_member
def use_version(request: MemberRequest, version: int) -> HttpResponse:
    only_those_who(request.member, "edit_labels")
    found = classifiers_seen_by(request.member).filter(number=version).first()
    if found is None:
        raise Http404
    services.use_version(found, by=request.member)
    messages.success(request, _("Version %(number)s is in use.") % {"number": found.number})
    return redirect(_home())
