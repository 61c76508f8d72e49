"""What a member is writing: kept while they type, seen by colleagues, who may go on with it."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.desk.models import Draft, MessageSide, Ticket
from fupan.desk.services._mine import ticket_for
from fupan.notify.models import Topic
from fupan.notify.services import tell
from fupan.people.models import Member

SIDES = (MessageSide.SELLER, MessageSide.NOTE)
LONGEST = 20_000


@transaction.atomic
def save_draft(ticket_id: int, side: str, text: str, *, version: int, by: Member) -> Draft | None:
    """Keep the words as they stand; `version` is the one they were typed over (0: a new draft).

    Refused when the draft went on elsewhere meanwhile: in another window, or in a colleague's hands.
    Empty words drop it.
    """
    ticket = ticket_for(ticket_id, by)
    if side not in SIDES:
        raise Refused(_("A draft is a reply or a note."), code="no-such-draft")
    mine = Draft.objects.select_for_update().filter(ticket=ticket, side=side, by=by).first()
    if (mine.version if mine else 0) != version:
        raise Refused(_("This draft went on elsewhere. Load the page again to see it."), code="draft-moved-on")
    words = text[:LONGEST]
    if not words.strip():
        if mine is not None:
            mine.delete()
        return None
    if mine is None:
        mine = Draft(ticket=ticket, side=side, by=by, version=0)
        record("desk.draft_begun", ticket, by=by, side=side)
    _keep(mine, words)
    return mine


@transaction.atomic
def take_over_draft(draft_id: int, *, by: Member) -> Draft:
    """Go on with what a colleague began; what one had begun oneself stays before it."""
    theirs = Draft.objects.select_for_update().select_related("by", "ticket").get(pk=draft_id)
    ticket = ticket_for(theirs.ticket_id, by)
    if theirs.by_id == by.pk:
        return theirs
    mine = Draft.objects.filter(ticket=ticket, side=theirs.side, by=by).first()
    mine = mine or Draft(ticket=ticket, side=theirs.side, by=by, version=0)
    _keep(mine, "\n\n".join(part for part in (mine.text, theirs.text) if part))
    theirs.delete()
    record("desk.draft_taken_over", ticket, by=by, side=mine.side, of=theirs.by_id)
    url, once = reverse("desk:ticket", args=[ticket.number]), f"draft:{draft_id}:{mine.pk}:{mine.version}"
    tell([theirs.by_id], Topic.TICKET, "draft_taken_over", {"ticket": str(ticket), "by": str(by)}, url, once)
    return mine


def put_into_draft(ticket: Ticket, text: str, by: Member) -> Draft:
    """Words that come back from the way out."""
    mine = Draft.objects.select_for_update().filter(ticket=ticket, side=MessageSide.SELLER, by=by).first()
    mine = mine or Draft(ticket=ticket, side=MessageSide.SELLER, by=by, version=0)
    if text not in mine.text:
        _keep(mine, "\n\n".join(part for part in (text, mine.text) if part))
    return mine


def _keep(draft: Draft, text: str) -> None:
    draft.text, draft.version, draft.at = text, draft.version + 1, clock.now()
    draft.save()
