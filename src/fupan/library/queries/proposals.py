"""What was put forward: the list, and what a person finds prefilled when they take one up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fupan.core.redact import redact
from fupan.desk.models import Message, MessageSide, Resolution, Ticket
from fupan.desk.policies import tickets_seen_by
from fupan.library.compute import Share, share
from fupan.library.drafts import CaseDraft
from fupan.library.models import Article, ArticleKind, CaseTicket, Outcome, Proposal, ProposalKind, ProposalState, State
from fupan.library.policies import articles_seen_by, proposals_seen_by
from fupan.library.queries.drafting import GREETING, draft_of
from fupan.library.queries.uses import came_back
from fupan.people.models import Member
from fupan.people.policies import may

QUOTE, REPLY, LINKED = 180, 1200, 30


def listed(member: Member, state: str) -> QuerySet[Proposal]:
    rows = proposals_seen_by(member).filter(state=state if state in ProposalState.values else ProposalState.OPEN)
    return rows.select_related("issue_type", "product", "cause", "decided_by__user", "case", "article").order_by(
        "-size", "-pk"
    )


def open_count(member: Member) -> int:
    return proposals_seen_by(member).filter(state=ProposalState.OPEN).count()


# What a group of tickets says


class Quote(NamedTuple):
    """Words of a buyer, redacted."""

    ticket: Ticket
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Solved:
    """What solved them: resolutions with their counts, how many at first contact, how long it took."""

    resolutions: list[tuple[str, int]]
    seen: int
    settled: Share | None
    took: timedelta | None


def quotes(member: Member, proposal: Proposal, *, most: int = 3) -> list[Quote]:
    """Of the most typical tickets one may see; first one of each language."""
    tickets = _typical(member, proposal)
    said: dict[int, str] = {}
    for ticket, text in _messages(tickets, MessageSide.BUYER):
        said.setdefault(ticket, text)
    once = {_short(said[one.pk]): one for one in reversed(tickets) if one.pk in said}
    found = [Quote(one, one.language, text) for text, one in reversed(once.items())]
    firsts = {quote.language: quote for quote in reversed(found)}
    spread = [quote for quote in found if firsts[quote.language] is quote]
    return [*spread, *(quote for quote in found if quote not in spread)][:most]


def _typical(member: Member, proposal: Proposal) -> list[Ticket]:
    related = tickets_seen_by(member).select_related("shop", "listing__product", "issue_type", "resolution", "batch")
    rows = {one.pk: one for one in related.filter(pk__in=proposal.typical)}
    return [rows[pk] for pk in proposal.typical if pk in rows]


def _messages(tickets: list[Ticket], side: str) -> list[tuple[int, str]]:
    rows = Message.objects.filter(ticket__in=tickets, side=side, automatic=False).exclude(redacted="")
    names = {one.pk: (one.buyer_name,) if one.buyer_name else () for one in tickets}
    return [
        (ticket, redact(text, names=names[ticket]))
        for ticket, text in rows.order_by("at", "pk").values_list("ticket", "redacted")
    ]


def _short(text: str) -> str:
    plain = " ".join(GREETING.sub("", text).split())
    return plain if len(plain) <= QUOTE else f"{plain[:QUOTE].rstrip()}…"


def solved(member: Member, proposal: Proposal) -> Solved:
    rows = tickets_seen_by(member).filter(pk__in=proposal.tickets.values("pk")).annotate(again=came_back())
    told = list(rows.values_list("resolution", "replies", "reopened", "again", "opened_at", "resolved_at"))
    counts = Counter(row[0] for row in told if row[0])
    names = {one.pk: str(one) for one in Resolution.objects.filter(pk__in=counts)}
    ranked = sorted(((names[pk], count) for pk, count in counts.items()), key=lambda pair: (-pair[1], pair[0]))
    answered = [row for row in told if row[1]]
    first = sum(replies == 1 and not reopened and not again for _kind, replies, reopened, again, *_times in answered)
    lasted = [(resolved - opened).total_seconds() for *_rest, opened, resolved in told if resolved is not None]
    took = timedelta(seconds=median(lasted)) if lasted else None
    return Solved(ranked[:3], len(told), share(first, len(answered)), took)


def best_reply(member: Member, proposal: Proposal) -> tuple[str, str]:
    """The longest reply that settled a typical ticket at first contact, with its language."""
    good = [one for one in _typical(member, proposal) if one.replies == 1 and not one.reopened]
    good = [one for one in good if one.csat is None or one.csat >= 4]
    said = _messages(good, MessageSide.SELLER)
    if not said:
        return "", ""
    ticket, text = max(said, key=lambda pair: len(pair[1]))
    language = next(one.language for one in good if one.pk == ticket)
    return GREETING.sub("", text).strip()[:REPLY], language


# Prefilled


def case_of(member: Member, proposal: Proposal) -> tuple[CaseDraft, list[int]]:
    """The case to begin, and its tickets: first the one it is written from."""
    tickets = _free(_typical(member, proposal))
    start = draft_of(_best(tickets)) if tickets else CaseDraft()
    if not may(member, "see_money"):
        start = replace(start, cost=None, currency="")
    known: dict[str, Any] = {
        "title": title_of(proposal),
        "issue_type": proposal.issue_type.code if proposal.issue_type else start.issue_type,
        "product": proposal.product.code if proposal.product else "",
    }
    if not proposal.product or start.product != known["product"]:
        known["batch"] = ""
    draft = replace(start, **known, **_decided(proposal, start))
    first = [_best(tickets).pk] if tickets else []
    return draft, [*first, *(one.pk for one in tickets if one.pk not in first)][:LINKED]


def _decided(proposal: Proposal, start: CaseDraft) -> dict[str, Any]:
    """What was said of cause, outcome and lesson; it goes before what a ticket tells."""
    words = proposal.words
    told: dict[str, Any] = {
        name: words[name] for name in ("cause_text", "lessons", "suggestion", "avoid") if words.get(name)
    }
    if proposal.cause is not None:
        told |= {"cause": proposal.cause.code, "cause_confirmed": True}
    if words.get("outcome") in Outcome.values:
        told |= {"outcome": words["outcome"], "outcome_text": words.get("outcome_text", start.outcome_text)}
    return told


def _free(tickets: list[Ticket]) -> list[Ticket]:
    """Those no case was written from meanwhile."""
    taken = set(CaseTicket.objects.filter(ticket__in=tickets, source=True).values_list("ticket", flat=True))
    return [one for one in tickets if one.pk not in taken]


def _best(tickets: list[Ticket]) -> Ticket:
    """Settled with one reply, best by a happy buyer; else the most typical."""
    good = [one for one in tickets if one.replies == 1 and not one.reopened]
    return max(good, key=lambda one: one.csat or 0) if good else tickets[0]


def title_of(proposal: Proposal) -> str:
    return proposal.title or str(proposal)


def article_start(member: Member, proposal: Proposal) -> dict[str, Any]:
    """The fields of a new article."""
    return {
        "title": title_of(proposal), "text": entry(member, proposal),
        "issue_type": proposal.issue_type.code if proposal.issue_type else "",
        "product": proposal.product.code if proposal.product else "",
        "note": _("from a proposal"),
    }  # fmt: skip


def added_to(member: Member, proposal: Proposal, text: str) -> dict[str, Any]:
    """The fields that change when it goes into an article there is."""
    return {"text": f"{text.rstrip()}\n{entry(member, proposal)}", "note": _("from a proposal")}


def entry(member: Member, proposal: Proposal) -> str:
    """What it adds, in the shape its kind is written in."""
    mine = (get_language() or "")[:2]
    said = [one.text for one in sorted(quotes(member, proposal, most=8), key=lambda one: one.language != mine)][:3]
    reply, _language = best_reply(member, proposal)
    text = proposal.words.get("text", "")
    lines = [line.strip() for line in (reply or text).splitlines() if line.strip()]
    if proposal.kind == ProposalKind.FAQ:
        question = text or next(iter(said), title_of(proposal))
        return "\n".join([question, *(f"  {line}" for line in lines or [text])])
    if proposal.kind == ProposalKind.PITFALL:
        return "\n".join([text or title_of(proposal), *(f"  {line}" for line in said), "  > "])
    return "\n".join([line for line in text.splitlines() if line.strip()] or lines)


def grows(member: Member, proposal: Proposal) -> Article | None:
    """The questions and answers it would fit into: in force, of its issue type, of its product or of none."""
    if proposal.kind not in (ArticleKind.FAQ, ArticleKind.PITFALL) or proposal.issue_type_id is None:
        return None
    rows = articles_seen_by(member).filter(
        kind=proposal.kind, state__in=(State.PUBLISHED, State.STALE), issue_type_id=proposal.issue_type_id
    )
    found = [one for one in rows.order_by("number") if one.product_id in (None, proposal.product_id)]
    return max(found, key=lambda one: (one.product_id is not None, -one.number), default=None)
