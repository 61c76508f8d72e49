"""The minutes as a letter: decisions, actions and what was parked, in the language of its reader."""

from __future__ import annotations

from collections.abc import Iterator

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from fupan.notify.letters import Letter, address, foot
from fupan.people.models import Member
from fupan.people.policies import may
from fupan.review.minutes import Minutes, decided, minutes_of
from fupan.review.models import EntryKind, Meeting


def counts(meeting: Meeting) -> dict[str, int]:
    """How much was decided, for the sentence of the notice."""
    entries = list(meeting.entries.values_list("kind", flat=True))
    return {
        "decisions": entries.count(EntryKind.DECISION),
        "actions": len(decided(list(meeting.agenda.all()))),
        "parked": entries.count(EntryKind.PARKED),
    }


def letter(meeting: Meeting, member: Member) -> Letter:
    """The mail one attendee gets."""
    with override(member.user.language):
        told = minutes_of(meeting, money=may(member, "see_money"))
        url = address(reverse("review:minutes", args=[meeting.pk]))
        context = {
            "minutes": told, "workspace": meeting.workspace, "action_url": url, "action": _("Open the minutes"),
            "foot": foot(),
            "sections": list(_sections(told)),
        }  # fmt: skip
        subject = _("Minutes: %(meeting)s") % {"meeting": told.title}
        return Letter(subject, _text(told, url), render_to_string("review/minutes_mail.html", context))


def _sections(told: Minutes) -> Iterator[tuple[str, list[str]]]:
    yield _("Decisions"), [one.text for one in told.decisions]
    yield _("Actions"), [action_line(one) for one in told.actions]
    yield _("Parked for next time"), [one.text for one in told.parked]


def action_line(ref: dict[str, str]) -> str:
    """An action as the minutes say it: what, who, by when."""
    more = [ref.get(name, "") for name in ("department", "owner", "deadline")]
    return " · ".join(part for part in (ref["title"], *more) if part)


def _text(told: Minutes, url: str) -> str:
    lines = [told.title, ""]
    for title, entries in _sections(told):
        if entries:
            lines += [title, *(f"- {one}" for one in entries), ""]
    return "\n".join([*lines, url, "", f"{told.meeting.workspace} · Fupan", foot()]) + "\n"
