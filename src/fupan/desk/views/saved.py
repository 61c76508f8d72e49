"""Saved views and the columns of the list."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fupan.desk import queries, services
from fupan.desk.models import View
from fupan.desk.policies import views_seen_by
from fupan.desk.queries.lists import COLUMNS
from fupan.desk.views._asked import is_number, to_list
from fupan.people.decorators import MemberRequest, require_right
from fupan.people.policies import may

CHOSEN = "desk_columns"


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("see_tickets")
def views(request: MemberRequest) -> HttpResponse:
    """Every saved view one may change; a POST keeps the filters of its address under a name."""
    if request.method == "POST":
        kept = queries.kept_filters(request.GET)
        shared = request.POST.get("shared") == "1" and may(request.member, "share_views")
        services.save_view(
            request.POST.get("name", ""), kept, request.session.get(CHOSEN, []), shared=shared, by=request.member
        )  # fmt: skip
        messages.success(request, _("The view is kept."))
        return redirect(f"{reverse('desk:tickets')}?{kept}")
    shared = may(request.member, "share_views")
    rows = [(one, one.owner_id is not None or shared) for one in views_seen_by(request.member)]
    return render(request, "desk/views.html", {"rows": rows})


@require_POST
@require_right("see_tickets")
def edit_view(request: MemberRequest, pk: int) -> HttpResponse:
    found, version = _view(request, pk), request.POST.get("version", "")
    services.edit_view(
        found.pk, name=request.POST.get("name", ""), version=int(version) if is_number(version) else 0,
        by=request.member,
    )  # fmt: skip
    messages.success(request, _("Saved."))
    return redirect("desk:views")


@require_POST
@require_right("see_tickets")
def drop_view(request: MemberRequest, pk: int) -> HttpResponse:
    services.drop_view(_view(request, pk).pk, by=request.member)
    messages.success(request, _("The view is gone; its tickets are where they were."))
    return redirect("desk:views")


def _view(request: MemberRequest, pk: int) -> View:
    found = views_seen_by(request.member).filter(pk=pk).first()
    if found is None or (found.owner_id is None and not may(request.member, "share_views")):
        raise Http404
    return found


@require_POST
@require_right("see_tickets")
def columns(request: MemberRequest) -> HttpResponse:
    """Which columns this browser shows."""
    known = {column.code for column in COLUMNS}
    request.session[CHOSEN] = [one for one in request.POST.getlist("column") if one in known]
    return redirect(to_list(request))
