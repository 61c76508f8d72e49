"""Automatic answers, the assistant, and what a new desk begins with."""

from datetime import timedelta

import pytest

from fupan.commerce.models import Platform
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.models import Event
from fupan.desk import services
from fupan.desk.models import Assistant, Authority, EscalationPath, Message, ReplyTemplate, RoutingRule
from fupan.desk.queries.variables import offences_in
from fupan.desk.tests.reply_support import a_ticket, in_force, said
from fupan.intake.channels import outgoing


@pytest.fixture
def mailbox(monkeypatch):
    """Every shop has a way out."""
    monkeypatch.setattr(outgoing, "way_of", lambda _shop: object())


@pytest.fixture
def greeting(planted, omar, boss, mailbox):
    template = in_force(omar, boss, "Hello", {"en": "Thank you. {shop}", "de": "Danke. {shop}"})
    services.set_auto_reply("", by=omar, template=template, active=True, closed_hours_only=False)
    return template


def test_the_first_message_is_answered_once_and_no_clock_stops(greeting, shop):
    ticket = a_ticket(shop, language="de", buyer_key="b1")
    message = services.reply_automatically(ticket.pk)
    assert (message.original, message.automatic, message.sending) == ("Danke. Amazon DE", True, "queued")
    assert services.reply_automatically(ticket.pk) is None
    ticket.refresh_from_db()
    assert ticket.waiting_since is not None
    assert ticket.first_response_at is None
    assert services.reply_automatically(a_ticket(shop, 2, buyer_key="b1").pk) is None


@pytest.mark.parametrize("more", [
    {"kind": "return"}, {"first_response_at": clock.now()}, {"opened_at": clock.now() - timedelta(days=400)},
])  # fmt: skip
def test_only_fresh_questions_are_greeted(greeting, shop, more):
    assert services.reply_automatically(a_ticket(shop, **more).pk) is None


def test_a_marketplace_of_its_own_rule_may_be_silent(greeting, shop, shopee, omar):
    services.set_auto_reply("amazon", by=omar, template=greeting, active=False, closed_hours_only=False)
    assert services.reply_automatically(a_ticket(shop).pk) is None
    assert services.reply_automatically(a_ticket(shopee, 2).pk) is not None


def test_office_hours_can_be_left_to_people(greeting, shop, omar):
    services.set_auto_reply("", by=omar, template=greeting, active=True, closed_hours_only=True, version=1)
    assert services.reply_automatically(a_ticket(shop).pk) is None
    with clock.set_to(clock.now() + timedelta(hours=12)):  # midnight
        assert services.reply_automatically(a_ticket(shop, 2).pk) is not None


def test_a_hole_or_a_broken_rule_holds_it_back(planted, shop, omar, boss, mailbox):
    template = in_force(omar, boss, "Hello", {"en": "Your {product} 😀"})
    services.set_auto_reply("", by=omar, template=template, active=True, closed_hours_only=False)
    assert services.reply_automatically(a_ticket(shop).pk) is None
    assert Event.objects.get(name="desk.auto_reply_held").data["empty"] == ["product"]


def test_two_do_not_overwrite_each_other(greeting, boss):
    with pytest.raises(Refused) as refused:
        services.set_auto_reply("", by=boss, template=None, active=False, closed_hours_only=False, version=0)
    assert refused.value.code == "edited-meanwhile"


# The assistant


def base(endpoint):
    return endpoint.url.partition("/hook")[0]


@pytest.fixture
def assistant(planted, root, endpoint):
    endpoint.answer(200, {"choices": [{"message": {"content": "Hallo {buyer}, {order} ist unterwegs."}}]})
    return services.set_assistant(by=root, url=f"{base(endpoint)}/v1", model="small", key="secret-key", active=True)


def test_it_is_off_until_it_is_set_up(planted, shop, mei):
    with pytest.raises(Refused) as refused:
        services.draft_reply(a_ticket(shop), ["Send a new one."], by=mei)
    assert refused.value.code == "no-assistant"


