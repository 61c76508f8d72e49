"""Messages find their ticket, reopen it, run its clocks; copies and bounces are about our own answers."""

from datetime import timedelta

import pytest

from fupan.core import clock, events
from fupan.core.models import Event, StaleWeek
from fupan.desk import services
from fupan.desk.models import Incident, Message, MessageSide, Sending, Ticket
from fupan.desk.services.conversation import receive_messages
from fupan.desk.tests.support import an_import, rec, receive
from fupan.intake.messages import BOUNCE, COPY, NOTICE, MessageRecord
from fupan.intake.models import Incoming, IncomingState
from fupan.intake.services import take_message

pytestmark = pytest.mark.django_db
ORDER = "302-1234567-7654321"
BUYER = "a1b2c3d4e5f6g7@marketplace.amazon.de"


@pytest.fixture
def arrives(shop, frozen_clock):
    """`arrives("text", id="1", hours=-2)`: a message comes in; the ticket it is in."""

    def take(text="Wo ist mein Paket?", *, id="1", hours=-2.0, **more):
        at = frozen_clock + timedelta(hours=hours)
        values = {"order_number": ORDER, "buyer": BUYER, "buyer_name": "Erika Muster", "reply_to": BUYER} | more
        kept = take_message(shop, MessageRecord(f"<{id}@mail>", at, text=text, **values))
        events.drain()
        found = Message.objects.filter(outside_id=f"<{id}@mail>").first()
        kept.incoming.refresh_from_db()
        return found.ticket if found else kept.incoming

    return take


def test_a_first_message_opens_a_ticket_and_the_clocks_run(arrives, frozen_clock):
    ticket = arrives("Der Lüfter lädt nicht, Grüße Erika Muster", hours=-3)
    asked = frozen_clock - timedelta(hours=3)
    assert (ticket.waiting_since, ticket.platform_due_at) == (asked, asked + timedelta(hours=24))
    assert ticket.office_due_at is not None
    assert (ticket.state, ticket.reply_to, ticket.buyer_name) == ("open", BUYER, "Erika Muster")
    message = ticket.messages.get()
    assert "Erika" not in message.redacted
    assert Event.objects.filter(name="desk.received", data__first=True).count() == 1
    assert StaleWeek.objects.filter(table="messages").exists()


def test_delivered_twice_it_is_one_message(arrives):
    ticket = arrives()
    incoming = Incoming.objects.get()
    body = '{"outside_id":"<1@mail>","at":"2026-11-15T12:00:00+00:00"}'
    Incoming.objects.update(state=IncomingState.WAITING, body=body)
    receive_messages([incoming.pk])
    assert Message.objects.get().ticket == ticket
    assert Incoming.objects.get().state == IncomingState.TAKEN


def test_the_clock_keeps_the_oldest_question_that_nobody_answered(arrives, frozen_clock):
    arrives(id="1", hours=-5)
    ticket = arrives("Hallo??", id="2", hours=-1)
    assert ticket.messages.count() == 2
    assert ticket.waiting_since == frozen_clock - timedelta(hours=5)


@pytest.mark.parametrize(
    "more", [{"thread": ("<1@mail>",), "order_number": "", "buyer": ""}, {"case_id": "c0ffee"}, {"order_number": ORDER}]
)
def test_a_message_joins_its_ticket_by_thread_case_or_order(arrives, more):
    first = arrives(id="1", case_id="c0ffee" if "case_id" in more else "")
    assert arrives(id="2", **more) == first


def test_another_case_or_another_buyer_is_another_ticket(arrives):
    first = arrives(id="1", case_id="c0ffee")
    assert arrives(id="2", case_id="decaf0") != first
    assert arrives(id="3", order_number="", buyer="somebody@else") != first


def test_a_solved_ticket_opens_again_and_a_long_solved_one_does_not(arrives, omar, frozen_clock):
    ticket = arrives(id="1")
    Ticket.objects.filter(pk=ticket.pk).update(state="solved", resolved_at=frozen_clock, waiting_since=None)
    again = arrives(id="2", hours=-1)
    assert again == ticket
    again.refresh_from_db()
    assert (again.state, again.reopened, again.resolved_at) == ("open", 1, None)
    Ticket.objects.filter(pk=ticket.pk).update(state="solved", resolved_at=frozen_clock - timedelta(days=30))
    assert arrives(id="3", hours=-0.5) != ticket


def test_a_snoozed_ticket_wakes_when_the_buyer_writes(arrives, frozen_clock):
    ticket = arrives(id="1")
    later = frozen_clock + timedelta(days=3)
    Ticket.objects.filter(pk=ticket.pk).update(state="waiting", snoozed_until=later)
    woken = arrives(id="2", hours=-1)
    assert (woken.state, woken.snoozed_until) == ("open", None)


def test_a_message_for_a_merged_ticket_goes_where_it_was_merged(arrives, shop):
    first = arrives(id="1")
    other = arrives(id="2", order_number="302-0000000-0000000", buyer="x")
    Ticket.objects.filter(pk=first.pk).update(merged_into=other)
    assert arrives(id="3", thread=("<1@mail>",)) == other


def test_it_joins_a_ticket_that_a_file_brought_and_keeps_it_from_undo(arrives, workspace, shop, frozen_clock):
    imported = an_import(workspace, shop=shop)
    receive(imported, shop, [rec("Q-1", opened_at=frozen_clock - timedelta(days=1), order_number=ORDER, text="Help")])
    services.open_received(imported.pk)
    ticket = arrives(id="1")
    assert ticket.outside_id == "Q-1"
    assert ticket.touched_at is not None


