"""Replies leave once, in their thread, and say plainly when they did not."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.models import Attachment, Event
from fupan.desk import services
from fupan.desk.models import Message, MessageFile, MessageSide, Sending, Ticket
from fupan.desk.services import sending

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(workspace, shop, frozen_clock):
    made = Ticket.objects.create(
        workspace=workspace, shop=shop, number=1, kind="inquiry", channel="mail", outside_id="1", week=202646,
        opened_at=frozen_clock - timedelta(hours=3), waiting_since=frozen_clock - timedelta(hours=3),
        order_number="302-1", subject="Order [order] of [name]", reply_to="abc+case@marketplace.amazon.de",
    )  # fmt: skip
    Message.objects.create(
        workspace=workspace, ticket=made, side=MessageSide.BUYER, at=made.opened_at, outside_id="<q@mail>", original="?"
    )
    return made


@pytest.fixture
def reply(ticket, mei, frozen_clock):
    def write(text="Grüße 你好", **more):
        values = {"sending": Sending.QUEUED, "send_after": frozen_clock, "author": mei} | more
        return Message.objects.create(
            workspace=ticket.workspace, ticket=ticket, side=MessageSide.SELLER, at=frozen_clock, original=text, **values
        )

    return write


def test_a_reply_goes_to_the_relay_in_its_thread(ticket, reply, mailbox, postbox, settings):
    mailbox(smtp=postbox)
    place = settings.MEDIA_ROOT / str(ticket.workspace_id) / "label"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"%PDF-1.7")
    file = Attachment.objects.create(
        workspace_id=ticket.workspace_id, name="label.pdf", kind="application/pdf", size=8, sha256="0", path="label",
        at=clock.now(),
    )  # fmt: skip
    mine = reply(then="solved")
    MessageFile.objects.create(message=mine, file=file, name="label.pdf")
    assert services.send_due() == 1
    assert services.send_due() == 0
    (envelope,) = postbox.mails
    mail = message_from_bytes(envelope.content, policy=policy.default)
    assert envelope.rcpt_tos == ["abc+case@marketplace.amazon.de"]
    assert (mail["In-Reply-To"], mail["References"]) == ("<q@mail>", "<q@mail>")
    assert mail["Subject"] == "Re: Order 302-1 of"
    assert mail.get_body(("plain",)).get_content().strip() == "Grüße 你好"
    assert [one.get_filename() for one in mail.iter_attachments()] == ["label.pdf"]
    mine.refresh_from_db()
    ticket.refresh_from_db()
    assert (mine.sending, mine.outside_id) == (Sending.SENT, mail["Message-ID"])
    assert (ticket.state, ticket.replies, ticket.waiting_since) == ("solved", 1, None)
    assert ticket.first_response_at == mine.sent_at
    assert Event.objects.filter(name="desk.sent").exists()


def test_an_automatic_reply_stops_no_clock(ticket, reply, mailbox, postbox):
    mailbox(smtp=postbox)
    reply(automatic=True)
    assert services.send_due() == 1
    ticket.refresh_from_db()
    assert (ticket.replies, ticket.first_response_at) == (0, None)
    assert ticket.waiting_since is not None
    assert b"Auto-Submitted: auto-replied" in postbox.mails[0].content


def test_a_busy_server_is_tried_again_after_growing_waits_under_the_same_id(reply, mailbox, postbox, frozen_clock):
    mailbox(smtp=postbox)
    postbox.answer = "451 come back later"
    mine = reply()
    waits, ids, now = [], set(), frozen_clock
    for _attempt in range(3):
        with clock.set_to(now):
            services.send_due()
        mine.refresh_from_db()
        waits.append(mine.send_after - now)
        ids.add(mine.outside_id)
        now = mine.send_after
    assert waits == sorted(set(waits))
    assert len(ids) == 1
    assert (mine.sending, mine.attempts) == (Sending.QUEUED, 3)
    assert "451 come back later" in mine.failure
    postbox.answer = "250 OK"
    with clock.set_to(now):
        assert services.send_due() == 1
    mine.refresh_from_db()
    assert (mine.sending, mine.failure) == (Sending.SENT, "")


def test_a_refused_reply_fails_at_once_and_a_person_may_send_it_again(ticket, reply, mailbox, postbox, mei):
    mailbox(smtp=postbox)
    postbox.answer = "550 unknown"
    mine = reply(then="solved")
    services.send_due()
    mine.refresh_from_db()
    ticket.refresh_from_db()
    assert mine.sending == Sending.FAILED
    assert (ticket.state, ticket.replies) == ("open", 0)
    postbox.answer = "250 OK"
    services.send_again(mine, by=mei)
    assert services.send_due() == 1
    with pytest.raises(Refused):
        services.send_again(mine, by=mei)


def test_a_claimed_reply_is_left_to_its_worker_until_that_one_is_given_up(reply, mailbox, postbox, frozen_clock):
    mailbox(smtp=postbox)
    mine = reply()
    assert sending._claim(mine.pk).attempts == 1
    assert sending._claim(mine.pk) is None
    assert services.send_due() == 0
    with clock.set_to(frozen_clock + sending.LEASE):
        assert services.send_due() == 1
    assert len(postbox.mails) == 1


def test_a_server_that_cannot_be_reached_is_told_in_words(reply, mailbox):
    class Nowhere:
        host, port = "127.0.0.1", 9

    mailbox(smtp=Nowhere)
    mine = reply()
    services.send_due()
    mine.refresh_from_db()
    assert "cannot be reached" in mine.failure


def test_without_an_address_it_says_so(ticket, reply, mailbox, postbox):
    mailbox(smtp=postbox)
    Ticket.objects.update(reply_to="")
    mine = reply()
    services.send_due()
    mine.refresh_from_db()
    assert mine.sending == Sending.FAILED
    assert "address is missing" in mine.failure
