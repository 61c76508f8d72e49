"""Solved tickets that tell the same trouble and of which the library has nothing yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from fupan.desk.models import Message, MessageSide, Ticket, TicketState
from fupan.desk.texts import texts_of
from fupan.library.compute import distil
from fupan.library.models import USABLE, Article, ArticleKind, Case, CaseTicket, CaseUse, ProposalKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SMALLEST = 6
KEPT = 300  # tickets of one group that are remembered
OF_ONE = 0.6  # from this share on the group is about one product
INFORMED = 0.6  # and from this one on a question was asked and answered
BADLY = 0.4  # and from this one on it is a lesson in what not to do
TOLD = 0.42  # a case, or an answered question, this near tells of the group already


class Cluster(NamedTuple):
    """Like tickets: ids, the most typical first."""

    kind: str
    issue_type: int
    product: int | None
    tickets: tuple[int, ...]


def clusters(workspace_id: int, since: datetime, until: datetime) -> list[Cluster]:
    """Groups of like tickets solved in that time, the largest first; none where no encoder is installed."""
    found: list[Cluster] = []
    rows = _candidates(workspace_id, since, until)
    for issue in rows.order_by("issue_type").values_list("issue_type", flat=True).distinct():
        newest = rows.filter(issue_type=issue).select_related("listing", "resolution").order_by("-opened_at", "-pk")
        found += _of_issue(int(issue or 0), list(newest.defer("buyer_name", "buyer_email")[: distil.MOST]))
    return sorted(found, key=lambda one: (-len(one.tickets), one.tickets))


def _candidates(workspace_id: int, since: datetime, until: datetime) -> QuerySet[Ticket]:
    """With words of the buyer; of no case, and none was used on them."""
    said = Message.objects.filter(ticket=OuterRef("pk"), side=MessageSide.BUYER).exclude(redacted="")
    rows = Ticket.objects.filter(
        Exists(said), workspace_id=workspace_id, state=TicketState.SOLVED, merged_into=None, issue_type__isnull=False,
        opened_at__gte=since, opened_at__lt=until,
    )  # fmt: skip
    return rows.filter(
        ~Exists(CaseTicket.objects.filter(ticket=OuterRef("pk"))),
        ~Exists(CaseUse.objects.filter(ticket=OuterRef("pk"), case__isnull=False)),
    )


def _of_issue(issue: int, tickets: list[Ticket]) -> Iterator[Cluster]:
    if len(tickets) < SMALLEST:
        return
    texts = texts_of(tickets)
    vectors = distil.read([texts[one.pk] for one in tickets])
    if vectors is None:
        return
    products = [one.listing.product_id if one.listing else None for one in tickets]
    shelf = _Shelf(tickets[0].workspace_id, issue)
    for rows in distil.alike(vectors, [one.language for one in tickets], products, smallest=SMALLEST):
        kind = _kind([tickets[row] for row in rows])
        product = _one_of([products[row] for row in rows])
        if not shelf.tells(product, vectors[list(rows[:10])]):
            yield Cluster(kind, issue, product, tuple(tickets[row].pk for row in rows[:KEPT]))


def _one_of(products: Sequence[int | None]) -> int | None:
    (product, count), *_rest = Counter(products).most_common(1)
    return product if product is not None and count >= OF_ONE * len(products) else None


def _kind(tickets: list[Ticket]) -> str:
    """Answered questions make an FAQ, what ended badly a pitfall guide, everything else a case."""
    told = sum(one.resolution is not None and one.resolution.code == "information" for one in tickets)
    badly = sum(one.reopened > 0 or (one.csat is not None and one.csat <= 2) for one in tickets)
    if badly >= BADLY * len(tickets):
        return ProposalKind.PITFALL
    return ProposalKind.FAQ if told >= INFORMED * len(tickets) else ProposalKind.CASE


class _Shelf:
    """What the library says of an issue type already."""

    def __init__(self, workspace_id: int, issue: int) -> None:
        of = {"workspace_id": workspace_id, "issue_type_id": issue, "state__in": USABLE}
        self.rows = [
            (case.product_id, f"{case.title}\n{case.demand}\n{case.quote}") for case in Case.objects.filter(**of)
        ]
        self.rows += _questions(Article.objects.filter(**of, kind__in=(ArticleKind.FAQ, ArticleKind.PITFALL)))
        self.vectors = distil.read([text for _product, text in self.rows]) if self.rows else None

    def tells(self, product: int | None, typical: NDArray[np.float32]) -> bool:
        """Whether something of the same product, or of none, is near enough; of any, for a group of no one product."""
        if self.vectors is None:
            return False
        mine = [row for row, (of, _text) in enumerate(self.rows) if product is None or of in (None, product)]
        return distil.nearness(typical, self.vectors[mine]) >= TOLD


def _questions(articles: QuerySet[Article]) -> list[tuple[int | None, str]]:
    found: list[tuple[int | None, str]] = []
    for article in articles:
        items: list[dict[str, Any]] = article.content.get("items", [])
        found += [(article.product_id, str(item.get("q") or item.get("dont") or "")) for item in items]
    return found
