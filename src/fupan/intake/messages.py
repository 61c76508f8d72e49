"""The shape every channel of single messages normalises to: mail, API, webhook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

MOST_ID = 250

MESSAGE, COPY, NOTICE, BOUNCE = "message", "copy", "notice", "bounce"


class Attached(NamedTuple):
    """A file that came along: kept, or refused with the reason."""

    name: str
    attachment: int | None = None
    refused: str = ""


class MessageRecord(NamedTuple):
    """One turn of a conversation as it arrived; an empty string means "not told"."""

    outside_id: str  # unique per shop; the same id again is the same message
    at: datetime
    about: str = MESSAGE  # from the buyer; a copy of our own answer; the marketplace's notice; ours came back
    kind: str = "inquiry"  # desk.TicketKind value of the ticket it opens
    channel: str = "mail"
    subject: str = ""
    text: str = ""
    quoted: str = ""  # what it repeats of earlier turns
    language: str = ""
    thread: tuple[str, ...] = ()  # ids of earlier messages it answers, the nearest first
    case_id: str = ""
    order_number: str = ""
    asin: str = ""
    sku: str = ""
    buyer: str = ""  # stable outside id of the buyer
    buyer_name: str = ""
    buyer_email: str = ""
    reply_to: str = ""  # where an answer goes
    automatic: bool = False
    closes: bool = False  # a claim is over
    failure: str = ""  # of a bounce: its code
    detail: str = ""
    files: tuple[Attached, ...] = ()


def message_json(record: MessageRecord) -> str:
    """The fields that say something, by name: the body of `intake.Incoming`."""
    told = {
        name: value for name, value in zip(record._fields, record, strict=True) if value not in ("", None, (), False)
    }
    return json.dumps(told, default=str, ensure_ascii=False, separators=(",", ":"))


def read_message(body: str) -> MessageRecord:
    told: Mapping[str, Any] = json.loads(body)
    values = {name: value for name, value in told.items() if name in MessageRecord._fields}
    values["at"] = datetime.fromisoformat(values["at"])
    values["thread"] = tuple(values.get("thread", ()))
    values["files"] = tuple(Attached(*one) for one in values.get("files", ()))
    return MessageRecord(**values)


def short_id(outside_id: str) -> str:
    """An id that fits its column: a longer one is replaced by its fingerprint."""
    if len(outside_id) <= MOST_ID:
        return outside_id
    return f"sha256:{hashlib.sha256(outside_id.encode()).hexdigest()}"


def key_of(outside_id: str) -> str:
    """What makes a message one of a kind within its shop."""
    return hashlib.sha256(outside_id.encode()).hexdigest()
