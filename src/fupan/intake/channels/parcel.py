"""What is handed to a channel, and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise


class Enclosure(NamedTuple):
    """A file that goes with a reply."""

    name: str
    kind: str  # media type
    content: bytes


class Parcel(NamedTuple):
    """A reply to a buyer. `thread` are the ids of the conversation's messages, the oldest first."""

    shop_id: int
    to: str
    subject: str
    text: str
    message_id: str
    thread: Sequence[str] = ()
    files: Sequence[Enclosure] = ()
    automatic: bool = False


class Sent(NamedTuple):
    """`failure` is a code of FAILURES; a final one is not tried again."""

    ok: bool
    failure: str = ""
    detail: str = ""  # what the other side said
    final: bool = False


FAILURES: dict[str, StrPromise] = {
    "no-account": _("This shop has no mailbox to send from."),
    "no-address": _("Nobody knows where the answer should go: the buyer’s address is missing."),
    "refused-address": _("The mail server does not accept the buyer’s address."),
    "refused-login": _("The mail server does not accept the user name or the password."),
    "refused": _("The mail server did not accept the mail."),
    "too-large": _("The mail server finds the mail too large."),
    "unreachable": _("The mail server cannot be reached."),
    "untrusted": _("The mail server’s certificate is not trusted."),
    "private-address": _("The mail server lies in a private network, which is not allowed here."),
    "file-gone": _("A file of the reply is gone."),
    "no-folder": _("There is no such folder in the mailbox."),
    "no-answer": _("The mail server’s answer was not understood."),
    "bounced": _("The mail came back: it was not delivered."),
    "opted-out": _("The buyer does not want messages from sellers: the marketplace did not deliver it."),
}


def words(code: str, detail: str = "") -> str:
    """A failure for people."""
    said = str(FAILURES.get(code, code))
    return f"{said} ({detail})" if detail else said
