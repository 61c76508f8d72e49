"""What the library has to say beside a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from fupan.desk.models import Ticket
from fupan.library.models import Article, Case, CaseDebt, CaseUse, Outcome, Run
from fupan.library.queries.debts import of_ticket
from fupan.library.queries.drafting import written_from
from fupan.library.queries.recommending import CLOSE, NEAR, Liked, recommend
from fupan.people.models import Member

MOST = 3


class Near(NamedTuple):
    """A case with why it is shown, and its use on this ticket."""

    case: Case
    why: list[str]
    use: CaseUse | None


class NearArticle(NamedTuple):
    article: Article
    why: list[str]
    use: CaseUse | None
    run: Run | None


@dataclass(slots=True)
class Beside:
    cases: list[Near]
    articles: list[NearArticle]
    nothing: bool
    debt: CaseDebt | None
    written: Case | None


def beside(member: Member, ticket: Ticket) -> Beside:
    uses = list(CaseUse.objects.filter(ticket=ticket))
    by_case = {use.case_id: use for use in uses if use.case_id}
    by_article = {use.article_id: use for use in uses if use.article_id}
    runs = {run.article_id: run for run in Run.objects.filter(ticket=ticket).order_by("pk")}
    told = recommend(member, ticket, most=MOST)
    return Beside(
        [Near(case, why(like, case.outcome), by_case.get(case.pk)) for case, like in told.cases],
        [NearArticle(one, why(like), by_article.get(one.pk), runs.get(one.pk)) for one, like in told.articles],
        told.nothing, of_ticket(member, ticket), written_from(member, ticket),
    )  # fmt: skip


def why(like: Liked, outcome: str = "") -> list[str]:
    """The reasons in a few words each, what people know first, then what the texts say."""
    names = {
        "product": _("same product"), "issue": _("same issue"), "batch": _("same batch"), "cause": _("same cause"),
        "carrier": _("same carrier"),
    }  # fmt: skip
    told = [words for name, words in names.items() if name in like.same]
    if like.likeness >= CLOSE:
        told.append(_("nearly the same words") if like.one_language else _("nearly the same meaning"))
    elif like.likeness >= NEAR:
        told.append(_("similar words") if like.one_language else _("similar meaning"))
    elif not told:
        told.append(_("loosely similar"))
    if like.words and like.one_language:
        told.append(_("“%(words)s”") % {"words": " ".join(like.words[:3])})
    if outcome == Outcome.FAILED:
        told.append(_("how not to"))
    return told
