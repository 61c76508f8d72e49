"""Any program: a JSON event, signed as the Standard Webhooks specification says; arrived when the answer is 2xx."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

from django.utils.translation import gettext_lazy as _

from fupan.notify.senders.markup import as_json
from fupan.notify.senders.parcel import Answer, Parcel, Reply, Request, Sender

PREFIX = "whsec_"
SHORTEST = 16  # bytes of a key
LONGEST_PAUSE = 3600


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """The bytes of a secret: base64 behind `whsec_`, else the words as they are. ValueError when they are too few."""
    try:
        key = base64.b64decode(secret[len(PREFIX) :], validate=True) if secret.startswith(PREFIX) else secret.encode()
    except binascii.Error as wrong:
        raise ValueError(str(wrong)) from wrong
    if len(key) < SHORTEST:
        raise ValueError(len(key))
    return key


def signature(secret: str, event_id: str, seconds: int, body: bytes) -> str:
    told = f"{event_id}.{seconds}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key_of(secret), told, hashlib.sha256).digest()).decode()


def request(parcel: Parcel) -> Request:
    body, moment = as_json(dict(parcel.event)), int(parcel.at.timestamp())
    headers = {
        "webhook-id": parcel.event_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": signature(parcel.secret, parcel.event_id, moment, body),
    }
    return Request(parcel.url, body, headers)


def judge(reply: Reply) -> Answer:
    """Its words stay out of the log: only the status is ours to keep."""
    code = str(reply.status)
    if 200 <= reply.status < 300:
        return Answer(ok=True, code=code)
    pause = min(max(reply.retry_after, 60), LONGEST_PAUSE) if reply.status in {429, 503} else 0
    return Answer(ok=False, code=code, pause=pause, final=reply.status == 410)


SENDER = Sender(
    hosts=(),
    request=request,
    judge=judge,
    hints={
        "301": _("It answered with another address; redirects are not followed. Enter the final one."),
        "302": _("It answered with another address; redirects are not followed. Enter the final one."),
        "307": _("It answered with another address; redirects are not followed. Enter the final one."),
        "308": _("It answered with another address; redirects are not followed. Enter the final one."),
        "401": _("It does not accept the signature."),
        "403": _("It does not accept the signature."),
        "404": _("Nothing is at this address."),
        "410": _("It does not want messages any more."),
        "429": _("It asks for fewer messages; the rest waits."),
    },
    per_minute=60,
)
