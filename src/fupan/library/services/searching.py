"""Verbs of searching: what was looked for is kept, what was opened too, and which words mean the same."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.core.redact import redact
from fupan.desk.models import Ticket
from fupan.library.finding import synonyms
from fupan.library.finding.sources import BY_KIND
from fupan.library.models import Search, Synonyms
from fupan.library.services._common import lock, need
from fupan.people.models import Member

STILL_TYPING = timedelta(minutes=2)


@transaction.atomic
def note_search(text: str, *, hits: int, by: Member, ticket: Ticket | None = None) -> Search | None:
    """Keep what somebody looks for; while they go on typing it stays one search. None when nothing was typed."""
    said = redact(text.replace("\x00", "").strip())[:200]
    if not said:
        return None
    now = clock.now()
    last = Search.objects.filter(by=by, at__gte=now - STILL_TYPING).order_by("-pk").first()
    if last is not None and (last.text == said or (not last.opened_kind and _goes_on(last.text, said))):
        last.text, last.hits, last.at = said, hits, now
        last.save(update_fields=["text", "hits", "at"])
        return last
    made = Search.objects.create(workspace_id=by.workspace_id, by=by, text=said, hits=hits, at=now, ticket=ticket)
    record("library.searched", made, by=by, hits=hits)
    return made


def _goes_on(before: str, now: str) -> bool:
    return now.startswith(before) or before.startswith(now)


@transaction.atomic
def note_opened(search_id: int, *, kind: str, opened: int, by: Member) -> Search:
    """What was found was opened; only who searched says so, and only of what they may see."""
    search = Search.objects.select_for_update(of=("self",)).get(pk=search_id, by=by, workspace_id=by.workspace_id)
    BY_KIND[kind].seen_by(by).get(pk=opened)
    search.opened_kind, search.opened_id = kind, opened
    search.save(update_fields=["opened_kind", "opened_id"])
    record("library.found", search, by=by, kind=kind, opened=opened)
    return search


@transaction.atomic
def set_synonyms(text: str, *, by: Member, version: int | None = None) -> Synonyms:
    """Words that mean the same here, a group a line; searches know them at once."""
    need(by, "edit_articles")
    lock(by.workspace_id)
    kept, _made = Synonyms.objects.get_or_create(workspace_id=by.workspace_id)
    if version is not None and version != kept.version:
        raise Refused(
            _("Somebody else has saved this meanwhile. Their version stands beside yours; save again to replace it."),
            code="changed-meanwhile",
        )
    said = text.replace("\x00", "").replace("\r\n", "\n").strip()
    _check(said)
    kept.text, kept.version, kept.by, kept.at = said, kept.version + 1, by, clock.now()
    kept.save()
    record("library.synonyms_set", kept, by=by, groups=len(synonyms.groups(said)))
    return kept


def _check(text: str) -> None:
    """Refused with the number of the line that cannot be used."""
    lines = text.split("\n")
    if len(lines) > synonyms.MOST_GROUPS:
        raise Refused(_("At most %(most)s lines.") % {"most": synonyms.MOST_GROUPS}, code="too-many")
    for number, line in enumerate(lines, 1):
        plain = line.split("#", 1)[0].strip()
        group = synonyms.groups(plain)
        if plain and not group:
            words = _("A group needs two words or more, parted by commas.")
        elif group and len(group[0]) > synonyms.MOST_WORDS:
            words = _("At most %(most)s words in a group.") % {"most": synonyms.MOST_WORDS}
        elif group and max(map(len, group[0])) > synonyms.LONGEST:
            words = _("A word has at most %(most)s letters.") % {"most": synonyms.LONGEST}
        else:
            continue
        raise Refused(_("Line %(line)s: %(words)s") % {"line": number, "words": words}, code="not-readable")
