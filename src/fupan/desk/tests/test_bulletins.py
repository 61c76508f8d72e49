"""Bulletins: posted once, pinned where they belong, read by everybody, over in time."""

import pytest

from fupan.core import clock
from fupan.desk import services
from fupan.desk.models import Bulletin, ReplyTemplate
from fupan.desk.policies import bulletins_seen_by
from fupan.desk.queries import bulletins as asked
from fupan.desk.tests.war_support import HOUR, a_ticket, issue, post
from fupan.notify.models import Delivery, Destination, Notice
from fupan.people.models import Department
from tests.support.refusals import refused


def test_it_is_pinned_to_the_tickets_of_its_slice(shop, mei, omar):
    bulletin = post(omar, slice={"carrier": "DHL", "shop": "Amazon DE"})
    ours, other = a_ticket(shop), a_ticket(shop, 2, carrier="GLS")
    (banner,) = asked.bulletins_for(mei, ours)
    assert banner.bulletin == bulletin
    assert (banner.language, banner.wording) == ("de", "Es dauert länger.")
    assert asked.bulletins_for(mei, other) == []
    assert asked.waiting_for(mei, bulletin.slice) == 1


def test_an_issue_type_holds_for_those_below_it(workspace, shop, mei, omar):
    parent = issue(workspace, "logistics")
    below = issue(workspace)
    below.parent = parent
    below.save()
    post(omar, slice={"issue_type": "logistics"})
    assert len(asked.bulletins_for(mei, a_ticket(shop, issue_type=below))) == 1


def test_a_buyer_of_another_language_gets_the_english_wording(shop, mei, omar):
    post(omar)
    (banner,) = asked.bulletins_for(mei, a_ticket(shop, language="th"))
    assert (banner.language, banner.wording) == ("en", "It takes longer.")


def test_it_is_over_when_it_expires_or_is_ended(shop, mei, omar):
    ticket = a_ticket(shop)
    short, ended = post(omar, expires_at=clock.now() + HOUR), post(omar)
    services.end_bulletin(ended.pk, by=omar)
    assert [one.bulletin for one in asked.bulletins_for(mei, ticket)] == [short]
    with clock.set_to(clock.now() + 2 * HOUR):
        assert asked.bulletins_for(mei, ticket) == []
        services.extend_bulletin(short.pk, hours=4, by=omar)
        assert len(asked.bulletins_for(mei, ticket)) == 1
    assert refused(services.extend_bulletin, ended.pk, hours=4, by=omar) == "bulletin-over"


def test_receipts_count_those_who_answer_buyers(mei, omar, ines):
    bulletin = post(omar)
    services.read_bulletin(bulletin.pk, by=mei)
    services.read_bulletin(bulletin.pk, by=mei)
    who = asked.readers([bulletin])[bulletin.pk]
    assert [str(one) for one in who.read] == ["mei", "omar"]
    assert who.all == 2  # operations read no buyers
    assert asked.unread_count(mei) == 0


def test_a_new_version_asks_to_be_read_again(mei, omar, boss):
    bulletin = post(omar)
    services.read_bulletin(bulletin.pk, by=mei)
    told = {"kind": "carrier", "title": "DHL is later", "expires_at": clock.now() + HOUR, "slice": {"carrier": "DHL"}}
    services.edit_bulletin(bulletin.pk, version=1, by=omar, **told)
    bulletin.refresh_from_db()
    who = asked.readers([bulletin])[bulletin.pk]
    assert ([str(one) for one in who.read], len(who.unread)) == (["omar"], 2)
    assert asked.unread_count(mei) == 1
    assert Notice.objects.get(member=mei, kind="bulletin_again").context["title"] == "DHL is later"
    assert refused(services.edit_bulletin, bulletin.pk, version=1, by=boss, **told) == "changed"


def test_extending_asks_nobody_to_read_again(mei, omar):
    bulletin = post(omar)
    services.read_bulletin(bulletin.pk, by=mei)
    services.extend_bulletin(bulletin.pk, hours=24, by=omar)
    assert asked.unread_count(mei) == 0


