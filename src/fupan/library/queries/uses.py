"""What became of the tickets a case or an article was used on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from fupan.desk.models import Ticket, TicketState
from fupan.desk.policies import tickets_seen_by
from fupan.library.compute import Gap, Share, gap, share
from fupan.library.models import Article, Case, CaseUse, Run
from fupan.library.policies import uses_seen_by
from fupan.people.models import Member

WATCHED = timedelta(days=7)  # another contact on the same incident within these days: it was not settled


def came_back(ticket: str = "") -> Exists:
    """Whether the buyer wrote again on the same incident within a week; `ticket` is the path to the ticket."""
    incident, opened = OuterRef(f"{ticket}incident"), OuterRef(f"{ticket}opened_at")
    later = Ticket.objects.filter(incident=incident, opened_at__gt=opened, merged_into=None)
    return Exists(later.filter(opened_at__lte=opened + WATCHED))


def with_uses(cases: QuerySet[Case]) -> QuerySet[Case]:
    """How often each was used, how many of those tickets ended well, and how many said that it helped.

    Well: solved, not reopened, no low mark, and the buyer did not come back within a week.
    """
    solved = Q(uses__ticket__state=TicketState.SOLVED)
    well: Any = solved & Q(uses__ticket__reopened=0) & ~Q(uses__ticket__csat__lte=2) & ~came_back("uses__ticket__")
    return cases.annotate(
        used=Count("uses", distinct=True),
        ended=Count("uses", filter=solved, distinct=True),
        worked=Count("uses", filter=well, distinct=True),
        helped=Count("uses", filter=Q(uses__helpful=True), distinct=True),
        not_helped=Count("uses", filter=Q(uses__helpful=False), distinct=True),
    )


class Record(NamedTuple):
    """How tickets ended where a case was used, and like ones where it was not; nobody drew lots for it."""

    used: int
    settled: Share | None
    without: Share | None
    gap: Gap | None
    helped: int
    not_helped: int


def record_of(member: Member, case: Case) -> Record:
    """Solved at first contact: with the case, and without it under the same issue and product since it stands."""
    uses = uses_seen_by(member).filter(case=case)
    mine = Ticket.objects.filter(pk__in=uses.values("ticket"), state=TicketState.SOLVED, replies__gte=1)
    like = _like(member, case)
    with_it, without = _at_first_contact(mine), _at_first_contact(like) if like is not None else (0, 0)
    votes = uses.aggregate(yes=Count("pk", filter=Q(helpful=True)), no=Count("pk", filter=Q(helpful=False)))
    return Record(
        uses.count(), share(*with_it), share(*without), gap(*with_it, *without), int(votes["yes"]), int(votes["no"])
    )


def _at_first_contact(tickets: QuerySet[Ticket]) -> tuple[int, int]:
    """One reply of ours, no contact on the same incident within a week; of those we replied to."""
    first = tickets.filter(~came_back(), reopened=0, replies=1)
    return first.count(), tickets.count()


def _like(member: Member, case: Case) -> QuerySet[Ticket] | None:
    if case.issue_type_id is None or case.published_at is None:
        return None
    rows = tickets_seen_by(member).filter(
        issue_type_id=case.issue_type_id, state=TicketState.SOLVED, replies__gte=1, merged_into=None,
        opened_at__gte=case.published_at,
    )  # fmt: skip
    if case.product_id is not None:
        rows = rows.filter(listing__product_id=case.product_id)
    return rows.exclude(Exists(CaseUse.objects.filter(case=case, ticket=OuterRef("pk"))))


def newest_uses(member: Member, *, case: Case | None = None, article: Article | None = None) -> QuerySet[CaseUse]:
    rows = uses_seen_by(member).filter(case=case) if case else uses_seen_by(member).filter(article=article)
    rows = rows.annotate(again=came_back("ticket__"))
    return rows.select_related("ticket__resolution", "ticket__shop", "by__user").order_by("-at", "-pk")


def unused_since(articles: QuerySet[Article], moment: datetime) -> QuerySet[Article]:
    """In force since before that moment, and neither used nor gone through after it."""
    uses = CaseUse.objects.filter(article=OuterRef("pk"), at__gte=moment)
    runs = Run.objects.filter(article=OuterRef("pk"), started_at__gte=moment)
    return articles.filter(~Exists(uses), ~Exists(runs), published_at__lt=moment).order_by("pk")
