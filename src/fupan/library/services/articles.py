"""Verbs of articles: write a version, approve it, put it in force, doubt it, retire it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fupan.commerce.policies import products_seen_by
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.desk.models import IssueType
from fupan.library import contents
from fupan.library.models import (
    USABLE,
    Article,
    ArticleKind,
    ArticleVersion,
    Case,
    Flag,
    State,
    VersionState,
)
from fupan.library.policies import cases_seen_by, flags_seen_by, may_approve
from fupan.library.services._common import article_for, lock, need, need_words, next_number, same_version
from fupan.library.services._telling import reviewers, tell_article
from fupan.library.services._values import clean, set_tags
from fupan.people.models import Member

OPEN = (VersionState.DRAFT, VersionState.IN_REVIEW, VersionState.APPROVED)


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """What somebody fills in; trees and products by code, cases by number."""

    title: str
    body: contents.Content
    about: str = ""
    issue_type: str = ""
    product: str = ""
    cases: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    expires_on: date | None = None
    expires_why: str = ""
    effective_on: date | None = None
    note: str = ""


@transaction.atomic
def create_article(kind: str, draft: ArticleDraft, *, by: Member) -> Article:
    """Begin an article; it shows once its first version is in force."""
    need(by, "edit_articles")
    if kind not in ArticleKind.values:
        raise Refused(_("There is no such kind of article."), code="no-such-kind")
    content = _content(kind, draft, by)
    lock(by.workspace_id)
    article = Article.objects.create(
        workspace_id=by.workspace_id, number=next_number(Article, by.workspace_id), kind=kind, title=content["title"],
        author=by, made_at=clock.now(),
    )  # fmt: skip
    _version(article, 1, content, draft, by)
    record("library.article_begun", article, by=by, kind=kind)
    return article


@transaction.atomic
def save_version(article_id: int, draft: ArticleDraft, *, by: Member, stamp: int | None = None) -> ArticleVersion:
    """Write on: the version in the making is saved anew, or the next one begun."""
    article = article_for(article_id, by, "edit_articles")
    if article.state == State.ARCHIVED:
        raise Refused(_("This article is archived."), code="archived")
    content = _content(article.kind, draft, by)
    newest = article.versions.select_for_update().first()
    if newest is not None and newest.state in OPEN:
        same_version(newest.stamp, stamp)
        newest.content, newest.note, newest.effective_on = content, clean(draft.note, ())[:160], draft.effective_on
        newest.by, newest.at, newest.state = by, clock.now(), VersionState.DRAFT
        newest.stamp += 1
        newest.save()
        version = newest
    else:
        same_version(0, stamp)
        version = _version(article, (newest.number if newest else 0) + 1, content, draft, by)
    if article.version == 0:
        article.title = content["title"]
        article.save(update_fields=["title"])
    record("library.article_saved", article, by=by, version=version.number)
    return version


@transaction.atomic
def submit_version(article_id: int, *, by: Member) -> ArticleVersion:
    """Ask for approval of the version in the making."""
    article = article_for(article_id, by, "edit_articles")
    version = _newest(article, VersionState.DRAFT)
    _move(version, VersionState.IN_REVIEW)
    if article.version == 0:
        _state(article, State.IN_REVIEW)
    record("library.article_submitted", article, by=by, version=version.number)
    could = [one for one in reviewers(article.workspace_id) if may_approve(one)]
    tell_article("article_review", article, could, by=by, once=f"review:{version.number}:{version.stamp}")
    return version


@transaction.atomic
def approve_version(
    article_id: int, *, by: Member, effective_on: date | None = None, stamp: int | None = None
) -> ArticleVersion:
    """Approve it; it is in force at once, or from its day on."""
    article = article_for(article_id, by)
    if not may_approve(by):
        raise Refused(_("Your role may read this, not change it."), code="not-allowed")
    version = _newest(article, VersionState.IN_REVIEW)
    same_version(version.stamp, stamp)
    if version.by_id == by.pk and any(may_approve(one) for one in reviewers(by.workspace_id) if one.pk != by.pk):
        raise Refused(_("Somebody else approves what you wrote."), code="not-the-reviewer")
    version.decided_by, version.decided_at, version.remark = by, clock.now(), ""
    version.effective_on = effective_on or version.effective_on
    version.save(update_fields=["decided_by", "decided_at", "remark", "effective_on"])
    _move(version, VersionState.APPROVED)
    record("library.article_approved", article, by=by, version=version.number)
    if version.effective_on is None or version.effective_on <= clock.today():
        _enforce(article, version, by)
    tell_article("article_approved", article, [version.by], by=by, once=f"approved:{version.number}:{version.stamp}")
    return version


@transaction.atomic
def send_version_back(article_id: int, *, remark: str, by: Member) -> ArticleVersion:
    """Give it back with what is to be done better."""
    article = article_for(article_id, by)
    if not may_approve(by):
        raise Refused(_("Your role may read this, not change it."), code="not-allowed")
    version = _newest(article, VersionState.IN_REVIEW)
    version.remark = need_words(remark, _("Say what is to be done better."), "no-reason", 2000)
    version.decided_by, version.decided_at = by, clock.now()
    version.save(update_fields=["remark", "decided_by", "decided_at"])
    _move(version, VersionState.DRAFT)
    if article.version == 0:
        _state(article, State.DRAFT)
    record("library.article_sent_back", article, by=by, version=version.number)
    once = f"back:{version.number}:{version.stamp}"
    tell_article("article_sent_back", article, [version.by], by=by, once=once, reason=version.remark[:200])
    return version


@transaction.atomic
def put_in_force(version_id: int, *, by: Member | None) -> Article:
    """The day of an approved version has come."""
    version = ArticleVersion.objects.select_for_update(of=("self",)).get(pk=version_id)
    article = article_for(version.article_id, by)
    if version.state == VersionState.APPROVED:
        _enforce(article, version, by)
    return article


def _enforce(article: Article, version: ArticleVersion, by: Member | None) -> None:
    content: dict[str, Any] = version.content
    workspace_id = article.workspace_id
    article.versions.filter(state=VersionState.IN_FORCE).update(state=VersionState.PAST)
    _move(version, VersionState.IN_FORCE)
    day = content["expires_on"]
    article.title, article.about, article.content = content["title"], content["about"], content["body"]
    article.issue_type = IssueType.objects.filter(workspace_id=workspace_id, code=content["issue_type"]).first()
    article.product_id = content["product"]
    article.expires_on, article.expires_why = (date.fromisoformat(day) if day else None), content["expires_why"]
    article.version, article.published_at, article.state = version.number, clock.now(), State.PUBLISHED
    article.state_reason = ""
    article.save()
    article.cases.set(Case.objects.filter(workspace_id=workspace_id, pk__in=content["cases"]))
    set_tags(article, tuple(content["tags"]))
    record("library.article_in_force", article, by=by, version=version.number)


# Later on


@transaction.atomic
def flag_article(article_id: int, *, text: str, by: Member) -> Flag:
    """Say what is wrong with it; an editor answers or mends it."""
    article = article_for(article_id, by)
    if article.state not in USABLE:
        raise Refused(_("Only an article in force can be flagged."), code="not-in-force")
    said = need_words(text, _("Say what is wrong."), "no-reason")
    flag = Flag.objects.create(article=article, text=said, by=by, at=clock.now())
    record("library.article_flagged", article, by=by, flag=flag.pk)
    tell_article("article_flagged", article, [article.author], by=by, once=f"flag:{flag.pk}", reason=said[:200])
    return flag


@transaction.atomic
def settle_flag(flag_id: int, *, answer: str, by: Member) -> Flag:
    """It was mended, or it is right as it stands; say which."""
    flag = flags_seen_by(by).select_for_update(of=("self",)).select_related("article").get(pk=flag_id)
    need(by, "edit_articles")
    if flag.settled_at is not None:
        raise Refused(_("Somebody has settled this already."), code="settled")
    flag.answer = need_words(answer, _("Say what was done about it."), "no-reason")
    flag.settled_at, flag.settled_by = clock.now(), by
    flag.save(update_fields=["answer", "settled_at", "settled_by"])
    record("library.flag_settled", flag.article, by=by, flag=flag.pk)
    return flag


@transaction.atomic
def confirm_article(article_id: int, *, expires_on: date | None, by: Member) -> Article:
    """Somebody checked it: it still holds."""
    article = article_for(article_id, by, "edit_articles")
    if article.state != State.STALE:
        raise Refused(_("This article does not wait for a check."), code="not-stale")
    if expires_on is not None and expires_on <= clock.today():
        raise Refused(_("Choose a day after today."), code="not-later")
    article.state, article.state_reason, article.expires_on = State.PUBLISHED, "", expires_on
    article.published_at = clock.now()
    article.save(update_fields=["state", "state_reason", "expires_on", "published_at"])
    record("library.article_confirmed", article, by=by)
    return article


@transaction.atomic
def archive_article(article_id: int, *, reason: str, by: Member) -> Article:
    """Take it out of use."""
    article = article_for(article_id, by, "edit_articles")
    if article.state == State.ARCHIVED:
        raise Refused(_("This article is archived."), code="archived")
    article.state_reason = need_words(reason, _("Say why it is archived."), "no-reason")
    article.save(update_fields=["state_reason"])
    _state(article, State.ARCHIVED)
    record("library.article_archived", article, by=by)
    return article


@transaction.atomic
def restore_article(article_id: int, *, by: Member) -> Article:
    """Take it up again; it is checked before it counts."""
    article = article_for(article_id, by, "edit_articles")
    if article.state != State.ARCHIVED:
        raise Refused(_("This article is not archived."), code="not-archived")
    article.state_reason = ":restored"
    article.save(update_fields=["state_reason"])
    _state(article, State.STALE if article.version else State.DRAFT)
    record("library.article_restored", article, by=by)
    return article


# Inside


def _content(kind: str, draft: ArticleDraft, by: Member) -> dict[str, Any]:
    title = clean(draft.title, ())[:160]
    if not title:
        raise Refused(_("Give the article a title."), code="no-title")
    contents.check(kind, draft.body)
    if draft.issue_type and not IssueType.objects.filter(workspace_id=by.workspace_id, code=draft.issue_type).exists():
        raise Refused(_("“%(code)s” is not in the tree.") % {"code": draft.issue_type}, code="not-in-the-tree")
    product = products_seen_by(by).filter(code=draft.product).first() if draft.product else None
    if draft.product and product is None:
        raise Refused(_("There is no product “%(code)s”.") % {"code": draft.product}, code="no-such-product")
    cited = dict(cases_seen_by(by).filter(number__in=draft.cases).values_list("number", "pk"))
    unknown = [number for number in draft.cases if number not in cited]
    if unknown:
        raise Refused(_("There is no case %(number)s.") % {"number": f"C-{unknown[0]:04d}"}, code="no-such-case")
    return {
        "title": title, "about": clean(draft.about, ())[:2000], "body": draft.body, "issue_type": draft.issue_type,
        "product": product.pk if product else None, "cases": sorted(cited.values()), "tags": list(draft.tags),
        "expires_on": draft.expires_on.isoformat() if draft.expires_on else "",
        "expires_why": clean(draft.expires_why, ())[:160],
    }  # fmt: skip


def _version(article: Article, number: int, content: dict[str, Any], draft: ArticleDraft, by: Member) -> ArticleVersion:
    return ArticleVersion.objects.create(
        article=article, number=number, content=content, note=clean(draft.note, ())[:160], by=by, at=clock.now(),
        effective_on=draft.effective_on,
    )  # fmt: skip


def _newest(article: Article, state: VersionState) -> ArticleVersion:
    version = article.versions.select_for_update(of=("self",)).first()
    if version is None or version.state != state:
        raise Refused(_("No version of it is in that state any more."), code="not-in-that-state")
    return version


def _move(version: ArticleVersion, state: VersionState) -> None:
    version.state = state
    version.save(update_fields=["state"])


def _state(article: Article, state: State) -> None:
    article.state = state
    article.save(update_fields=["state"])
