"""What the page of proposals shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.urls import reverse

from fupan.core import figures
from fupan.library.addresses import action_address
from fupan.library.case_pages import tabs
from fupan.library.models import Proposal, ProposalKind, ProposalState
from fupan.library.queries import proposals as asked
from fupan.library.queries.proposals import Quote, Solved
from fupan.library.wording import PROPOSAL_ICONS, why
from fupan.people.models import Member


@dataclass(slots=True)
class Row:
    """One proposal: why, what buyers said, what solved it, and where it is taken up."""

    proposal: Proposal
    title: str
    icon: str
    why: list[str]
    quotes: list[Quote]
    solved: Solved | None
    took: str
    reply: str
    language: str
    begin_url: str  # of kinds that are written in a form first; "": it is drafted by a button
    seen: int


def listing(member: Member, state: str, page: Page[Any]) -> dict[str, Any]:
    """Proposals of a state, each with what speaks for it."""
    return {
        "tabs": tabs(member),
        "page": page,
        "state": state if state in ProposalState.values else ProposalState.OPEN,
        "states": ProposalState.choices,
        "rows": [_row(member, one) for one in page.object_list],
    }


def _row(member: Member, one: Proposal) -> Row:
    solved = asked.solved(member, one) if one.size else None
    reply, language = asked.best_reply(member, one)
    return Row(
        one, asked.title_of(one), PROPOSAL_ICONS[one.kind], [why(reason) for reason in one.reasons],
        asked.quotes(member, one), solved, figures.duration(solved.took) if solved and solved.took else "", reply,
        language, begin_url(member, one), solved.seen if solved else 0,
    )  # fmt: skip


def begin_url(member: Member, one: Proposal) -> str:
    """The form of the article it becomes; of questions and answers, the one it fits into."""
    if one.kind in (ProposalKind.CASE, ProposalKind.TEMPLATE):
        return ""
    into = asked.grows(member, one)
    if into is not None:
        return f"{reverse('library:edit_article', args=[into.number])}?proposal={one.pk}"
    return f"{reverse('library:new_article', args=[one.kind])}?proposal={one.pk}"


def action_url(one: Proposal) -> str:
    """Where a changed template becomes an action."""
    return action_address(
        type="template", title=asked.title_of(one), detail=one.words.get("text", ""),
        issue_type=one.issue_type.code if one.issue_type else "", product=one.product.code if one.product else "",
    )  # fmt: skip
