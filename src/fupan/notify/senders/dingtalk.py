"""DingTalk group robot: signed in its address; arrived when `errcode` is 0; too fast means silence for ten minutes."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote_plus

from django.utils.translation import gettext_lazy as _

from fupan.notify.senders.markup import as_json, fitted, lines_of, link, plain, read_json, short
from fupan.notify.senders.parcel import Answer, Parcel, Reply, Request, Sender

MOST = 18_000
TOO_OFTEN = {"130101", "410100"}
TEN_MINUTES = 600


def signature(secret: str, milliseconds: int) -> str:
    """HMAC-SHA256 with the secret over time and secret, base64; not yet quoted."""
    told = f"{milliseconds}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), told, hashlib.sha256).digest()).decode()


def signed(url: str, secret: str, at: datetime) -> str:
    """The address with time and signature, quoted once."""
    if not secret:
        return url
    moment = int(at.timestamp() * 1000)
    glue = "&" if "?" in url else "?"
    return f"{url}{glue}timestamp={moment}&sign={quote_plus(signature(secret, moment))}"


def request(parcel: Parcel) -> Request:
    said = parcel.message
    title = plain(said.title)[:300]
    tail = [*([link(said.action, said.url)] if said.url else []), f"> {plain(said.foot)}"]
    text = fitted([f"**{title}**"], lines_of(said), tail, most=MOST, glue="\n\n")
    body = {"msgtype": "markdown", "markdown": {"title": title[:60], "text": text}, "at": {"isAtAll": False}}
    return Request(signed(parcel.url, parcel.secret, parcel.at), as_json(body))


def judge(reply: Reply) -> Answer:
    found = read_json(reply.body)
    code = str(found.get("errcode", f"HTTP {reply.status}"))
    if reply.status == 200 and code == "0":
        return Answer(ok=True, code=code)
    return Answer(
        ok=False, code=code, text=short(found.get("errmsg", "")), pause=TEN_MINUTES if code in TOO_OFTEN else 0
    )


SENDER = Sender(
    hosts=("oapi.dingtalk.com", "api.dingtalk.com"),
    request=request,
    judge=judge,
    hints={
        "310000": _("Its safety setting refused: check the signing secret, the keyword (“Fupan”) or the allowed IPs."),
        "130101": _("Too many messages within a minute: DingTalk is silent for ten minutes, then the rest follows."),
        "300001": _("This robot does not exist any more: copy its address again."),
    },
)
