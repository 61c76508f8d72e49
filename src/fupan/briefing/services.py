"""Verbs of briefing: tell leads that a review is ready, and departments what concerns them. Each is said once."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from fupan.briefing import packs, reviews
from fupan.briefing.digests import digest, message
from fupan.briefing.packs import Pack
from fupan.core import clock, stale, weeks
from fupan.core.events import record
from fupan.insight.policies import facts_of
from fupan.notify.letters import Letter
from fupan.notify.models import Topic
from fupan.notify.queries import listening
from fupan.notify.services import publish, tell
from fupan.people.models import Department, Member, Role, Workspace

LEADERS = (Role.LEAD, Role.MANAGER, Role.ADMIN)


def newest_period(workspace: Workspace) -> weeks.Period | None:
    """The last whole week with data, on the workspace's clock."""
    today = clock.now().astimezone(weeks.zone(workspace.timezone)).date()
    return reviews.last_whole(workspace.pk, today)


def announce_review(workspace: Workspace, period: weeks.Period) -> int:
    """Tell those who lead that the pack is ready, once its facts are complete; how many heard it."""
    if _unfinished(workspace, period) or not packs.pack_in(facts_of(workspace), period)["ready"]:
        return 0
    leaders = Member.objects.filter(workspace=workspace, active=True, role__in=LEADERS)
    url = reverse("briefing:pack", args=[period.label])
    with transaction.atomic():
        told = tell(
            leaders.values_list("pk", flat=True), Topic.REVIEW, "review_ready", {"period": period.label}, url,
            f"review:{workspace.pk}:{period.label}",
        )  # fmt: skip
        if told:
            record("briefing.review_announced", workspace, by=None, period=period.label, members=told)
    return told


def _unfinished(workspace: Workspace, period: weeks.Period) -> bool:
    wanted = set(period.weeks)
    return any(mark.week in wanted for mark in stale.marks(workspace.pk))


def send_digests(workspace: Workspace, period: weeks.Period) -> int:
    """To every department with incidents of its own, its week; how many members and destinations were told."""
    reached = Q(members__active=True) | Q(destinations__active=True)
    departments = Department.objects.filter(reached, workspace=workspace).select_related("workspace").distinct()
    return sum(_send_digest(department, period) + _post_digest(department, period) for department in departments)


def _send_digest(department: Department, period: weeks.Period) -> int:
    url = reverse("briefing:pack", args=[period.label])
    packs_of = _packs_of(department, period)
    counts = {pk: sum(row["incidents"] for row in found["pareto"]) for pk, (_member, found) in packs_of.items()}
    letters: dict[int, Letter] = {
        pk: digest(member, department, found, url) for pk, (member, found) in packs_of.items() if counts[pk]
    }
    once = f"digest:{department.pk}:{period.label}"
    told = 0
    with transaction.atomic():
        for pk in letters:  # counts differ where members see different shops
            context = {"department": department.name, "period": period.label, "count": counts[pk]}
            told += tell([pk], Topic.DIGEST, "digest", context, url, once, letters=letters)
        if told:
            record("briefing.digest_sent", department, by=None, period=period.label, members=told)
    return told


def _post_digest(department: Department, period: weeks.Period) -> int:
    """The department's week to its groups: every shop, no money, no words of buyers."""
    once = f"digest:{department.pk}:{period.label}"
    rooms = listening(department.workspace_id, Topic.DIGEST, department.pk).exclude(deliveries__once=once)
    if not rooms.exists():
        return 0
    found = packs.without_money(packs.pack_in(facts_of(department.workspace), period, department=department))
    count = sum(row["incidents"] for row in found["pareto"])
    if not count:
        return 0
    url = reverse("briefing:pack", args=[period.label])
    context = {"department": department.name, "period": period.label, "count": count}
    with transaction.atomic():
        posted = publish(
            department.workspace, Topic.DIGEST, "digest", context, url, once, department_id=department.pk,
            worded=lambda language: message(department, found, url, language),
        )  # fmt: skip
        if posted:
            record("briefing.digest_sent", department, by=None, period=period.label, destinations=posted)
    return posted


def _packs_of(department: Department, period: weeks.Period) -> dict[int, tuple[Member, Pack]]:
    """The department's pack for each of its members who has not had it yet."""
    once = f"digest:{department.pk}:{period.label}"
    members = department.members.filter(active=True).exclude(notices__once=once).select_related("user", "workspace")
    return {member.pk: (member, packs.pack_for(member, period, department=department)) for member in members}
