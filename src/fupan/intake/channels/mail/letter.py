"""A mail, opened: headers as words, texts decoded, files beside. Any bytes make a letter, or say why they make none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage, Message
from email.utils import getaddresses, parsedate_to_datetime
from functools import lru_cache
from typing import NamedTuple

from fupan.core import clock
from fupan.intake.channels.mail.text import clean, decoded, one_line

MOST_HEADERS = 256 * 1024  # bytes
MOST_HEADER = 8_000  # characters of one
MOST_PARTS = 200
MOST_FILES = 40
MOST_NAMES = 400  # times the word "boundary" may stand in a mail that a person sent
_ID = re.compile(r"<[^<>\s]{1,250}>")
# What the standard library raises on headers and parts that are broken in ways it did not foresee.
BROKEN = (ValueError, LookupError, AttributeError, TypeError, AssertionError, MessageError, RecursionError)
# The library parses a header anew each time it is asked what kind of part it has before it.
_POLICY = policy.EmailPolicy(header_factory=lru_cache(maxsize=64)(HeaderRegistry()))


class Unreadable(Exception):
    """No letter can be made of it; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Enclosed(NamedTuple):
    name: str
    content: bytes


@dataclass(slots=True)
class Letter:
    message_id: str = ""
    answers: list[str] = field(default_factory=list)  # In-Reply-To, then References from the newest
    sender: str = ""
    sender_name: str = ""
    senders: int = 1  # addresses the mail claims to come from
    reply_to: str = ""
    subject: str = ""
    at: datetime | None = None
    text: str = ""
    page: str = ""
    files: list[Enclosed] = field(default_factory=list)
    notification: str = ""  # X-Space-Notification-Type
    checks: list[str] = field(default_factory=list)  # Authentication-Results, the last server's first
    automatic: bool = False  # an answering machine or a list wrote it
    report: str = ""  # of a delivery that failed: what it says
    lost: list[str] = field(default_factory=list)  # ids of our mails that a report is about


def open_letter(raw: bytes) -> Letter:
    """Read the bytes of a mail; Unreadable when they cannot be."""
    head, _gap, _body = raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw[: MOST_HEADERS + 4] else b"\n\n")
    if len(head) > MOST_HEADERS:
        raise Unreadable("huge-headers")
    if raw.count(b"boundary") > MOST_NAMES:
        raise Unreadable("too-deep")
    try:
        mail = message_from_bytes(raw, policy=_POLICY)
        letter = _headers(mail)
        _contents(mail, letter)
    except RecursionError as wrong:
        raise Unreadable("too-deep") from wrong
    except BROKEN as wrong:
        raise Unreadable("unreadable") from wrong
    if not (letter.sender or letter.subject or letter.text or letter.page or letter.files):
        raise Unreadable("empty")
    return letter


def _headers(mail: EmailMessage) -> Letter:
    told = _Headers(mail)
    senders = told.addresses("From")
    name, sender = senders[0] if senders else ("", "")
    ids = _ID.findall(told.one("Message-ID"))
    threads = [*_ID.findall(told.one("In-Reply-To")), *reversed(_ID.findall(told.one("References")))]
    reply_to = told.addresses("Reply-To")
    automatic = told.one("Auto-Submitted").lower() not in ("", "no") or told.one("Precedence").lower() in (
        "bulk",
        "list",
    )
    return Letter(
        message_id=ids[0] if ids else "", answers=list(dict.fromkeys(threads)), sender=sender, sender_name=name,
        senders=max(len(senders), len(told.every("From"))), reply_to=reply_to[0][1] if reply_to else "",
        subject=one_line(told.one("Subject")), at=_instant(told.one("Date")),
        notification=one_line(told.one("X-Space-Notification-Type"), 60).upper(),
        checks=told.every("Authentication-Results"), automatic=automatic or bool(told.one("List-Unsubscribe")),
    )  # fmt: skip


