"""The conversation: reply, take back, note, drafts, who is here. Replies and notes have each their own door."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from fupan.core import attachments
from fupan.core.errors import Refused
from fupan.core.http import by_htmx
from fupan.desk import presence, queries, services
from fupan.desk.compute.lint import lint
from fupan.desk.forms import ClosingForm
from fupan.desk.models import Message, MessageSide, Ticket
from fupan.desk.policies import drafts_seen_by, files_seen_by, may_see_buyers, may_work, messages_seen_by
from fupan.desk.queries.choices import Selects
from fupan.desk.queries.lists import QUEUE
from fupan.desk.queries.page import turns_of
from fupan.desk.services.replying import Used
from fupan.desk.views._asked import back_to, is_number, only_those_who, ticket_or_404
from fupan.desk.views._ticket import buttons_context, say_context, ticket_context
from fupan.people.decorators import MemberRequest, require_member


@require_POST
@require_member
def reply(request: MemberRequest, number: int) -> HttpResponse:
    """Send it (and solve, or wait); what stands in the way is said beside the words, which stay."""
    only_those_who(request.member, "answer")
    found = ticket_or_404(request, number)
    try:
        with transaction.atomic():
            _write(request, found)
    except Refused as refused:
        return _said(request, number, refused)
    queries.forget_counts(request.member)
    address = back_to(request, found)
    return HttpResponseClientRedirect(address) if by_htmx(request) else redirect(address)


def _write(request: MemberRequest, found: Ticket) -> Message:
    told, seen = request.POST, request.POST.get("seen", "")
    form = ClosingForm(told, selects=Selects(request.member), ticket=found)
    services.tell_closing(found, form.told(), by=request.member)
    return services.write_reply(
        found.pk, text=told.get("text", ""), language=told.get("language", ""), then=told.get("then", ""),
        files=request.FILES.getlist("files"), templates=_templates(told.getlist("template")), by=request.member,
        seen=int(seen) if is_number(seen) else None,
    )  # fmt: skip


def _templates(values: list[str]) -> list[Used]:
    """Hidden fields of the template menu: key:version:language."""
    found = []
    for value in values[:20]:
        key, _colon, rest = value.partition(":")
        version, _colon, language = rest.partition(":")
        if is_number(key) and is_number(version):
            found.append(Used(int(key), int(version), language))
    return found


def _said(request: MemberRequest, number: int, refused: Refused) -> HttpResponse:
    """The fields a refused writing had set are as before: look at the ticket anew."""
    found = ticket_or_404(request, number)
    say = say_context(request.member, found, refused, request.POST, ("issue", "cause"))  # the rest stands in the form
    if by_htmx(request):
        return render(request, "desk/_say.html", say, status=422)
    context = ticket_context(request, found) | {"reply_say": say, "reply_text": request.POST.get("text", "")}
    return render(request, "desk/ticket.html", context, status=422)


@require_POST
@require_member
def note(request: MemberRequest, number: int) -> HttpResponse:
    only_those_who(request.member, "answer")
    found = ticket_or_404(request, number)
    services.note_ticket(found, request.POST.get("text", "")[:5000], by=request.member)
    return redirect(back_to(request, found))


@require_POST
@require_member
def check(request: MemberRequest, number: int) -> HttpResponse:
    """What the marketplace's rules say of the words as they stand."""
    only_those_who(request.member, "answer")
    found = ticket_or_404(request, number)
    text = request.POST.get("text", "")[:20_000]
    offences = lint(text, found.shop.platform, "reply")
    return render(request, "desk/_check.html", {"offences": offences, "ticket": found, "empty": not text.strip()})


@require_safe
@require_member
def buttons(request: MemberRequest, number: int) -> HttpResponse:
    """Send and solve, or ask for approval, for the settlement that is being chosen."""
    only_those_who(request.member, "answer")
    found = ticket_or_404(request, number)
    form = ClosingForm(request.GET, selects=Selects(request.member), ticket=found)
    told = form.cleaned_data if form.is_valid() else {}
    context = buttons_context(request.member, found, told.get("resolution"), told.get("cost"))
    return render(request, "desk/_send.html", context)


# Drafts


