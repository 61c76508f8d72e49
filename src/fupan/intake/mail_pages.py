"""What the pages of mail show: mailboxes with their counts, mails that wait for a person, webhooks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet
from django.urls import reverse

from fupan.core.fields import cipher
from fupan.intake.channels.mail.letter import Unreadable, open_letter
from fupan.intake.channels.mail.text import clean, plain
from fupan.intake.mail_words import reason
from fupan.intake.models import Hook, Incoming, IncomingState, MailAccount
from fupan.intake.policies import hooks_seen_by, incoming_seen_by, mail_accounts_seen_by
from fupan.people.models import Member

SHOWN = {"held": IncomingState.HELD, "aside": IncomingState.ASIDE}
MOST_SHOWN = 20_000  # characters of a held mail


@dataclass(frozen=True, slots=True)
class AccountRow:
    account: MailAccount
    counts: dict[str, int]

    @property
    def tone(self) -> str:
        if not self.account.active or self.account.fetched_at is None:
            return "slate"
        return "amber" if self.account.failure else "jade"


@dataclass(frozen=True, slots=True)
class HookRow:
    hook: Hook
    address: str


def account_rows(member: Member) -> list[AccountRow]:
    accounts = list(mail_accounts_seen_by(member))
    counts: defaultdict[int, dict[str, int]] = defaultdict(dict)
    told = incoming_seen_by(member).filter(account__in=accounts).order_by().values("account_id", "state")
    for row in told.annotate(count=Count("pk")):
        counts[row["account_id"]][row["state"]] = row["count"]
    return [AccountRow(one, counts[one.pk]) for one in accounts]


def hook_rows(member: Member) -> list[HookRow]:
    return [HookRow(one, address_of(one)) for one in hooks_seen_by(member)]


def address_of(hook: Hook) -> str:
    return settings.BASE_URL + reverse("intake:hook", args=[hook.key])


def waiting(member: Member, show: str) -> QuerySet[Incoming]:
    """Mails in quarantine, or those set aside, the newest first; never with their content."""
    rows = incoming_seen_by(member).filter(state=SHOWN.get(show, IncomingState.HELD))
    return rows.defer("raw", "body").order_by("-pk")


def counts(member: Member) -> dict[str, int]:
    rows = incoming_seen_by(member).filter(state__in=SHOWN.values()).order_by().values("state")
    found = {row["state"]: row["count"] for row in rows.annotate(count=Count("pk"))}
    return {name: found.get(state, 0) for name, state in SHOWN.items()}


def worded(mails: list[Incoming]) -> list[dict[str, Any]]:
    return [{"mail": one, "why": reason(one.reason), "sender": one.sender, "subject": one.subject} for one in mails]


def inside(mail: Incoming) -> dict[str, Any]:
    """A held mail as plain words, so that a person can judge it; no file of it is opened."""
    if mail.raw is None:
        return {"text": "", "files": [], "checks": []}
    raw = cipher().decrypt(bytes(mail.raw))
    try:
        letter = open_letter(raw)
    except Unreadable:
        return {"text": clean(raw[:MOST_SHOWN].decode("utf-8", "replace")), "files": [], "checks": []}
    text = (letter.text or plain(letter.page))[:MOST_SHOWN]
    return {"text": text, "files": [one.name for one in letter.files], "checks": letter.checks[:2], "letter": letter}
