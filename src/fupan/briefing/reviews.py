"""The list of reviews: weeks and months with data, how far the orders reach, and whether each is ready."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from fupan.briefing.render import words
from fupan.commerce.policies import shops_seen_by
from fupan.core import clock, stale, weeks
from fupan.desk.policies import tickets_seen_by
from fupan.insight.models import FactFile
from fupan.intake import queries as intake
from fupan.people.models import Member


@dataclass(frozen=True, slots=True)
class Row:
    """One review in the list."""

    period: weeks.Period
    name: str
    incidents: int
    tickets: int
    orders: float | None
    state: str  # "ready" | "running" (not over) | "counting" (facts are being rebuilt) | "no_orders"

    @property
    def days(self) -> str:
        return f"{self.period.start:%m-%d} – {self.period.end:%m-%d}"


def today_of(member: Member) -> date:
    """Today on the workspace's wall clock."""
    return clock.now().astimezone(weeks.zone(member.workspace.timezone)).date()


def weeks_with_data(workspace_id: int) -> list[int]:
    """Newest first; the manifest knows them without looking into a single fact."""
    found = FactFile.objects.filter(workspace_id=workspace_id, table="tickets", rows__gt=0)
    return sorted(found.values_list("week", flat=True), reverse=True)


def periods(workspace_id: int, kind: str) -> list[weeks.Period]:
    """Weeks, or the months they lie in, newest first."""
    found = weeks_with_data(workspace_id)
    if kind != "month":
        return [weeks.week_period(week) for week in found]
    days = (weeks.week_period(week) for week in found)
    months = {(day.year, day.month) for period in days for day in (period.start, period.end)}
    return [weeks.month_period(*month) for month in sorted(months, reverse=True)]


def last_whole(workspace_id: int, today: date) -> weeks.Period | None:
    """The newest week that is over and has data."""
    newest = weeks.last_whole_week(today)
    return next((weeks.week_period(week) for week in weeks_with_data(workspace_id) if week <= newest), None)


def rows(member: Member, chosen: Iterable[weeks.Period]) -> list[Row]:
    """The periods as rows, counted over what the member may see."""
    listed = list(chosen)
    counts = _counts(member, {week for period in listed for week in period.weeks})
    waiting = {mark.week for mark in stale.marks(member.workspace_id)}
    return [_row(member, period, counts, waiting) for period in listed]


def _counts(member: Member, wanted: set[int]) -> dict[int, tuple[int, int]]:
    found = (
        tickets_seen_by(member)
        .filter(week__in=wanted, merged_into=None)
        .order_by()
        .values("week")
        .annotate(tickets=Count("pk"), incidents=Count("incident", distinct=True))
    )
    return {row["week"]: (row["incidents"], row["tickets"]) for row in found}


def _row(member: Member, period: weeks.Period, counts: dict[int, tuple[int, int]], waiting: set[int]) -> Row:
    mine = [counts.get(week, (0, 0)) for week in period.weeks]
    shops = list(shops_seen_by(member).values_list("pk", flat=True))
    covered = intake.covered(member.workspace_id, "orders", period.start, period.end, shop_ids=shops)
    share = covered.share or None
    return Row(
        period,
        words.period_name(period.label),
        sum(incidents for incidents, _tickets in mine),
        sum(tickets for _incidents, tickets in mine),
        share,
        _state(period, share, today_of(member), waiting),
    )


def _state(period: weeks.Period, share: float | None, today: date, waiting: set[int]) -> str:
    if period.end >= today:
        return "running"
    if waiting.intersection(period.weeks):
        return "counting"
    return "ready" if share else "no_orders"
