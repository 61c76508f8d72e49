"""Words to the people of the library, once each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import override

from fupan.library.models import Article, Case, CaseDebt, Proposal
from fupan.library.policies import articles_seen_by, cases_seen_by, proposals_seen_by
from fupan.library.wording import verdict
from fupan.notify.models import Topic
from fupan.notify.services import tell
from fupan.people.models import Member
from fupan.people.policies import roles_that_may


def reviewers(workspace_id: int, right: str = "review_cases") -> list[Member]:
    rows = Member.objects.filter(workspace_id=workspace_id, active=True, role__in=roles_that_may(right))
    return list(rows.select_related("user", "workspace").order_by("pk"))


def tell_case(
    kind: str, case: Case, members: Iterable[Member | None], *, by: Member | None, once: str, reason: str = ""
) -> int:
    """Say something of a case to those who may read it, except to who did it."""
    wanted = {one.pk for one in members if one is not None and one.active and (by is None or one.pk != by.pk)}
    known = Member.objects.filter(pk__in=wanted)
    ids = [one.pk for one in known.order_by("pk") if cases_seen_by(one).filter(pk=case.pk).exists()]
    context = {"case": str(case), "title": case.title, "reason": reason, "by": str(by) if by else ""}
    return tell(ids, Topic.CASE, kind, context, reverse("library:case", args=[case.number]), f"case:{case.pk}:{once}")


def tell_proof(case: Case, told: Mapping[str, Any], *, once: str) -> int:
    """To who wrote it: what it says was measured."""
    author = case.author
    if author is None or not author.active or not cases_seen_by(author).filter(pk=case.pk).exists():
        return 0
    with override(author.user.language):
        words, change = verdict(told)
    context = {"case": str(case), "title": case.title, "verdict": words, "change": change}
    url = reverse("library:case", args=[case.number])
    return tell([author.pk], Topic.CASE, "case_proved", context, url, f"case:{case.pk}:{once}")


def tell_thanks(case: Case, count: int, *, by: Member) -> int:
    """To who wrote it: others have used it so many times."""
    author = case.author
    if author is None or author.pk == by.pk or not author.active:
        return 0
    if not cases_seen_by(author).filter(pk=case.pk).exists():
        return 0
    context = {"case": str(case), "title": case.title, "count": count}
    url = reverse("library:case", args=[case.number])
    return tell([author.pk], Topic.CASE, "case_used", context, url, f"case:{case.pk}:used:{count}")


def tell_article(
    kind: str, article: Article, members: Iterable[Member | None], *, by: Member | None, once: str, reason: str = ""
) -> int:
    """The same of an article."""
    wanted = {one.pk for one in members if one is not None and one.active and (by is None or one.pk != by.pk)}
    known = Member.objects.filter(pk__in=wanted)
    ids = [one.pk for one in known.order_by("pk") if articles_seen_by(one).filter(pk=article.pk).exists()]
    context = {"article": str(article), "title": article.title, "reason": reason, "by": str(by) if by else ""}
    url = reverse("library:article", args=[article.number])
    return tell(ids, Topic.CASE, kind, context, url, f"article:{article.pk}:{once}")


def tell_debt(kind: str, debt: CaseDebt, members: Iterable[Member | None]) -> int:
    """A case is owed: to who owes it, or to who looks after those who do."""
    ids = sorted({one.pk for one in members if one is not None and one.active})
    context = {"ticket": str(debt.ticket), "reason": debt.reason, "owner": str(debt.owner) if debt.owner else "—"}
    # the due time is part of the key: a ticket closed anew is owed anew
    once = f"debt:{debt.pk}:{kind}:{int(debt.due_at.timestamp())}"
    return tell(ids, Topic.CASE, kind, context, reverse("library:debts"), once)


def tell_proposals(workspace_id: int, fresh: list[Proposal], *, once: str) -> int:
    """The library could learn something: to those who review, as far as they may see it."""
    told = 0
    for member in reviewers(workspace_id):
        mine = proposals_seen_by(member).filter(pk__in=[one.pk for one in fresh]).count()
        if mine:
            told += tell([member.pk], Topic.CASE, "proposals", {"count": mine}, reverse("library:proposals"), once)
    return told
