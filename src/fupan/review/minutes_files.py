"""The minutes as files: a page for printing, PDF, Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fupan.core import weeks
from fupan.core.pdf import pdf
from fupan.review.minutes import Minutes
from fupan.review.minutes_letter import action_line

PAPER = Path(__file__).parent / "minutes.css"
LINK = re.compile(r'<link rel="stylesheet"[^>]*>')
SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~])")
FORMATS = {"pdf": "application/pdf", "md": "text/markdown; charset=utf-8"}


def rendered(minutes: Minutes, kind: str) -> bytes:
    """The file's bytes, in the active language."""
    return printed(minutes) if kind == "pdf" else markdown(minutes).encode()


def printed(minutes: Minutes) -> bytes:
    context = {"minutes": minutes, "workspace": minutes.meeting.workspace}
    page = render_to_string("review/minutes_document.html", context)
    style = PAPER.read_text(encoding="utf-8")
    return pdf(LINK.sub(lambda _match: f"<style>\n{style}</style>", page, count=1))


def plain(text: object) -> str:
    """Text of others as it is, never as markup; one line."""
    return SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


def markdown(minutes: Minutes) -> str:
    return "\n".join(_lines(minutes)).rstrip() + "\n"


def _lines(told: Minutes) -> Iterator[str]:
    yield f"# {plain(told.title)}"
    yield ""
    if told.meeting.started_at:
        local = told.meeting.started_at.astimezone(weeks.zone(told.meeting.workspace.timezone))
        yield f"{local:%Y-%m-%d %H:%M} · {told.length}"
        yield ""
    yield from _list(_("Present"), [f"{one.name} ({one.department})" for one in told.present])
    yield from _list(_("Absent"), [f"{one.name} ({one.department})" for one in told.absent])
    yield from _list(_("Decisions"), [one.text for one in told.decisions])
    yield from _list(_("Actions"), [action_line(one) for one in told.actions])
    yield from _list(_("Parked for next time"), [one.text for one in told.parked])
    yield from _numbers(told)
    yield f"## {pgettext('meeting', 'Minutes')}"
    yield ""
    for part in told.parts:
        yield f"### {plain(part.name)} ({part.took} / {part.item.minutes})"
        yield ""
        yield from (f"- {plain(one.text)} ({plain(one.by or '')})" for one in part.minutes)
        yield ""


def _list(title: str, entries: list[str]) -> Iterator[str]:
    if entries:
        yield f"## {title}"
        yield ""
        yield from (f"- {plain(one)}" for one in entries)
        yield ""


def _numbers(told: Minutes) -> Iterator[str]:
    if not told.figures:
        return
    yield f"## {_('Frozen numbers')}"
    yield ""
    yield f"| {_('number')} | {told.period} | {_('made of')} | {_('Change')} |"
    yield "| --- | ---: | ---: | --- |"
    for one in told.figures:
        change = f"{one.said.change.words} {one.said.change.detail}".strip() if one.said.change else ""
        cells = (one.said.label, one.said.value or "—", one.said.detail, change)
        yield f"| {' | '.join(map(plain, cells))} |"
    yield ""