def test_a_draft_rests_on_the_case_and_no_name_leaves(assistant, shop, mei, endpoint):
    ticket = a_ticket(shop, language="de")
    drafted = services.draft_reply(ticket, ["Replace it. Ask Anna of 028-4417302-5540817."], by=mei)
    assert drafted.text == "Hallo Anna, 028-4417302-5540817 ist unterwegs."
    (heard,) = endpoint.heard
    assert heard.path == "/v1/chat/completions"
    assert heard.headers["Authorization"] == "Bearer secret-key"
    sent = heard.body.decode()
    assert "Replace it." in sent
    assert "Where is it?" in sent
    assert "Anna" not in sent
    assert "5540817" not in sent
    assert Message.objects.filter(ticket=ticket, side="seller").count() == 0
    assert Event.objects.filter(name="desk.draft_asked").exists()


def test_without_grounds_there_is_no_draft(assistant, shop, mei, endpoint):
    with pytest.raises(Refused) as refused:
        services.draft_reply(a_ticket(shop), [" "], by=mei)
    assert refused.value.code == "no-grounds"
    assert endpoint.heard == []


def test_what_comes_back_is_checked_like_anything_else(assistant, shop, mei, endpoint):
    endpoint.answer(200, {"choices": [{"message": {"content": "Leave a review and get a gift card."}}]})
    assert [one.rule for one in services.draft_reply(a_ticket(shop), ["x"], by=mei).offences] == ["review_reward"]


def test_both_ways_are_translated(assistant, shop, mei, endpoint):
    ticket = a_ticket(shop, language="de")
    assert services.translate_reply(ticket, "Hello Anna", "de", by=mei).text.startswith("Hallo Anna")
    assert "Anna" not in endpoint.heard[-1].body.decode()
    message = said(ticket, "Wo ist [name]?")
    assert "{order}" in services.translate_message(message, "en", by=mei)


@pytest.mark.parametrize(("status", "body", "expected"), [
    (500, {}, "assistant-error"),
    (200, b"<html>", "assistant-unreadable"),
    (200, {"choices": []}, "assistant-unreadable"),
    (200, {"choices": [{"message": {"content": " "}}]}, "assistant-empty"),
])  # fmt: skip
def test_an_answer_that_is_none_is_said_in_words(assistant, shop, mei, endpoint, status, body, expected):
    endpoint.answer(status, body)
    with pytest.raises(Refused) as refused:
        services.draft_reply(a_ticket(shop), ["x"], by=mei)
    assert refused.value.code == expected


def test_the_key_stays_and_belongs_to_its_address(assistant, root, endpoint, settings):
    kept = services.set_assistant(by=root, url=f"{base(endpoint)}/v1", model="big", key="", active=True, version=1)
    assert kept.key == "secret-key"
    moved = services.set_assistant(by=root, url=f"{base(endpoint)}/v2", model="big", key="", active=True, version=2)
    assert moved.key == ""
    settings.LOCAL_DESTINATIONS = False
    with pytest.raises(Refused):
        services.set_assistant(by=root, url="http://10.0.0.1/v1", model="x", key="", active=True, version=3)
    with pytest.raises(Refused):
        services.set_assistant(by=root, url="", model="", key="", active=True, version=3)


def test_the_key_is_encrypted(assistant):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM desk_assistant")
        assert "secret-key" not in str(cursor.fetchone())
    assert Assistant.objects.get().key == "secret-key"


# What a desk begins with


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_new_desk_is_equipped_once(planted, language):
    planted.language = language
    planted.save()
    assert services.equip_desk(planted)
    assert not services.equip_desk(planted)
    counts = [model.objects.filter(workspace=planted).count()
              for model in (ReplyTemplate, Authority, EscalationPath, RoutingRule)]  # fmt: skip
    assert counts == [7, 10, 4, 6]


def test_the_words_it_begins_with_break_no_rule_anywhere(planted):
    services.equip_desk(planted)
    for template in ReplyTemplate.objects.all():
        texts = template.versions.get().texts
        assert offences_in(texts, set(Platform.values), unasked=True) == []
