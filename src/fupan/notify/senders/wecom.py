"""WeCom group robot: the key is in its address; markdown of at most 4,096 bytes; arrived when `errcode` is 0."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fupan.notify.senders.markup import as_json, fitted, lines_of, link, plain, read_json, short
from fupan.notify.senders.parcel import Answer, Parcel, Reply, Request, Sender

MOST = 4096
TOO_OFTEN = "45009"


def request(parcel: Parcel) -> Request:
    said = parcel.message
    head = [f"**{plain(said.title)[:300]}**"]
    tail = [*([link(said.action, said.url)] if said.url else []), f"> {plain(said.foot)}"]
    text = fitted(head, lines_of(said), tail, most=MOST)
    return Request(parcel.url, as_json({"msgtype": "markdown", "markdown": {"content": text}}))


def judge(reply: Reply) -> Answer:
    found = read_json(reply.body)
    code = str(found.get("errcode", f"HTTP {reply.status}"))
    if reply.status == 200 and code == "0":
        return Answer(ok=True, code=code)
    return Answer(ok=False, code=code, text=short(found.get("errmsg", "")), pause=60 if code == TOO_OFTEN else 0)


SENDER = Sender(
    hosts=("qyapi.weixin.qq.com",),
    request=request,
    judge=judge,
    hints={
        TOO_OFTEN: _("Too many messages within a minute; the rest waits."),
        "93000": _("This robot does not exist any more: copy its address again."),
        "40058": _("The message was not accepted as it is."),
    },
)
