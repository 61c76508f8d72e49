"""Words of the war room to people, and to group chats: what the team wrote, without what looks like a buyer's."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from fupan.core import weeks
from fupan.core.redact import redact
from fupan.desk.models import Bulletin, HelpAsked
from fupan.desk.queries.bulletins import wording
from fupan.notify.letters import address
from fupan.notify.messages import Line, Message, foot
from fupan.notify.models import Topic
from fupan.notify.services import publish, tell
from fupan.people.models import Member


def tell_readers(bulletin: Bulletin, members: Iterable[Member], *, by: Member) -> None:
    """To the groups first, with all that is known; then to each reader, in their language."""
    kind = "bulletin" if bulletin.version == 1 else "bulletin_again"
    once = f"bulletin:{bulletin.pk}:{bulletin.version}"
    _publish(bulletin, kind, once)
    languages: dict[str, list[int]] = {}
    for member in members:
        if member.pk != by.pk:
            languages.setdefault(member.user.language, []).append(member.pk)
    for language, ids in languages.items():
        with override(language):
            context = _context(bulletin)
        tell(ids, Topic.BULLETIN, kind, context, url_of(bulletin), once)


def tell_of_end(bulletin: Bulletin) -> None:
    _publish(bulletin, "bulletin_over", f"bulletin:{bulletin.pk}:over")


def tell_of_ask(asked: HelpAsked) -> None:
    """To the department's members, but not to who asks."""
    members = asked.department.members.filter(active=True).exclude(pk=asked.by_id or 0)
    context = {"by": str(asked.by), "department": str(asked.department), "about": asked.about}
    _inside(members.values_list("pk", flat=True), "help_asked", context, asked, "asked")


def tell_of_answer(asked: HelpAsked) -> None:
    if asked.by_id is None or asked.by_id == asked.answered_by_id:
        return
    context = {"by": str(asked.answered_by), "department": str(asked.department), "answer": asked.answer}
    _inside([asked.by_id], "help_answered", context, asked, "answered")


def _inside(ids: Iterable[int], kind: str, context: dict[str, str], asked: HelpAsked, what: str) -> None:
    """Between people of the workspace: under a topic that no group hears."""
    url = f"{url_of(asked.bulletin)}#help-{asked.pk}"
    tell(ids, Topic.TICKET, kind, context, url, f"help:{asked.pk}:{what}")


def url_of(bulletin: Bulletin) -> str:
    return reverse("desk:bulletin", args=[bulletin.number])


def _context(bulletin: Bulletin) -> dict[str, str]:
    return {"kind": bulletin.get_kind_display(), "title": bulletin.title, "until": _until(bulletin)}


def _until(bulletin: Bulletin) -> str:
    return f"{bulletin.expires_at.astimezone(weeks.zone(bulletin.workspace.timezone)):%m-%d %H:%M}"


def _publish(bulletin: Bulletin, kind: str, once: str) -> None:
    def worded(language: str) -> Message:
        with override(language):
            return _message(bulletin, kind, language)

    publish(bulletin.workspace, Topic.BULLETIN, kind, _context(bulletin), url_of(bulletin), once, worded=worded)


def _message(bulletin: Bulletin, kind: str, language: str) -> Message:
    """What a group chat reads: what is known, the agreed words, until when."""
    over = kind == "bulletin_over"
    head = {"bulletin": _("War room"), "bulletin_again": _("War room, changed")}.get(kind, _("War room, over"))
    lines = []
    if not over:
        said = wording(bulletin, language[:2])[1]
        if bulletin.facts:
            lines.append(Line(redact(bulletin.facts)))
        if said:
            lines.append(Line(_("Say to buyers: %(words)s") % {"words": redact(said)}))
        lines.append(Line(_("Holds until %(when)s") % {"when": _until(bulletin)}))
    title = f"{head} · {bulletin.get_kind_display()} · {redact(bulletin.title)}"
    return Message(
        title, lines, _("Open the bulletin") if over else _("Read the bulletin"), address(url_of(bulletin)),
        foot(bulletin.workspace),
    )  # fmt: skip
