"""What the library lacks: tickets without a good case, and searches that found nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from fupan.core import clock
from fupan.desk.models import PRAISE, Ticket
from fupan.desk.queries.labelling import worded
from fupan.desk.texts import texts_of
from fupan.library.compute import likeness
from fupan.library.compute.likeness import Held, Vectors
from fupan.library.compute.weights import Weights
from fupan.library.models import CaseUse, Lack, LackKind, LackLook, Search
from fupan.library.models.lacks import OPEN
from fupan.library.policies import lacks_seen_by
from fupan.library.queries.likeness import CASE, current
from fupan.library.queries.recommending import Asked, evidence_of, known
from fupan.people.models import Member

WINDOW = timedelta(weeks=8)
FEW = 5  # tickets below which nobody needs a case
UNUSED = 20  # tickets on which a fitting case should have been used once
MOST = 60  # groups looked at, the largest
LOOKED_AT = 8  # tickets of a group that are compared, the newest


@dataclass(slots=True)
class Found:
    """A lack as it stands now; `values` are columns of `Lack`."""

    key: str
    values: dict[str, Any]


# Tickets


def of_tickets(workspace_id: int) -> list[Found]:
    """Groups of recent tickets of one issue and product whose newest find no case, or on which none was ever used."""
    recent = Ticket.objects.filter(
        workspace_id=workspace_id, opened_at__gte=clock.now() - WINDOW, merged_into=None, issue_type__isnull=False
    ).exclude(PRAISE)
    used = Exists(CaseUse.objects.filter(ticket=OuterRef("pk"), case__isnull=False))
    groups = (
        recent.annotate(with_case=used)
        .values("issue_type", "listing__product")
        .annotate(
            count=Count("pk"), used=Count("pk", filter=Q(with_case=True)), first=Min("opened_at"), last=Max("opened_at")
        )
        .filter(count__gte=FEW)
        .order_by("-count", "issue_type", "listing__product")
    )
    one = current(workspace_id)
    return [found for row in groups[:MOST] if (found := _group(one, recent, row)) is not None]


def _group(one: Held, recent: QuerySet[Ticket], row: Mapping[str, Any]) -> Found | None:
    issue, product = row["issue_type"], row["listing__product"]
    rows = worded(recent.filter(issue_type=issue, listing__product=product)).select_related("listing")
    newest = list(rows.order_by("-opened_at", "-pk")[:LOOKED_AT])
    if not newest:
        return None
    texts = texts_of(newest)
    vectors = {ticket.pk: likeness.vectors_of(texts[ticket.pk], ticket.language) for ticket in newest}
    unlike = [ticket for ticket in newest if not _has_case(one, ticket, texts[ticket.pk], vectors[ticket.pk])]
    if 2 * len(unlike) <= len(newest) and (row["used"] or row["count"] < UNUSED):
        return None
    typical = newest[likeness.typical([vectors[ticket.pk] for ticket in newest])]
    return Found(f"tickets:{issue}:{product or 0}", {
        "kind": LackKind.TICKETS, "issue_type_id": issue, "product_id": product, "count": row["count"],
        "used": row["used"], "looked": len(newest), "unlike": len(unlike), "ticket_id": typical.pk,
        "first_at": row["first"], "last_at": row["last"],
    })  # fmt: skip


def _has_case(one: Held, ticket: Ticket, text: str, vectors: Vectors) -> bool:
    """Whether one of the best cases is surely like it, or of the same trouble."""
    asked = Asked(one, text, vectors, evidence_of(ticket), Weights.of(one.index.notes))
    answers = asked.search(CASE)
    return any(answer.sure or known(answer.same, answer.likeness) for answer in answers.found[:3])


# Searches


def of_searches(workspace_id: int) -> list[Found]:
    """What people searched in vain, and nobody has found since."""
    rows = Search.objects.filter(workspace_id=workspace_id, at__gte=clock.now() - WINDOW).order_by("at", "pk")
    tried: dict[str, list[tuple[datetime, int | None, int | None]]] = {}
    for text, hits, at, by, ticket in rows.values_list("text", "hits", "at", "by", "ticket"):
        key = " ".join(text.lower().split())[:100]
        if hits:
            tried.pop(key, None)
        elif key:
            tried.setdefault(key, []).append((at, by, ticket))
    return [_searched(key, told) for key, told in tried.items()]


def _searched(words: str, told: Sequence[tuple[datetime, int | None, int | None]]) -> Found:
    return Found(f"search:{words}", {
        "kind": LackKind.SEARCH, "words": words, "count": len(told), "people": len({by for _at, by, _ticket in told}),
        "ticket_id": next((ticket for _at, _by, ticket in reversed(told) if ticket), None),
        "first_at": told[0][0], "last_at": told[-1][0],
    })  # fmt: skip


# The list


def listed(member: Member, *, dismissed: bool = False) -> QuerySet[Lack]:
    """What is open, or what somebody said is not needed; the most frequent first."""
    rows = lacks_seen_by(member)
    rows = rows.exclude(OPEN) if dismissed else rows.filter(OPEN)
    return rows.select_related("issue_type", "product", "ticket__shop", "dismissed_by__user")


def open_count(member: Member) -> int:
    return lacks_seen_by(member).filter(OPEN).count()


def looked_at(member: Member) -> datetime | None:
    """When the library was last looked through for gaps."""
    return LackLook.objects.filter(workspace_id=member.workspace_id).values_list("at", flat=True).first()


def sheet(rows: Iterable[Lack]) -> Iterable[tuple[Any, ...]]:
    """The list to take along."""
    for one in rows:
        yield (one.get_kind_display(), str(one.issue_type or ""), str(one.product or ""), one.words, one.count,
               one.used, one.unlike, one.looked, str(one.ticket or ""), one.last_at.date())  # fmt: skip
