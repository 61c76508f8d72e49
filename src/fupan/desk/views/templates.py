"""Canned replies: the list, one of them, writing, approving, files, how they do, and the menu on a ticket."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.commerce.models import Platform
from fupan.core import attachments
from fupan.core.errors import Refused
from fupan.core.http import page_or_part
from fupan.desk import services, template_pages
from fupan.desk.languages import LANGUAGES
from fupan.desk.models import ReplyTemplate
from fupan.desk.policies import tickets_seen_by
from fupan.desk.queries import template_uses
from fupan.desk.queries import templates as asked
from fupan.desk.queries.variables import VARIABLES, preview
from fupan.desk.reply_forms import ApproveForm, TemplateForm, initial_of
from fupan.desk.services.templates import stamp_of
from fupan.desk.views._asked import is_number, only_those_who, ticket_or_404
from fupan.people.decorators import MemberRequest, require_member
from fupan.people.policies import may


@require_safe
@require_member
def templates(request: MemberRequest) -> HttpResponse:
    """All of them, by group."""
    only_those_who(request.member, "answer" if may(request.member, "answer") else "edit_templates")
    return page_or_part(request, "desk/templates.html", "rows", template_pages.listing(request))


@require_safe
@require_member
def statistics(request: MemberRequest) -> HttpResponse:
    """How they do: not how often they are used, but what came of it."""
    only_those_who(request.member, "answer" if may(request.member, "answer") else "edit_templates")
    context = {"told": template_uses.statistics(request.member), "weeks": template_uses.LOOKED_BACK.days // 7}
    return render(request, "desk/template_statistics.html", context)


@require_safe
@require_member
def template(request: MemberRequest, template: int) -> HttpResponse:
    found = _template(request, template)
    return render(request, "desk/template.html", template_pages.detail(request.member, found, ApproveForm()))


@require_http_methods(["GET", "HEAD", "POST"])
@require_member
def new_template(request: MemberRequest) -> HttpResponse:
    only_those_who(request.member, "edit_templates")
    form = TemplateForm(request.POST or None, member=request.member, initial={"stamp": "0"})
    return _write(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@require_member
def edit_template(request: MemberRequest, template: int) -> HttpResponse:
    only_those_who(request.member, "edit_templates")
    found = _template(request, template)
    last = found.versions.order_by("-number").first()
    form = TemplateForm(
        request.POST or None, member=request.member, initial=initial_of(found, last, stamp_of(found))
    )  # fmt: skip
    return _write(request, form, found)


def _write(request: MemberRequest, form: TemplateForm, found: ReplyTemplate | None) -> HttpResponse:
    """Save it, and hand it in when asked to; what stands in the way is said above the form."""
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_template(
                form.told, by=request.member, template=found, stamp=form.cleaned_data["stamp"]
            )
            if request.POST.get("submit"):
                services.submit_template(saved, by=request.member)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            theirs = found if refused.code == "edited-meanwhile" else None
        else:
            messages.success(request, _("Handed in.") if request.POST.get("submit") else _("Saved."))
            return redirect("desk:template", saved.number)
    context = {
        "form": form, "template": found, "variables": VARIABLES.items(),
        "sample": template_pages.sample(request, found),
        "theirs": asked.version_of(theirs, int(stamp_of(theirs).split(".")[0])) if theirs else None,
    }  # fmt: skip
    return render(request, "desk/template_form.html", context, status=422 if form.errors else 200)


@require_POST
@require_member
def preview_template(request: MemberRequest) -> HttpResponse:
    """How the text being written reads on a real ticket."""
    only_those_who(request.member, "edit_templates")
    told = request.POST
    language = told.get("language", "")
    language = language if language in dict(LANGUAGES) else LANGUAGES[0][0]
    typed = told.get("ticket", "").strip().upper().removeprefix("T-")
    ticket = None
    if is_number(typed):
        rows = tickets_seen_by(request.member).select_related("shop", "workspace", "order", "listing__product")
        ticket = rows.filter(number=int(typed)).first()
    text = told.get(f"text_{language}", "")[:8000]
    platform = told.get("platform", "")
    shown = preview(text, ticket, request.member, language=language, platform=platform or Platform.AMAZON)
    context = {"preview": shown, "ticket": ticket, "typed": typed, "language": language}
    return render(request, "desk/_template_preview.html", context)


@require_safe
@require_member
def versions(request: MemberRequest, template: int) -> HttpResponse:
    """Two versions side by side."""
    found = _template(request, template)
    return render(request, "desk/template_versions.html", template_pages.compared(request, found))


@require_POST
@require_member
def submit(request: MemberRequest, template: int) -> HttpResponse:
    only_those_who(request.member, "edit_templates")
    found = _template(request, template)
    services.submit_template(found, by=request.member)
    messages.success(request, _("Handed in."))
    return redirect("desk:template", found.number)


@require_POST
@require_member
def decide(request: MemberRequest, template: int) -> HttpResponse:
    """Approve what was handed in, or send it back."""
    only_those_who(request.member, "edit_templates")
    found = _template(request, template)
    if request.POST.get("verdict") == "back":
        services.send_template_back(found, request.POST.get("said", ""), by=request.member)
        messages.success(request, _("Sent back."))
        return redirect("desk:template", found.number)
    form = ApproveForm(request.POST)
    if not form.is_valid():
        return render(request, "desk/template.html", template_pages.detail(request.member, found, form), status=422)
    version = services.approve_template(found, by=request.member, effective_on=form.cleaned_data["effective_on"])
    messages.success(request, _("Approved; it holds from that day on.") if version.effective_on else _("In force."))
    return redirect("desk:template", found.number)


@require_POST
@require_member
def retire(request: MemberRequest, template: int) -> HttpResponse:
    only_those_who(request.member, "edit_templates")
    found = _template(request, template)
    other = request.POST.get("swapped_for", "")
    heir = _template(request, int(other)) if is_number(other) else None
    services.retire_template(found, by=request.member, swapped_for=heir)
    messages.success(request, _("Retired."))
    return redirect("desk:template", found.number)


@require_POST
@require_member
def restore(request: MemberRequest, template: int) -> HttpResponse:
    only_those_who(request.member, "edit_templates")
    found = _template(request, template)
    services.restore_template(found, by=request.member)
    return redirect("desk:template", found.number)


@require_POST
@require_member
def add_file(request: MemberRequest, template: int) -> HttpResponse:
    only_those_who(request.member, "edit_templates")
    found = _template(request, template)
    for upload in request.FILES.getlist("file"):
        services.add_template_file(found, upload, by=request.member)
    return redirect("desk:template", found.number)


@require_POST
@require_member
def drop_file(request: MemberRequest, template: int, template_file: int) -> HttpResponse:
    only_those_who(request.member, "edit_templates")
    found = _template(request, template)
    services.drop_template_file(found, template_file, by=request.member)
    return redirect("desk:template", found.number)


@require_safe
@require_member
def file(request: MemberRequest, template: int, template_file: int) -> Any:
    row = _template(request, template).files.select_related("file").filter(pk=template_file).first()
    if row is None:
        raise Http404
    return attachments.download(row.file)


@require_safe
@require_member
def templates_of(request: MemberRequest, number: int) -> HttpResponse:
    """The menu behind “/” in the composer."""
    only_those_who(request.member, "answer")
    ticket = ticket_or_404(request, number)
    words = request.GET.get("q", "")[:80]
    context = {"offered": asked.offered(request.member, ticket, words), "ticket": ticket, "q": words,
               "more": reverse("desk:templates")}  # fmt: skip
    return (
        page_or_part(request, "desk/_templates_of.html", "rows", context)
        if "q" in request.GET
        else render(request, "desk/_templates_of.html", context)
    )


def _template(request: MemberRequest, number: int) -> ReplyTemplate:
    found = asked.find_template(request.member, number)
    if found is None:
        raise Http404
    return found
