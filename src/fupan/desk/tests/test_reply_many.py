"""One template to many buyers: each in its own words, each refusal with its own reason."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from fupan.core import clock
from fupan.core.models import Event
from fupan.desk import services
from fupan.desk.models import Message, Sending, TemplateUse, Ticket
from fupan.desk.services.closing import Told as Closing
from fupan.desk.tests.reply_support import a_ticket, in_force
from fupan.desk.tests.war_support import mailbox
from tests.support.refusals import refused

TEXTS = {"en": "Hello {buyer}, order {order} is late. {agent}", "de": "Guten Tag {buyer}, {order} ist verspätet."}


@pytest.fixture
def late(planted, omar, boss):
    return in_force(omar, boss, "Late", TEXTS)


@pytest.fixture
def asked(shop):
    """`asked(2, language="de")`: a ticket of a shop with a mailbox."""
    mailbox(shop)
    return lambda number=1, **more: a_ticket(shop, number, **({"reply_to": "buyer@relay.example"} | more))


def said(ticket):
    return ticket.messages.get(side="seller")


def reasons(outcomes):
    return {one.number: "" if one.done else str(one.reason) for one in outcomes}


def test_each_buyer_reads_their_own_name_in_their_own_language(late, asked, mei):
    tickets = [asked(), asked(2, language="de", buyer_name="Bernd"), asked(3, language="ja")]
    event, outcomes = services.reply_to_many(tickets, late, by=mei, then="waiting")
    assert reasons(outcomes) == {1: "", 2: "", 3: ""}
    words = [said(one).original for one in tickets]
    assert words == [
        "Hello Anna, order 028-4417302-5540817 is late. mei",
        "Guten Tag Bernd, 028-4417302-5540817 ist verspätet.",
        "Hello Anna, order 028-4417302-5540817 is late. mei",
    ]
    first = said(tickets[0])
    assert (first.sending, first.then) == (Sending.QUEUED, "waiting")
    assert first.send_after == clock.now() + timedelta(seconds=15)
    assert TemplateUse.objects.filter(template=late, changed=False).count() == 3
    assert Event.objects.filter(name="desk.replied").count() == 3
    assert event.data["messages"] == [said(one).pk for one in tickets]


def test_one_that_is_refused_keeps_no_other_from_going(late, asked, mei, shopee):
    good, unnamed, solved, there = asked(), asked(2, buyer_name=""), asked(3, state="solved"), asked(4)
    elsewhere, nowhere = a_ticket(shopee, 5, reply_to="b@relay.example"), asked(6, reply_to="")
    services.save_draft(there.pk, "seller", "I was about to", version=0, by=mei)
    gone = asked(7)
    Ticket.objects.filter(pk=gone.pk).delete()
    _event, outcomes = services.reply_to_many([good, unnamed, solved, there, elsewhere, nowhere, gone], late, by=mei)
    assert reasons(outcomes) == {
        1: "",
        2: "Nothing is known here for: buyer’s name.",
        3: "It is solved already.",
        4: "Somebody has begun an answer here.",
        5: "This shop has no mailbox: answer on the marketplace’s own page.",
        6: "No address of this buyer is known.",
        7: "It is not there any more.",
    }
    assert Message.objects.filter(side="seller").count() == 1


def test_the_rules_of_each_marketplace_hold(planted, asked, omar, boss, mei, shopee):
    """What a bad value brings into good words is found on each ticket."""
    template = in_force(omar, boss, "Hello", {"en": "Hello {buyer}."})
    only_shopee = in_force(omar, boss, "Shopee", {"en": "Hello {buyer}."}, platform="shopee")
    bad = asked(buyer_name="www.evil.example")
    _event, outcomes = services.reply_to_many([bad, asked(2)], template, by=mei)
    assert "www.evil.example" in reasons(outcomes)[1]
    assert reasons(outcomes)[2] == ""
    _event, outcomes = services.reply_to_many([asked(3)], only_shopee, by=mei)
    assert reasons(outcomes) == {3: "The template is for another marketplace."}


def test_nobody_gets_the_same_words_twice(late, asked, mei, omar):
    ticket = asked()
    services.reply_to_many([ticket], late, by=mei)
    for by in (mei, omar):
        event, outcomes = services.reply_to_many([ticket], late, by=by)
        assert (event, reasons(outcomes)) == (None, {1: "This buyer has these words already."})
    Message.objects.filter(side="seller").update(sending=Sending.SENT)
    assert services.reply_to_many([ticket], late, by=mei)[0] is None
    with clock.set_to(clock.now() + timedelta(hours=1)):
        Message.objects.create(
            workspace=ticket.workspace, ticket=ticket, side="buyer", at=clock.now(), original="And now?"
        )
        assert services.reply_to_many([ticket], late, by=mei)[0] is not None


def test_to_solve_with_it_each_must_be_complete(late, asked, workspace, mei, omar):
    services.set_closing_rule(workspace, "", ["issue"], by=omar)
    whole, open_ = asked(), asked(2)
    services.tell_closing(whole, Closing(issue="late"), by=mei)
    _event, outcomes = services.reply_to_many([whole, open_], late, by=mei, then="solved")
    assert reasons(outcomes) == {1: "", 2: "Before it is solved, say: issue."}


def test_all_are_taken_back_within_fifteen_seconds(late, asked, mei, omar):
    tickets = [asked(), asked(2), asked(3)]
    event, _outcomes = services.reply_to_many(tickets, late, by=mei)
    Message.objects.filter(ticket=tickets[2], side="seller").update(sending=Sending.CLAIMED, attempts=1)
    assert refused(services.take_back_many, event.pk, by=omar) == "nothing-to-undo"
    assert services.take_back_many(event.pk, by=mei) == 2
    assert services.take_back_many(event.pk, by=mei) == 0
    assert list(Message.objects.filter(side="seller").values_list("ticket", flat=True)) == [tickets[2].pk]
    assert Event.objects.filter(name="desk.taken_back").count() == 2
    assert services.reply_to_many(tickets[:2], late, by=mei)[0] is not None  # no draft stands in the way


def test_who_may_not_answer_or_a_template_not_in_force_is_refused_as_a_whole(late, asked, ines, mei, omar):
    with pytest.raises(PermissionDenied):
        services.reply_to_many([asked()], late, by=ines)
    services.retire_template(late, by=omar)
    assert refused(services.reply_to_many, [asked(2)], late, by=mei) == "not-in-force"
    assert refused(services.reply_to_many, [asked(3)] * 201, late, by=mei) == "too-many"
    assert not Message.objects.filter(side="seller").exists()


def test_before_it_goes_each_is_shown_with_its_words_or_its_reason(late, asked, mei):
    good, unnamed = asked(), asked(2, buyer_name="")
    told = services.rehearse([good, unnamed], late, by=mei, then="waiting")
    assert [one.text for one in told] == ["Hello Anna, order 028-4417302-5540817 is late. mei", ""]
    assert "buyer’s name" in told[1].reason
    assert not Message.objects.filter(side="seller").exists()


def test_ticked_tickets_are_shown_answered_and_taken_back(late, asked, mei, signed_in):
    tickets, browser = [asked(), asked(2), asked(3, buyer_name="")], signed_in(mei)
    to = browser.post("/tickets/many/", {"do": "answer", "ticket": [one.number for one in tickets]})
    page = browser.get(to.url + f"&template={late.number}")
    assert [one.ticket.number for one in page.context["fitting"]] == [1, 2]
    assert "Hello Anna" in page.content.decode()
    assert "buyer’s name" in page.content.decode()
    sent = {"template": late.number, "version": late.version, "then": "waiting", "ticket": [1, 2]}
    assert "2 buyers are answered" in browser.post("/tickets/answer/send/", sent, follow=True).content.decode()
    event = Event.objects.get(name="desk.replied_to_many")
    back = browser.post("/tickets/answer/back/", {"event": event.pk}, follow=True)
    assert "2 replies are taken back" in back.content.decode()
    assert not Message.objects.filter(side="seller").exists()


def test_a_template_that_was_changed_meanwhile_is_looked_at_again(late, asked, mei, signed_in):
    sent = {"template": late.number, "version": late.version + 1, "ticket": [asked().number]}
    assert signed_in(mei).post("/tickets/answer/send/", sent).status_code == 409
    assert not Message.objects.filter(side="seller").exists()


def test_who_does_not_answer_buyers_finds_no_such_page(late, asked, ines, signed_in):
    browser = signed_in(ines)
    assert browser.get("/tickets/answer/").status_code == 404
    assert browser.post("/tickets/answer/send/", {"template": late.number}).status_code == 404
