"""The digest of a department as a mail: only what it owns, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from fupan.briefing.packs import Pack
from fupan.briefing.render import words
from fupan.briefing.render.parts import Shown
from fupan.briefing.render.shown import shown
from fupan.notify.letters import Letter, address, foot
from fupan.people.models import Department, Member


def digest(member: Member, department: Department, pack: Pack, url: str) -> Letter:
    """What a member of the department reads on Monday."""
    with override(member.user.language):
        worded = shown(pack)
        period = words.period_name(worded.label)
        said = {"department": department.name, "period": period, "incidents": worded.incidents_text}
        subject = _("%(department)s, %(period)s: %(incidents)s") % said
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


def _lines(pack: Shown, subject: str, url: str) -> Iterable[str]:
    """The same as plain text."""
    yield subject
    yield " · ".join(pack.facts)
    yield ""
    for issue in pack.issues:
        yield f"{issue.rank}. {issue.name}: {issue.count_text}. {issue.change.words} {issue.change.detail}".rstrip()
        yield from (f"   {one.name}: {one.kn}" for one in issue.products)
        yield from (f"   “{quote.text}” ({quote.source})" for quote in issue.quotes[:1])
    grown = [one for one in pack.growing if one.detectable and one.ratio > 1]
    if grown:
        yield ""
        yield _("Fastest growing")
        yield from (f"- {one.label}: {one.words} ({one.numbers})" for one in grown)
    yield ""
    yield url
    yield foot()
