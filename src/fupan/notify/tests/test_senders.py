"""What each kind of destination is sent, how it is signed, and what counts as arrived."""

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote_plus, urlsplit

import pytest

from fupan.notify import senders
from fupan.notify.messages import Line, Message
from fupan.notify.models import DestinationKind
from fupan.notify.senders import dingtalk, feishu, markup, webhook, wecom
from fupan.notify.senders.parcel import Parcel, Reply

AT = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
SAID = Message(
    "物流部，第46周：40 起",
    (Line("1. 物流延误：40 起", "https://fupan.example/tickets/?issue=late&week=(46)"), Line("充电宝 A20：12")),
    "打开复盘资料",
    "https://fupan.example/reviews/2026-W46/",
    "海港 · Fupan",
)


def parcel(secret="", said=SAID, url="https://robot.example/send?key=k", **event):
    return Parcel(url, secret, said, AT, "msg_1", event)


def sent(sender, **more):
    return json.loads(sender.request(parcel(**more)).body)


# Signatures. The DingTalk and Feishu values were made by openssl, the webhook value is the specification's own.


def test_dingtalk_signs_time_and_secret_with_the_secret():
    secret = "SEC000000000000000000000"
    assert dingtalk.signature(secret, 1577262236757) == "xOJIB8eNoYWeLy26EMZOlc2RjOJbtPv9HYjm+E3uALU="


def test_feishu_signs_nothing_with_time_and_secret():
    assert feishu.signature("fupan-secret", 1599360473) == "CwihIIztSWAIyRLrGsd7AQAl/XoRQI6xEc19pfleofw="


def test_a_webhook_is_signed_as_the_specification_says():
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    signed = webhook.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_signature_of_dingtalk_is_quoted_once():
    url = dingtalk.signed("https://oapi.dingtalk.com/robot/send?access_token=t", "SEC0123456789", AT)
    told = parse_qs(urlsplit(url).query)
    assert told["access_token"] == ["t"]
    assert told["timestamp"] == [str(int(AT.timestamp() * 1000))]
    assert told["sign"] == [dingtalk.signature("SEC0123456789", int(AT.timestamp() * 1000))]
    assert "%25" not in url
    assert unquote_plus(url.split("sign=")[1]).endswith("=")


def test_feishu_carries_its_signature_in_the_body():
    said = sent(feishu.SENDER, secret="fupan-secret")
    assert said["timestamp"] == str(int(AT.timestamp()))
    assert said["sign"] == feishu.signature("fupan-secret", int(AT.timestamp()))


def test_without_a_secret_nothing_is_signed():
    assert "sign" not in sent(feishu.SENDER)
    assert dingtalk.SENDER.request(parcel()).url == "https://robot.example/send?key=k"


def test_a_webhook_says_id_time_and_signature_of_the_very_bytes():
    secret = webhook.new_secret()
    request = webhook.SENDER.request(parcel(secret=secret, type="review_ready", data={"sentence": "复盘"}))
    moment = int(AT.timestamp())
    assert request.headers["webhook-id"] == "msg_1"
    assert request.headers["webhook-timestamp"] == str(moment)
    assert request.headers["webhook-signature"] == webhook.signature(secret, "msg_1", moment, request.body)
    assert json.loads(request.body)["data"]["sentence"] == "复盘"


@pytest.mark.parametrize("weak", ["", "short", "whsec_!!!", "whsec_YWJj"])
def test_a_weak_secret_signs_nothing(weak):
    with pytest.raises(ValueError):
        webhook.key_of(weak)


# Bodies


def test_robots_are_told_in_chinese_with_links():
    for text in (
        sent(wecom.SENDER)["markdown"]["content"],
        sent(dingtalk.SENDER)["markdown"]["text"],
        sent(feishu.SENDER)["card"]["elements"][0]["content"],
    ):
        assert "[1. 物流延误：40 起](https://fupan.example/tickets/?issue=late&week=%2846%29)" in text
        assert "充电宝 A20：12" in text
        assert "Fupan" in text  # the keyword of robots that ask for one


