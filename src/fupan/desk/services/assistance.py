"""The optional assistant: set up by an administrator, asked by a person, never sending anything itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.desk import assistant as service
from fupan.desk.compute.lint import Offence, lint
from fupan.desk.compute.rendering import fill
from fupan.desk.models import Assistant, Message, MessageSide, Ticket
from fupan.desk.queries.variables import values_for
from fupan.notify.senders import wire
from fupan.people.models import Member


class Drafted(NamedTuple):
    """Words to look at before anybody uses them."""

    text: str
    language: str
    offences: list[Offence]


@transaction.atomic
def set_assistant(*, by: Member, url: str, model: str, key: str, active: bool, version: int = 0) -> Assistant:
    """Say where translations and drafts are asked for; an empty key keeps the one that is there."""
    row = Assistant.objects.select_for_update().filter(workspace_id=by.workspace_id).first()
    if (row.version if row else 0) != version:
        raise Refused(_("Somebody changed this while you were looking at it."), code="edited-meanwhile")
    address = url.strip().rstrip("/")
    if active and not (address and model.strip()):
        raise Refused(_("The assistant needs an address and a model."), code="no-address")
    if address:
        _check(address)
    row = row or Assistant(workspace_id=by.workspace_id, version=0)
    if row.url and row.url != address and not key.strip():
        row.key = ""  # a key is for the address it was given for
    row.url, row.model, row.active, row.version = address, model.strip(), active, row.version + 1
    row.key = key.strip() or row.key
    row.save()
    record("desk.assistant_set", by.workspace, by=by, workspace_id=by.workspace_id, active=active)
    return row


def translate_message(message: Message, into: str, *, by: Member) -> str:
    """What a buyer, or we, wrote, in another language; only redacted words leave."""
    translated = service.translate(_active(by), message.redacted, into)
    record("desk.translated", message.ticket, by=by, message=message.pk, into=into)
    return translated


def translate_reply(ticket: Ticket, text: str, into: str, *, by: Member) -> Drafted:
    """One's own words in the buyer's language, for the composer."""
    if not text.strip():
        raise Refused(_("A reply needs some words."), code="empty-reply")
    translated = service.translate(_active(by), service.veiled(text, ticket), into)
    record("desk.translated", ticket, by=by, into=into)
    return _drafted(translated, into, ticket, by)


def draft_reply(ticket: Ticket, grounds: Sequence[str], *, by: Member) -> Drafted:
    """A draft that rests on a case or on a note of one's own; refused without any."""
    notes = [one for one in grounds if one.strip()]
    if not notes:
        raise Refused(
            _("A draft rests on a case: choose one, or say in a line what is to be answered."), code="no-grounds"
        )
    assistant = _active(by)
    said = ticket.messages.filter(side=MessageSide.BUYER).order_by("-at", "-pk")[:3]
    words = "\n\n".join(one.redacted for one in reversed(said)) or ticket.subject
    language = ticket.language or "en"
    text = service.draft(assistant, words, [service.veiled(one, ticket) for one in notes], language)
    record("desk.draft_asked", ticket, by=by, grounds=len(notes))
    return _drafted(text, language, ticket, by)


def _drafted(text: str, language: str, ticket: Ticket, by: Member) -> Drafted:
    whole = fill(text, values_for(ticket, by, language)).text
    return Drafted(whole, language, lint(whole, ticket.shop.platform))


def _active(by: Member) -> Assistant:
    row = Assistant.objects.filter(workspace_id=by.workspace_id, active=True).first()
    if row is None:
        raise Refused(_("No assistant is set up."), code="no-assistant")
    return row


def _check(address: str) -> None:
    try:
        wire.checked(address)
    except wire.NotAllowed as wrong:
        said = _("This address is not allowed: it has to be https, and outside of the private network.")
        raise Refused(said, code=wrong.code) from wrong
