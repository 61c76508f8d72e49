"""Who is asked to a review: leads, seniors, the busiest agents, and the departments behind the largest issues."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Count, Q

from fupan.core import weeks
from fupan.desk.models import IssueType, Ticket
from fupan.people.models import Member, Role
from fupan.people.policies import roles_that_may
from fupan.review.models import Meeting, MeetingKind

CORE_AGENTS = 3
TOP_ISSUES = 3
BUSY = timedelta(weeks=4)
ALWAYS = (Role.LEAD, Role.SENIOR)
DEEP = (MeetingKind.MONTHLY, MeetingKind.PROMOTION)


def invited(meeting: Meeting, days: tuple[date, date]) -> list[int]:
    """Members who should be there; managers come to the deep reviews."""
    members = Member.objects.filter(workspace_id=meeting.workspace_id, active=True, shop_ids=[])
    wanted = Q(role__in=ALWAYS) | Q(pk__in=_busiest(meeting.workspace_id, days[1]))
    wanted |= Q(departments__in=_departments(meeting.workspace_id, days)) & ~Q(role=Role.AGENT)
    if meeting.kind in DEEP:
        wanted |= Q(role=Role.MANAGER)
    elif not members.filter(role=Role.LEAD).exists():
        wanted |= Q(role__in=roles_that_may("host_meetings"))
    ids = set(members.filter(wanted).values_list("pk", flat=True))
    return sorted(ids | {one for one in (meeting.host_id, meeting.recorder_id) if one})


def _busiest(workspace_id: int, last: date) -> list[int]:
    first, now = weeks.week_of_day(last - BUSY), weeks.week_of_day(last)
    handled = Ticket.objects.filter(workspace_id=workspace_id, week__gte=first, week__lte=now)
    handled = handled.filter(assignee__role=Role.AGENT, assignee__active=True, assignee__shop_ids=[])
    rows = handled.order_by().values("assignee").annotate(number=Count("pk")).order_by("-number", "assignee")
    busiest = [row["assignee"] for row in rows[:CORE_AGENTS]]
    agents = Member.objects.filter(workspace_id=workspace_id, active=True, role=Role.AGENT)
    return busiest or list(agents.order_by("pk").values_list("pk", flat=True)[:CORE_AGENTS])


def _departments(workspace_id: int, days: tuple[date, date]) -> list[int]:
    """Departments that own the largest issue types of the period."""
    first, last = (weeks.week_of_day(day) for day in days)
    tickets = Ticket.objects.filter(workspace_id=workspace_id, week__gte=first, week__lte=last, merged_into=None)
    largest = tickets.exclude(issue_type=None).order_by().values("issue_type").annotate(number=Count("pk"))
    issues = [row["issue_type"] for row in largest.order_by("-number", "issue_type")[:TOP_ISSUES]]
    owners = IssueType.objects.filter(pk__in=issues).exclude(department=None)
    return sorted({pk for pk in owners.values_list("department", flat=True) if pk is not None})
