"""Mails come in: what a mailbox holds is kept first, with the cursor, and read afterwards.

A crash at any moment loses and doubles none: a mail is kept in the transaction that moves the cursor past it, and read
in the transaction that hands it on.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import NamedTuple

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.db import IntegrityError, transaction
from django.utils import translation

from fupan.commerce.models import Shop
from fupan.core import attachments, clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.core.fields import cipher
from fupan.core.gathering import gathered
from fupan.intake.channels.mail import fetch
from fupan.intake.channels.mail.letter import Enclosed
from fupan.intake.channels.mail.parse import Parsed, parse
from fupan.intake.channels.parcel import words
from fupan.intake.messages import Attached, key_of, message_json
from fupan.intake.models import Incoming, IncomingState, MailAccount

log = logging.getLogger(__name__)

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
MOST_AT_ONCE = 2_000  # mails of one turn
SETTLED = ("shop", "key", "sent_at", "sender", "subject", "raw", "body", "state", "reason")
READ_AT_ONCE, READ_BYTES = 25, 8 * 1024 * 1024


class Overtaken(Exception):
    """Another worker reads the same mailbox and is ahead."""


class Taken(NamedTuple):
    """What a turn did: mails fetched, mails read, and why it stopped, if it did."""

    fetched: int = 0
    read: int = 0
    failure: str = ""
    more: bool = False


def fetch_mail(account: MailAccount, *, most: int = MOST_AT_ONCE) -> Taken:
    """Keep what is new in the mailbox, then read it."""
    account.refresh_from_db(fields=["uid_validity", "last_uid", "failures", "failure"])
    fetched, failure, more = 0, "", False
    try:
        with fetch.opened(account) as folder:
            uids = folder.new()
            more = len(uids) > most
            for found in folder.batches(uids[:most]):
                fetched += _keep(account, folder.uid_validity, found)
    except Overtaken:
        more = False
    except fetch.CannotFetch as wrong:
        with translation.override(account.workspace.language):
            failure = words(wrong.code, wrong.detail)[:300]
    _note(account, fetched, failure)
    return Taken(fetched, read_kept(account.workspace_id), failure, more)


def take_mails(account: MailAccount, raws: Sequence[bytes]) -> Taken:
    """Take in mails that are at hand (saved as files), as if the mailbox had held them."""
    now = clock.now()
    with transaction.atomic():
        rows = [_row(account, fetch.Found(0, len(raw), raw), now=now) for raw in raws]
        for row in rows:
            row.uid = row.uid_validity = None
        Incoming.objects.bulk_create(rows)
        record("intake.mail_fetched", account, by=None, mails=len(rows))
    return Taken(len(rows), read_kept(account.workspace_id))


def read_kept(workspace_id: int) -> int:
    """Read mails that were kept and not read yet; the number read."""
    done, last = 0, 0
    waiting = Incoming.objects.filter(workspace_id=workspace_id, state=IncomingState.KEPT).order_by("pk")
    while sizes := list(waiting.filter(pk__gt=last).values_list("pk", "size")[:READ_AT_ONCE]):
        done += sum(_read_many(several) for several in _by_size(sizes))
        last = sizes[-1][0]
    return done


def read_one(pk: int, *, trusted: bool = False) -> bool:
    """Read a kept (or released) mail and hand it on; False when somebody else has."""
    opened = _opened([pk], trusted=trusted)
    try:
        return bool(_settle_all(opened, trusted=trusted))
    except IntegrityError:  # the same mail was taken in elsewhere at this very moment
        return bool(_settle_all(_opened([pk], trusted=trusted), trusted=trusted, again=True))


def _read_many(pks: Sequence[int]) -> int:
    """Read them together; one at a time when one of them has a twin or cannot be written down."""
    try:
        return _settle_all(_opened(pks))
    except Exception:
        log.warning("mails %s to %s are read one by one", pks[0], pks[-1], exc_info=True)
        return sum(read_one(pk) for pk in pks)


def _by_size(sizes: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """Neighbours that fit into memory together."""
    part: list[int] = []
    room = READ_BYTES
    for pk, size in sizes:
        if part and size > room:
            yield part
            part, room = [], READ_BYTES
        part.append(pk)
        room -= size
    if part:
        yield part


@transaction.atomic
def _keep(account: MailAccount, uid_validity: int, found: Sequence[fetch.Found]) -> int:
    """Put mails away and move the cursor past them; nothing when another worker was quicker."""
    if not found:
        return 0
    now = clock.now()
    mine = MailAccount.objects.filter(pk=account.pk, uid_validity=account.uid_validity, last_uid=account.last_uid)
    if not mine.update(uid_validity=uid_validity, last_uid=found[-1].uid):
        raise Overtaken
    account.uid_validity, account.last_uid = uid_validity, found[-1].uid
    rows = [_row(account, one, now=now) for one in found]
    Incoming.objects.bulk_create(rows, ignore_conflicts=True)
    record("intake.mail_fetched", account, by=None, mails=len(rows))
    return len(rows)


def _row(account: MailAccount, found: fetch.Found, *, now: datetime) -> Incoming:
    kept = found.raw is not None
    return Incoming(
        workspace_id=account.workspace_id, shop_id=account.shop_id, account=account, channel="mail",
        uid_validity=account.uid_validity, uid=found.uid, size=found.size, arrived_at=now,
        digest=hashlib.sha256(found.raw or b"").hexdigest(),
        raw=cipher().encrypt(found.raw) if found.raw is not None else None,
        state=IncomingState.KEPT if kept else IncomingState.HELD, reason="" if kept else "too-large",
    )  # fmt: skip


def _states(*, trusted: bool) -> list[str]:
    return [IncomingState.KEPT, *([IncomingState.HELD, IncomingState.ASIDE] if trusted else [])]


def _opened(pks: Sequence[int], *, trusted: bool = False) -> list[tuple[Incoming, Parsed]]:
    """The mails and what they say, before anything is locked."""
    rows = Incoming.objects.filter(pk__in=pks, state__in=_states(trusted=trusted)).exclude(raw=None)
    mails = rows.select_related("shop", "account").order_by("pk")
    return [(mail, _parsed(mail, trusted=trusted)) for mail in mails]


def _parsed(mail: Incoming, *, trusted: bool) -> Parsed:
    account = mail.account
    try:
        return parse(
            cipher().decrypt(bytes(mail.raw or b"")), platform=mail.shop.platform, arrived=mail.arrived_at,
            own=account.address if account else "", strict=account.strict if account else False, trusted=trusted,
        )  # fmt: skip
    except Exception:
        log.exception("mail %s could not be read", mail.pk)  # one mail never stops the others
        return Parsed(IncomingState.HELD, "unreadable")


@transaction.atomic
def _settle_all(opened: Sequence[tuple[Incoming, Parsed]], *, trusted: bool = False, again: bool = False) -> int:
    """Write down where they go, all or none; those somebody else has settled meanwhile are left out."""
    rows = Incoming.objects.filter(pk__in=[mail.pk for mail, _parsed in opened], state__in=_states(trusted=trusted))
    mine = set(rows.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True))
    keys = [key_of(parsed.record.outside_id) for _mail, parsed in opened if parsed.record]
    there = Incoming.objects.filter(key__in=keys, shop__workspace__in={mail.workspace_id for mail, _parsed in opened})
    twins = set(there.values_list("shop_id", "key", "pk")) if keys else set()
    with gathered():
        for mail, parsed in opened:
            if mail.pk in mine:
                _settle(mail, parsed, twins, again=again)
    return len(mine)


def _settle(mail: Incoming, parsed: Parsed, twins: set[tuple[int, str, int]], *, again: bool) -> None:
    """Write down where the mail goes; what goes on to a ticket is told to the desk."""
    mail.sender, mail.subject = parsed.sender[:254], parsed.subject
    mail.state, mail.reason = parsed.state, parsed.reason
    if parsed.record is None:
        if parsed.state == IncomingState.HELD:
            record("intake.mail_held", mail, by=None, reason=parsed.reason)
        mail.save(update_fields=["sender", "subject", "state", "reason"])
        return
    told = parsed.record
    mail.shop, mail.key, mail.sent_at = _shop(mail, parsed.site), key_of(told.outside_id), told.at
    mail.sender, mail.subject, mail.raw = "", "", None
    if again or any((shop, key) == (mail.shop_id, mail.key) and pk != mail.pk for shop, key, pk in twins):
        mail.state, mail.key = IncomingState.AGAIN, ""
        mail.save(update_fields=SETTLED)
        return
    twins.add((mail.shop_id, mail.key, mail.pk))
    if parsed.files:
        mail.save(update_fields=["shop", "key"])  # before its files are kept: a twin is found out here
    files = tuple(_attached(mail.workspace_id, one) for one in parsed.files)
    mail.body = message_json(told._replace(files=files))
    mail.save(update_fields=SETTLED)
    record("intake.message_arrived", mail, by=None, channel=mail.channel, about=told.about)


def _shop(mail: Incoming, site: str) -> Shop:
    """One mailbox may serve several sites of a seller: the site of the mail chooses among them."""
    if not site or mail.shop.site.lower() == site.lower():
        return mail.shop
    named = list(Shop.objects.filter(workspace_id=mail.workspace_id, site__iexact=site)[:2])
    return named[0] if len(named) == 1 else mail.shop


def _attached(workspace_id: int, file: Enclosed) -> Attached:
    """Keep a file; one that is refused is named with the reason."""
    name = attachments.clean_name(file.name)
    upload = InMemoryUploadedFile(BytesIO(file.content), None, name, None, len(file.content), None)
    try:
        return Attached(name, attachments.keep(workspace_id, upload).pk)
    except Refused as refused:
        return Attached(name, None, str(refused.message)[:300])


def _note(account: MailAccount, fetched: int, failure: str) -> None:
    """How the turn went, and when the next one may be."""
    now = clock.now()
    failures = account.failures + 1 if failure else 0
    wait = WAITS[min(failures, len(WAITS)) - 1] if failures else None
    rows = MailAccount.objects.filter(pk=account.pk)
    rows.update(fetched_at=now, failure=failure, failures=failures, next_fetch_at=now + wait if wait else None)
    account.failure, account.failures = failure, failures
    if failure and failures == 1:
        record("intake.mail_unreachable", account, by=None, fetched=fetched)
