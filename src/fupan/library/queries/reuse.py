"""What reuse is worth: tickets on which a case was used, each beside like ones on which none was.

Like: of the same issue type, platform, kind and group of languages, opened at most four weeks apart. Nobody drew lots
for who uses a case, so what is found is a hint.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from fupan.desk.models import Ticket, TicketState
from fupan.desk.policies import tickets_seen_by
from fupan.library.compute import Share, share
from fupan.library.compute.reuse import Effect, hours, marks, shares
from fupan.library.models import CaseUse, Search
from fupan.library.queries.uses import came_back
from fupan.people.models import Member

APART = 4  # weeks
EACH = (3, 2, 1)  # like tickets for each; the most that four fifths of them find
ENOUGH = 0.8
MOST = 60_000  # tickets looked through, the newest
GROUPS = {
    **dict.fromkeys(("de", "fr", "es", "it", "pt", "nl", "pl", "sv"), "europe"),
    **dict.fromkeys(("ja", "ko"), "east"), **dict.fromkeys(("th", "vi", "ms", "id", "tl"), "southeast"),
}  # fmt: skip


class Seen(NamedTuple):
    """A closed ticket as the comparison sees it."""

    stratum: tuple[Any, ...]
    day: int
    hours: float
    back: bool
    csat: int | None
    pk: int


@dataclass(frozen=True, slots=True)
class Reuse:
    """Handling time, reopened or written again, and satisfaction: with a case, and without one."""

    used: int  # closed tickets with a case
    matched: int  # of these with enough like tickets
    each: int  # like tickets for each
    time: Effect
    back: Effect
    csat: Effect


def effect_of_reuse(member: Member, since: datetime) -> Reuse:
    closed = tickets_seen_by(member).filter(
        state=TicketState.SOLVED, merged_into=None, issue_type__isnull=False, resolved_at__isnull=False, replies__gte=1
    )
    using = CaseUse.objects.filter(ticket=OuterRef("pk"), case__isnull=False)
    mine = _seen(closed.filter(Exists(using), opened_at__gte=since))
    strata = {one.stratum[0] for one in mine}
    early = since - timedelta(weeks=APART)
    rest = _seen(closed.filter(~Exists(using), issue_type__in=strata, opened_at__gte=early)) if strata else []
    pairs, each = _matched(mine, rest)
    used = [one for one, _likes in pairs]
    other = [like for _one, likes in pairs for like in likes]
    return Reuse(
        len(mine), len(pairs), each,
        hours([one.hours for one in used], [one.hours for one in other]),
        shares([one.back for one in used], [one.back for one in other]),
        marks([one.csat for one in used if one.csat], [one.csat for one in other if one.csat]),
    )  # fmt: skip


def _seen(tickets: QuerySet[Ticket]) -> list[Seen]:
    known = tickets.annotate(again=came_back()).order_by("-opened_at", "-pk")
    rows = known.values_list("issue_type", "shop__platform", "kind", "language", "opened_at", "resolved_at", "reopened",
                             "again", "csat", "pk")[:MOST]  # fmt: skip
    return [
        Seen((issue, platform, kind, GROUPS.get(language, language)), opened.toordinal(),
             max(0.0, (resolved - opened).total_seconds() / 3600), bool(reopened or again), csat, pk)
        for issue, platform, kind, language, opened, resolved, reopened, again, csat, pk in rows
        if resolved is not None
    ]  # fmt: skip


def _matched(mine: list[Seen], rest: list[Seen]) -> tuple[list[tuple[Seen, list[Seen]]], int]:
    """Each with its like tickets, nearest in time first, no like ticket twice."""
    pool: dict[tuple[Any, ...], list[Seen]] = defaultdict(list)
    for one in rest:
        pool[one.stratum].append(one)
    pairs: list[tuple[Seen, list[Seen]]] = []
    for each in EACH:
        pairs = _pairs(sorted(mine, key=lambda one: (one.day, one.pk)), pool, each)
        if len(pairs) >= ENOUGH * len(mine):
            return pairs, each
    return pairs, EACH[-1]


def _pairs(mine: list[Seen], pool: dict[tuple[Any, ...], list[Seen]], each: int) -> list[tuple[Seen, list[Seen]]]:
    taken: set[int] = set()
    pairs = []
    for one in mine:
        near = [like for like in pool[one.stratum] if abs(like.day - one.day) <= 7 * APART and like.pk not in taken]
        likes = sorted(near, key=lambda like: (abs(like.day - one.day), like.pk))[:each]
        if len(likes) == each:
            taken |= {like.pk for like in likes}
            pairs.append((one, likes))
    return pairs


# The library first


def looked_first(member: Member, since: datetime) -> Share | None:
    """Of the tickets answered since then, those on which the library was used or searched before the first reply."""
    answered = tickets_seen_by(member).filter(first_response_at__gte=since, replies__gte=1, merged_into=None)
    return share(answered.filter(_before_answer()).count(), answered.count())


def _before_answer() -> Q:
    use = CaseUse.objects.filter(ticket=OuterRef("pk"), at__lte=OuterRef("first_response_at"))
    search = Search.objects.filter(ticket=OuterRef("pk"), at__lte=OuterRef("first_response_at"))
    return Q(Exists(use)) | Q(Exists(search))


def weekly(member: Member, since: datetime) -> list[tuple[int, int, int]]:
    """Week, tickets answered in it, and those of them on which a case or an article was used."""
    rows = tickets_seen_by(member).filter(opened_at__gte=since, replies__gte=1, merged_into=None)
    used = rows.filter(Exists(CaseUse.objects.filter(ticket=OuterRef("pk"))))
    counts: dict[int, list[int]] = {}
    for place, tickets in enumerate((rows, used)):
        for week in tickets.order_by().values_list("week", flat=True):
            counts.setdefault(week, [0, 0])[place] += 1
    return [(week, told[0], told[1]) for week, told in sorted(counts.items())]
