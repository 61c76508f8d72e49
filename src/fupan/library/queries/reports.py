"""A month of one department: its causes, what was learnt of them, what was reused, and what the library lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from fupan.core import weeks
from fupan.core.weeks import Period
from fupan.desk.models import Cause, IssueType
from fupan.desk.policies import tickets_seen_by
from fupan.library.models import READABLE, USABLE, Case, State
from fupan.library.policies import cases_seen_by, uses_seen_by
from fupan.people.models import Department, Member

MOST, GAP_FROM = 8, 5  # lines of each part; incidents from which a cause without a case is a gap


class CauseLine(NamedTuple):
    """A cause of the department in the month, and in the month before."""

    cause: Cause
    incidents: int
    confirmed: int  # of them the cause was confirmed by a person; of the others it is a guess
    before: int
    products: list[tuple[str, int]]
    case: Case | None  # the newest lesson of it


class IssueLine(NamedTuple):
    """A trouble the department answers for."""

    issue: IssueType
    incidents: int
    before: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a department reads of a month."""

    department: Department
    month: Period
    causes: list[CauseLine]
    issues: list[IssueLine]
    lessons: list[Case]  # published in the month
    used: list[tuple[Case, int]]
    gaps: list[CauseLine]
    stale: list[Case]

    @property
    def incidents(self) -> int:
        return sum(one.incidents for one in self.causes)

    @property
    def empty(self) -> bool:
        return not (self.causes or self.issues or self.lessons or self.used or self.stale)


def report(member: Member, month: Period, department: Department) -> Report:
    cases = _cases(member, department)
    causes = _causes(member, month, department, cases)
    start, end = month.bounds(member.workspace.timezone)
    published = cases.filter(published_at__gte=start, published_at__lt=end, state__in=READABLE)
    covered = set(cases.filter(state__in=USABLE).values_list("cause", flat=True))
    return Report(
        department, month, causes[:MOST], _issues(member, month, department),
        list(_related(published).order_by("-published_at", "-pk")[: 2 * MOST]), _used(member, cases, month),
        [one for one in causes if one.cause.pk not in covered and one.incidents >= GAP_FROM][:MOST],
        list(_related(cases.filter(state=State.STALE)).order_by("number")[:MOST]),
    )  # fmt: skip


def departments(member: Member) -> QuerySet[Department]:
    """Those that answer for a cause or an issue type."""
    mine = Q(pk__in=Cause.objects.filter(workspace_id=member.workspace_id).values("department"))
    mine |= Q(pk__in=IssueType.objects.filter(workspace_id=member.workspace_id).values("department"))
    return Department.objects.filter(mine, workspace_id=member.workspace_id).order_by("code")


def last_month(today: date) -> Period:
    """The newest month that is over."""
    return weeks.month_period(today.year, today.month).previous()


def _cases(member: Member, department: Department) -> QuerySet[Case]:
    """Of a cause of the department; of no cause yet, of an issue type of it."""
    mine = Q(cause__department=department) | Q(cause=None, issue_type__department=department)
    return cases_seen_by(member).filter(mine)


def _related(cases: QuerySet[Case]) -> QuerySet[Case]:
    return cases.select_related("cause", "issue_type", "product", "author__user")


def _tickets(member: Member, month: Period) -> QuerySet[Any]:
    start, end = month.bounds(member.workspace.timezone)
    rows = tickets_seen_by(member).filter(opened_at__gte=start, opened_at__lt=end, merged_into=None)
    return rows.annotate(why=Coalesce("cause_confirmed", "cause_guess"))


def _counts(tickets: QuerySet[Any], column: str) -> dict[int, int]:
    """Incidents by a column; a ticket of no incident counts as one."""
    rows = tickets.order_by().values(column).annotate(
        incidents=Count("incident", distinct=True), alone=Count("pk", filter=Q(incident=None))
    )  # fmt: skip
    return {row[column]: row["incidents"] + row["alone"] for row in rows}


def _causes(member: Member, month: Period, department: Department, cases: QuerySet[Case]) -> list[CauseLine]:
    known = {one.pk: one for one in Cause.objects.filter(department=department)}
    now = _tickets(member, month).filter(why__in=known)
    counts, before = _counts(now, "why"), _counts(_tickets(member, month.previous()).filter(why__in=known), "why")
    confirmed = _counts(now.filter(cause_confirmed__isnull=False), "why")
    products = _products(now)
    lessons = _newest(_related(cases.filter(state__in=USABLE, cause__in=known)))
    told = [
        CauseLine(known[pk], count, confirmed.get(pk, 0), before.get(pk, 0), products.get(pk, []), lessons.get(pk))
        for pk, count in counts.items()
    ]
    return sorted(told, key=lambda one: (-one.incidents, one.cause.order, one.cause.pk))


def _products(tickets: QuerySet[Any]) -> dict[int, list[tuple[str, int]]]:
    """The three products each cause hits most."""
    counts: dict[int, Counter[str]] = {}
    rows = tickets.exclude(listing__product=None).order_by().values("why", "listing__product__name")
    for row in rows.annotate(count=Count("pk")):
        counts.setdefault(row["why"], Counter())[row["listing__product__name"]] += row["count"]
    return {cause: names.most_common(3) for cause, names in counts.items()}


def _newest(cases: Iterable[Case]) -> dict[int, Case]:
    found: dict[int, Case] = {}
    for case in cases:
        kept = found.get(case.cause_id or 0)
        if kept is None or case.number > kept.number:
            found[case.cause_id or 0] = case
    return found


def _issues(member: Member, month: Period, department: Department) -> list[IssueLine]:
    """Issue types the department answers for, where nobody has said a cause."""
    known = {one.pk: one for one in IssueType.objects.filter(department=department)}
    here = {"issue_type__in": known, "why": None}
    counts = _counts(_tickets(member, month).filter(**here), "issue_type")
    before = _counts(_tickets(member, month.previous()).filter(**here), "issue_type")
    told = [IssueLine(known[pk], count, before.get(pk, 0)) for pk, count in counts.items()]
    return sorted(told, key=lambda one: (-one.incidents, one.issue.order, one.issue.pk))[:MOST]


def _used(member: Member, cases: QuerySet[Case], month: Period) -> list[tuple[Case, int]]:
    start, end = month.bounds(member.workspace.timezone)
    rows = uses_seen_by(member).filter(at__gte=start, at__lt=end, case__in=cases)
    counts = rows.order_by().values("case").annotate(count=Count("pk")).order_by("-count", "case")[:MOST]
    known = {one.pk: one for one in _related(cases.filter(pk__in=[row["case"] for row in counts]))}
    return [(known[row["case"]], row["count"]) for row in counts]
