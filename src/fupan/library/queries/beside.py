"""What the library has to say beside a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from fupan.desk.models import Ticket
from fupan.library.models import USABLE, Article, Case, CaseDebt, CaseUse, Outcome, Run
from fupan.library.policies import articles_seen_by, cases_seen_by
from fupan.library.queries.debts import of_ticket
from fupan.library.queries.drafting import written_from
from fupan.library.queries.uses import with_uses
from fupan.people.models import Member

MOST_CASES, MOST_ARTICLES, LOOKED_AT = 3, 3, 60


class Near(NamedTuple):
    """A case with why it is shown, and its use on this ticket."""

    case: Case
    why: list[str]
    use: CaseUse | None


class NearArticle(NamedTuple):
    article: Article
    use: CaseUse | None
    run: Run | None


@dataclass(slots=True)
class Beside:
    cases: list[Near]
    articles: list[NearArticle]
    debt: CaseDebt | None
    written: Case | None


def beside(member: Member, ticket: Ticket) -> Beside:
    uses = list(CaseUse.objects.filter(ticket=ticket))
    by_case = {use.case_id: use for use in uses if use.case_id}
    by_article = {use.article_id: use for use in uses if use.article_id}
    runs = {run.article_id: run for run in Run.objects.filter(ticket=ticket).order_by("pk")}
    near = near_cases(member, ticket)
    return Beside(
        [Near(case, _why(case, ticket), by_case.get(case.pk)) for case in near],
        [NearArticle(one, by_article.get(one.pk), runs.get(one.pk)) for one in near_articles(member, ticket)],
        of_ticket(member, ticket), written_from(member, ticket),
    )  # fmt: skip


def near_cases(member: Member, ticket: Ticket) -> list[Case]:
    """Cases in use of the same issue type, of the same product first, then by how tickets with them ended."""
    if ticket.issue_type_id is None:
        return []
    product = ticket.listing.product_id if ticket.listing else None
    rows = cases_seen_by(member).filter(state__in=USABLE, issue_type_id=ticket.issue_type_id)
    found = list(
        with_uses(rows.exclude(links__ticket=ticket, links__source=True)).select_related("product", "issue_type")[
            :LOOKED_AT
        ]
    )

    def rank(case: Case) -> tuple[bool, float, int]:
        used, worked = int(getattr(case, "ended", 0)), int(getattr(case, "worked", 0))
        return (case.product_id != product or product is None, -(worked + 1) / (used + 2), -case.number)

    return sorted(found, key=rank)[:MOST_CASES]


def near_articles(member: Member, ticket: Ticket) -> list[Article]:
    """Articles in force of the same issue type or its parent, or of the product."""
    if ticket.issue_type is None:
        return []
    product = ticket.listing.product_id if ticket.listing else 0
    about = Q(issue_type_id=ticket.issue_type_id) | Q(issue_type_id=ticket.issue_type.parent_id or 0)
    rows = articles_seen_by(member).filter(about, Q(product=None) | Q(product_id=product), state__in=USABLE)
    found = list(rows.order_by("-number")[:LOOKED_AT])
    found.sort(key=lambda one: (one.product_id is None, one.issue_type_id != ticket.issue_type_id))
    return found[:MOST_ARTICLES]


def _why(case: Case, ticket: Ticket) -> list[str]:
    told = []
    if ticket.listing and case.product_id == ticket.listing.product_id:
        told.append(_("same product"))
    if case.issue_type_id == ticket.issue_type_id:
        told.append(_("same issue"))
    if ticket.batch_id and case.batch_id == ticket.batch_id:
        told.append(_("same batch"))
    cause = ticket.cause_confirmed_id or ticket.cause_guess_id
    if cause and case.cause_id == cause:
        told.append(_("same cause"))
    if case.outcome == Outcome.FAILED:
        told.append(_("how not to"))
    return told
