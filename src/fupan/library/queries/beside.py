"""What the library has to say beside a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from fupan.desk.languages import LANGUAGES
from fupan.desk.models import Ticket
from fupan.desk.queries.templates import Offered
from fupan.library.models import Article, Case, CaseDebt, CaseUse, Outcome, Run
from fupan.library.queries.debts import of_ticket
from fupan.library.queries.drafting import written_from
from fupan.library.queries.recommending import CLOSE, NEAR, Liked, cases_of, recommend
from fupan.library.queries.replies import Reply
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


class NearReply(NamedTuple):
    offered: Offered
    why: list[str]
    other_language: str  # the name of the language it is in, where that is not the buyer's


@dataclass(slots=True)
class Beside:
    cases: list[Near]
    articles: list[NearArticle]
    replies: list[NearReply]
    nothing: bool
    debt: CaseDebt | None
    written: Case | None


def beside(member: Member, ticket: Ticket) -> Beside:
    uses = list(CaseUse.objects.filter(ticket=ticket))
    by_case = {use.case_id: use for use in uses if use.case_id}
    by_article = {use.article_id: use for use in uses if use.article_id}
    own = cases_of(ticket)
    told = recommend(member, ticket, most=MOST, own=own)
    runs = {run.article_id: run for run in Run.objects.filter(ticket=ticket).order_by("pk")} if told.articles else {}
    return Beside(
        [Near(case, why(like, case.outcome), by_case.get(case.pk)) for case, like in told.cases],
        [NearArticle(one, why(like), by_article.get(one.pk), runs.get(one.pk)) for one, like in told.articles],
        [NearReply(one.offered, why_reply(one), _other_language(one.offered, ticket)) for one in told.replies],
        told.nothing, of_ticket(member, ticket), written_from(member, ticket) if own else None,
    )  # fmt: skip


def why(like: Liked, outcome: str = "") -> list[str]:
    """The reasons in a few words each, what people know first, then what the texts say."""
    names = {
        "product": _("same product"), "issue": _("same issue"), "batch": _("same batch"), "cause": _("same cause"),
        "carrier": _("same carrier"),
    }  # fmt: skip
    told = [words for name, words in names.items() if name in like.same]
    told += _alike(like, alone=not told)
    if outcome == Outcome.FAILED:
        told.append(_("how not to"))
    return told


def why_reply(reply: Reply) -> list[str]:
    """Its issue or its use there first, then what its name says, and whose words it has."""
    bulletin = reply.offered.bulletin
    told = [_("same issue")] if reply.of_issue else [_("used on this issue")] if reply.used else []
    told += _alike(reply, alone=not told)
    if bulletin is not None:
        told.append(_("the words agreed in “%(bulletin)s”") % {"bulletin": bulletin.title})
    return told


def _alike(like: Liked | Reply, *, alone: bool) -> list[str]:
    """How alike the texts are; `alone`: there is nothing else to say for it."""
    told = []
    if like.likeness >= CLOSE:
        told.append(_("nearly the same words") if like.one_language else _("nearly the same meaning"))
    elif like.likeness >= NEAR:
        told.append(_("similar words") if like.one_language else _("similar meaning"))
    elif alone:
        told.append(_("loosely similar"))
    if like.words and like.one_language:
        told.append(_("“%(words)s”") % {"words": " ".join(like.words[:3])})
    return told


def _other_language(offered: Offered, ticket: Ticket) -> str:
    if not ticket.language or offered.language == ticket.language:
        return ""
    return str(dict(LANGUAGES).get(offered.language, offered.language))
