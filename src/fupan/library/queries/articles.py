"""The list of articles, one by its number, and its versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet

from fupan.desk.queries.filters import one, several
from fupan.library.models import Article, ArticleKind, ArticleVersion, Case, Flag, Run, State, VersionState
from fupan.library.policies import articles_seen_by, cases_seen_by, runs_seen_by
from fupan.people.models import Member
from fupan.people.policies import may

NAMES = ("q", "kind", "state", "issue_type")
SHOWN = (State.PUBLISHED, State.STALE)
OPEN = (VersionState.DRAFT, VersionState.IN_REVIEW, VersionState.APPROVED)


def find(member: Member, number: int) -> Article | None:
    return related(articles_seen_by(member)).filter(number=number).first()


def related(articles: QuerySet[Article]) -> QuerySet[Article]:
    return articles.select_related("workspace", "issue_type__parent", "product", "author__user").prefetch_related(
        "tags"
    )


def listed(member: Member, params: Mapping[str, Any]) -> QuerySet[Article]:
    """Articles that the address asks for; without a state those in force, and for editors those in the making."""
    rows = articles_seen_by(member)
    states = [value for value in several(params, "state") if value in State.values]
    if "all" not in several(params, "state"):
        rows = rows.filter(state__in=states) if states else rows.exclude(state=State.ARCHIVED)
    kinds = [value for value in several(params, "kind") if value in ArticleKind.values]
    if kinds:
        rows = rows.filter(kind__in=kinds)
    codes = several(params, "issue_type")
    if codes:
        rows = rows.filter(Q(issue_type__code__in=codes) | Q(issue_type__parent__code__in=codes))
    words = one(params, "q")
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(about__icontains=words) | Q(product__code__iexact=words))
    return related(rows).annotate(
        used=Count("uses", distinct=True), flagged=Count("flags", filter=Q(flags__settled_at=None), distinct=True),
        waiting=Count("versions", filter=Q(versions__state=VersionState.IN_REVIEW), distinct=True),
    ).order_by("kind", "-number")  # fmt: skip


def in_making(member: Member, article: Article) -> ArticleVersion | None:
    """The version after the one in force, for editors."""
    if not may(member, "edit_articles") and article.author_id != member.pk:
        return None
    return article.versions.filter(state__in=OPEN).select_related("by__user", "decided_by__user").first()


def cited(member: Member, article: Article) -> list[Case]:
    """Cases it came from, those the member may see."""
    return list(cases_seen_by(member).filter(articles=article).order_by("number"))


def open_flags(article: Article) -> QuerySet[Flag]:
    return article.flags.filter(settled_at=None).select_related("by__user")


def waiting(member: Member) -> QuerySet[ArticleVersion]:
    """Versions that wait for approval."""
    rows = ArticleVersion.objects.filter(article__in=articles_seen_by(member), state=VersionState.IN_REVIEW)
    if not (may(member, "edit_articles") and may(member, "review_cases")):
        return rows.none()
    return rows.select_related("article", "by__user").order_by("at")


def newest_runs(member: Member, article: Article, *, most: int = 5) -> list[Run]:
    rows = runs_seen_by(member).filter(article=article)
    return list(rows.select_related("ticket", "by__user", "article")[:most])
