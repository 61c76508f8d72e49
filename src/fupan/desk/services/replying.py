"""Replies: written, held back for some seconds, taken back into the draft, or kept as answered elsewhere.

A reply is a message of its own verb and form; a note never passes through here, and nothing turns one into the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fupan.core import attachments, clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.core.redact import redact
from fupan.desk.compute.lint import lint
from fupan.desk.models import (
    Draft,
    Message,
    MessageFile,
    MessageSide,
    ReplyTemplate,
    Sending,
    TemplateFile,
    TemplateUse,
    Ticket,
    TicketState,
)
from fupan.desk.policies import messages_seen_by
from fupan.desk.services._mine import alive, ticket_for, write
from fupan.desk.services.closing import ready_to_close
from fupan.desk.services.drafts import put_into_draft
from fupan.people.models import Member

UNDO = timedelta(seconds=15)
LONGEST = 20_000
MOST_FILES = 10
THEN = ("", TicketState.WAITING, TicketState.SOLVED)


class Used(NamedTuple):
    """A template put into a reply, and the words it brought."""

    template_id: int
    version: int
    language: str
    words: str = ""


class NotAllowed(Refused):
    """The marketplace does not allow these words; `offences` says which and why."""

    def __init__(self, offences: Sequence[object]) -> None:
        said = ", ".join(f"“{getattr(one, 'words', '')}”" for one in offences)
        super().__init__(_("The marketplace does not allow this: %(words)s.") % {"words": said}, code="against-rules")
        self.offences = offences


@transaction.atomic
def write_reply(
    ticket_id: int, *, text: str, language: str = "", then: str = "", files: Iterable[attachments.Upload] = (),
    templates: Iterable[Used] = (), by: Member, seen: int | None = None, automatic: bool = False,
) -> Message:  # fmt: skip
    """Answer the buyer: the words go out in 15 seconds unless they are taken back; then the ticket goes on to `then`.

    `seen` is the newest message its writer had read: refused when the conversation went on meanwhile.
    """
    ticket = alive(ticket_for(ticket_id, by))
    words = text.strip()
    check_reply(ticket, words, then, by)
    if seen is not None:
        _check_seen(ticket, seen)
    now = clock.now()
    message = Message.objects.create(
        workspace_id=ticket.workspace_id, ticket=ticket, side=MessageSide.SELLER, author=by, at=now,
        language=language[:5] or ticket.language, original=words, automatic=automatic,
        redacted=redact(words, names=tuple(name for name in (ticket.buyer_name,) if name)),
        sending=Sending.QUEUED, send_after=now + UNDO, then=then,
    )  # fmt: skip
    used = _note_templates(message, templates, words)
    kept = _enclose(message, [*files, *_files_of(used)])
    Draft.objects.filter(ticket=ticket, side=MessageSide.SELLER, by=by).delete()
    write(ticket, {} if ticket.assignee_id else {"assignee": by, "assigned_at": now})
    record("desk.replied", ticket, by=by, message=message.pk, then=then, files=kept, templates=used)
    return message


@transaction.atomic
def take_back(message_id: int, *, by: Member) -> Draft:
    """Before it goes, the words return into their writer's draft; its files are given anew."""
    ticket, words = withdraw(message_id, by=by)
    return put_into_draft(ticket, words, by)


@transaction.atomic
def withdraw(message_id: int, *, by: Member) -> tuple[Ticket, str]:
    """Before it goes, a reply is as if it had never been written; its ticket, and the words it had."""
    rows = messages_seen_by(by).select_for_update(of=("self",)).select_related("ticket")
    message = rows.get(pk=message_id, side=MessageSide.SELLER)
    ticket = alive(ticket_for(message.ticket_id, by))
    if message.author_id != by.pk:
        raise Refused(_("Only who wrote a reply takes it back."), code="not-yours")
    if message.sending != Sending.QUEUED or message.attempts:
        raise Refused(_("It is on its way already."), code="on-its-way")
    for one in message.files.select_related("file"):
        if one.file is not None:
            attachments.forget(one.file)
    words = message.original
    message.delete()
    write(ticket, {})
    record("desk.taken_back", ticket, by=by, message=message_id)
    return ticket, words


def check_reply(ticket: Ticket, words: str, then: str, by: Member) -> None:
    """Refused where these words may not go out, or the ticket may not stand so afterwards."""
    if not words:
        raise Refused(_("A reply needs some words."), code="empty-reply")
    if len(words) > LONGEST:
        raise Refused(_("A reply has at most %(most)s characters.") % {"most": LONGEST}, code="reply-too-long")
    if then not in THEN:
        raise Refused(_("“%(state)s” is not a state of a ticket.") % {"state": then}, code="no-such-state")
    offences = lint(words, ticket.shop.platform, "reply")
    if offences:
        raise NotAllowed(offences)
    if then == TicketState.SOLVED:
        ready_to_close(ticket, by)


def _check_seen(ticket: Ticket, seen: int) -> None:
    newer = Message.objects.filter(ticket=ticket, pk__gt=seen, automatic=False).exclude(side=MessageSide.NOTE)
    if newer.exists():
        said = _("The conversation went on while you were writing. Read what is new, then send again.")
        raise Refused(said, code="went-on")


def _enclose(message: Message, files: list[attachments.Upload]) -> int:
    if len(files) > MOST_FILES:
        raise Refused(_("At most %(most)s files go with a reply.") % {"most": MOST_FILES}, code="too-many-files")
    rows = [attachments.keep(message.workspace_id, one) for one in files]
    MessageFile.objects.bulk_create([MessageFile(message=message, file=one, name=one.name) for one in rows])
    return len(rows)


def _files_of(template_ids: list[int]) -> list[attachments.Upload]:
    """Files that go out with templates, each as a copy of its own: taking the reply back leaves the template’s."""
    rows = TemplateFile.objects.filter(template__in=template_ids).select_related("file").order_by("pk")
    return [SimpleUploadedFile(one.file.name, attachments.content(one.file), one.file.kind) for one in rows]


def _note_templates(message: Message, templates: Iterable[Used], words: str) -> list[int]:
    """Remember which templates it was made of, as far as they are templates of this workspace."""
    told = {one.template_id: one for one in templates}
    known = ReplyTemplate.objects.filter(workspace_id=message.workspace_id, pk__in=list(told))
    rows = [
        TemplateUse(
            template=one, version=told[one.pk].version, language=told[one.pk].language[:5] or message.language,
            ticket_id=message.ticket_id, message=message, at=message.at,
            changed=bool(told[one.pk].words) and told[one.pk].words.strip() not in words,
        )
        for one in known
    ]  # fmt: skip
    TemplateUse.objects.bulk_create(rows)
    return [row.template_id for row in rows]
