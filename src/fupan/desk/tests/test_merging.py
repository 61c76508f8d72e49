"""Tickets become one conversation and come apart again, with every fact as it was."""

from datetime import timedelta

import pytest
from django.urls import reverse

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.desk import services
from fupan.desk.models import Message, Ticket
from fupan.desk.tests.support import an_import, rec, receive

NUMBER = "302-1234567-1234567"
FACTS = ("state", "replies", "reopened", "first_response_at", "resolved_at", "waiting_since", "platform_due_at",
         "merged_into_id", "incident_id")  # fmt: skip


@pytest.fixture
def pair(planted, shop, shopee, frozen_clock):
    """Two tickets of one buyer, one of another, and one of another shop."""
    source, now = an_import(planted), frozen_clock
    told = [
        rec("a", opened_at=now - timedelta(hours=9), text="The cable is broken", buyer="B1", reply="Sorry",
            first_response_at=now - timedelta(hours=8), order_number=NUMBER),
        rec("b", opened_at=now - timedelta(hours=2), text="And where is my invoice?", buyer="B1"),
        rec("c", opened_at=now - timedelta(hours=1), text="Hello", buyer="B2"),
    ]  # fmt: skip
    receive(source, shop, told)
    receive(source, shopee, [rec("d", opened_at=now, text="Hai", buyer="B1")])
    services.open_received(source.pk, 0)
    return {ticket.outside_id: ticket for ticket in Ticket.objects.all()}


def facts(ticket):
    return Ticket.objects.filter(pk=ticket.pk).values(*FACTS).get()


def words(ticket):
    return list(Message.objects.filter(ticket=ticket).order_by("at").values_list("redacted", flat=True))


def test_a_merge_is_one_conversation_and_taken_back_it_is_two_again(pair, mei):
    one, two = pair["a"], pair["b"]
    before = facts(one), facts(two), words(one), words(two)
    merge = services.merge_tickets(two.pk, one.pk, by=mei)
    assert words(one) == ["The cable is broken", "Sorry", "And where is my invoice?"]
    into, gone = facts(one), facts(two)
    assert (into["state"], into["waiting_since"], into["replies"]) == ("open", two.opened_at, 1)
    assert (gone["state"], gone["merged_into_id"]) == ("solved", one.pk)
    assert gone["incident_id"] == into["incident_id"]
    services.take_merge_back(merge.pk, by=mei)
    after = facts(one), facts(two), words(one), words(two)
    assert after[2:] == before[2:]
    assert [one | {"incident_id": 0} for one in after[:2]] == [one | {"incident_id": 0} for one in before[:2]]
    assert after[0]["incident_id"] != after[1]["incident_id"]
    with pytest.raises(Refused) as told:
        services.take_merge_back(merge.pk, by=mei)
    assert told.value.code == "taken-back"


def test_words_said_after_the_merge_stay_where_they_were_said(pair, mei):
    merge = services.merge_tickets(pair["b"].pk, pair["a"].pk, by=mei)
    services.note_ticket(Ticket.objects.get(pk=pair["a"].pk), "one buyer, two mails", by=mei)
    services.take_merge_back(merge.pk, by=mei)
    assert "one buyer, two mails" in words(pair["a"])


@pytest.mark.parametrize(
    ("first", "second", "code"), [("a", "a", "itself"), ("a", "c", "other-buyer"), ("a", "d", "other-shop")]
)
def test_what_is_not_one_conversation_is_not_merged(pair, mei, first, second, code):
    with pytest.raises(Refused) as told:
        services.merge_tickets(pair[first].pk, pair[second].pk, by=mei)
    assert told.value.code == code


def test_no_answer_goes_to_a_ticket_that_was_merged(pair, mei):
    services.merge_tickets(pair["b"].pk, pair["a"].pk, by=mei)
    with pytest.raises(Refused) as told:
        services.write_reply(pair["b"].pk, text="Hello", by=mei)
    assert told.value.code == "merged"


def test_messages_are_split_off_into_a_ticket_of_their_own(pair, mei):
    services.merge_tickets(pair["b"].pk, pair["a"].pk, by=mei)
    invoice = Message.objects.get(redacted="And where is my invoice?")
    fresh = services.split_ticket(pair["a"].pk, [invoice.pk], by=mei)
    assert (fresh.order_number, fresh.subject, fresh.state) == (NUMBER, "And where is my invoice?", "open")
    assert facts(fresh)["waiting_since"] == invoice.at
    assert facts(fresh)["incident_id"] != facts(pair["a"])["incident_id"]
    assert words(fresh) == ["And where is my invoice?"]
    assert facts(pair["a"])["waiting_since"] is None
    services.merge_tickets(fresh.pk, pair["a"].pk, by=mei)
    assert len(words(pair["a"])) == 3


@pytest.mark.parametrize(("count", "code"), [(0, "nothing-chosen"), (2, "all-chosen")])
def test_something_goes_and_something_stays(pair, mei, count, code):
    chosen = list(Message.objects.filter(ticket=pair["a"]).values_list("pk", flat=True))[:count]
    with pytest.raises(Refused) as told:
        services.split_ticket(pair["a"].pk, chosen, by=mei)
    assert told.value.code == code


def test_the_sheet_merges_splits_and_takes_back(pair, mei, signed_in):
    browser = signed_in(mei)
    sheet = browser.get(reverse("desk:parts", args=[pair["b"].number])).content.decode()
    assert f'value="{pair["a"].number}"' in sheet
    assert f'value="{pair["c"].number}"' not in sheet
    browser.post(reverse("desk:merge", args=[pair["b"].number]), {"other": str(pair["a"].number)})
    shown = browser.get(reverse("desk:ticket", args=[pair["b"].number]))
    assert "The conversation goes on in" in shown.content.decode()
    merge = shown.context["page"].merged_here[0]
    browser.post(reverse("desk:unmerge", args=[merge.pk]))
    assert facts(pair["b"])["merged_into_id"] is None
    chosen = Message.objects.filter(ticket=pair["a"]).first()
    answer = browser.post(reverse("desk:cut", args=[pair["a"].number]), {"message": [str(chosen.pk), "x"]})
    assert answer["Location"] == reverse("desk:ticket", args=[Ticket.objects.latest("pk").number])


def test_a_stranger_takes_nothing_apart(pair, mei, stranger, signed_in):
    merge = services.merge_tickets(pair["b"].pk, pair["a"].pk, by=mei)
    assert signed_in(stranger).post(reverse("desk:unmerge", args=[merge.pk])).status_code == 404
    assert merge.at <= clock.now()
