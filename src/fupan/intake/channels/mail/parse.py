"""From the bytes of a mail to a message for the desk, or to the reason why there is none."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import NamedTuple

from fupan.commerce.models import Platform
from fupan.intake.channels.mail import amazon, trust
from fupan.intake.channels.mail.letter import Enclosed, Letter, Unreadable, open_letter
from fupan.intake.channels.mail.text import clean, folded, plain
from fupan.intake.messages import BOUNCE, COPY, MESSAGE, NOTICE, MessageRecord, short_id
from fupan.intake.models import IncomingState


class Parsed(NamedTuple):
    """`state` says where the mail goes: on to a ticket, into quarantine, aside."""

    state: str
    reason: str = ""
    record: MessageRecord | None = None
    files: tuple[Enclosed, ...] = ()
    sender: str = ""
    subject: str = ""
    site: str = ""


def parse(raw: bytes, *, platform: str, arrived: datetime, own: str = "", strict: bool = False,
          trusted: bool = False) -> Parsed:  # fmt: skip
    """Read a mail of a shop on that platform. `own` is our address; `trusted`: a person has let it in."""
    try:
        letter = open_letter(raw)
    except Unreadable as wrong:
        return Parsed(IncomingState.HELD, wrong.code, subject=_glimpse(raw))
    why = "" if trusted else trust.doubt(letter, strict=strict)
    if why:
        return Parsed(IncomingState.HELD, why, sender=letter.sender, subject=letter.subject)
    told = amazon.read(letter) if _amazon(letter, platform) else _other(letter)
    aside = "" if trusted else _aside(letter, told, own=own)
    if aside:
        return Parsed(IncomingState.ASIDE, aside, sender=letter.sender, subject=letter.subject)
    record = _record(raw, letter, told, arrived)
    files = tuple(letter.files)
    return Parsed(IncomingState.WAITING, "", record, files, letter.sender, letter.subject, told.site)


def _glimpse(raw: bytes) -> str:
    """The beginning of what could not be read, for the list of held mails."""
    return clean(raw[:300].decode("ascii", "replace"))[:120]


def _amazon(letter: Letter, platform: str) -> bool:
    return amazon.is_ours(letter.sender) or amazon.is_relay(letter.reply_to) or platform == Platform.AMAZON


def _other(letter: Letter) -> amazon.Told:
    """A mail of a shop elsewhere: whoever writes is the buyer."""
    order = amazon.ORDER.search(letter.subject)
    about = BOUNCE if letter.report or letter.lost else MESSAGE if letter.sender else ""
    text = clean(letter.text) or plain(letter.page)
    return amazon.Told(
        about, order_number=order[0] if order else "", token=letter.sender, buyer_name=letter.sender_name, text=text,
        topic=letter.subject,
        failure="bounced" if about == BOUNCE else "",
    )  # fmt: skip


def _aside(letter: Letter, told: amazon.Told, *, own: str) -> str:
    """Why a mail is nobody's trouble, as a code."""
    if letter.lost or letter.report:
        return "" if letter.lost else "report"
    if told.about in (COPY, NOTICE, BOUNCE):
        return ""
    if own and letter.sender == own.lower():
        return "own"
    if not told.about:
        return "not-a-buyer"
    return "automatic" if letter.automatic and not amazon.is_relay(letter.sender) else ""


def _content_id(raw: bytes, letter: Letter) -> str:
    """For a mail without an id: what it says and when; its bytes differ with every server on its way."""
    told = repr((letter.sender, letter.at, letter.subject, letter.text, letter.page, letter.files))
    return f"sha256:{hashlib.sha256(told.encode('utf-8', 'replace') if letter.at else raw).hexdigest()}"


def _record(raw: bytes, letter: Letter, told: amazon.Told, arrived: datetime) -> MessageRecord:
    about = BOUNCE if letter.lost else told.about or MESSAGE
    text, quoted = folded(told.text or clean(letter.text) or plain(letter.page))
    relayed = told.token if about == MESSAGE else ""
    return MessageRecord(
        outside_id=short_id(letter.message_id or _content_id(raw, letter)),
        at=letter.at or arrived, about=about, kind=told.kind, subject=told.topic, text=text, quoted=quoted,
        thread=tuple(short_id(one) for one in [*letter.lost, *letter.answers]), case_id=told.case_id[:80],
        order_number=told.order_number, asin=told.asin, buyer=relayed,
        buyer_name=told.buyer_name if about == MESSAGE else "", buyer_email=relayed,
        reply_to=(letter.reply_to or letter.sender) if about == MESSAGE else "",
        closes=told.closed, failure=(told.failure or "bounced") if about == BOUNCE else "",
        detail=letter.report or (amazon.amount(told.text) if about == NOTICE else ""),
    )  # fmt: skip
