"""Senders: one small file per kind of destination, and the one way everything goes out."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from fupan.notify.models import DestinationKind
from fupan.notify.senders import dingtalk, feishu, webhook, wecom, wire
from fupan.notify.senders.parcel import Answer, Parcel, Sender

SENDERS: Mapping[str, Sender] = {
    DestinationKind.WECOM: wecom.SENDER,
    DestinationKind.DINGTALK: dingtalk.SENDER,
    DestinationKind.FEISHU: feishu.SENDER,
    DestinationKind.WEBHOOK: webhook.SENDER,
}

HINTS: Mapping[str, StrPromise] = {
    "bad-address": _("This is no address a message can be sent to."),
    "not-https": _("The address must begin with https://."),
    "private-address": _("The address leads into a private network, which is not allowed here."),
    "other-host": _("This is not the address of such a robot: copy it from the group’s robot settings."),
    "unreachable": _("Nobody answered there."),
    "untrusted": _("The certificate of the address is not trusted."),
    "no-answer": _("The answer was not understood."),
    "switched-off": _("The destination was switched off."),
}


def send(kind: str, parcel: Parcel) -> Answer:
    """Send a parcel by its kind; whatever goes wrong outside is an answer, never an exception."""
    sender = SENDERS[kind]
    try:
        check_address(kind, parcel.url)
        return sender.judge(wire.post(sender.request(parcel)))
    except wire.NotAllowed as refused:
        return Answer(ok=False, code=refused.code, final=True)
    except ssl.SSLError as failure:
        return Answer(ok=False, code="untrusted", text=type(failure).__name__, pause=60)
    except OSError as failure:  # names, sockets, time-outs
        return Answer(ok=False, code="unreachable", text=type(failure).__name__, pause=60)
    except http.client.HTTPException as failure:
        return Answer(ok=False, code="no-answer", text=type(failure).__name__, pause=60)


def check_address(kind: str, url: str) -> None:
    """Raise `NotAllowed` when an address has a form no message may go to; robots live at known hosts only."""
    host = wire.checked(url).hostname
    known = SENDERS[kind].hosts
    if known and host not in known and not settings.LOCAL_DESTINATIONS:
        raise wire.NotAllowed("other-host")


def hint(kind: str, code: str) -> StrPromise | str:
    """What a code means and what to do about it; empty when we do not know."""
    return SENDERS[kind].hints.get(code) or HINTS.get(code) or ""
