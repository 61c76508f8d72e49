"""Verbs of distilling: put forward what the library should learn, take it up, or decline it with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fupan.commerce.models import Promotion
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.core.models import Event
from fupan.desk.models import Ticket
from fupan.library.distilled import Found
from fupan.library.models import Article, CaseTicket, Proposal, ProposalKind, ProposalState
from fupan.library.policies import proposals_seen_by
from fupan.library.queries.clusters import Cluster, clusters
from fupan.library.queries.proposals import case_of
from fupan.library.services._common import lock, need, need_words, same_version
from fupan.library.services._telling import tell_proposals
from fupan.library.services._values import clean
from fupan.library.services.articles import ArticleDraft, create_article, save_version
from fupan.library.services.cases import create_case, refer
from fupan.people.models import Member, Workspace

WINDOW = timedelta(weeks=13)
SETTLED = timedelta(days=14)  # after a promotion's last day its returns have come
FORGOTTEN = timedelta(days=70)  # older promotions are not gone through any more
MOST_OPEN = 12  # groups of tickets that wait at a time: more would be read by nobody
GROWN = 2  # a declined one comes back when it is that many times as large
SAME = 0.5  # from this overlap on a group is the one put forward before


@transaction.atomic
def put_forward(workspace_id: int, found: Iterable[Found], *, once: str, by: Member | None = None) -> list[Proposal]:
    """Put things forward and tell those who review; what is known grows, what was declined stays so unless it grew."""
    lock(workspace_id)
    fresh = [new for one in found if (new := _put(workspace_id, one, by)) is not None]
    if fresh:
        tell_proposals(workspace_id, fresh, once=once)
    return fresh


def _put(workspace_id: int, found: Found, by: Member | None) -> Proposal | None:
    """The proposal when somebody should look at it: it is new, or came back."""
    known = Proposal.objects.filter(workspace_id=workspace_id, key=found.key).first()
    if known is None:
        made = Proposal(workspace_id=workspace_id, key=found.key, kind=found.kind, made_at=clock.now())
        _fill(made, found)
        record("library.proposed", made, by=by, kind=made.kind, size=made.size)
        return made
    if known.state == ProposalState.ACCEPTED and not _thrown_away(known):
        return None
    new_reason = found.reason["code"] not in {one["code"] for one in known.reasons}
    _fill(known, found)
    if known.state == ProposalState.OPEN or not (new_reason or _has_grown(known)):
        return None
    known.state, known.grown_at, known.version = ProposalState.OPEN, clock.now(), known.version + 1
    known.save(update_fields=["state", "grown_at", "version"])
    record("library.proposed_again", known, by=by, kind=known.kind, size=known.size)
    return known


def _thrown_away(known: Proposal) -> bool:
    """A case was drafted from it, and the draft is gone: as if it had been declined."""
    return known.kind == ProposalKind.CASE and known.case_id is None


def _has_grown(known: Proposal) -> bool:
    return known.declined_size > 0 and known.size >= GROWN * known.declined_size


def _fill(proposal: Proposal, found: Found) -> None:
    """What is known of it now; reasons of one kind replace each other."""
    rest = [one for one in proposal.reasons if one["code"] != found.reason["code"]]
    proposal.reasons = [*rest, {name: _plain(value) for name, value in found.reason.items()}]
    proposal.title = clean(found.title, ())[:160] or proposal.title
    proposal.issue_type_id = found.issue_type or proposal.issue_type_id
    proposal.product_id = found.product or proposal.product_id
    proposal.cause_id = found.cause or proposal.cause_id
    proposal.words |= {name: clean(text, ())[:2000] for name, text in found.words.items() if text.strip()}
    known = {(one["kind"], one["id"]): one for one in proposal.refs}
    proposal.refs = list((known | {(one["kind"], one["id"]): one for one in found.refs}).values())[:10]
    if found.tickets:
        proposal.typical = list(found.tickets[:20])
    proposal.save()
    here = Ticket.objects.filter(workspace_id=proposal.workspace_id, pk__in=found.tickets)
    proposal.tickets.add(*here.values_list("pk", flat=True))
    proposal.size = proposal.tickets.count()
    proposal.save(update_fields=["size"])


def _plain(value: Any) -> Any:
    return clean(value, ())[:300] if isinstance(value, str) else value


# From like tickets


def distil(workspace: Workspace, *, by: Member | None = None, promotion: Promotion | None = None) -> int:
    """Look for like solved tickets without a case: of the newest weeks, or of a promotion and its returns."""
    now = clock.now()
    since, until = (now - WINDOW, now) if promotion is None else _weeks_of(promotion)
    groups = clusters(workspace.pk, since, until)
    with transaction.atomic():
        keys = _known_groups(workspace.pk)
        name = promotion.name if promotion else ""
        found = [_found(one, keys, since, name) for one in groups]
        once = f"distil:{workspace.pk}:{promotion.pk if promotion else now.date().isoformat()}"
        room = _room(workspace.pk, found, set(keys))
        fresh = put_forward(workspace.pk, room, once=once, by=by)
        record("library.distilled", workspace, by=by, workspace_id=workspace.pk, groups=len(groups), new=len(fresh),
               promotion=promotion.pk if promotion else None)  # fmt: skip
    return len(fresh)


def _room(workspace_id: int, found: list[Found], known: set[str]) -> list[Found]:
    """What is known may grow; new ones, the largest first, as far as there is room."""
    waiting = Proposal.objects.filter(workspace_id=workspace_id, key__startswith="tickets:", state=ProposalState.OPEN)
    room = max(0, MOST_OPEN - waiting.count())
    return [*(one for one in found if one.key in known), *[one for one in found if one.key not in known][:room]]


def distil_promotions(workspace: Workspace) -> int:
    """Promotions whose weeks have closed, each once."""
    today = clock.today()
    closed = workspace.promotions.filter(end__lt=today - SETTLED, end__gte=today - FORGOTTEN)
    done = set(
        Event.objects.filter(workspace_id=workspace.pk, name="library.distilled").values_list(
            "data__promotion", flat=True
        )
    )
    return sum(distil(workspace, promotion=one) for one in closed if one.pk not in done)


def _weeks_of(promotion: Promotion) -> tuple[datetime, datetime]:
    return _midnight(promotion.start), _midnight(promotion.end) + SETTLED


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


def _known_groups(workspace_id: int) -> dict[str, set[int]]:
    """Tickets of each group put forward before, by its key."""
    rows = Proposal.tickets.through.objects.filter(
        proposal__workspace_id=workspace_id, proposal__key__startswith="tickets:"
    )
    found: dict[str, set[int]] = {}
    for key, ticket in rows.values_list("proposal__key", "ticket"):
        found.setdefault(key, set()).add(ticket)
    return found


def _found(group: Cluster, keys: dict[str, set[int]], since: datetime, promotion: str) -> Found:
    """A group under the key it had before, when half of its tickets were in it."""
    mine = set(group.tickets)
    shared = {key: len(mine & theirs) / min(len(mine), len(theirs)) for key, theirs in keys.items() if theirs}
    best = max(shared, key=lambda key: (shared[key], key), default="")
    key = best if best and shared[best] >= SAME else f"tickets:{min(group.tickets)}"
    reason: dict[str, Any] = {"code": "tickets", "count": len(mine), "since": since.date().isoformat()}
    if promotion:
        reason = {"code": "promotion", "count": len(mine), "name": promotion}
    return Found(key, group.kind, reason, issue_type=group.issue_type, product=group.product, tickets=group.tickets)


# What people do with it


@transaction.atomic
def accept_proposal(proposal_id: int, *, by: Member, version: int | None = None) -> Proposal:
    """Take it up: a case is drafted from it; a changed template becomes an action, which is written elsewhere."""
    proposal = _open(proposal_id, by, version)
    if proposal.kind == ProposalKind.CASE:
        need(by, "write_cases")
        draft, tickets = case_of(by, proposal)
        proposal.case = create_case(draft, by=by, ticket_ids=tuple(tickets[:1]))
        at = clock.now()
        CaseTicket.objects.bulk_create(CaseTicket(case=proposal.case, ticket_id=pk, by=by, at=at) for pk in tickets[1:])
        for one in proposal.refs:
            proposal.case = refer(proposal.case.pk, kind=one["kind"], ref_id=one["id"], title=one["title"], by=by)
    elif proposal.kind != ProposalKind.TEMPLATE:
        raise Refused(_("Write the article; the proposal is taken up when it is saved."), code="needs-an-article")
    return _taken(proposal, by)


@transaction.atomic
def accept_as_article(
    proposal_id: int, draft: ArticleDraft, *, by: Member, version: int | None = None, into: int | None = None,
    stamp: int | None = None,
) -> Article:  # fmt: skip
    """Take it up as an article of its own, or as a new version of one (`into`)."""
    proposal = _open(proposal_id, by, version)
    if into is not None:
        proposal.article = save_version(into, draft, by=by, stamp=stamp).article
    else:
        proposal.article = create_article(proposal.kind, draft, by=by)
    _taken(proposal, by)
    assert proposal.article is not None
    return proposal.article


@transaction.atomic
def decline_proposal(proposal_id: int, *, reason: str, by: Member, version: int | None = None) -> Proposal:
    """Not worth keeping, and why; it comes back only when it has grown."""
    proposal = _open(proposal_id, by, version)
    proposal.decline_reason = need_words(reason, _("Say why not, so that nobody asks again."), "no-reason")
    proposal.declined_size, proposal.state = proposal.size, ProposalState.DECLINED
    _decided(proposal, by)
    record("library.proposal_declined", proposal, by=by, kind=proposal.kind, size=proposal.size)
    return proposal


def _open(proposal_id: int, by: Member, version: int | None) -> Proposal:
    need(by, "edit_articles")
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("workspace")
    proposal = rows.get(pk=proposals_seen_by(by).get(pk=proposal_id).pk)
    if proposal.state != ProposalState.OPEN:
        raise Refused(_("Somebody has decided about this already."), code="decided")
    same_version(proposal.version, version)
    return proposal


def _taken(proposal: Proposal, by: Member) -> Proposal:
    proposal.state, proposal.declined_size = ProposalState.ACCEPTED, proposal.size
    _decided(proposal, by)
    record("library.proposal_accepted", proposal, by=by, kind=proposal.kind, case=proposal.case_id,
           article=proposal.article_id)  # fmt: skip
    return proposal


def _decided(proposal: Proposal, by: Member) -> None:
    proposal.decided_by, proposal.decided_at = by, clock.now()
    proposal.version += 1
    proposal.save()
