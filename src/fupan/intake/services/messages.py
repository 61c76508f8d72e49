"""Messages that programs leave (API, webhook), and what people decide about mails in quarantine."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from fupan.commerce.models import Shop
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.intake.messages import MessageRecord, key_of, message_json
from fupan.intake.models import Hook, Incoming, IncomingState
from fupan.intake.policies import incoming_seen_by
from fupan.intake.services.mail_fetching import read_one
from fupan.people.models import Member


class Accepted(NamedTuple):
    incoming: Incoming
    again: bool  # it had arrived before: nothing changed


def take_message(shop: Shop, told: MessageRecord, *, by: Member | None = None, hook: Hook | None = None) -> Accepted:
    """Keep a message and tell the desk; the same id again changes nothing."""
    key = key_of(told.outside_id)
    mine = Incoming.objects.filter(shop=shop, key=key)
    try:
        with transaction.atomic():
            known = mine.first()
            if known is not None:
                return Accepted(known, again=True)
            body = message_json(told)
            kept = Incoming.objects.create(
                workspace_id=shop.workspace_id, shop=shop, channel=told.channel, key=key, body=body,
                digest=hashlib.sha256(body.encode()).hexdigest(), size=len(body.encode()),
                state=IncomingState.WAITING, sent_at=told.at, arrived_at=clock.now(),
            )  # fmt: skip
            if hook is not None:
                Hook.objects.filter(pk=hook.pk).update(last_at=clock.now())
            record("intake.message_arrived", kept, by=by, channel=told.channel, about=told.about)
    except IntegrityError:  # its twin arrived at this very moment
        return Accepted(mine.get(), again=True)
    return Accepted(kept, again=False)


def release_mail(incoming_id: int, *, by: Member) -> bool:
    """Let a held mail in: a person vouches for its sender. False when it still makes no message."""
    with transaction.atomic():
        held = _held(incoming_id, by)
        if held.raw is None:
            raise Refused(_("This mail was too large to be kept; look at it in the mailbox."), code="not-kept")
        record("intake.mail_released", held, by=by, reason=held.reason)
    read_one(held.pk, trusted=True)
    held.refresh_from_db(fields=["state"])
    return held.state != IncomingState.HELD


@transaction.atomic
def drop_mail(incoming_id: int, *, by: Member) -> None:
    """Drop a held mail; that it came and who dropped it is kept, its content is not."""
    held = _held(incoming_id, by)
    record("intake.mail_dropped", held, by=by, reason=held.reason)
    Incoming.objects.filter(pk=held.pk).update(state=IncomingState.DROPPED, raw=None, body="", sender="", subject="")


def _held(incoming_id: int, by: Member) -> Incoming:
    """A mail that waits for a person, locked."""
    found = incoming_seen_by(by).select_for_update(of=("self",)).get(pk=incoming_id)
    if found.state not in (IncomingState.HELD, IncomingState.ASIDE):
        raise Refused(_("Somebody has decided about this mail already."), code="decided")
    return found
