"""Automatic answers, and the assistant: settings, translation, drafts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.commerce.models import Platform
from fupan.commerce.policies import shops_seen_by
from fupan.core.errors import Refused
from fupan.desk import services
from fupan.desk.languages import LANGUAGES
from fupan.desk.models import Assistant, AutoReply
from fupan.desk.policies import messages_seen_by
from fupan.desk.queries.templates import find_template
from fupan.desk.reply_forms import AssistantForm, AutoReplyForm
from fupan.desk.views._asked import is_number, only_those_who, ticket_or_404
from fupan.people.decorators import MemberRequest, require_member, require_right
from fupan.people.models import Member


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("edit_templates")
def auto_replies(request: MemberRequest) -> HttpResponse:
    """One row a marketplace, and one for the others."""
    member, wrong = request.member, None
    if request.method == "POST":
        wrong = AutoReplyForm(request.POST, member=member, platform=request.POST.get("platform", ""))
        if wrong.is_valid() and _set(member, wrong):
            messages.success(request, _("Saved."))
            return redirect("desk:auto_replies")
    rows = {
        one.platform: one
        for one in AutoReply.objects.filter(workspace_id=member.workspace_id).select_related("template")
    }
    used = set(shops_seen_by(member).values_list("platform", flat=True))
    names = [("", _("every marketplace")), *(pair for pair in Platform.choices if pair[0] in used or pair[0] in rows)]
    shown = [
        (
            name,
            wrong if wrong and wrong.where == code else AutoReplyForm(member=member, platform=code, row=rows.get(code)),
        )
        for code, name in names
    ]
    return render(request, "desk/auto_replies.html", {"rows": shown}, status=422 if wrong else 200)


def _set(member: Member, form: AutoReplyForm) -> bool:
    told = form.cleaned_data
    template = find_template(member, int(told["template"])) if told["template"] else None
    try:
        services.set_auto_reply(
            form.where, by=member, template=template, active=told["active"],
            closed_hours_only=told["closed_hours_only"], version=told["version"] or 0,
        )  # fmt: skip
    except Refused as refused:
        form.add_error(None, str(refused.message))
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("edit_workspace")
def assistant(request: MemberRequest) -> HttpResponse:
    """Where translations and drafts are asked for; off until somebody switches it on."""
    row = Assistant.objects.filter(workspace_id=request.member.workspace_id).first()
    form = AssistantForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            services.set_assistant(by=request.member, **{**told, "version": told["version"] or 0})
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:assistant")
    context = {"form": form, "row": row}
    return render(request, "desk/assistant_settings.html", context, status=422 if form.errors else 200)


@require_safe
@require_member
def assist(request: MemberRequest, number: int) -> HttpResponse:
    """The assistant’s corner of a ticket; empty where none is set up."""
    only_those_who(request.member, "answer")
    ticket = ticket_or_404(request, number)
    on = Assistant.objects.filter(workspace_id=request.member.workspace_id, active=True).exists()
    said = messages_seen_by(request.member).filter(ticket=ticket, side="buyer").order_by("-at", "-pk").first()
    return render(request, "desk/_assist.html", {"ticket": ticket, "on": on, "said": said, "into": _mine()})


@require_POST
@require_member
def translate(request: MemberRequest, number: int) -> HttpResponse:
    """A message beside its translation, or one’s own words in the buyer’s language."""
    only_those_who(request.member, "answer")
    ticket = ticket_or_404(request, number)
    told = request.POST
    context: dict[str, Any]
    try:
        if told.get("text", "").strip():
            drafted = services.translate_reply(ticket, told["text"][:6000], ticket.language or "en", by=request.member)
            context = {"drafted": drafted, "original": told["text"][:6000]}
        else:
            key = told.get("message", "")
            rows = messages_seen_by(request.member).filter(ticket=ticket).select_related("ticket__shop")
            message = rows.filter(pk=int(key)).first() if is_number(key) else None
            if message is None:
                raise Http404
            into = told.get("into", "")
            into = into if into in dict(LANGUAGES) else _mine()
            words = services.translate_message(message, into, by=request.member)
            context = {"message": message, "translated": words, "into": into}
    except Refused as refused:
        context = {"refused": refused.message}
    return render(request, "desk/_assisted.html", {"ticket": ticket, **context})


@require_POST
@require_member
def draft(request: MemberRequest, number: int) -> HttpResponse:
    """A draft that rests on the case beside the ticket, or on a line of one’s own."""
    only_those_who(request.member, "answer")
    ticket = ticket_or_404(request, number)
    context: dict[str, Any]
    grounds = [one[:6000] for one in request.POST.getlist("grounds")][:3]
    try:
        context = {"drafted": services.draft_reply(ticket, grounds, by=request.member), "original": ""}
    except Refused as refused:
        context = {"refused": refused.message}
    return render(request, "desk/_assisted.html", {"ticket": ticket, **context})


def _mine() -> str:
    """The reader’s own language."""
    return "zh" if (get_language() or "").startswith("zh") else "en"
