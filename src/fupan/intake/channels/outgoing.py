"""The one door by which a reply leaves, whatever its channel. What goes wrong outside is an answer, no exception."""

from __future__ import annotations

from uuid import uuid4

from fupan.intake.channels.mail import post
from fupan.intake.channels.parcel import Parcel, Sent
from fupan.intake.models import MailAccount

__all__ = ["Parcel", "Sent", "new_id", "send", "way_of"]


def way_of(shop_id: int) -> MailAccount | None:
    """The mailbox from which replies of this shop leave; None: a person has to answer elsewhere."""
    accounts = MailAccount.objects.filter(shop_id=shop_id, active=True).exclude(smtp_host="")
    return accounts.order_by("pk").first()


def new_id(shop_id: int) -> str:
    """A Message-ID, to be fixed before the first attempt so that every attempt is the same mail."""
    account = way_of(shop_id)
    domain = account.address.rpartition("@")[2] if account else "fupan.invalid"
    return f"<{uuid4().hex}@{domain}>"


def send(parcel: Parcel) -> Sent:
    """Send a reply now."""
    account = way_of(parcel.shop_id)
    return post.send(account, parcel) if account else Sent(ok=False, failure="no-account", final=True)
