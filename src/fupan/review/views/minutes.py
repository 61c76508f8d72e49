"""What is written in a meeting, and the minutes that come of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.core.errors import Refused
from fupan.core.http import by_htmx
from fupan.people.decorators import MemberRequest, require_right
from fupan.people.policies import may
from fupan.review import hints, meeting_pages, services
from fupan.review.blame import blame
from fupan.review.minutes import minutes_of
from fupan.review.minutes_files import FORMATS, rendered
from fupan.review.models import Entry, EntryKind, Meeting, MeetingState, MoveNote
from fupan.review.policies import move_notes_seen_by
from fupan.review.queries import meetings as asked
from fupan.review.services._meeting import leads
from fupan.review.views.meetings import answer, meeting_or_404, number_in


@require_POST
@require_right("work_problems")
def meeting_write(request: MemberRequest, pk: int) -> HttpResponse:
    """A new line; the browser's key makes a line that is sent twice the same line."""
    found = meeting_or_404(request, pk)
    services.write_entry(
        found.pk, kind=request.POST.get("kind", ""), text=request.POST.get("text", ""), by=request.member,
        key=request.POST.get("key", "")[:40],
    )  # fmt: skip
    return _shown(request, found)


@require_POST
@require_right("work_problems")
def meeting_typing(request: MemberRequest, pk: int) -> HttpResponse:
    """Somebody writes: the others see it, and the writer gets a hint when a line blames a person."""
    found = meeting_or_404(request, pk)
    text = request.POST.get("text", "")[:2000]
    if text.strip() and found.state == MeetingState.RUNNING:
        asked.say_typing(found, request.member)
    said = blame(text, hints.names_of(found.workspace)) if text else None
    return render(request, "review/_wording.html", {"blame": said})


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("see_reviews")
def meeting_entry(request: MemberRequest, pk: int, entry: int) -> HttpResponse:
    """One line: to read, to change (`?edit=1`), to save."""
    found = meeting_or_404(request, pk)
    line = _entry_or_404(found, entry)
    context = meeting_pages.base(request.member, found) | {"entry": line}
    if request.method != "POST":
        name = "review/_entry_form.html" if request.GET.get("edit") and context["may_write"] else "review/_entry.html"
        return render(request, name, context)
    text, version = request.POST.get("text", ""), number_in(request.POST, "version") or 0
    try:
        services.edit_entry(line.pk, text=text, version=version, kind=request.POST.get("kind", ""), by=request.member)
    except Refused as refused:
        if refused.code != "changed-meanwhile" or not by_htmx(request):
            raise
        line.refresh_from_db()
        return render(request, "review/_entry_form.html", context | {"mine": text}, status=422)
    return _shown(request, found)


@require_POST
@require_right("work_problems")
def meeting_drop_entry(request: MemberRequest, pk: int, entry: int) -> HttpResponse:
    found = meeting_or_404(request, pk)
    line = _entry_or_404(found, entry)
    services.drop_entry(line.pk, version=number_in(request.POST, "version") or 0, by=request.member)
    return _shown(request, found)


def _shown(request: MemberRequest, found: Meeting) -> HttpResponse:
    """The room while it runs, else the page of the minutes."""
    if found.state == MeetingState.RUNNING:
        return answer(request, found)
    if by_htmx(request):
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    return redirect("review:minutes", found.pk)


def _entry_or_404(found: Meeting, entry: int) -> Entry:
    line = found.entries.select_related("by__user").filter(pk=entry).first()
    if line is None:
        raise Http404
    return line


# Remarks on a turn


@require_POST
@require_right("work_problems")
def meeting_note(request: MemberRequest, pk: int) -> HttpResponse:
    found = meeting_or_404(request, pk)
    message = number_in(request.POST, "message")
    if message is None:
        raise Refused(_("Choose the turn first."), code="no-turn")
    services.note_move(found.pk, message_id=message, text=request.POST.get("text", ""), by=request.member)
    return answer(request, found)


@require_POST
@require_right("work_problems")
def meeting_drop_note(request: MemberRequest, pk: int, note: int) -> HttpResponse:
    found = meeting_or_404(request, pk)
    remark: MoveNote | None = move_notes_seen_by(request.member).filter(meeting=found, pk=note).first()
    if remark is None:
        raise Http404
    services.drop_note(remark.pk, by=request.member)
    return answer(request, found)


# Afterwards


@require_safe
@require_right("see_reviews")
def minutes(request: MemberRequest, pk: int) -> HttpResponse:
    found = meeting_or_404(request, pk)
    if found.state != MeetingState.ENDED:
        return redirect("review:meeting", found.pk)
    return render(request, "review/minutes.html", _minutes(request, found))


def _minutes(request: MemberRequest, found: Meeting) -> dict[str, Any]:
    return {
        "meeting": found,
        "minutes": minutes_of(found, money=may(request.member, "see_money")),
        "leads": leads(found, request.member),
        "may_write": meeting_pages.may_write(request.member, found),
        "timezone": found.workspace.timezone,
        "kinds": EntryKind.choices,
    }


@require_safe
@require_right("see_reviews")
def minutes_file(request: MemberRequest, pk: int, kind: str) -> HttpResponse:
    """The minutes as a file, in the language of the page."""
    found = meeting_or_404(request, pk)
    if kind not in FORMATS or found.state != MeetingState.ENDED:
        raise Http404
    made = rendered(minutes_of(found, money=may(request.member, "see_money")), kind)
    name = f"fupan-minutes-{found.kind}-{found.period}.{kind}"
    disposition = content_disposition_header(True, name) or "attachment"  # noqa: FBT003
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return HttpResponse(made, content_type=FORMATS[kind], headers=headers)


@require_POST
@require_right("see_reviews")
def minutes_send(request: MemberRequest, pk: int) -> HttpResponse:
    told = services.send_minutes(meeting_or_404(request, pk).pk, by=request.member)
    words = ngettext("The minutes went to %(count)s person.", "The minutes went to %(count)s people.", told)
    messages.success(request, words % {"count": told} if told else _("Everybody has them already."))
    return redirect("review:minutes", pk)
