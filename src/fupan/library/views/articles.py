"""Articles: the list, one of them, its versions, and what is decided about it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.core.errors import Refused
from fupan.core.http import page_or_part
from fupan.core.paging import page_of
from fupan.library import article_pages, services
from fupan.library.forms.articles import EXAMPLES, ArticleForm
from fupan.library.forms.cases import CheckForm
from fupan.library.models import Article, ArticleKind, ArticleVersion, Proposal, State
from fupan.library.policies import flags_seen_by
from fupan.library.queries import articles as asked
from fupan.library.queries.proposals import added_to, article_start
from fupan.library.views._asked import article_or_404, only_those_who, proposal_asked, ticket_typed, told
from fupan.people.decorators import MemberRequest, require_right
from fupan.people.policies import may


@require_safe
@require_right("see_library")
def articles(request: MemberRequest) -> HttpResponse:
    page = page_of(request, asked.listed(request.member, request.GET), size=30)
    return page_or_part(
        request, "library/articles.html", "rows", article_pages.listing(request.member, request.GET, page)
    )


@require_safe
@require_right("see_library")
def article(request: MemberRequest, number: int) -> HttpResponse:
    return _page(request, article_or_404(request, number))


def _page(request: MemberRequest, found: Article, *, status: int = 200, **forms: Any) -> HttpResponse:
    context = article_pages.detail(request.member, found) | {"check_form": CheckForm()} | forms
    ticket = request.GET.get("ticket", "")
    return render(
        request, "library/article.html", context | {"ticket": ticket if ticket.isdecimal() else ""}, status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("edit_articles")
def new(request: MemberRequest, kind: str) -> HttpResponse:
    if kind not in ArticleKind.values:
        raise Http404
    start: dict[str, Any] = {name: request.GET.get(name, "")[:200] for name in ("title", "issue_type", "cases")}
    proposal = proposal_asked(request, kind)
    if proposal is not None:
        start |= article_start(request.member, proposal)
    form = ArticleForm(request.POST or None, member=request.member, kind=kind, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            if proposal is not None:
                made = services.accept_as_article(proposal.pk, form.draft(), by=request.member)
            else:
                made = services.create_article(kind, form.draft(), by=request.member)
            if "submit" in request.POST:
                services.submit_version(made.pk, by=request.member)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            return told(request, _("%(article)s is begun.") % {"article": made}, "library:article", made.number)
    return _form(request, form, kind, None)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("edit_articles")
def edit(request: MemberRequest, number: int) -> HttpResponse:
    """Write on the version in the making, or begin the next one from what is in force."""
    found = article_or_404(request, number)
    if found.state == State.ARCHIVED:
        raise Http404
    making = asked.in_making(request.member, found)
    base = making or found.versions.filter(number=found.version).first()
    form = ArticleForm(request.POST or None, member=request.member, kind=found.kind, version=base)
    if making is None:
        form.initial = dict(form.initial) | {"stamp": 0, "note": "", "effective_on": None}
    proposal = proposal_asked(request, found.kind)
    if proposal is not None:
        form.initial = dict(form.initial) | added_to(request.member, proposal, str(form.initial.get("text") or ""))
    theirs = False
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, found, form, proposal)
            if "submit" in request.POST:
                services.submit_version(found.pk, by=request.member)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            if refused.code == "changed-meanwhile":
                theirs = True
                _take_as_seen(request, form, making)
        else:
            words = _("Handed in for approval.") if "submit" in request.POST else _("Saved.")
            return told(request, words, "library:article", number)
    return _form(request, form, found.kind, found, making if theirs else None)


def _save(request: MemberRequest, found: Article, form: ArticleForm, proposal: Proposal | None) -> None:
    draft, stamp = form.draft(), form.cleaned_data["stamp"]
    if proposal is None:
        services.save_version(found.pk, draft, by=request.member, stamp=stamp)
    else:
        services.accept_as_article(proposal.pk, draft, into=found.pk, stamp=stamp, by=request.member)


def _take_as_seen(request: MemberRequest, form: ArticleForm, making: ArticleVersion | None) -> None:
    again = request.POST.copy()
    again["stamp"] = str(making.stamp if making else 0)
    form.data = again


def _form(
    request: MemberRequest, form: ArticleForm, kind: str, found: Article | None, theirs: ArticleVersion | None = None
) -> HttpResponse:
    back = reverse("library:article", args=[found.number]) if found else reverse("library:articles")
    words = article_pages.version_words(theirs)["body"] if theirs else ""
    context = {"form": form, "kind": ArticleKind(kind).label, "article": found, "theirs": words, "cancel": back,
               "example": EXAMPLES[kind], "by": theirs.by if theirs else None}  # fmt: skip
    return render(request, "library/article_form.html", context, status=422 if form.errors else 200)


@require_safe
@require_right("see_library")
def versions(request: MemberRequest, number: int) -> HttpResponse:
    """Two versions compared; readers see those that were in force."""
    found = article_or_404(request, number)
    rows = found.versions.select_related("by__user", "decided_by__user", "article__workspace")
    if not may(request.member, "edit_articles"):
        rows = rows.filter(number__lte=found.version)
    return render(request, "library/versions.html", article_pages.compared(found, list(rows), request.GET))


@require_POST
@require_right("edit_articles")
def submit(request: MemberRequest, number: int) -> HttpResponse:
    services.submit_version(article_or_404(request, number).pk, by=request.member)
    return told(request, _("Handed in for approval."), "library:article", number)


@require_POST
@require_right("edit_articles")
def decide(request: MemberRequest, number: int) -> HttpResponse:
    """Approve the version that waits, or send it back."""
    only_those_who(request.member, "review_cases")
    found = article_or_404(request, number)
    stamp = request.POST.get("stamp", "")
    if request.POST.get("verdict") == "approve":
        seen = int(stamp) if stamp.isdecimal() and len(stamp) < 9 else None
        services.approve_version(found.pk, stamp=seen, by=request.member)
        return told(request, _("Approved."), "library:article", number)
    services.send_version_back(found.pk, remark=request.POST.get("remark", ""), by=request.member)
    return told(request, _("Sent back."), "library:article", number)


@require_POST
@require_right("see_library")
def flag(request: MemberRequest, number: int) -> HttpResponse:
    """Flag it or fix it: a reader says what is wrong."""
    services.flag_article(article_or_404(request, number).pk, text=request.POST.get("text", ""), by=request.member)
    return told(request, _("Said. An editor will answer or mend it."), "library:article", number)


@require_POST
@require_right("edit_articles")
def settle(request: MemberRequest, pk: int) -> HttpResponse:
    found = flags_seen_by(request.member).select_related("article").filter(pk=pk).first()
    if found is None:
        raise Http404
    services.settle_flag(found.pk, answer=request.POST.get("answer", ""), by=request.member)
    return told(request, _("Settled."), "library:article", found.article.number)


@require_POST
@require_right("edit_articles")
def confirm(request: MemberRequest, number: int) -> HttpResponse:
    found = article_or_404(request, number)
    form = CheckForm(request.POST)
    if not form.is_valid():
        return _page(request, found, status=422, check_form=form, opened="confirm")
    services.confirm_article(found.pk, expires_on=form.cleaned_data["check_on"], by=request.member)
    return told(request, _("It counts as published again."), "library:article", number)


@require_POST
@require_right("edit_articles")
def archive(request: MemberRequest, number: int) -> HttpResponse:
    services.archive_article(
        article_or_404(request, number).pk, reason=request.POST.get("reason", ""), by=request.member
    )
    return told(request, _("Archived."), "library:article", number)


@require_POST
@require_right("edit_articles")
def restore(request: MemberRequest, number: int) -> HttpResponse:
    services.restore_article(article_or_404(request, number).pk, by=request.member)
    return told(request, _("Taken out of the archive; it needs checking."), "library:article", number)


@require_POST
@require_right("see_library")
def use(request: MemberRequest, number: int) -> HttpResponse:
    only_those_who(request.member, "answer")
    found = article_or_404(request, number)
    ticket = ticket_typed(request.member, request.POST.get("ticket", ""))
    services.use_article(found.pk, ticket_id=ticket.pk, by=request.member)
    words = _("%(case)s is noted on %(ticket)s.") % {"case": found, "ticket": ticket}
    return told(request, words, "desk:ticket", ticket.number)