class _Headers:
    """Headers by name, decoded leniently: raw 8-bit text, broken encoded words, unknown charsets."""

    def __init__(self, mail: EmailMessage) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in mail.raw_items():
            self._values.setdefault(str(name).lower(), []).append(str(value)[:MOST_HEADER])

    def every(self, name: str) -> list[str]:
        return [_words(value) for value in self._values.get(name.lower(), [])][:10]

    def one(self, name: str) -> str:
        found = self._values.get(name.lower())
        return _words(found[0]) if found else ""

    def addresses(self, name: str) -> list[tuple[str, str]]:
        """(name, address in lower case) of every valid address."""
        raw = [" ".join(_eight_bit(value).split()) for value in self._values.get(name.lower(), [])]
        found = [(one_line(_words(who), 80), where.strip().lower()) for who, where in getaddresses(raw)]
        return [(who, one_line(where, 254)) for who, where in found if re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", where)]


def _eight_bit(value: str) -> str:
    """Bytes that were no ASCII arrive as surrogates; give them a meaning."""
    if value.isascii():
        return value
    return decoded(value.encode("utf-8", "surrogateescape"), "utf-8")


def _words(value: str) -> str:
    value = _eight_bit(value)
    if "=?" not in value:
        return clean(value, MOST_HEADER)
    try:
        parts = decode_header(" ".join(value.split()))
    except BROKEN:
        return clean(value, MOST_HEADER)
    # between encoded words the library hands text over as raw-unicode-escape
    said = (one if isinstance(one, str) else decoded(one, charset or "raw-unicode-escape") for one, charset in parts)
    return clean("".join(said), MOST_HEADER)


def _instant(value: str) -> datetime | None:
    """When it was written; what lies in the future or is no date tells nothing."""
    try:
        at = parsedate_to_datetime(value)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (*BROKEN, OverflowError):
        return None
    return at if datetime(2000, 1, 1, tzinfo=UTC) < at <= clock.now() else None


def _contents(mail: EmailMessage, letter: Letter) -> None:
    for place, part in enumerate(_parts(mail, 0)):
        if place >= MOST_PARTS:
            break
        _take(part, letter)
    letter.text, letter.page = clean(letter.text), letter.page.strip()


def _parts(part: EmailMessage, depth: int) -> Iterator[EmailMessage]:
    """Leaves in reading order; an enclosed mail counts as one."""
    inner = part.get_payload()
    if isinstance(inner, list) and part.get_content_maintype() == "multipart" and depth < 30:
        for one in inner:
            if isinstance(one, EmailMessage):
                yield from _parts(one, depth + 1)
    else:
        yield part


def _take(part: EmailMessage, letter: Letter) -> None:
    kind = part.get_content_type()
    if kind in ("message/rfc822", "text/rfc822-headers", "message/delivery-status", "message/global-delivery-status"):
        _report(part, kind, letter)
        return
    name, content = _name(part), _content(part)
    shown = part.get_content_disposition() != "attachment" and not name
    if kind == "text/plain" and shown:
        letter.text += ("\n\n" if letter.text else "") + decoded(content, _charset(part))
    elif kind == "text/html" and shown:
        letter.page += decoded(content, _charset(part))
    elif content and (name or part.get_content_maintype() != "text") and len(letter.files) < MOST_FILES:
        letter.files.append(Enclosed(name or f"file.{_ending(kind)}", content))


def _report(part: EmailMessage, kind: str, letter: Letter) -> None:
    """What a server says about a mail of ours that it could not deliver."""
    inner = part.get_payload()
    inside = [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []
    told = "\n\n".join(one.as_string() for one in inside) if inside else str(inner or "")
    if "delivery-status" in kind:
        failed = re.search(r"^Action:\s*failed", told, re.MULTILINE | re.IGNORECASE)
        said = re.search(r"^Diagnostic-Code:\s*(.+)$", told, re.MULTILINE | re.IGNORECASE)
        letter.report = (one_line(said[1]) if said else "failed") if failed else letter.report
    else:
        ids = re.search(r"^Message-ID:\s*(<[^<>\s]{1,250}>)", told[:MOST_HEADERS], re.MULTILINE | re.IGNORECASE)
        letter.lost += [ids[1]] if ids else []


def _content(part: EmailMessage) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except BROKEN:
        content = None
    return content if isinstance(content, bytes) else str(part.get_payload() or "").encode("utf-8", "replace")


def _charset(part: EmailMessage) -> str:
    try:
        return str(part.get_content_charset() or "utf-8")
    except BROKEN:
        return "utf-8"


def _name(part: EmailMessage) -> str:
    try:
        return one_line(_words(str(part.get_filename() or "")), 200)
    except BROKEN:
        return ""


def _ending(kind: str) -> str:
    sub = kind.rpartition("/")[2]
    return {"jpeg": "jpg", "plain": "txt"}.get(sub, re.sub(r"[^a-z0-9]", "", sub)[:8] or "bin")
