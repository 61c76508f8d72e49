"""What happens by the day: versions come into force, and what grew old is put up for a check."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from fupan.core import clock
from fupan.core.events import record
from fupan.library.models import Article, ArticleVersion, Case, State, VersionState
from fupan.library.queries.uses import unused_since
from fupan.library.services._telling import tell_article, tell_case
from fupan.library.services.articles import put_in_force
from fupan.people.models import Workspace

UNUSED = timedelta(days=182)


def enforce_due(workspace: Workspace) -> int:
    """Approved versions whose day has come."""
    waiting = ArticleVersion.objects.filter(article__workspace=workspace, state=VersionState.APPROVED)
    due = list(waiting.filter(effective_on__lte=clock.today()).order_by("number"))
    for version in due:
        put_in_force(version.pk, by=None)
    return len(due)


def expire(workspace: Workspace) -> int:
    """Cases and articles whose day has come, and articles nobody has used for half a year, want a check."""
    today, count = clock.today(), 0
    for case in Case.objects.filter(workspace=workspace, state=State.PUBLISHED, check_on__lte=today).order_by("pk"):
        count += _age_case(case)
    articles = Article.objects.filter(workspace=workspace, state=State.PUBLISHED)
    for article in articles.filter(expires_on__lte=today).order_by("pk"):
        count += _age_article(article, ":due")
    for article in unused_since(articles, clock.now() - UNUSED):
        count += _age_article(article, ":unused")
    return count


@transaction.atomic
def _age_case(case: Case) -> int:
    changed = Case.objects.filter(pk=case.pk, state=State.PUBLISHED).update(state=State.STALE, state_reason=":due")
    if changed:
        record("library.case_aged", case, by=None)
        tell_case("case_aged", case, [case.author, case.reviewer], by=None, once=f"aged:{clock.today()}")
    return changed


@transaction.atomic
def _age_article(article: Article, why: str) -> int:
    changed = Article.objects.filter(pk=article.pk, state=State.PUBLISHED).update(state=State.STALE, state_reason=why)
    if changed:
        record("library.article_aged", article, by=None)
        tell_article("article_aged", article, [article.author], by=None, once=f"aged:{clock.today()}")
    return changed
