"""Read a mailbox without leaving a trace in it: the folder is opened read-only, nothing is marked as seen."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

from imap_tools import AND, BaseMailBox, MailMessage, U
from imap_tools.errors import (
    ImapToolsError,
    MailboxFolderSelectError,
    MailboxFolderStatusError,
    MailboxLoginError,
)

from fupan.intake.channels.mail import wire
from fupan.intake.channels.mail.text import one_line
from fupan.intake.models import MailAccount
from fupan.notify.senders.wire import NotAllowed

MOST_BYTES = 40 * 1024 * 1024  # of one mail; a larger one is held without its content
AT_ONCE = 40  # mails asked for in one go
AT_ONCE_BYTES = 20 * 1024 * 1024


class CannotFetch(Exception):
    """The mailbox cannot be read; `code` is one of channels.parcel.FAILURES."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


class Found(NamedTuple):
    """A mail of the folder; without `raw` when it is larger than we take."""

    uid: int
    size: int
    raw: bytes | None


class RawMail(MailMessage):
    """Only the bytes: reading them is not the business of the line."""

    def __init__(self, fetch_data: list[object]) -> None:
        self.raw, about, *_flags = self._get_message_data_parts(fetch_data)
        found = re.search(rb"UID (\d+)", b" ".join(one for one in (about, *_flags) if isinstance(one, bytes)))
        self.number = int(found[1]) if found else 0


class Folder(BaseMailBox):
    """The folder of an account, signed in and opened."""

    email_message_class = RawMail

    def __init__(self, account: MailAccount) -> None:
        self.account = account
        super().__init__()
        self.login_utf8_or_plain()
        told = self.folder.status(account.folder, ["MESSAGES", "UIDVALIDITY"])
        self.uid_validity, self.count = told.get("UIDVALIDITY", 0), told.get("MESSAGES", 0)
        self.folder.set(account.folder, readonly=True)

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return wire.imap(self.account)

    def login_utf8_or_plain(self) -> None:
        user, password = self.account.user, self.account.password
        if user.isascii() and password.isascii():
            self.login(user, password, initial_folder=None)
        else:
            self.login_utf8(user, password, initial_folder=None)

    def new(self) -> list[int]:
        """UIDs that were not read yet, in order; all since the first day when the folder was made anew."""
        last = self.account.last_uid if self.account.uid_validity == self.uid_validity else 0
        uids = self.uids(AND(date_gte=self.account.since, uid=U(str(last + 1), "*")), charset=None)
        return sorted(uid for one in uids if (uid := int(one)) > last)

    def batches(self, uids: Sequence[int]) -> Iterator[list[Found]]:
        """The mails of these UIDs, some at a time."""
        for start in range(0, len(uids), AT_ONCE):
            several = uids[start : start + AT_ONCE]
            yield from self._by_size(several, self._sizes(several))

    def _by_size(self, uids: Sequence[int], sizes: dict[int, int]) -> Iterator[list[Found]]:
        part: list[int] = []
        room = AT_ONCE_BYTES
        for uid in uids:
            size = sizes.get(uid, 0)
            if part and size > room:
                yield self._read(part, sizes)
                part, room = [], AT_ONCE_BYTES
            part.append(uid)
            room -= min(size, MOST_BYTES)
        if part:
            yield self._read(part, sizes)

    def _sizes(self, uids: Sequence[int]) -> dict[int, int]:
        _status, rows = self.client.uid("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE)")
        found = {}
        for row in rows:
            told = row if isinstance(row, bytes) else b""
            uid, size = re.search(rb"UID (\d+)", told), re.search(rb"RFC822\.SIZE (\d+)", told)
            if uid and size:
                found[int(uid[1])] = int(size[1])
        return found

    def _read(self, uids: Sequence[int], sizes: dict[int, int]) -> list[Found]:
        """Mails that vanished meanwhile are left out."""
        small = [str(uid) for uid in uids if sizes.get(uid, 0) <= MOST_BYTES]
        raws = {}
        for mail in self.fetch(uid_list=small, mark_seen=False, bulk=True) if small else ():
            assert isinstance(mail, RawMail)
            raws[mail.number] = mail.raw
        large = [Found(uid, sizes[uid], None) for uid in uids if sizes.get(uid, 0) > MOST_BYTES]
        return sorted([*large, *(Found(uid, len(raw), raw) for uid, raw in raws.items() if uid)])


@contextmanager
def opened(account: MailAccount) -> Iterator[Folder]:
    """The folder; whatever goes wrong on the way is CannotFetch, in a code people have words for."""
    folder = None
    try:
        folder = Folder(account)
        yield folder
    except NotAllowed as wrong:
        raise CannotFetch(wrong.code) from wrong
    except (MailboxFolderSelectError, MailboxFolderStatusError) as wrong:
        raise CannotFetch("no-folder", account.folder) from wrong
    except MailboxLoginError as wrong:
        raise CannotFetch("refused-login", _said(wrong)) from wrong
    except ssl.SSLError as wrong:
        raise CannotFetch("untrusted", type(wrong).__name__) from wrong
    except OSError as wrong:
        raise CannotFetch("unreachable", type(wrong).__name__) from wrong
    except (ImapToolsError, imaplib.IMAP4.error, UnicodeError) as wrong:
        login = "AUTHENTICATIONFAILED" in str(wrong)
        raise CannotFetch("refused-login" if login else "no-answer", type(wrong).__name__) from wrong
    finally:
        if folder is not None:
            with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
                folder.logout()


def _said(wrong: MailboxLoginError) -> str:
    told = wrong.command_result[1][0] if wrong.command_result and wrong.command_result[1] else b""
    return one_line(told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told))[:120]
