import pytest
from django.core import mail
from django.utils import translation

from fupan.core import clock
from fupan.core.models import Event
from fupan.notify import kinds, queries, services
from fupan.notify.letters import Letter
from fupan.notify.models import Mail, Notice, Preference, Topic
from fupan.notify.services import mails
from fupan.notify.tasks import deliver_mails

REVIEW = ("review", "review_ready", {"period": "2026-W46"}, "/reviews/2026-W46/", "review:2026-W46")


def test_a_word_is_said_once(omar, boss):
    assert services.tell([omar.pk, boss.pk], *REVIEW) == 2
    assert services.tell([omar.pk, boss.pk], *REVIEW) == 0
    assert Notice.objects.count() == 2
    assert Mail.objects.count() == 2
    assert Event.objects.filter(name="notify.told").count() == 1


def test_a_newcomer_hears_what_the_others_already_heard(omar, boss):
    services.tell([omar.pk], *REVIEW)
    assert services.tell([omar.pk, boss.pk], *REVIEW) == 1


def test_no_mail_for_who_does_not_want_it_but_a_notice_all_the_same(omar):
    Preference.objects.create(member=omar, topic="review", email=False)
    services.tell([omar.pk], *REVIEW)
    assert Notice.objects.filter(member=omar).count() == 1
    assert not Mail.objects.exists()


def test_who_left_hears_nothing(omar):
    omar.active = False
    omar.save()
    assert services.tell([omar.pk], *REVIEW) == 0


def test_mails_go_once_with_text_html_and_the_full_address(omar, settings):
    settings.BASE_URL = "https://fupan.example"
    omar.user.language = "en"
    omar.user.save()
    services.tell([omar.pk], *REVIEW)
    assert deliver_mails() == 1
    assert deliver_mails() == 0
    (message,) = mail.outbox
    assert message.subject == "The review pack of 2026-W46 is ready."
    assert "https://fupan.example/reviews/2026-W46/" in message.body
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert 'href="https://fupan.example/reviews/2026-W46/"' in html
    assert "<script" not in html


def test_a_mail_that_fails_is_tried_again_later(omar, monkeypatch, frozen_clock):
    services.tell([omar.pk], *REVIEW)

    def down(_mail):
        raise ConnectionRefusedError("no server")

    monkeypatch.setattr(mails, "_send", down)
    assert deliver_mails() == 0
    waiting = Mail.objects.get()
    assert (waiting.attempts, waiting.sent_at) == (1, None)
    assert "no server" in waiting.error
    monkeypatch.undo()
    with clock.set_to(frozen_clock):
        assert deliver_mails() == 0  # not yet
    with clock.set_to(frozen_clock + mails.FIRST_WAIT * 2):
        assert deliver_mails() == 1


def test_a_mail_claimed_by_another_worker_is_left_alone(omar):
    services.tell([omar.pk], *REVIEW)
    mine = Mail.objects.get()
    Mail.objects.update(attempts=1)
    assert mails._deliver(mine) == 0
    assert not mail.outbox


def test_a_letter_of_ones_own_replaces_the_sentence(omar):
    services.tell([omar.pk], *REVIEW, letters={omar.pk: Letter("Subject\nwith a line", "Body")})
    deliver_mails()
    assert mail.outbox[0].subject == "Subject with a line"
    assert mail.outbox[0].body == "Body"


@pytest.mark.parametrize("kind", sorted(kinds.KINDS))
def test_every_kind_says_a_sentence_even_with_holes(kind):
    for language in ("en", "zh-hans"):
        with translation.override(language):
            said = kinds.sentence(kind, {})
            assert said and "%(" not in said and "None" not in said


def test_the_page_shows_mine_and_follows_them(signed_in, omar, boss):
    services.tell([omar.pk, boss.pk], *REVIEW)
    browser = signed_in(omar)
    page = browser.get("/notices/")
    assert page.status_code == 200
    assert "The review pack of 2026-W46 is ready." in page.content.decode()
    mine = Notice.objects.get(member=omar)
    answer = browser.get(f"/notices/{mine.pk}/")
    assert (answer.status_code, answer.url) == (302, "/reviews/2026-W46/")
    assert queries.unread(omar) == 0
    assert queries.unread(boss) == 1
    assert browser.get(f"/notices/{Notice.objects.get(member=boss).pk}/").status_code == 404


def test_a_notice_never_leads_to_another_site(signed_in, omar):
    services.tell([omar.pk], "review", "review_ready", {}, "//evil.example/x", "bad")
    answer = signed_in(omar).get(f"/notices/{Notice.objects.get().pk}/")
    assert answer.url == "/notices/"


def test_all_are_read_at_once(signed_in, omar):
    services.tell([omar.pk], *REVIEW)
    services.tell([omar.pk], "import", "import_done", {"file": "a.csv"}, "/settings/imports/1/", "import:1")
    assert signed_in(omar).post("/notices/read/").status_code == 302
    assert queries.unread(omar) == 0


def test_preferences_are_kept(signed_in, omar):
    browser = signed_in(omar)
    assert browser.get("/settings/account/notices/").content.decode().count(" checked") == 2 * len(Topic.values)
    answer = browser.post("/settings/account/notices/", {"email": ["review"], "in_app": ["digest", "review"]})
    assert answer.status_code == 200
    ways = queries.ways(omar)
    assert (ways["review"], ways["digest"], ways["import"]) == ((True, True), (True, False), (False, False))
    assert browser.post("/settings/account/notices/", {"email": ["nonsense"]}).status_code == 404
    assert browser.post("/settings/account/notices/", {"in_app": ["nonsense"]}).status_code == 404


def test_who_does_not_want_a_topic_in_the_product_gets_the_mail_only(signed_in, omar):
    services.prefer(omar, ["review"], [])
    assert services.tell([omar.pk], *REVIEW) == 1
    assert services.tell([omar.pk], *REVIEW) == 0  # said once all the same
    assert queries.unread(omar) == 0
    assert not queries.notices(omar).exists()
    assert Mail.objects.count() == 1
    page = signed_in(omar).get("/notices/").content.decode()
    assert "The review pack" not in page
    assert Notice.objects.filter(read_at=None).count() == 0  # nor a number at the bell


def test_strangers_and_the_signed_out_find_nothing(client, signed_in, omar, stranger):
    services.tell([omar.pk], *REVIEW)
    address = f"/notices/{Notice.objects.get().pk}/"
    assert client.get(address).status_code == 302
    assert signed_in(stranger).get(address).status_code == 404
