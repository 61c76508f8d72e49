"""A reply on its way: held back, taken back, sent, answered elsewhere; and notes, which no buyer ever reads."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import drain
from fupan.core.models import Attachment, Event
from fupan.desk import services
from fupan.desk.models import (
    Authority,
    ClosingRule,
    DayOff,
    Draft,
    Mention,
    Message,
    MessageSide,
    Presence,
    Resolution,
    Sending,
    Ticket,
)
from fupan.desk.tests.support import an_import, rec, receive
from fupan.notify.models import Notice

WORDS = "Dear buyer, a new cable leaves today."


@pytest.fixture
def asked(planted, shop, frozen_clock):
    """A question of two hours ago."""
    source = an_import(planted)
    told = rec("q1", opened_at=frozen_clock - timedelta(hours=2), text="The cable is broken", buyer_name="Anna Maier",
               buyer="B1", language="en")  # fmt: skip
    receive(source, shop, [told])
    services.open_received(source.pk, 0)
    return Ticket.objects.get(outside_id="q1")


def later(seconds):
    return clock.set_to(clock.now() + timedelta(seconds=seconds))


def url(name, ticket):
    return reverse(f"desk:{name}", args=[ticket.number])


def answer(ticket, by, **more):
    return services.write_reply(ticket.pk, **({"text": WORDS, "by": by} | more))


def test_a_question_starts_both_clocks(asked):
    assert asked.waiting_since == asked.opened_at
    assert asked.platform_due_at == asked.opened_at + timedelta(hours=24)
    assert asked.office_due_at > asked.opened_at


def test_nothing_counts_until_the_seconds_are_over(asked, mei):
    answer(asked, mei, then="waiting")
    assert services.send_due() == 0
    asked.refresh_from_db()
    assert (asked.replies, asked.first_response_at, asked.state) == (0, None, "open")
    assert asked.platform_due_at is not None
    with later(16):
        assert services.send_due() == 1
        sent = clock.now()
    asked.refresh_from_db()
    assert (asked.replies, asked.first_response_at, asked.state) == (1, sent, "waiting")
    assert (asked.waiting_since, asked.platform_due_at, asked.office_due_at) == (None, None, None)
    assert asked.assignee == mei


def test_a_shop_without_a_mailbox_says_that_nothing_was_sent(asked, mei, signed_in):
    message = answer(asked, mei)
    with later(16):
        signed_in(mei).post(url("send", asked))
        text = signed_in(mei).get(url("ticket", asked)).content.decode()
    message.refresh_from_db()
    assert message.sending == Sending.BY_HAND
    assert "Fupan sent nothing" in text
    assert 'data-copy="#words-' in text


def test_the_head_of_the_page_follows_what_a_reply_did(asked, mei, signed_in):
    answer(asked, mei, then="solved")
    browser = signed_in(mei)
    assert "hx-swap-oob" not in browser.get(url("ticket", asked)).content.decode()
    with later(16):
        text = browser.post(url("send", asked)).content.decode()
        assert f'id="queue-{asked.number}" hx-swap-oob="true"' in text
    assert 'id="thread-head" hx-swap-oob="true"' in text
    assert "Reopen" in text


def test_taken_back_the_words_are_the_draft_again(asked, mei, omar):
    message = answer(asked, mei, files=[SimpleUploadedFile("a.txt", b"hello")])
    assert Attachment.objects.count() == 1
    with pytest.raises(Refused) as told:
        services.take_back(message.pk, by=omar)
    assert told.value.code == "not-yours"
    draft = services.take_back(message.pk, by=mei)
    assert draft.text == WORDS
    assert not Message.objects.filter(pk=message.pk).exists()
    assert Attachment.objects.count() == 0
    with later(60):
        assert services.send_due() == 0
    assert asked.messages.filter(side="seller").count() == 0


def test_once_it_is_on_its_way_it_cannot_be_taken_back(asked, mei):
    message = answer(asked, mei)
    with later(16):
        services.send_due()
        with pytest.raises(Refused) as told:
            services.take_back(message.pk, by=mei)
    assert told.value.code == "on-its-way"


def test_solving_goes_with_the_sending(asked, mei):
    answer(asked, mei, then="solved")
    with later(16):
        services.send_due()
    asked.refresh_from_db()
    assert (asked.state, asked.resolved_at is not None) == ("solved", True)
    wanted = ["desk.replied", "desk.sent", "desk.solved"]
    told = Event.objects.filter(subject_id=asked.pk, name__in=wanted).order_by("pk")
    assert list(told.values_list("name", flat=True)) == wanted


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"text": "  "}, "empty-reply"),
        ({"text": "x" * 20_001}, "reply-too-long"),
        ({"then": "lost"}, "no-such-state"),
        ({"text": "Write to me at help@shop.example"}, "against-rules"),
        ({"files": [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(11)]}, "too-many-files"),
        ({"files": [SimpleUploadedFile("a.svg", b"<svg onload=alert(1)>")]}, "file-not-allowed"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(asked, mei, more, code):
    with pytest.raises(Refused) as told:
        answer(asked, mei, **more)
    assert told.value.code == code
    assert not Message.objects.filter(side="seller").exists()


def test_who_had_not_read_the_newest_words_reads_them_first(asked, mei, omar):
    read = asked.messages.get().pk
    answer(asked, omar, seen=read)
    with pytest.raises(Refused) as told:
        answer(asked, mei, seen=read)
    assert told.value.code == "went-on"


# Closing


def test_a_closing_rule_is_asked_in_place(asked, mei, signed_in):
    ClosingRule.objects.create(workspace=mei.workspace, kind="inquiry", needs=["issue", "resolution"])
    services.label_ticket(asked, "", by=mei)
    browser = signed_in(mei)
    refused = browser.post(url("reply", asked), {"text": WORDS, "then": "solved"}, HTTP_HX_REQUEST="true")
    assert refused.status_code == 422
    text = refused.content.decode()
    assert 'name="issue"' in text
    assert 'name="resolution"' not in text  # it stands in the composer already
    told = {"text": WORDS, "then": "solved", "issue": "usage", "resolution": "information"}
    sent = browser.post(url("reply", asked), told, HTTP_HX_REQUEST="true")
    assert sent["HX-Redirect"] == url("ticket", asked)
    asked.refresh_from_db()
    assert (asked.issue_type.code, asked.resolution.code) == ("usage", "information")


def test_solving_without_an_answer_asks_the_same(asked, mei, signed_in):
    ClosingRule.objects.create(workspace=mei.workspace, kind="", needs=["resolution"])
    browser = signed_in(mei)
    refused = browser.post(url("state", asked), {"state": "solved"})
    assert refused.status_code == 422
    assert "Before it is solved, say: resolution" in refused.content.decode()
    assert browser.post(url("state", asked), {"state": "solved", "resolution": "none"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.platform_due_at) == ("solved", None)


def test_a_refused_reply_leaves_no_half_set_fields(asked, mei, signed_in):
    told = {"text": "mail me: a@b.example", "then": "solved", "resolution": "information"}
    assert signed_in(mei).post(url("reply", asked), told, HTTP_HX_REQUEST="true").status_code == 422
    asked.refresh_from_db()
    assert asked.resolution is None


def test_beyond_ones_authority_approval_is_asked_instead(asked, mei, signed_in):
    refund = Resolution.objects.get(code="refund")
    Authority.objects.all().delete()
    Authority.objects.create(workspace=mei.workspace, tier=1, resolution=refund, most=Decimal(0))
    told = {"text": WORDS, "then": "solved", "resolution": "refund", "cost": "80"}
    answered = signed_in(mei).post(url("reply", asked), told, HTTP_HX_REQUEST="true")
    assert answered.status_code == 422
    assert not Message.objects.filter(side="seller").exists()
    shown = signed_in(mei).get(url("buttons", asked), {"resolution": "refund", "cost": "80"}).content.decode()
    assert "send-why" in shown


def test_days_off_move_the_office_clock_and_leave_the_marketplace_alone(asked, omar, workspace):
    due = asked.platform_due_at
    day = clock.now().date()
    services.set_day_off(workspace, day, "Holiday", by=omar)
    moved = Ticket.objects.get(pk=asked.pk)
    assert moved.office_due_at.date() > day
    assert moved.platform_due_at == due
    services.set_day_off(workspace, day, closed=False, by=omar)
    assert Ticket.objects.get(pk=asked.pk).office_due_at == asked.office_due_at
    assert not DayOff.objects.exists()


# Notes


def test_no_door_turns_a_note_into_a_reply(asked, mei, signed_in):
    """Every field a form could carry, at every door of the conversation: a note stays a note, and is never sent."""
    browser = signed_in(mei)
    note = services.note_ticket(asked, "He is a fraud, do not refund", by=mei)
    every = {"text": "He is a fraud", "side": "seller", "then": "solved", "sending": "queued", "send_after": "now"}
    browser.post(url("note", asked), every)
    for name in ("take_back", "send_again"):
        assert browser.post(reverse(f"desk:{name}", args=[note.pk])).status_code == 404
    browser.post(reverse("desk:draft", args=[asked.number, "note"]), {"text": "secret", "version": "0"})
    with later(3600):
        assert services.send_due() == 0
    notes = Message.objects.filter(side=MessageSide.NOTE)
    assert notes.count() == 2
    assert not notes.exclude(sending="", send_after=None, sent_at=None).exists()
    asked.refresh_from_db()
    assert (asked.replies, asked.state) == (0, "open")


def test_colleagues_named_in_a_note_hear_of_it(asked, mei, omar, stranger, signed_in):
    note = services.note_ticket(asked, "@omar please look, @stranger too", by=mei)
    assert [one.member for one in note.mentions.all()] == [omar]
    assert Notice.objects.get(kind="mentioned").member == omar
    browser = signed_in(omar)
    assert len(browser.get(reverse("desk:tickets"), {"mentioned": "new"}).context["rows"]) == 1
    browser.get(url("ticket", asked))
    assert Mention.objects.get().seen_at is not None
    assert len(browser.get(reverse("desk:tickets"), {"mentioned": "new"}).context["rows"]) == 0


# Drafts and presence


def test_a_draft_is_kept_with_its_version(asked, mei):
    first = services.save_draft(asked.pk, "seller", "Dear", version=0, by=mei)
    second = services.save_draft(asked.pk, "seller", "Dear buyer", version=first.version, by=mei)
    with pytest.raises(Refused) as told:
        services.save_draft(asked.pk, "seller", "Hello", version=first.version, by=mei)
    assert told.value.code == "draft-moved-on"
    assert Draft.objects.get().text == "Dear buyer"
    assert services.save_draft(asked.pk, "seller", " ", version=second.version, by=mei) is None
    assert not Draft.objects.exists()


def test_a_colleague_goes_on_with_a_draft(asked, mei, omar, signed_in):
    theirs = services.save_draft(asked.pk, "seller", "Dear buyer", version=0, by=mei)
    services.save_draft(asked.pk, "seller", "Hello", version=0, by=omar)
    browser = signed_in(omar)
    assert "Go on with it" in browser.get(url("ticket", asked)).content.decode()
    browser.post(reverse("desk:take_draft", args=[theirs.pk]))
    assert Draft.objects.get().text == "Hello\n\nDear buyer"
    with pytest.raises(Refused):
        services.save_draft(asked.pk, "seller", "Dear buyer, I", version=theirs.version, by=mei)
    assert Notice.objects.get(kind="draft_taken_over").member == mei


def test_the_page_says_who_is_here_and_that_the_conversation_went_on(asked, mei, omar, signed_in):
    newest = str(asked.messages.get().pk)
    signed_in(omar).post(url("here", asked), {"writing": "1", "seen": newest})
    browser = signed_in(mei)
    shown = browser.post(url("here", asked), {"seen": newest})
    assert "omar is writing" in shown.content.decode()
    assert "HX-Trigger" not in shown
    assert "omar" in browser.get(reverse("desk:tickets")).content.decode()
    services.note_ticket(asked, "look", by=omar)
    assert browser.post(url("here", asked), {"seen": newest})["HX-Trigger"] == '{"thread": {}}'
    with later(90):
        assert "omar is" not in browser.post(url("here", asked), {}).content.decode()
    assert Presence.objects.count() == 2


# Snoozing and following


def test_a_snoozed_ticket_sleeps_and_wakes(asked, mei, omar):
    services.assign(asked, mei, by=omar)
    services.snooze(asked.pk, clock.now() + timedelta(hours=3), by=mei)
    asked.refresh_from_db()
    assert (asked.state, services.wake_due()) == ("waiting", 0)
    with later(3 * 3600 + 1):
        assert services.wake_due() == 1
        assert services.wake_due() == 0
    asked.refresh_from_db()
    assert (asked.state, asked.snoozed_until, asked.waiting_since) == ("open", None, asked.opened_at)
    assert Notice.objects.get(kind="ticket_woken").member == mei


@pytest.mark.parametrize(("days", "code"), [(-1, "not-a-moment"), (91, "not-a-moment")])
def test_only_a_moment_ahead_is_one(asked, mei, days, code):
    with pytest.raises(Refused) as told:
        services.snooze(asked.pk, clock.now() + timedelta(days=days), by=mei)
    assert told.value.code == code


def test_who_follows_hears_of_it(asked, mei, omar):
    services.follow(asked.pk, by=omar)
    answer(asked, mei)
    drain()
    assert Notice.objects.filter(kind="followed_replied", member=omar).count() == 1
    services.follow(asked.pk, by=omar, on=False)
    services.set_state(asked, "solved", by=mei)
    drain()
    assert not Notice.objects.filter(kind="followed_solved").exists()


def test_a_stranger_finds_none_of_it(asked, mei, stranger, signed_in):
    message = answer(asked, mei)
    draft = services.save_draft(asked.pk, "note", "x", version=0, by=mei)
    browser = signed_in(stranger)
    for name in ("reply", "note", "here", "send", "snooze", "follow", "merge", "cut", "check"):
        assert browser.post(url(name, asked), {"text": "x"}).status_code == 404
    assert browser.post(reverse("desk:take_back", args=[message.pk])).status_code == 404
    assert browser.post(reverse("desk:take_draft", args=[draft.pk])).status_code == 404


def test_files_go_only_to_those_who_answer_buyers(asked, mei, ines, signed_in):
    message = answer(asked, mei, files=[SimpleUploadedFile("label.txt", b"hello")])
    file = message.files.get()
    assert (
        signed_in(mei).get(reverse("desk:file", args=[file.pk])).headers["Content-Disposition"].startswith("attachment")
    )
    assert signed_in(ines).get(reverse("desk:file", args=[file.pk])).status_code == 404
