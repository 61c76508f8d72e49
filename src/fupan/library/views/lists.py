"""Classic cases: lists, and what one has read."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.core.errors import Refused
from fupan.library import services
from fupan.library.case_pages import tabs
from fupan.library.forms.articles import ListForm
from fupan.library.models import CaseList
from fupan.library.policies import lists_seen_by
from fupan.library.queries import lists as asked
from fupan.library.views._asked import case_or_404, told
from fupan.people.decorators import MemberRequest, require_right
from fupan.people.policies import may


@require_safe
@require_right("see_library")
def lists(request: MemberRequest) -> HttpResponse:
    context = {"tabs": tabs(request.member), "lists": asked.lists(request.member),
               "may_make": may(request.member, "review_cases")}  # fmt: skip
    return render(request, "library/lists.html", context)


def _found(request: MemberRequest, pk: int) -> CaseList:
    found = lists_seen_by(request.member).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_safe
@require_right("see_library")
def one(request: MemberRequest, pk: int) -> HttpResponse:
    """A list in its order, with what I have read and how far the team is."""
    found = _found(request, pk)
    cases = asked.cases_in(request.member, found)
    context: dict[str, Any] = {
        "list": found, "cases": cases, "read": sum(read for _case, read in cases),
        "next": asked.next_unread(request.member, found), "team": asked.team(request.member, found),
        "may_make": may(request.member, "review_cases"),
    }  # fmt: skip
    return render(request, "library/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("review_cases")
def new(request: MemberRequest) -> HttpResponse:
    form = ListForm(request.POST or None, initial={"cases": request.GET.get("cases", "")[:200]})
    if request.method == "POST" and form.is_valid():
        asked_for = form.cleaned_data
        try:
            made = services.make_list(
                name=asked_for["name"], about=asked_for["about"], cases=asked_for["cases"], by=request.member
            )
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            return told(request, _("Saved."), "library:list", made.pk)
    return render(request, "library/list_form.html", {"form": form, "list": None}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("review_cases")
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    numbers = ", ".join(f"C-{number:04d}" for number in found.items.values_list("case__number", flat=True))
    start = {"name": found.name, "about": found.about, "cases": numbers, "version": found.version}
    form = ListForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        told_ = form.cleaned_data
        try:
            services.edit_list(
                found.pk, name=told_["name"], about=told_["about"], cases=told_["cases"], version=told_["version"],
                by=request.member,
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused.message))
            again = request.POST.copy()
            again["version"] = str(_found(request, pk).version)
            form.data = again
        else:
            return told(request, _("Saved."), "library:list", pk)
    context = {"form": form, "list": found, "now": numbers if form.errors else ""}
    return render(request, "library/list_form.html", context, status=422 if form.errors else 200)


@require_POST
@require_right("review_cases")
def drop(request: MemberRequest, pk: int) -> HttpResponse:
    services.drop_list(_found(request, pk).pk, by=request.member)
    return told(request, _("Removed."), "library:lists")


@require_POST
@require_right("see_library")
def read(request: MemberRequest, number: int) -> HttpResponse:
    """I have read it; from a list, on to its next case."""
    found = case_or_404(request, number)
    services.mark_read(found.pk, read=request.POST.get("read") != "0", by=request.member)
    text = request.POST.get("list", "")
    if text.isdecimal() and len(text) < 18:
        return redirect("library:list", _found(request, int(text)).pk)
    return redirect("library:case", number)