def test_readers_hear_of_it_in_their_language(mei, omar, boss):
    boss.user.language = "zh-hans"
    boss.user.save()
    post(omar)
    kinds = dict(Notice.objects.filter(kind="bulletin").values_list("member_id", "context"))
    assert set(kinds) == {mei.pk, boss.pk}
    assert kinds[mei.pk]["kind"] == "Carrier delay"
    assert kinds[boss.pk]["kind"] != ""


def test_group_chats_read_facts_and_wording_without_what_is_personal(workspace, omar):
    Destination.objects.create(
        workspace=workspace, kind="wecom", name="room", url="https://qyapi.weixin.qq.com/x", topics=["bulletin"],
        language="en",
    )  # fmt: skip
    bulletin = post(omar, facts="See 302-1234567-1234567, write to anna@example.com.")
    services.end_bulletin(bulletin.pk, by=omar)
    posted, over = Delivery.objects.order_by("pk")
    lines = " ".join(text for text, _url in posted.message["lines"])
    assert "[order]" in lines
    assert "anna" not in lines
    assert "Say to buyers: It takes longer." in lines
    assert "DHL is late" in over.message["title"]
    assert over.message["lines"] == []


def test_what_is_wrong_is_said(mei, omar, workspace):
    now = clock.now()
    assert refused(post, mei) == "no-bulletins"
    assert refused(post, omar, title=" ") == "no-title"
    assert refused(post, omar, kind="gossip") == "no-kind"
    assert refused(post, omar, expires_at=now - HOUR) == "bad-expiry"
    assert refused(post, omar, slice={"moon": "full"}) == "not-pinned-by"
    assert refused(post, omar, instead_of_id=999) == "no-template"
    assert not Bulletin.objects.exists()


def test_it_takes_the_place_of_a_template(workspace, shop, mei, omar):
    template = ReplyTemplate.objects.create(
        workspace=workspace, number=1, name="Late", state="in_force", made_at=clock.now()
    )
    bulletin = post(omar, instead_of_id=template.pk)
    assert asked.swapped_by(mei, a_ticket(shop)) == {template.pk: bulletin}
    assert asked.swapped_by(mei, a_ticket(shop, 2, carrier="GLS")) == {}


# Help of departments


@pytest.fixture
def logistics(workspace, ines):
    department = Department.objects.create(workspace=workspace, code="logistics", name="Logistics")
    ines.departments.add(department)
    return department


def test_a_department_is_asked_and_answers(shop, mei, omar, ines, logistics):
    bulletin = post(omar)
    ticket = a_ticket(shop)
    question = services.ask_help(
        bulletin.pk, department_id=logistics.pk, about="When?", ticket_number=ticket.number, by=mei
    )
    assert Notice.objects.get(member=ines, kind="help_asked").context["about"] == "When?"
    assert refused(services.answer_help, question.pk, answer="Friday", by=mei) == "not-theirs"
    services.answer_help(question.pk, answer="Friday", by=ines)
    assert Notice.objects.get(member=mei, kind="help_answered").context["answer"] == "Friday"
    assert refused(services.answer_help, question.pk, answer="Monday", by=omar) == "answered"


def test_a_question_needs_words_a_department_and_a_ticket_there_is(mei, omar, logistics):
    bulletin = post(omar)
    told = {"department_id": logistics.pk, "about": "When?", "by": mei}
    assert refused(services.ask_help, bulletin.pk, **(told | {"about": " "})) == "no-text"
    assert refused(services.ask_help, bulletin.pk, **(told | {"department_id": 0})) == "no-department"
    assert refused(services.ask_help, bulletin.pk, **told, ticket_number=77) == "no-such-ticket"


# Who sees it


def test_one_about_a_shop_is_for_those_who_look_after_it(shop, shopee, mei, omar):
    mei.shop_ids = [shopee.pk]
    mei.save()
    theirs, mine = post(omar, slice={"shop": shop.name}), post(omar, slice={"shop": shopee.name})
    everywhere = post(omar)
    assert set(bulletins_seen_by(mei)) == {mine, everywhere}
    assert asked.readers([theirs])[theirs.pk].all == 1
    assert not Notice.objects.filter(member=mei, url=f"/war-room/{theirs.number}/").exists()


def test_a_stranger_sees_none(omar, stranger):
    bulletin = post(omar)
    assert not bulletins_seen_by(stranger).exists()
    with pytest.raises(Bulletin.DoesNotExist):
        services.read_bulletin(bulletin.pk, by=stranger)
