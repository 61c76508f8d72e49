"""One case: begin, read, edit, compare its revisions, put it to use."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.core.errors import Refused
from fupan.core.http import by_htmx
from fupan.core.paging import page_of
from fupan.desk.queries.choices import tag_names
from fupan.library import case_pages, services
from fupan.library.forms.cases import CaseForm, CheckForm, EvidenceForm, RubricForm
from fupan.library.models import Case
from fupan.library.policies import may_edit_case
from fupan.library.queries.content import changes
from fupan.library.queries.uses import newest_uses
from fupan.library.views._asked import case_or_404, only_those_who, ticket_or_404, ticket_typed, told
from fupan.library.views.panels import panel_of
from fupan.library.wording import ended
from fupan.people.decorators import MemberRequest, require_right


@require_safe
@require_right("see_library")
def case(request: MemberRequest, number: int) -> HttpResponse:
    return shown(request, case_or_404(request, number))


def shown(request: MemberRequest, found: Case, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page with the forms of what is done with it."""
    ticket = request.GET.get("ticket", "")
    start = {"version": found.version, "check_on": found.check_on}
    blank = {"rubric_form": RubricForm(initial=start), "evidence_form": EvidenceForm(), "check_form": CheckForm()}
    context = case_pages.detail(request.member, found, ticket=ticket if ticket.isdecimal() else "")
    context |= blank | forms | {"next_check": case_pages.next_check(found)}
    return render(request, "library/case.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("write_cases")
def new(request: MemberRequest) -> HttpResponse:
    """A case from nothing: a phone call, a trade fair, something that happened before."""
    form = CaseForm(request.POST or None, member=request.member)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_case(form.draft(), by=request.member)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            return told(request, _("%(case)s is begun.") % {"case": made}, "library:case", made.number)
    return _form(request, form, None)


@require_POST
@require_right("write_cases")
def draft(request: MemberRequest, number: int) -> HttpResponse:
    """A case from a ticket, with everything known filled in."""
    ticket = ticket_or_404(request.member, number)
    made = services.draft_case(ticket.pk, by=request.member)
    return redirect("library:edit_case" if made.author_id == request.member.pk else "library:case", made.number)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("write_cases")
def edit(request: MemberRequest, number: int) -> HttpResponse:
    found = case_or_404(request, number)
    if not may_edit_case(request.member, found):
        raise Http404
    form = CaseForm(request.POST or None, member=request.member, case=found)
    theirs: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.edit_case(
                found.pk, form.draft(), by=request.member, version=form.cleaned_data["version"],
                note=form.cleaned_data["note"],
            )  # fmt: skip
            _now_over(form, saved.version)  # saved it is, also when it cannot be handed in yet
            if "submit" in request.POST:
                services.submit_case(saved.pk, by=request.member)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            theirs = _theirs(found, form) if refused.code == "changed-meanwhile" else []
        else:
            words = _("Handed in for review.") if "submit" in request.POST else _("Saved.")
            return told(request, words, "library:case", found.number)
    return _form(request, form, found, theirs)


def _now_over(form: CaseForm, version: int) -> None:
    """What is typed from now on is typed over this version."""
    form.data = dict(form.data.items()) | {"version": str(version)}


def _theirs(found: Case, form: CaseForm) -> list[Any]:
    """What somebody else saved meanwhile; saving once more is meant, so the form takes their version as seen."""
    seen = str(form.cleaned_data["version"] or "")
    _now_over(form, found.version)
    before = found.revisions.filter(number=int(seen)).first() if seen.isdecimal() else None
    now = found.revisions.first()
    names = case_pages.field_names()
    return [
        (names.get(change.field, change.field), change.pieces)
        for change in changes(before.content if before else {}, now.content if now else {})
    ]


def _form(request: MemberRequest, form: CaseForm, found: Case | None, theirs: list[Any] | None = None) -> HttpResponse:
    back = reverse("library:case", args=[found.number]) if found else reverse("library:cases")
    context = {"form": form, "case": found, "theirs": theirs or [], "cancel": back,
               "tag_names": tag_names(request.member)}  # fmt: skip
    return render(request, "library/case_form.html", context, status=422 if form.errors else 200)


@require_POST
@require_right("write_cases")
def drop(request: MemberRequest, number: int) -> HttpResponse:
    found = case_or_404(request, number)
    services.drop_draft(found.pk, by=request.member)
    return told(request, _("Thrown away."), "library:cases")


@require_safe
@require_right("see_library")
def revisions(request: MemberRequest, number: int) -> HttpResponse:
    found = case_or_404(request, number)
    return render(request, "library/revisions.html", case_pages.compared(found, request.GET))


@require_safe
@require_right("see_library")
def uses(request: MemberRequest, number: int) -> HttpResponse:
    """Every ticket it was used on."""
    found = case_or_404(request, number)
    page = page_of(request, newest_uses(request.member, case=found))
    rows = [(one, *ended(one)) for one in page.object_list]
    return render(request, "library/uses.html", {"case": found, "page": page, "rows": rows})


@require_POST
@require_right("see_library")
def use(request: MemberRequest, number: int) -> HttpResponse:
    """Quote it on a ticket; back to the ticket, where the reply is written."""
    only_those_who(request.member, "answer")
    found = case_or_404(request, number)
    ticket = ticket_typed(request.member, request.POST.get("ticket", ""))
    services.use_case(found.pk, ticket_id=ticket.pk, by=request.member)
    if by_htmx(request):
        return panel_of(request, ticket)
    words = _("%(case)s is noted on %(ticket)s.") % {"case": found, "ticket": ticket}
    return told(request, words, "desk:ticket", ticket.number)


@require_POST
@require_right("write_cases")
def link(request: MemberRequest, number: int) -> HttpResponse:
    found = case_or_404(request, number)
    ticket = ticket_typed(request.member, request.POST.get("ticket", ""))
    services.link_case(found.pk, ticket_id=ticket.pk, by=request.member)
    return told(request, _("Linked."), "library:case", found.number)


@require_POST
@require_right("write_cases")
def unlink(request: MemberRequest, number: int, ticket: int) -> HttpResponse:
    found = case_or_404(request, number)
    services.unlink_case(found.pk, ticket_id=ticket_or_404(request.member, ticket).pk, by=request.member)
    return told(request, _("Taken out."), "library:case", found.number)
