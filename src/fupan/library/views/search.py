"""Search, what was opened from it, and the words that mean the same."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fupan.core.errors import Refused
from fupan.core.http import page_or_part
from fupan.desk.models import Ticket
from fupan.desk.policies import tickets_seen_by
from fupan.desk.queries.filters import one
from fupan.library import search_pages, services
from fupan.library.finding.sources import BY_KIND
from fupan.library.forms.searching import SynonymsForm
from fupan.library.models import Search, Synonyms
from fupan.library.queries.searching import asked_of, found
from fupan.library.views._asked import told
from fupan.people.decorators import MemberRequest, require_right


@require_safe
@require_right("see_library")
def search(request: MemberRequest) -> HttpResponse:
    """Everything there is about some words; what was looked for is kept, once."""
    asked = asked_of(request.member, request.GET)
    answer = found(request.member, asked)
    kept: Search | None = None
    if request.method == "GET" and answer.ready:
        kept = services.note_search(asked.text, hits=answer.everywhere, by=request.member, ticket=_beside(request))
    context = search_pages.results(request.member, request.GET, asked, answer, kept)
    return page_or_part(request, "library/search.html", "rows", context)


def _beside(request: MemberRequest) -> Ticket | None:
    number = one(request.GET, "ticket").upper().removeprefix("T-")
    known = number.isascii() and number.isdecimal() and len(number) < 18
    return tickets_seen_by(request.member).filter(number=int(number)).first() if known else None


@require_safe
@require_right("see_library")
def opened(request: MemberRequest, search: int, kind: str, pk: int) -> HttpResponse:
    """On to what was found, noting that it was."""
    source = BY_KIND.get(kind)
    seen = source.seen_by(request.member).filter(pk=pk) if source else None
    mine = Search.objects.filter(pk=search, by=request.member, workspace=request.member.workspace)
    if source is None or seen is None or not seen.exists() or not mine.exists():
        raise Http404
    services.note_opened(search, kind=kind, opened=pk, by=request.member)
    return redirect(next(iter(source.show(seen))).url)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("edit_articles")
def synonyms(request: MemberRequest) -> HttpResponse:
    kept = Synonyms.objects.filter(workspace=request.member.workspace).select_related("by__user").first()
    version = kept.version if kept else 0
    form = SynonymsForm(request.POST or None, initial={"text": kept.text if kept else "", "version": version})
    theirs = ""
    if request.method == "POST" and form.is_valid():
        text, seen = form.cleaned_data["text"], form.cleaned_data["version"]
        try:
            services.set_synonyms(text, by=request.member, version=seen)
            return told(request, _("Saved."), "library:synonyms")
        except Refused as refused:
            form = SynonymsForm({"text": text, "version": version})  # saving again replaces what is shown beside it
            form.add_error(None, str(refused.message))
            theirs = kept.text if kept and kept.version != seen else ""
    context = {"form": form, "theirs": theirs, "by": kept.by if kept else None}
    return render(request, "library/synonyms.html", context, status=422 if form.errors else 200)
