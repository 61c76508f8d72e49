"""Verbs of the monthly report: each department hears once a month what was learnt of its causes."""

from __future__ import annotations

from django.db import transaction

from fupan.core.events import record
from fupan.core.weeks import Period
from fupan.library.queries.reports import report
from fupan.library.report_pages import letter, month_name, report_url
from fupan.notify.models import Topic
from fupan.notify.services import tell
from fupan.people.models import Department, Workspace


def send_reports(workspace: Workspace, month: Period) -> int:
    """To the members of every department with something to read; how many heard it now."""
    departments = Department.objects.filter(workspace=workspace, members__active=True).distinct().order_by("pk")
    return sum(_send(one, month) for one in departments)


@transaction.atomic
def _send(department: Department, month: Period) -> int:
    """What each may see differs with their shops, so everybody's letter is their own."""
    once = f"library:{department.pk}:{month.label}"
    members = department.members.filter(active=True).exclude(notices__once=once).select_related("user", "workspace")
    url, told = report_url(month, department), 0
    for member in members:
        mine = report(member, month, department)
        if mine.empty:
            continue
        context = {"department": department.name, "month": month_name(month), "causes": len(mine.causes)}
        letters = {member.pk: letter(member, mine, url)}
        told += tell([member.pk], Topic.DIGEST, "library_report", context, url, once, letters=letters)
    if told:
        record("library.reported", department, by=None, month=month.label, members=told)
    return told
