"""The rules a destination must keep, asked by its form and by the verbs."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused
from fupan.notify import senders
from fupan.notify.models import DestinationKind, Topic
from fupan.notify.senders import webhook
from fupan.notify.senders.wire import NotAllowed


def check_keys(kind: str, url: str, secret: str) -> None:
    """Refused when messages may not go to the address, or the secret is too weak to sign with."""
    if kind not in DestinationKind.values:
        raise Refused(_("Choose what kind of destination it is."), code="no-kind")
    try:
        senders.check_address(kind, url)
    except NotAllowed as refused:
        raise Refused(senders.hint(kind, refused.code), code=refused.code) from refused
    if kind == DestinationKind.WEBHOOK:
        try:
            webhook.key_of(secret)
        except ValueError as wrong:
            said = _("The secret must have at least 16 characters, or be whsec_ and base64.")
            raise Refused(said, code="weak-secret") from wrong


def check_digest(topics: Iterable[str], department_id: int | None) -> None:
    """A digest is a department's: a destination that wants one says whose."""
    if Topic.DIGEST in topics and department_id is None:
        raise Refused(_("Choose the department whose digest goes there."), code="digest-of-whom")
