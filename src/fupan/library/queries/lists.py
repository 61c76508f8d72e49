"""Lists of classic cases, and how far each member is."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from fupan.library.models import READABLE, Case, CaseList, CaseRead
from fupan.library.policies import cases_seen_by, lists_seen_by
from fupan.people.models import Member
from fupan.people.policies import may


@dataclass(slots=True)
class Progress:
    """A list with what one member has read of it."""

    of: CaseList
    read: int
    cases: int

    @property
    def done(self) -> bool:
        return self.cases > 0 and self.read == self.cases


def lists(member: Member) -> list[Progress]:
    """Every list, with one's own progress over the cases one may read."""
    found = list(lists_seen_by(member).prefetch_related("items"))
    seen = set(cases_seen_by(member).filter(state__in=READABLE, in_lists__of__in=found).values_list("pk", flat=True))
    mine = set(CaseRead.objects.filter(member=member, case__in=seen).values_list("case", flat=True))
    told = []
    for one in found:
        ids = {item.case_id for item in one.items.all()} & seen
        told.append(Progress(one, len(ids & mine), len(ids)))
    return told


def cases_in(member: Member, of: CaseList) -> list[tuple[Case, bool]]:
    """The cases of a list in their order, and whether the member has read each."""
    rows = cases_seen_by(member).filter(state__in=READABLE, in_lists__of=of).order_by("in_lists__place")
    found = list(rows.select_related("issue_type", "product").distinct())
    mine = set(CaseRead.objects.filter(member=member, case__in=found).values_list("case", flat=True))
    return [(one, one.pk in mine) for one in found]


def team(member: Member, of: CaseList) -> list[tuple[Member, int, int]]:
    """Who has read how many of how many, for those who look after the team."""
    if not may(member, "review_cases"):
        return []
    ids = list(of.items.values_list("case", flat=True))
    rows = CaseRead.objects.filter(case__in=ids).values("member").annotate(count=Count("pk"))
    counts = {row["member"]: row["count"] for row in rows}
    colleagues = Member.objects.filter(workspace_id=member.workspace_id, active=True).select_related("user")
    told = [(one, counts.get(one.pk, 0), len(ids)) for one in colleagues if may(one, "see_library")]
    return sorted(told, key=lambda row: (-row[1], str(row[0])))


def next_unread(member: Member, of: CaseList) -> Case | None:
    return next((case for case, read in cases_in(member, of) if not read), None)


def has_read(member: Member, case: Case) -> bool:
    return CaseRead.objects.filter(member=member, case=case).exists()