@require_POST
@require_member
def draft(request: MemberRequest, number: int, side: str) -> HttpResponse:
    """Keep what is being typed; answers with the version it is typed over from now on."""
    only_those_who(request.member, "answer")
    found = ticket_or_404(request, number)
    version = request.POST.get("version", "0")
    kept = services.save_draft(
        found.pk, side, request.POST.get("text", ""), version=int(version) if is_number(version) else 0,
        by=request.member,
    )  # fmt: skip
    presence.be_here(found, request.member, writing=kept is not None)
    return render(request, "desk/_draft.html", {"draft": kept, "ticket": found, "side": side})


@require_POST
@require_member
def take_draft(request: MemberRequest, pk: int) -> HttpResponse:
    only_those_who(request.member, "answer")
    theirs = drafts_seen_by(request.member).select_related("ticket").filter(pk=pk).first()
    if theirs is None:
        raise Http404
    services.take_over_draft(theirs.pk, by=request.member)
    messages.success(request, _("The draft is yours now."))
    return redirect(back_to(request, theirs.ticket))


# On the way out


@require_POST
@require_member
def take_back(request: MemberRequest, pk: int) -> HttpResponse:
    only_those_who(request.member, "answer")
    found = _message(request, pk)
    with_files = found.files.exists()
    services.take_back(found.pk, by=request.member)
    said = _("Nothing was sent. Your words are back in the draft.")
    if with_files:
        said = _("Nothing was sent. Your words are back in the draft; attach the files anew.")
    messages.success(request, said)
    queries.forget_counts(request.member)
    return redirect(back_to(request, found.ticket))


@require_POST
@require_member
def again(request: MemberRequest, pk: int) -> HttpResponse:
    only_those_who(request.member, "answer")
    found = _message(request, pk)
    services.send_again(found, by=request.member)
    messages.success(request, _("It is tried once more."))
    return redirect(back_to(request, found.ticket))


def _message(request: MemberRequest, pk: int) -> Message:
    rows = messages_seen_by(request.member).select_related("ticket").filter(side=MessageSide.SELLER)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_POST
@require_member
def send(request: MemberRequest, number: int) -> HttpResponse:
    """The seconds are over: what is due goes out now, also where no worker runs."""
    only_those_who(request.member, "answer")
    services.send_due(ticket_or_404(request, number).pk)
    queries.forget_counts(request.member)
    found = ticket_or_404(request, number)
    context = ticket_context(request, found) | {"queue_rows": queries.rows_of([found.pk], request.member, QUEUE)}
    return render(request, "desk/_gone.html", context)


@require_safe
@require_member
def thread(request: MemberRequest, number: int) -> HttpResponse:
    """The turns as they stand now."""
    return _thread(request, ticket_or_404(request, number))


def _thread(request: MemberRequest, found: Ticket) -> HttpResponse:
    turns = turns_of(found, request.member)
    newest = max((turn.message.pk for turn in turns), default=0)
    took = found.first_response_at - found.opened_at if found.first_response_at else None
    context: dict[str, Any] = {
        "ticket": found, "page": {"turns": turns, "newest": newest, "took": took}, "may_work": may_work(request.member),
        "may_see_buyers": may_see_buyers(request.member), "filters": queries.kept_filters(request.GET),
    }  # fmt: skip
    return render(request, "desk/_turns.html", context)


@require_POST
@require_member
def here(request: MemberRequest, number: int) -> HttpResponse:
    """I am here still; who else is, and whether the conversation went on."""
    found = ticket_or_404(request, number)
    presence.be_here(found, request.member, writing=request.POST.get("writing") == "1")
    others = presence.others_at([found.pk], request.member).get(found.pk, [])
    answer = render(request, "desk/_here.html", {"here": others})
    newest = found.messages.order_by("-pk").values_list("pk", flat=True).first() or 0
    return answer if request.POST.get("seen", "") == str(newest) else trigger_client_event(answer, "thread")


@require_safe
@require_member
def file(request: MemberRequest, pk: int) -> Any:
    """A file of the conversation: saved, never shown."""
    found = files_seen_by(request.member).select_related("file").filter(pk=pk).first()
    if found is None or found.file is None:
        raise Http404
    return attachments.download(found.file)
