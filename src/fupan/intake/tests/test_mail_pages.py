"""Settings of mail: connect, try, change, disconnect; look at held mails and decide; webhooks."""

import pytest

from fupan.core import events
from fupan.desk.models import Ticket
from fupan.intake import services
from fupan.intake.models import Hook, Incoming, IncomingState, MailAccount
from fupan.intake.tests.mails import FORGED, amazon, mail

pytestmark = pytest.mark.django_db
FORM = {
    "address": "support@seller.example", "user": "support", "password": "secret", "imap_host": "127.0.0.1",
    "imap_port": 9, "imap_security": "none", "folder": "INBOX", "since": "2026-11-01", "smtp_host": "",
    "smtp_port": 465, "smtp_security": "tls", "active": "on", "version": 1,
}  # fmt: skip


@pytest.fixture
def account(shop, omar):
    return services.add_mail_account(
        shop_id=shop.pk, by=omar, address="support@seller.example", user="u", password="secret", since="2026-11-01",
        imap_host="imap.example",
    )  # fmt: skip


def text(answer):
    return answer.content.decode()


def test_connecting_a_mailbox_tries_it_at_once_and_hides_its_password(signed_in, omar, shop):
    answer = signed_in(omar).post("/settings/mail/new/", FORM | {"shop_id": shop.pk}, follow=True)
    assert "Reading does not work. The mail server lies in a private network" in text(answer)
    account = MailAccount.objects.get()
    assert account.password == "secret"
    assert "secret" not in text(answer)


def test_a_link_is_no_server(signed_in, omar, shop):
    answer = signed_in(omar).post("/settings/mail/new/", FORM | {"shop_id": shop.pk, "imap_host": "https://x.de/imap"})
    assert answer.status_code == 422
    assert "Only the name of the server" in text(answer)


def test_two_people_changing_a_mailbox_do_not_overwrite_each_other(signed_in, omar, shop, account):
    page = f"/settings/mail/{account.pk}/"
    form = FORM | {"shop_id": shop.pk, "password": "", "version": account.version}
    assert signed_in(omar).post(page, form | {"folder": "Amazon"}).status_code == 302
    assert signed_in(omar).post(page, form | {"folder": "Other"}).status_code == 409
    account.refresh_from_db()
    assert (account.folder, account.password) == ("Amazon", "secret")


def test_the_same_mailbox_is_connected_once(signed_in, omar, shop, account):
    told = FORM | {"shop_id": shop.pk, "imap_host": "imap.example", "user": "u"}
    answer = signed_in(omar).post("/settings/mail/new/", told)
    assert (answer.status_code, MailAccount.objects.count()) == (409, 1)


def test_disconnecting_leaves_what_is_held(signed_in, omar, account):
    services.take_mails(account, [amazon(checks=FORGED)])
    signed_in(omar).post(f"/settings/mail/{account.pk}/drop/")
    assert not MailAccount.objects.exists()
    assert Incoming.objects.get().state == IncomingState.HELD


def test_a_held_mail_is_shown_as_words_only_and_released(signed_in, omar, account):
    page = '<p>Look <img src="https://evil.example/x.png"><script>FPXSS()</script>here</p>'
    raw = mail("", checks=FORGED, page=page, sender="Amazon <x@evil.example>", subject="Act now")
    services.take_mails(account, [raw])
    held = Incoming.objects.get()
    listed = text(signed_in(omar).get("/settings/mail/"))
    assert "Act now" in listed
    assert "pretends to come from Amazon" in listed
    shown = text(signed_in(omar).get(f"/settings/mail/held/{held.pk}/"))
    assert "Look here" in shown
    assert "FPXSS" not in shown
    assert "evil.example/x.png" not in shown
    signed_in(omar).post(f"/settings/mail/held/{held.pk}/release/")
    events.drain()
    assert Ticket.objects.get().channel == "mail"
    assert signed_in(omar).post(f"/settings/mail/held/{held.pk}/drop/").status_code == 409


def test_a_mail_set_aside_is_made_a_ticket_or_dropped(signed_in, omar, account):
    raws = [mail("x", sender=f"news{one}@shop.example", checks="", number=one, subject=f"Sale {one}") for one in (1, 2)]
    services.take_mails(account, raws)
    first, second = Incoming.objects.order_by("pk")
    assert "Sale 1" in text(signed_in(omar).get("/settings/mail/?show=aside"))
    signed_in(omar).post(f"/settings/mail/held/{first.pk}/release/")
    signed_in(omar).post(f"/settings/mail/held/{second.pk}/drop/")
    events.drain()
    assert sorted(Incoming.objects.values_list("state", flat=True)) == ["dropped", "taken"]


def test_what_cannot_be_read_stays_held(signed_in, omar, account):
    services.take_mails(account, [b""])
    held = Incoming.objects.get()
    answer = signed_in(omar).post(f"/settings/mail/held/{held.pk}/release/", follow=True)
    assert "No message can be made of it" in text(answer)
    assert Incoming.objects.get().state == IncomingState.HELD


def test_a_webhook_shows_its_secret_once(signed_in, omar, shop):
    answer = signed_in(omar).post("/settings/mail/hooks/add/", {"name": "ERP", "shop_id": shop.pk})
    hook = Hook.objects.get()
    assert hook.secret in text(answer)
    page = text(signed_in(omar).get("/settings/mail/"))
    assert hook.key in page
    assert hook.secret not in page
    signed_in(omar).post(f"/settings/mail/hooks/{hook.pk}/drop/")
    assert not Hook.objects.exists()


def test_an_agent_finds_no_settings_of_mail(signed_in, mei, account):
    assert signed_in(mei).get("/settings/mail/").status_code == 404
    assert signed_in(mei).post(f"/settings/mail/{account.pk}/drop/").status_code == 404
