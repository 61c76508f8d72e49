"""Mails from a real IMAP server to tickets: once each, in their threads, whatever happens on the way."""

import pytest

from fupan.core import events
from fupan.desk.models import Message, MessageSide, Ticket
from fupan.intake import services
from fupan.intake.models import Incoming, IncomingState
from fupan.intake.tests.mails import FORGED, NOON, ORDER, amazon, mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(imap_server, mailbox, request):
    """A mailbox of this test's own, and a way to put mails into it."""
    account = mailbox(request.node.name, imap=imap_server)
    account.put = lambda *mails, **more: imap_server.put(request.node.name, mails, **more)
    return account


def states():
    return sorted(Incoming.objects.values_list("state", flat=True))


def test_a_mail_becomes_a_ticket_with_its_clocks(box, frozen_clock):
    box.put(amazon("Die Powerbank lädt nicht", number=1))
    taken = services.fetch_mail(box)
    events.drain()
    assert (taken.fetched, taken.read, taken.failure) == (1, 1, "")
    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.channel, ticket.state, ticket.order_number) == ("inquiry", "mail", "open", ORDER)
    assert (ticket.case_id, ticket.buyer_name) == ("5f0e1c2d", "Erika Musterfrau")
    assert ticket.waiting_since == NOON
    assert (ticket.platform_due_at - NOON).total_seconds() == 24 * 3600
    assert ticket.office_due_at is not None
    message = ticket.messages.get()
    assert (message.side, message.outside_id) == ("buyer", "<mail-1@mail.example>")
    assert message.original == "Die Powerbank lädt nicht"
    assert Incoming.objects.get().raw is None


def test_fetching_again_brings_only_what_is_new_and_marks_nothing_as_seen(box, imap_server):
    import imaplib

    box.put(amazon(number=1), amazon(number=2))
    assert services.fetch_mail(box).fetched == 2
    assert services.fetch_mail(box).fetched == 0
    box.put(amazon(number=3))
    assert services.fetch_mail(box).fetched == 1
    line = imaplib.IMAP4(imap_server.host, imap_server.port)
    line.login(box.user, "secret")
    line.select("INBOX", readonly=True)
    assert line.search(None, "SEEN")[1] == [b""]
    line.logout()


def test_a_mailbox_made_anew_is_read_again_and_doubles_nothing(box):
    box.put(amazon(number=1), amazon("andere", number=2))
    services.fetch_mail(box)
    type(box).objects.filter(pk=box.pk).update(uid_validity=1)  # as if it had been another folder until now
    Incoming.objects.update(uid_validity=1)
    services.fetch_mail(box)
    events.drain()
    assert states() == ["again", "again", "taken", "taken"]
    assert Message.objects.filter(side=MessageSide.BUYER).count() == 2


def test_the_same_mail_without_an_id_is_one_message(box):
    box.put(amazon(number=None), amazon(number=None))
    services.fetch_mail(box)
    events.drain()
    assert states() == ["again", "taken"]


def test_a_forged_sender_is_held_and_a_person_decides(box, omar):
    box.put(amazon(number=1, checks=FORGED), amazon(number=2, checks=FORGED))
    services.fetch_mail(box)
    events.drain()
    assert not Ticket.objects.exists()
    first, second = Incoming.objects.order_by("pk")
    assert (first.state, first.reason) == (IncomingState.HELD, "forged-sender")
    assert services.release_mail(first.pk, by=omar)
    services.drop_mail(second.pk, by=omar)
    events.drain()
    assert Message.objects.get().outside_id == "<mail-1@mail.example>"
    second.refresh_from_db()
    assert (second.state, second.raw, second.sender) == (IncomingState.DROPPED, None, "")


def test_files_are_kept_or_refused_with_the_reason(box):
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 40
    box.put(amazon(files=[("foto.png", "image/png", png), ("run.exe", "application/octet-stream", b"MZ" + b"0" * 90)]))
    services.fetch_mail(box)
    events.drain()
    kept, refused = Message.objects.get().files.order_by("pk")
    assert (kept.name, kept.file.kind, kept.refused) == ("foto.png", "image/png", "")
    assert refused.file is None
    assert "run.exe" in refused.refused


def test_a_mailbox_that_does_not_answer_waits_longer_each_time(mailbox, frozen_clock):
    account = mailbox()
    taken = services.fetch_mail(account)
    assert "cannot be reached" in taken.failure
    account.refresh_from_db()
    first = account.next_fetch_at
    services.fetch_mail(account)
    account.refresh_from_db()
    assert account.next_fetch_at > first > frozen_clock


def test_a_wrong_password_and_a_missing_folder_are_told_in_words(box, boss):
    box.put(amazon())
    assert services.try_mail_account(box, by=boss)[:2] == (1, 1)
    box.folder = "Nowhere"
    assert "no such folder" in services.try_mail_account(box, by=boss).reading
    box.folder, box.password = "INBOX", "wrong"
    assert "user name or the password" in services.try_mail_account(box, by=boss).reading


def test_a_mailbox_in_a_private_network_is_refused_unless_allowed(mailbox, settings, boss):
    account = mailbox()
    settings.LOCAL_DESTINATIONS = False
    assert "private network" in services.try_mail_account(account, by=boss).reading


def test_one_mailbox_may_serve_several_sites(box, workspace, shop):
    from fupan.commerce.models import Shop

    france = Shop.objects.create(
        workspace=workspace, name="FR", platform="amazon", site="Amazon.fr", currency="EUR", timezone="Europe/Paris"
    )
    box.put(amazon(sender="x1y2z3w4v5@marketplace.amazon.fr", checks="", number=5))
    services.fetch_mail(box)
    events.drain()
    assert Ticket.objects.get().shop == france


def test_what_is_nobodys_trouble_is_set_aside(box):
    box.put(mail("Buy!", sender="news@shop.example", subject="Sale", checks="", number=9))
    services.fetch_mail(box)
    assert Incoming.objects.get().reason == "not-a-buyer"
