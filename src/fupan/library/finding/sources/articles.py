"""Articles, by the version in force, or by the draft of one that never was."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.urls import reverse

from fupan.library.contents import text_of
from fupan.library.finding.sources.base import Document, Shown, Source, typed_number
from fupan.library.models import PREFIXES, Article, ArticleKind, State
from fupan.library.policies import articles_seen_by
from fupan.library.wording import KIND_ICONS, STATE_STONES
from fupan.people.models import Member
from fupan.people.policies import may


def _limits(member: Member) -> list[list[str]]:
    """As `articles_seen_by`; and what is archived is not looked for."""
    seen = [] if may(member, "edit_articles") else [["v", f"a{member.pk}"]]
    return [*seen, ["live"]]


def _texts(article: Article) -> list[str]:
    return [text for text in (article.about, text_of(article.kind, article.content)) if text]


def _documents(articles: QuerySet[Article]) -> Iterator[Document]:
    for article in articles.select_related("product").prefetch_related("tags"):
        tags = tuple(tag.pk for tag in article.tags.all())
        keys = ["v" if article.version else "hidden", *(f"t{pk}" for pk in tags)]
        keys += [f"a{article.author_id}"] if article.author_id else []
        keys += ["live"] if article.state != State.ARCHIVED else []
        goods = f"{article.product.code} {article.product.name}" if article.product else ""
        yield Document(
            article.pk, article.title, "\n".join([*_texts(article), goods, *(tag.name for tag in article.tags.all())]),
            tuple(keys), article.issue_type_id or 0, tags, article.published_at or article.made_at,
        )  # fmt: skip


def _show(articles: QuerySet[Article]) -> Iterator[Shown]:
    for article in articles.select_related("issue_type", "product").prefetch_related("tags"):
        about = [str(ArticleKind(article.kind).label)]
        about += [str(one) for one in (article.issue_type, article.product) if one is not None]
        yield Shown(
            "article", article.pk, str(article), article.title, reverse("library:article", args=[article.number]),
            STATE_STONES[article.state], str(State(article.state).label), about, _texts(article),
            [tag.name for tag in article.tags.all()], article.published_at or article.made_at,
            KIND_ICONS[article.kind],
        )  # fmt: skip


def _by_number(text: str) -> Q | None:
    for kind, prefix in PREFIXES.items():
        if text.strip().upper().startswith(f"{prefix}-"):
            number = typed_number(text, prefix)
            return None if number is None else Q(number=number, kind=kind)
    return None


ARTICLES = Source(
    2, "article", Article, ("see_library",), articles_seen_by, _limits, _documents, _show, _by_number, learnt=True
)