def test_every_robot_leads_back():
    assert "[打开复盘资料](https://fupan.example/reviews/2026-W46/)" in sent(wecom.SENDER)["markdown"]["content"]
    assert "[打开复盘资料](https://fupan.example/reviews/2026-W46/)" in sent(dingtalk.SENDER)["markdown"]["text"]
    button = sent(feishu.SENDER)["card"]["elements"][1]["actions"][0]
    assert button["url"] == "https://fupan.example/reviews/2026-W46/"
    assert button["text"]["content"] == "打开复盘资料"


def test_names_from_files_cannot_become_links_or_mentions():
    evil = Message("<@all> [win](https://evil.example)", (Line('**A20** <at user_id="all"></at> @所有人\n# x `y`'),))
    for sender in (wecom.SENDER, dingtalk.SENDER, feishu.SENDER):
        text = json.dumps(sent(sender, said=evil), ensure_ascii=False)
        assert "](" not in text
        assert "<" not in text
        assert "@所有人" not in text


def test_a_link_that_is_none_stays_words():
    assert markup.link("x", "javascript:alert(1)") == "x"


@pytest.mark.parametrize(("sender", "most"), [(wecom.SENDER, 4096), (dingtalk.SENDER, 20_000), (feishu.SENDER, 20_000)])
def test_a_long_message_is_cut_between_lines_and_keeps_its_link(sender, most):
    lines = tuple(Line(f"{number}. 很长的一行文字" * 4, "https://fupan.example/tickets/") for number in range(900))
    long = Message("标题", lines, "打开", "https://fupan.example/x", "海港 · Fupan")
    request = sender.request(parcel(said=long))
    text = request.body.decode()
    content = json.loads(text)["markdown"]["content"] if sender is wecom.SENDER else text
    assert len(content.encode()) <= most
    assert "https://fupan.example/x" in text
    assert "…" in text
    assert "海港 · Fupan" in text


# Answers


@pytest.mark.parametrize("kind", ["wecom", "dingtalk"])
def test_http_200_with_an_errcode_did_not_arrive(kind):
    judge = senders.SENDERS[kind].judge
    assert judge(Reply(200, b'{"errcode":0,"errmsg":"ok"}')).ok
    refused = judge(Reply(200, b'{"errcode":310000,"errmsg":"sign not match"}'))
    assert (refused.ok, refused.code, refused.text) == (False, "310000", "sign not match")
    assert not judge(Reply(500, b'{"errcode":0}')).ok
    assert judge(Reply(502, b"<html>")).code == "HTTP 502"
    assert not judge(Reply(200, b"[]")).ok
    assert not judge(Reply(200, b"")).ok


def test_feishu_says_code():
    judge = feishu.SENDER.judge
    assert judge(Reply(200, b'{"code":0,"msg":"success"}')).ok
    assert judge(Reply(200, b'{"StatusCode":0,"StatusMessage":"success"}')).ok
    assert judge(Reply(200, b'{"code":19021,"msg":"sign match fail"}')).code == "19021"
    assert not judge(Reply(200, b"{}")).ok


def test_too_often_leaves_the_robot_alone():
    assert wecom.SENDER.judge(Reply(200, b'{"errcode":45009}')).pause == 60
    assert dingtalk.SENDER.judge(Reply(200, b'{"errcode":130101}')).pause == 600
    assert feishu.SENDER.judge(Reply(200, b'{"code":11232}')).pause == 60
    assert webhook.SENDER.judge(Reply(429, b"", 120)).pause == 120
    assert webhook.SENDER.judge(Reply(429, b"", 999_999)).pause == 3600


def test_a_webhook_arrives_with_any_2xx_and_its_words_are_not_kept():
    judge = webhook.SENDER.judge
    assert judge(Reply(204)).ok
    refused = judge(Reply(401, b"internal secrets"))
    assert (refused.ok, refused.code, refused.text) == (False, "401", "")
    assert judge(Reply(410)).final
    assert not judge(Reply(302)).ok


@pytest.mark.parametrize("kind", DestinationKind.values)
def test_every_kind_has_a_sender_and_its_hints_are_sentences(kind):
    sender = senders.SENDERS[kind]
    assert all(str(said).endswith(".") for said in sender.hints.values())
    assert sender.per_minute >= 20
    assert senders.hint(kind, "unreachable")
    assert senders.hint(kind, "never heard of") == ""