def test_a_return_notice_is_a_return_without_units_of_its_own(arrives):
    arrives(id="1")
    notice = arrives("Rücksendung beantragt", id="2", about=NOTICE, kind="return", buyer="")
    assert (notice.kind, notice.units, notice.platform_due_at) == ("return", 0, None)
    assert notice.waiting_since is not None
    assert arrives("Noch einmal", id="3", about=NOTICE, kind="return", buyer="") == notice
    assert Incident.objects.count() == 1


def test_a_claim_that_is_closed_is_solved(arrives):
    claim = arrives("A-bis-Z", id="1", about=NOTICE, kind="claim", buyer="")
    assert claim.state == "open"
    claim = arrives("Entschieden", id="2", about=NOTICE, kind="claim", buyer="", closes=True)
    claim.refresh_from_db()
    assert (claim.state, claim.messages.count()) == ("solved", 2)


def test_an_answer_given_on_the_marketplace_counts(arrives, frozen_clock):
    ticket = arrives(id="1", hours=-5)
    arrives("Wir haben neu versandt.", id="2", hours=-4, about=COPY, thread=("<1@mail>",), buyer="", order_number="")
    ticket.refresh_from_db()
    assert (ticket.replies, ticket.state, ticket.waiting_since) == (1, "waiting", None)
    assert ticket.first_response_at == frozen_clock - timedelta(hours=4)


def test_a_copy_of_our_own_reply_is_not_a_second_one(arrives, mei):
    ticket = arrives(id="1", hours=-5)
    mine = Message.objects.create(
        workspace=ticket.workspace, ticket=ticket, side=MessageSide.SELLER, author=mei, at=clock.now(), attempts=1,
        original="Wir haben neu versandt.", redacted="Wir haben neu versandt.", sending=Sending.CLAIMED,
        outside_id="<ours@shop>", send_after=clock.now() + timedelta(minutes=9),
    )  # fmt: skip
    arrives("Wir haben  neu versandt.", id="2", hours=0, about=COPY, buyer="", order_number="")
    mine.refresh_from_db()
    ticket.refresh_from_db()
    assert mine.sending == Sending.SENT  # the worker died after sending: its copy tells
    assert (ticket.messages.count(), ticket.replies) == (2, 1)


def test_a_reply_that_comes_back_was_no_answer(arrives, mei, frozen_clock):
    ticket = arrives(id="1", hours=-5)
    arrives("Hier die Antwort", id="2", hours=-4, about=COPY, thread=("<1@mail>",))
    arrives("", id="3", about=BOUNCE, thread=("<2@mail>",), failure="bounced", detail="550 no such user", buyer="")
    ticket.refresh_from_db()
    message = ticket.messages.get(side=MessageSide.SELLER)
    assert message.sending == Sending.FAILED
    assert "550 no such user" in message.failure
    assert (ticket.state, ticket.replies, ticket.first_response_at) == ("open", 0, None)
    assert ticket.waiting_since == frozen_clock - timedelta(hours=5)


@pytest.mark.parametrize("about", [COPY, BOUNCE])
def test_what_speaks_of_no_known_conversation_is_set_aside(arrives, about):
    kept = arrives(about=about, order_number="", buyer="")
    assert (kept.state, kept.reason) == (IncomingState.ASIDE, "no-ticket")


def test_one_bad_message_does_not_stop_those_behind_it(arrives, shop, frozen_clock, monkeypatch):
    from fupan.desk.services import conversation

    real = conversation._arrival

    def fails_on_two(shop, told, closed):
        if "2" in told.outside_id:
            raise RuntimeError
        return real(shop, told, closed)

    monkeypatch.setattr(conversation, "_arrival", fails_on_two)
    for number in "123":
        order = f"302-000000{number}-0000000"
        take_message(shop, MessageRecord(f"<{number}@m>", frozen_clock, text="?", order_number=order))
    events.drain()
    states = list(Incoming.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["taken", "waiting", "taken"]


def test_many_at_once_keep_the_order_of_a_conversation(shop, frozen_clock):
    """Two orders, and the second turn of the first: two tickets, whatever lies between them."""
    told = [("1", ORDER, ()), ("2", "302-0000000-0000000", ()), ("3", ORDER, ()), ("4", "", ("<3@m>",))]
    kept = [
        take_message(
            shop, MessageRecord(f"<{id_}@m>", frozen_clock, text=f"Frage {id_}", order_number=order, thread=thread)
        ).incoming.pk
        for id_, order, thread in told
    ]
    found = services.receive_messages(kept)
    one, two, three, four = (found[pk] for pk in kept)
    assert one == three == four != two
    said = Message.objects.filter(ticket=one).order_by("pk").values_list("redacted", flat=True)
    assert list(said) == ["Frage 1", "Frage 3", "Frage 4"]
    assert Event.objects.filter(name="desk.received").count() == 4
    assert services.receive_messages(kept) == {}


def test_many_messages_cost_a_few_questions_each(shop, frozen_clock, django_assert_max_num_queries):
    def arrive(first, count):
        return [
            take_message(
                shop, MessageRecord(f"<{one}@m>", frozen_clock, text="?", order_number=f"302-{one:07d}-1234567")
            ).incoming.pk
            for one in range(first, first + count)
        ]

    services.receive_messages(arrive(0, 1))
    kept = arrive(1, 20)
    with django_assert_max_num_queries(40 + 2 * 20):
        services.receive_messages(kept)
    assert Ticket.objects.count() == 21
