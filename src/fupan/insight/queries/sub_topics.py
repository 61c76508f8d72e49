"""Sub-topics as the pack and their page show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from fupan.desk.models import IssueType
from fupan.desk.policies import tickets_seen_by
from fupan.insight.models import SubTopic, SubTopicState, SubTopicWeek
from fupan.insight.policies import sub_topics_seen_by
from fupan.people.models import Member

SHOWN = 4
QUOTED = 3


def risen(workspace_id: int, weeks: Iterable[int], issues: Iterable[str]) -> dict[str, list[SubTopicWeek]]:
    """By issue type, what rose in these weeks, each topic once in its strongest week, the most certain first."""
    rows = (
        SubTopicWeek.objects.filter(topic__workspace_id=workspace_id, week__in=list(weeks))
        .filter(topic__issue_type__in=list(issues))
        .exclude(topic__state=SubTopicState.DROPPED)
        .select_related("topic")
        .order_by("pvalue", "pk")
    )
    found: defaultdict[str, dict[int, SubTopicWeek]] = defaultdict(dict)
    for row in rows:
        found[row.topic.issue_type].setdefault(row.topic_id, row)
    return {issue: list(topics.values())[:SHOWN] for issue, topics in found.items()}


def sub_topics(member: Member, state: str) -> QuerySet[SubTopic]:
    """Of a state, those of the newest weeks first."""
    rows = sub_topics_seen_by(member).prefetch_related("weeks").select_related("decided_by__user")
    return rows.filter(state=state).order_by("-last_week", "issue_type", "pk")


def told(member: Member, topics: Iterable[SubTopic]) -> list[dict[str, Any]]:
    """For the page: each topic with its issue type, its weeks, and quotes of tickets the member may see."""
    topics = list(topics)
    issues = {row.code: row for row in IssueType.objects.filter(workspace_id=member.workspace_id)}
    wanted = {pk for topic in topics for week in topic.weeks.all() for pk in week.tickets}
    tickets = {row.pk: row for row in tickets_seen_by(member).filter(pk__in=wanted).prefetch_related("messages")}
    return [
        {
            "topic": topic,
            "issue": issues.get(topic.issue_type),
            "weeks": list(topic.weeks.all()),
            "quotes": [quote for pk in topic.weeks.all()[0].tickets[:QUOTED] if (quote := _quote(tickets.get(pk)))],
            "numbers": [tickets[pk].number for pk in topic.weeks.all()[0].tickets if pk in tickets],
        }
        for topic in topics
    ]


def _quote(ticket: Any) -> dict[str, Any] | None:
    said = next((one.redacted for one in ticket.messages.all() if one.redacted), "") if ticket else ""
    return {"ticket": ticket, "text": said} if said else None
