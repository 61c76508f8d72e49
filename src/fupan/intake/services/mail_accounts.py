"""Mailboxes and webhooks of a workspace: connect, change, try, disconnect. Their secrets are never handed out again."""

from __future__ import annotations

import secrets
import smtplib
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from fupan.commerce.models import Shop
from fupan.commerce.policies import shops_seen_by
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.intake.channels.mail import fetch, post, wire
from fupan.intake.channels.parcel import words
from fupan.intake.models import Hook, MailAccount
from fupan.intake.policies import hooks_seen_by, mail_accounts_seen_by
from fupan.notify.senders import webhook
from fupan.notify.senders.wire import NotAllowed
from fupan.people.models import Member

FIRST_DAYS = 14  # how far back a new mailbox is read
MOST_HOOKS = 50
_READ_ANEW = frozenset({"imap_host", "imap_port", "user", "folder", "since"})


class Tried(NamedTuple):
    """What a try found: mails in the folder and how many are new; words for what failed, by direction."""

    mails: int = 0
    new: int = 0
    reading: str = ""
    sending: str = ""

    @property
    def ok(self) -> bool:
        return not self.reading and not self.sending


def first_day() -> date:
    return clock.today() - timedelta(days=FIRST_DAYS)


@transaction.atomic
def add_mail_account(*, shop_id: int, by: Member, **said: Any) -> MailAccount:
    """Connect a mailbox to a shop."""
    account = MailAccount(workspace_id=by.workspace_id, shop=_shop(shop_id, by))
    _fill(account, said)
    record("intake.mail_account_added", account, by=by)
    return account


@transaction.atomic
def edit_mail_account(account_id: int, *, version: int, shop_id: int, by: Member, **said: Any) -> MailAccount:
    """Change a mailbox; an empty password keeps the one it has."""
    account = mail_accounts_seen_by(by).select_for_update(of=("self",)).get(pk=account_id)
    if account.version != version:
        raise Refused(_("Somebody changed this mailbox meanwhile; look at it again."), code="changed-meanwhile")
    said["password"] = said.get("password") or account.password
    if any(getattr(account, name) != said[name] for name in _READ_ANEW & said.keys()):
        account.uid_validity, account.last_uid = None, 0
    account.shop, account.version = _shop(shop_id, by), account.version + 1
    account.failures, account.failure, account.next_fetch_at = 0, "", None
    _fill(account, said)
    record("intake.mail_account_edited", account, by=by)
    return account


@transaction.atomic
def drop_mail_account(account_id: int, *, by: Member) -> None:
    """Disconnect a mailbox; tickets stay, mails in quarantine stay until they are decided on."""
    account = mail_accounts_seen_by(by).get(pk=account_id)
    record("intake.mail_account_dropped", account, by=by)
    account.delete()


def try_mail_account(account: MailAccount, *, by: Member) -> Tried:
    """Connect both ways and count; nothing is fetched or sent."""
    mails = new = 0
    reading = sending = ""
    try:
        with fetch.opened(account) as folder:
            mails, new = folder.count, len(folder.new())
    except fetch.CannotFetch as wrong:
        reading = words(wrong.code, wrong.detail)
    if account.smtp_host:
        try:
            wire.smtp(account).close()
        except (OSError, smtplib.SMTPException, NotAllowed) as wrong:
            failed = post.failed(wrong)
            sending = words(failed.failure, failed.detail)
    record("intake.mail_account_tried", account, by=by, ok=not reading and not sending)
    return Tried(mails, new, reading, sending)


@transaction.atomic
def add_hook(*, name: str, shop_id: int, by: Member) -> Hook:
    """Open an address where another program may leave messages; its secret is shown once."""
    if not name.strip():
        raise Refused(_("Give the webhook a name."), code="no-name")
    if hooks_seen_by(by).count() >= MOST_HOOKS:
        raise Refused(
            _("There are %(most)s webhooks already; remove some first.") % {"most": MOST_HOOKS}, code="too-many"
        )
    hook = Hook.objects.create(
        workspace_id=by.workspace_id, shop=_shop(shop_id, by), name=name.strip()[:80],
        key=secrets.token_urlsafe(24), secret=webhook.new_secret(),
    )  # fmt: skip
    record("intake.hook_added", hook, by=by)
    return hook


@transaction.atomic
def drop_hook(hook_id: int, *, by: Member) -> None:
    """Close the address; what came through it stays."""
    hook = hooks_seen_by(by).get(pk=hook_id)
    record("intake.hook_dropped", hook, by=by)
    hook.delete()


def _shop(shop_id: int, by: Member) -> Shop:
    shop = shops_seen_by(by).filter(pk=shop_id).first()
    if shop is None:
        raise Refused(_("Choose one of your shops."), code="no-shop")
    return shop


def _fill(account: MailAccount, said: dict[str, Any]) -> None:
    for name, value in said.items():
        setattr(account, name, value)
    if not account.password:
        raise Refused(_("The mailbox needs its password."), code="no-password")
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as twice:
        raise Refused(_("This mailbox is connected already."), code="mailbox-twice") from twice
