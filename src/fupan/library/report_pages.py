"""The monthly report of a department: as a page, as a document, as a letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from fupan.core import clock, figures, weeks
from fupan.core.pdf import pdf
from fupan.core.weeks import Period
from fupan.library.addresses import action_address
from fupan.library.case_pages import tabs
from fupan.library.files import plain
from fupan.library.models import Case
from fupan.library.queries import reports as asked
from fupan.library.queries.reports import CauseLine, Report
from fupan.notify.letters import Letter, address, foot
from fupan.people.models import Department, Member
from fupan.people.policies import may

PAPER = Path(__file__).parent / "report.css"
LINK = re.compile(r'<link rel="stylesheet"[^>]*>')
FORMATS = {"pdf": "application/pdf", "md": "text/markdown; charset=utf-8"}


def today_of(member: Member) -> Any:
    return clock.now().astimezone(weeks.zone(member.workspace.timezone)).date()


def month_name(month: Period) -> str:
    return _("%(year)s-%(month)s") % {"year": month.start.year, "month": f"{month.start.month:02d}"}


def page(member: Member, month: Period, department: Department) -> dict[str, Any]:
    """The report with the ways to other months and departments."""
    told = asked.report(member, month, department)
    after = month.previous(-1)
    return {
        "tabs": tabs(member), "report": told, "month": month_name(month), "title": title(told),
        "departments": list(asked.departments(member)), "previous": month.previous().label,
        "next": after.label if after.start <= today_of(member) else "", "causes": _causes(told.causes),
        "gaps": told.gaps, "lessons": [(one, _act(member, one)) for one in told.lessons],
    }  # fmt: skip


def title(told: Report) -> str:
    said = {"department": told.department.name, "month": month_name(told.month)}
    return _("%(department)s · what the library learnt in %(month)s") % said


def _causes(lines: list[CauseLine]) -> list[tuple[CauseLine, str, str]]:
    """Each with its change against the month before and its products, in words."""
    return [(one, _against(one.incidents, one.before), _products(one)) for one in lines]


def _against(now: int, before: int) -> str:
    return _("month before %(count)s") % {"count": figures.number(before)}


def _products(one: CauseLine) -> str:
    return " · ".join(f"{name} ({figures.number(count)})" for name, count in one.products)


def _act(member: Member, case: Case) -> str:
    """Where its suggestion becomes an action."""
    if not case.suggestion or not may(member, "edit_actions"):
        return ""
    return action_address(
        title=case.suggestion.splitlines()[0], detail=f"{case} {case.title}\n{case.suggestion}",
        issue_type=case.issue_type.code if case.issue_type else "", product=case.product.code if case.product else "",
    )  # fmt: skip


# To take along


def rendered(member: Member, month: Period, department: Department, kind: str) -> bytes:
    """The file's bytes, in the active language."""
    told = asked.report(member, month, department)
    if kind == "md":
        return ("\n".join(_lines(told)).rstrip() + "\n").encode()
    context = {"report": told, "title": title(told), "causes": _causes(told.causes), "workspace": member.workspace}
    document = render_to_string("library/report_document.html", context)
    style = PAPER.read_text(encoding="utf-8")
    return pdf(LINK.sub(lambda _match: f"<style>\n{style}</style>", document, count=1))


def _lines(told: Report) -> Iterator[str]:
    yield f"# {plain(title(told))}"
    for heading, entries in sections(told):
        if entries:
            yield from ("", f"## {heading}", "")
            yield from (f"- {plain(one)}" for one in entries)


def sections(told: Report) -> Iterator[tuple[str, list[str]]]:
    """The parts of the report as lines of plain text."""
    yield _("Causes of yours"), [_cause_text(one) for one in told.causes]
    yield (
        _("Troubles of yours without a cause yet"),
        [f"{one.issue}: {_incidents(one.incidents)} ({_against(one.incidents, one.before)})" for one in told.issues],
    )
    yield _("Learnt this month"), [_lesson_text(one) for one in told.lessons]
    yield _("Used most"), [f"{case} {case.title} ({figures.number(count)} ×)" for case, count in told.used]
    yield _("Causes the library has nothing on"), [f"{one.cause}: {_incidents(one.incidents)}" for one in told.gaps]
    yield _("Wants a check"), [f"{one} {one.title}" for one in told.stale]


def _incidents(count: int) -> str:
    return ngettext("%(count)s incident", "%(count)s incidents", count) % {"count": figures.number(count)}


def _cause_text(one: CauseLine) -> str:
    confirmed = _("confirmed %(count)s") % {"count": figures.of(one.confirmed, one.incidents)}
    said = [_incidents(one.incidents), _against(one.incidents, one.before), confirmed, _products(one)]
    lesson = f" → {one.case} {one.case.title}" if one.case else ""
    return f"{one.cause} ({one.cause.get_liable_display()}): {' · '.join(part for part in said if part)}{lesson}"


def _lesson_text(case: Case) -> str:
    said = [case.lessons, f"{_('Suggestion')}: {case.suggestion}" if case.suggestion else ""]
    return f"{case} {case.title}. " + " ".join(" ".join(part.split()) for part in said if part)


def letter(member: Member, told: Report, url: str) -> Letter:
    """The mail one member of the department gets."""
    with override(member.user.language):
        subject = title(told)
        parts = [(heading, entries) for heading, entries in sections(told) if entries]
        context = {
            "subject": subject, "sections": parts, "workspace": member.workspace, "foot": foot(),
            "action": _("Read the report"), "action_url": address(url),
        }  # fmt: skip
        lines = [subject, ""]
        for heading, entries in parts:
            lines += [heading, *(f"- {one}" for one in entries), ""]
        text = "\n".join([*lines, address(url), "", f"{member.workspace} · Fupan", foot()]) + "\n"
        return Letter(subject, text, render_to_string("library/report_mail.html", context))


def report_url(month: Period, department: Department) -> str:
    return reverse("library:report", args=[month.label, department.code])
