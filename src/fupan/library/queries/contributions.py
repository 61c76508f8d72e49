"""What members gave the library, counted fairly: what passed review, what others used, and what surely helped."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from fupan.library.compute.reuse import surely
from fupan.library.models import READABLE, Case, CaseUse
from fupan.library.policies import cases_seen_by
from fupan.people.models import Member

PER_CASE, PER_USE, PER_THANKS, MOST_USES = 5, 1, 2, 20


@dataclass(slots=True)
class Contribution:
    """Of one author: cases that passed review, tickets others used them on, and what those said."""

    member: Member
    published: int
    used: int
    helped: int
    votes: int
    proved: int  # cases that carry an effective verdict
    points: int


def contributions(member: Member, since: datetime | None) -> list[Contribution]:
    """Authors of cases one may see, the most points first."""
    cases = cases_seen_by(member).filter(state__in=READABLE, author__active=True)
    written: dict[int, list[Case]] = defaultdict(list)
    for case in cases.only("pk", "author_id", "published_at", "refs", "workspace_id"):
        written[case.author_id or 0].append(case)
    uses = CaseUse.objects.filter(case__in=cases).exclude(by=F("case__author"))
    uses = uses.filter(at__gte=since) if since else uses
    counts, helped, votes = Counter[int](), Counter[int](), Counter[int]()
    for case_id, helpful in uses.values_list("case", "helpful"):
        counts[case_id or 0] += 1
        helped[case_id or 0] += helpful is True
        votes[case_id or 0] += helpful is not None
    people = {one.pk: one for one in Member.objects.filter(pk__in=written).select_related("user")}
    told = [_of(people[pk], mine, since, counts, helped, votes) for pk, mine in written.items() if pk in people]
    return sorted((one for one in told if one.points), key=lambda one: (-one.points, str(one.member)))


def _of(
    author: Member, cases: list[Case], since: datetime | None, counts: Counter[int], helped: Counter[int],
    votes: Counter[int],
) -> Contribution:  # fmt: skip
    """Uses of one case count up to a limit, and “helped” at the lower end of its interval: few votes count for less."""
    fresh = sum(since is None or (one.published_at is not None and one.published_at >= since) for one in cases)
    yes, asked = sum(helped[one.pk] for one in cases), sum(votes[one.pk] for one in cases)
    capped = sum(min(counts[one.pk], MOST_USES) for one in cases)
    proved = sum(any(ref.get("verdict") == "effective" for ref in one.refs) for one in cases)
    points = PER_CASE * fresh + PER_USE * capped + round(PER_THANKS * surely(yes, asked))
    return Contribution(author, fresh, sum(counts[one.pk] for one in cases), yes, asked, proved, points)


def thanks(member: Member, since: datetime) -> tuple[int, int]:
    """Tickets on which others used one's cases since then, and how many said that it helped."""
    uses = CaseUse.objects.filter(case__author=member, at__gte=since).exclude(by=member)
    told = list(uses.values_list("helpful", flat=True))
    return len(told), sum(one is True for one in told)
