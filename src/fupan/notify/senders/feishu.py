"""Feishu and Lark custom bot: signed in its body (not as DingTalk signs); arrived when `code` is 0."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

from django.utils.translation import gettext_lazy as _

from fupan.notify.senders.markup import as_json, fitted, lines_of, plain, read_json, short
from fupan.notify.senders.parcel import Answer, Parcel, Reply, Request, Sender

MOST = 16_000  # of 20 kB for the whole body
TOO_OFTEN = "11232"


def signature(secret: str, seconds: int) -> str:
    """HMAC-SHA256 of nothing, with time and secret as the key, base64."""
    return base64.b64encode(hmac.new(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()


def card(parcel: Parcel) -> dict[str, Any]:
    said = parcel.message
    text = fitted([], lines_of(said), [plain(said.foot)], most=MOST)
    parts: list[dict[str, Any]] = [{"tag": "markdown", "content": text}]
    if said.url:
        button = {"tag": "button", "text": {"tag": "plain_text", "content": said.action}, "url": said.url}
        parts.append({"tag": "action", "actions": [{**button, "type": "primary"}]})
    return {
        "config": {"wide_screen_mode": True},
        "header": {"title": {"tag": "plain_text", "content": plain(said.title)[:300]}, "template": "turquoise"},
        "elements": parts,
    }


def request(parcel: Parcel) -> Request:
    body: dict[str, Any] = {"msg_type": "interactive", "card": card(parcel)}
    if parcel.secret:
        moment = int(parcel.at.timestamp())
        body = {"timestamp": str(moment), "sign": signature(parcel.secret, moment), **body}
    return Request(parcel.url, as_json(body))


def judge(reply: Reply) -> Answer:
    found = read_json(reply.body)
    code = str(found.get("code", found.get("StatusCode", f"HTTP {reply.status}")))
    if reply.status == 200 and code == "0":
        return Answer(ok=True, code=code)
    return Answer(ok=False, code=code, text=short(found.get("msg", "")), pause=60 if code == TOO_OFTEN else 0)


SENDER = Sender(
    hosts=("open.feishu.cn", "open.larksuite.com"),
    request=request,
    judge=judge,
    hints={
        "19021": _("The signature does not fit: check the secret, and that the clock of this server is right."),
        "19022": _("The address of this server is not on the robot’s list of allowed IPs."),
        "19024": _("Its keyword is missing in the message: use “Fupan” as the keyword."),
        "19001": _("This robot does not exist any more: copy its address again."),
        TOO_OFTEN: _("Too many messages within a minute; the rest waits."),
    },
)
