"""Why a mail is held or set aside, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

REASONS: dict[str, StrPromise] = {
    "forged-sender": _("The sender is forged: the mail server’s check (SPF, DKIM, DMARC) failed."),
    "pretends-amazon": _("It pretends to come from Amazon, but its address is not Amazon’s."),
    "two-senders": _("It names more than one sender."),
    "unchecked-sender": _("Nobody checked the sender, and this mailbox asks for a check."),
    "huge-headers": _("Its head is far larger than that of any mail."),
    "too-deep": _("Its parts are nested deeper than in any mail."),
    "unreadable": _("It is broken and cannot be read."),
    "empty": _("There is nothing in it."),
    "too-large": _("It is larger than 40 MB, so it was left in the mailbox."),
    "not-a-buyer": _("It comes neither from a buyer nor about one."),
    "own": _("It comes from our own address."),
    "automatic": _("A machine wrote it (newsletter, out-of-office note)."),
    "report": _("A report about a mail that is none of ours."),
    "no-ticket": _("It speaks of a conversation that is not known here."),
}


def reason(code: str) -> str:
    return str(REASONS.get(code, code))
