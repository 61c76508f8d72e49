"""Canned replies: written, approved by somebody else, offered by what came of them."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.models import Event
from fupan.desk import services
from fupan.desk.compute.differing import pieces
from fupan.desk.compute.rendering import fill
from fupan.desk.models import AutoReply, ReplyTemplate, TemplateState
from fupan.desk.queries.template_uses import statistics, uses_of
from fupan.desk.queries.templates import listed, offered
from fupan.desk.queries.variables import preview, render
from fupan.desk.services.replying import Used
from fupan.desk.services.templates import Told, stamp_of
from fupan.desk.tests.reply_support import TEXTS, a_ticket, in_force, said, used
from fupan.notify.models import Notice


@pytest.fixture(autouse=True)
def no_ranking_kept():
    cache.clear()


def code(refused):
    return refused.value.code


def test_a_text_is_filled_and_what_has_no_value_stays_visible():
    done = fill("Dear {buyer}, order {order} by {carrier}", {"buyer": "Anna", "order": "7"})
    assert done == ("Dear Anna, order 7 by {carrier}", ["carrier"])


def test_a_difference_is_shown_word_by_word():
    assert pieces("wait a few days", "wait two days") == [
        ("same", "wait "), ("gone", "a few"), ("new", "two"), ("same", " days"),
    ]  # fmt: skip


def test_dates_and_names_come_from_the_ticket(planted, shop, mei):
    ticket = a_ticket(shop)
    done = render("Hello {buyer}, {order}, {today}, {carrier}", ticket, mei, "en")
    assert done.text == "Hello Anna, 028-4417302-5540817, Nov. 16, 2026, {carrier}"
    assert done.empty == ["carrier"]
    assert preview("{buyer}", None, mei).empty == ["buyer"]


def test_it_is_in_force_once_somebody_else_has_approved_it(planted, omar, boss):
    template = services.save_template(Told("Late", TEXTS), by=omar)
    services.submit_template(template, by=omar)
    with pytest.raises(Refused) as refused:
        services.approve_template(template, by=omar)
    assert code(refused) == "own-version"
    assert Notice.objects.get(member=boss).kind == "template_review"
    services.approve_template(template, by=boss)
    template.refresh_from_db()
    assert (template.state, template.version) == (TemplateState.IN_FORCE, 1)
    assert Event.objects.filter(name="desk.template_in_force").exists()
    assert Notice.objects.get(member=omar).kind == "template_approved"


def test_a_later_day_waits_for_the_clock(planted, omar, boss):
    template = services.save_template(Told("Late", TEXTS), by=omar)
    services.submit_template(template, by=omar)
    services.approve_template(template, by=boss, effective_on=clock.today() + timedelta(days=2))
    assert services.put_templates_in_force() == 0
    with clock.set_to(clock.now() + timedelta(days=2)):
        assert services.put_templates_in_force() == 1
        assert services.put_templates_in_force() == 0
    template.refresh_from_db()
    assert template.version == 1


def test_what_is_in_force_stays_while_the_next_version_is_written(planted, omar, boss):
    template = in_force(omar, boss)
    told = Told("Late", {"en": "Hello, a new text."}, why="shorter")
    services.save_template(told, by=omar, template=template, stamp=stamp_of(template))
    template.refresh_from_db()
    assert template.version == 1
    services.submit_template(template, by=omar)
    services.send_template_back(template, "too short", by=boss)
    services.save_template(told, by=omar, template=template, stamp=stamp_of(template))
    assert [one.number for one in template.versions.all()] == [2, 1]


def test_two_writers_do_not_overwrite_each_other(planted, omar, boss):
    template = services.save_template(Told("Late", TEXTS), by=omar)
    stamp = stamp_of(template)
    with clock.set_to(clock.now() + timedelta(minutes=1)):
        services.save_template(Told("Late", {"en": "Hers."}), by=boss, template=template, stamp=stamp)
        with pytest.raises(Refused) as refused:
            services.save_template(Told("Late", {"en": "His."}), by=omar, template=template, stamp=stamp)
    assert code(refused) == "edited-meanwhile"


@pytest.mark.parametrize(("told", "expected"), [
    (Told(" "), "no-name"),
    (Told("Late", {"en": "Hello {nobody}"}), "no-such-variable"),
    (Told("Late", {"en": "x" * 9000}), "text-too-long"),
    (Told("Late", TEXTS, issue="nothing"), "not-in-the-tree"),
    (Told("Late", TEXTS, platform="moon"), "no-such-platform"),
])  # fmt: skip
def test_what_cannot_be_saved_is_said(planted, omar, told, expected):
    with pytest.raises(Refused) as refused:
        services.save_template(told, by=omar)
    assert code(refused) == expected


def test_words_against_the_rules_never_come_into_force(planted, shop, omar):
    template = services.save_template(Told("Late", {"en": "Leave a review and get a $5 gift card."}), by=omar)
    with pytest.raises(Refused) as refused:
        services.submit_template(template, by=omar)
    assert code(refused) == "against-rules"
    assert "Leave a review" in str(refused.value.message)


def test_another_one_stands_in_for_a_retired_one(planted, shop, omar, boss, mei):
    old, new = in_force(omar, boss, "Old"), in_force(omar, boss, "New")
    AutoReply.objects.create(workspace=planted, template=old, active=True)
    with pytest.raises(Refused):
        services.retire_template(old, by=omar)
    services.retire_template(old, by=omar, swapped_for=new)
    assert [one.template for one in offered(mei, a_ticket(shop))] == [new]
    assert AutoReply.objects.get().template == new
    services.restore_template(ReplyTemplate.objects.get(pk=old.pk), by=omar)
    assert len(offered(mei, a_ticket(shop, 2))) == 2


def test_files_are_looked_at_and_counted(planted, omar):
    template = services.save_template(Told("Late", TEXTS), by=omar)
    row = services.add_template_file(template, SimpleUploadedFile("how.txt", b"press it"), by=omar)
    with pytest.raises(Refused):
        services.add_template_file(template, SimpleUploadedFile("x.svg", b"<svg onload=alert(1)>"), by=omar)
    services.drop_template_file(template, row.pk, by=omar)
    assert not template.files.exists()


def test_the_list_is_searched_by_name_and_by_words(planted, omar, boss):
    late, other = in_force(omar, boss, "Late", group="Logistics"), in_force(omar, boss, "Size", {"en": "Measure it."})
    assert list(listed(omar, words="measure")) == [other]
    assert list(listed(omar, words="logistics")) == [late]
    assert list(listed(omar, group="-")) == [other]


# What came of them


def test_offers_are_ranked_by_what_came_of_them_under_the_issue(planted, shop, omar, boss, mei):
    good, bad, fresh = (in_force(omar, boss, name, group="x") for name in ("Good", "Bad", "Fresh"))
    for number in range(10, 22):
        solved = {"state": "solved", "replies": 1, "opened_at": clock.now() - timedelta(days=21)}
        used(good, a_ticket(shop, number, "late", **solved))
        used(bad, a_ticket(shop, 100 + number, "late", **solved | {"reopened": 1}))
    rows = offered(mei, a_ticket(shop, 1, "late"))
    assert [one.template for one in rows] == [good, bad, fresh]
    assert [(one.k, one.n) for one in rows] == [(12, 12), (0, 12), (0, 0)]
    assert rows[0].text == "Hello Anna, order 028-4417302-5540817: sorry. mei"


def test_the_buyers_language_is_offered_else_english(planted, shop, omar, boss, mei):
    in_force(omar, boss)
    assert offered(mei, a_ticket(shop, 1, language="de"))[0].language == "de"
    assert offered(mei, a_ticket(shop, 2, language="ja"))[0].language == "en"
    assert offered(mei, a_ticket(shop, 3), "leid tut")[0].template.name == "Late"
    assert offered(mei, a_ticket(shop, 4), "nothing like it") == []


def test_coming_back_within_a_week_means_that_it_was_not_enough(planted, shop, omar, boss):
    template = in_force(omar, boss)
    solved = {"state": "solved", "replies": 1, "opened_at": clock.now() - timedelta(days=21), "csat": 4}
    enough, again, late = (a_ticket(shop, number, "late", **solved) for number in (1, 2, 3))
    for one in (enough, again, late):
        used(template, one, days_ago=20)
    said(again, "Still not here", at=clock.now() - timedelta(days=15))
    said(late, "Thanks", at=clock.now() - timedelta(days=9))
    used(template, a_ticket(shop, 4, "late"), days_ago=2)
    told = uses_of(omar, template)
    assert told.uses == 4
    assert (told.settled.k, told.settled.n) == (2, 3)
    assert (told.asked_again.k, told.asked_again.n) == (1, 3)
    assert (told.csat, told.rated) == (4.0, 3)
    assert told.settled.low < 2 / 3 < told.settled.high


def test_a_template_is_held_against_answers_without_one_under_the_same_issue(planted, shop, omar, boss):
    template = in_force(omar, boss)
    opened = clock.now() - timedelta(days=21)
    for number in range(1, 41):
        used(template, a_ticket(shop, number, "late", state="solved", replies=1, opened_at=opened))
        a_ticket(
            shop, 500 + number, "late", state="solved", replies=3 if number % 2 else 1, opened_at=opened,
            first_response_at=opened + timedelta(hours=2),
        )  # fmt: skip
    told = statistics(omar)
    assert told.best.template == template
    assert told.best.beside.detectable
    assert round(told.best.beside.points, 2) == 0.5
    (process,) = told.processes
    assert (process.issue.code, process.uses, process.of_answers.n) == ("late", 40, 80)


def test_files_of_a_template_go_out_as_copies(planted, shop, omar, boss, mei):
    template = in_force(omar, boss)
    services.add_template_file(template, SimpleUploadedFile("how.txt", b"press it"), by=omar)
    ticket = a_ticket(shop)
    message = services.write_reply(
        ticket.pk, text="Hello", templates=[Used(template.pk, 1, "en")], by=mei, then="waiting"
    )
    assert [one.name for one in message.files.all()] == ["how.txt"]
    services.take_back(message.pk, by=mei)
    assert template.files.get().file.name == "how.txt"
