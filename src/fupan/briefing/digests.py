"""The digest of a department as a mail and as a message to its group: only what it owns, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from fupan.briefing.packs import Pack
from fupan.briefing.render import words
from fupan.briefing.render.parts import Growth, Shown
from fupan.briefing.render.shown import shown
from fupan.notify.letters import Letter, address, foot
from fupan.notify.messages import Line, Message
from fupan.notify.messages import foot as message_foot
from fupan.people.models import Department, Member


def digest(member: Member, department: Department, pack: Pack, url: str) -> Letter:
    """What a member of the department reads on Monday."""
    with override(member.user.language):
        worded = shown(pack)
        period = words.period_name(worded.label)
        subject = _subject(department, worded)
        context = {
            "subject": subject,
            "department": department,
            "pack": worded,
            "period_name": period,
            "base": address("/").rstrip("/"),
            "workspace": member.workspace,
            "action": _("Open the review pack"),
            "action_url": address(url),
            "foot": foot(),
        }
        html = render_to_string("briefing/digest.html", context)
        return Letter(subject, "\n".join(_lines(worded, subject, address(url))) + "\n", html)


def message(department: Department, pack: Pack, url: str, language: str) -> Message:
    """What the department's group reads on Monday: the digest without the words of buyers."""
    with override(language):
        worded = shown(pack)
        lines = tuple(_message_lines(worded))
        action, foot = _("Open the review pack"), message_foot(department.workspace)
        return Message(_subject(department, worded), lines, action, address(url), foot)


def _message_lines(pack: Shown) -> Iterable[Line]:
    days, *_between, covered = pack.facts
    yield Line(f"{days} · {covered}")
    for issue in pack.issues:
        change = f"{issue.change.words} {issue.change.detail}".strip()
        said = {"rank": issue.rank, "issue": issue.name, "count": issue.count_text, "change": change}
        yield Line(_("%(rank)s. %(issue)s: %(count)s. %(change)s") % said, address(issue.url))
        yield Line(" · ".join(f"{one.name} ({one.kn})" for one in issue.products))
    grown = _grown(pack)
    if grown:
        yield Line(_("Fastest growing"))
    yield from (Line(f"↑ {one.label}: {one.words} ({one.numbers})", address(one.url)) for one in grown)


def _subject(department: Department, pack: Shown) -> str:
    said = {"department": department.name, "period": words.period_name(pack.label), "incidents": pack.incidents_text}
    return _("%(department)s, %(period)s: %(incidents)s") % said


def _grown(pack: Shown) -> list[Growth]:
    return [one for one in pack.growing if one.detectable and one.ratio > 1]


def _lines(pack: Shown, subject: str, url: str) -> Iterable[str]:
    """The same as plain text."""
    yield subject
    yield " · ".join(pack.facts)
    yield ""
    for issue in pack.issues:
        yield f"{issue.rank}. {issue.name}: {issue.count_text}. {issue.change.words} {issue.change.detail}".rstrip()
        yield from (f"   {one.name}: {one.kn}" for one in issue.products)
        yield from (f"   “{quote.text}” ({quote.source})" for quote in issue.quotes[:1])
    grown = _grown(pack)
    if grown:
        yield ""
        yield _("Fastest growing")
        yield from (f"- {one.label}: {one.words} ({one.numbers})" for one in grown)
    yield ""
    yield url
    yield foot()
