"""Replies on their way out.

A reply is claimed before it is sent, so two workers never send it twice, and its id is fixed before the first attempt:
after a crash between sending and noting it, the marketplace's copy tells that it went. Failures are tried again after
growing waits, visible on the message.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from fupan.core import attachments, clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.desk.models import Message, MessageSide, Sending, Ticket
from fupan.desk.policies import messages_seen_by
from fupan.desk.services import _answering
from fupan.desk.services.work import move
from fupan.intake.channels import outgoing
from fupan.intake.channels.parcel import Enclosure, words
from fupan.people.models import Member

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 20, 60, 180, 360))
LEASE = timedelta(minutes=10)  # a worker that says nothing for so long has died
AT_ONCE = 100
UNDER_WAY = (Sending.QUEUED, Sending.CLAIMED)


def any_due() -> bool:
    return Message.objects.filter(sending__in=UNDER_WAY, send_after__lte=clock.now()).exists()


def send_due(ticket_id: int | None = None) -> int:
    """Send what is due (of one ticket only, where one is named), the oldest first; the number of replies that went."""
    due = Message.objects.filter(sending__in=UNDER_WAY, send_after__lte=clock.now()).order_by("send_after", "pk")
    due = due if ticket_id is None else due.filter(ticket_id=ticket_id)
    return sum(_send(pk) for pk in due.values_list("pk", flat=True)[:AT_ONCE])


def send_again(message: Message, *, by: Member) -> Message:
    """A person wants a failed reply to be tried once more."""
    with transaction.atomic():
        found = messages_seen_by(by).select_for_update(of=("self",)).get(pk=message.pk)
        if found.sending != Sending.FAILED:
            raise Refused(_("Only a reply that was not delivered can be sent again."), code="not-failed")
        found.sending, found.attempts, found.failure = Sending.QUEUED, 0, ""
        found.send_after = clock.now()
        found.save(update_fields=["sending", "attempts", "failure", "send_after"])
        record("desk.sent_again", found.ticket, by=by, message=found.pk)
    return found


def mark_sent(message: Message, at: datetime, *, by: Member | None = None) -> None:
    """The buyer has it: note it, stop the clocks (an automatic answer stops none), go on to the state it was sent with.

    Call it inside a transaction, with the message locked.
    """
    ticket = _locked(message.ticket_id)
    message.sending, message.sent_at, message.failure = Sending.SENT, at, ""
    message.save(update_fields=["sending", "sent_at", "failure"])
    if not message.automatic:
        asked = ticket.waiting_since or at
        _answering.write(ticket, _answering.answered(ticket, at), asked, at)
    record("desk.sent", ticket, by=by or message.author, message=message.pk)
    if message.then and ticket.waiting_since is None:  # else the buyer wrote meanwhile
        move(ticket, message.then, by=message.author)


def mark_failed(message: Message, code: str, detail: str = "") -> None:
    """It did not arrive, and will not be tried again; call it inside a transaction, with the message locked."""
    ticket = _locked(message.ticket_id)
    was_sent = message.sending == Sending.SENT
    message.sending, message.failure = Sending.FAILED, _said(ticket, code, detail)
    message.save(update_fields=["sending", "failure"])
    if was_sent and not message.automatic:
        _answering.write(ticket, _answering.unanswered(ticket, message), message.at)
    record("desk.send_failed", ticket, by=None, message=message.pk, code=code)


def _locked(ticket_id: int) -> Ticket:
    return Ticket.objects.select_for_update(of=("self",)).select_related("shop", "workspace").get(pk=ticket_id)


def _send(pk: int) -> int:
    message = _claim(pk)
    if message is None:
        return 0
    if outgoing.way_of(message.ticket.shop_id) is None:
        return _keep_by_hand(pk)
    try:
        sent = outgoing.send(_parcel(message))
    except FileNotFoundError:
        sent = outgoing.Sent(ok=False, failure="file-gone", final=True)
    with transaction.atomic():
        mine = Message.objects.select_for_update(of=("self",)).select_related("author")
        now = mine.filter(pk=pk, sending=Sending.CLAIMED, attempts=message.attempts).first()
        if now is None:  # its copy came back meanwhile, or another worker took over
            return int(sent.ok)
        _note(now, sent)
    return int(sent.ok)


@transaction.atomic
def _keep_by_hand(pk: int) -> int:
    """The shop has no mailbox: a person copies the words into the marketplace's own page, and the answer counts."""
    rows = Message.objects.select_for_update(of=("self",)).select_related("author")
    message = rows.filter(pk=pk, sending=Sending.CLAIMED).first()
    if message is None:
        return 0
    mark_sent(message, clock.now())
    Message.objects.filter(pk=pk).update(sending=Sending.BY_HAND)
    record("desk.kept_by_hand", message.ticket, by=message.author, message=pk)
    return 1


@transaction.atomic
def _claim(pk: int) -> Message | None:
    """Take a due reply for this worker, under the id it will keep."""
    now = clock.now()
    due = Message.objects.filter(pk=pk, sending__in=UNDER_WAY, send_after__lte=now)
    message = due.select_for_update(of=("self",), skip_locked=True).select_related("ticket").first()
    if message is None:
        return None
    message.outside_id = message.outside_id or outgoing.new_id(message.ticket.shop_id)
    message.sending, message.attempts, message.send_after = Sending.CLAIMED, message.attempts + 1, now + LEASE
    message.save(update_fields=["outside_id", "sending", "attempts", "send_after"])
    return message


def _parcel(message: Message) -> outgoing.Parcel:
    ticket = message.ticket
    said = ticket.messages.filter(side=MessageSide.BUYER).exclude(outside_id="").order_by("at", "pk")
    files = [
        Enclosure(one.name, one.file.kind, attachments.content(one.file))
        for one in message.files.select_related("file")
        if one.file
    ]
    return outgoing.Parcel(
        ticket.shop_id, ticket.reply_to or ticket.buyer_email, _subject(ticket), message.original, message.outside_id,
        thread=list(said.values_list("outside_id", flat=True)), files=files, automatic=message.automatic,
    )  # fmt: skip


def _subject(ticket: Ticket) -> str:
    """Our subjects are kept redacted: the order number goes back in, other gaps close."""
    subject = ticket.subject.replace("[order]", ticket.order_number)
    return re.sub(r"\[[a-z]+\]", "", subject).strip()


def _note(message: Message, sent: outgoing.Sent) -> None:
    if sent.ok:
        mark_sent(message, clock.now())
        return
    if sent.final or message.attempts > len(WAITS):
        mark_failed(message, sent.failure, sent.detail)
        return
    message.sending = Sending.QUEUED
    message.send_after = clock.now() + WAITS[message.attempts - 1]
    message.failure = _said(message.ticket, sent.failure, sent.detail)
    message.save(update_fields=["sending", "send_after", "failure"])
    record("desk.send_delayed", message.ticket, by=None, message=message.pk, code=sent.failure)


def _said(ticket: Ticket, code: str, detail: str) -> str:
    """In the workspace's language: everybody there reads the same row."""
    with translation.override(ticket.workspace.language):
        return words(code, detail)[:300]
