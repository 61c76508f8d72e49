"""The pages of the war room, of follow-ups and of satisfaction: who sees what, and what each act does."""

import pytest
from django.urls import reverse

from fupan.core import clock
from fupan.desk import services
from fupan.desk.models import Bulletin, BulletinRead, Cause, FollowUp, HelpAsked, Survey, SurveyRule
from fupan.desk.services.follow_ups import open_follow_up
from fupan.desk.tests.war_support import HOUR, a_ticket, issue, post, solved
from fupan.people.models import Department

SENT = {
    "kind": "carrier", "title": "DHL is late", "facts": "Four days.", "expires_at": "2026-11-17T18:00",
    "carrier": "DHL", "country": "de", "say_de": "Es dauert.", "say_en": "",
}  # fmt: skip


def text_of(answer):
    return answer.content.decode()


# Bulletins


def test_a_bulletin_is_written_on_the_workspaces_clock(omar, signed_in):
    answer = signed_in(omar).post(reverse("desk:new_bulletin"), SENT, follow=True)
    bulletin = Bulletin.objects.get()
    assert "DHL is late" in text_of(answer)
    assert bulletin.slice == {"carrier": "DHL", "country": "DE"}
    assert bulletin.wordings == {"de": "Es dauert."}
    assert bulletin.expires_at.isoformat() == "2026-11-17T10:00:00+00:00"


def test_what_is_wrong_stands_beside_the_form(omar, signed_in):
    browser = signed_in(omar)
    late = browser.post(reverse("desk:new_bulletin"), SENT | {"expires_at": "2026-11-01T18:00"})
    assert late.status_code == 422
    assert "ends between now and 60 days" in text_of(late)
    assert browser.post(reverse("desk:new_bulletin"), SENT | {"title": "", "expires_at": "soon"}).status_code == 422
    assert not Bulletin.objects.exists()


def test_an_address_fills_the_form_in(workspace, omar, signed_in):
    issue(workspace)
    asked = {"kind": "topic", "title": "Late again", "slice": "issue_type=late&country=DE&batch=9"}
    form = signed_in(omar).get(reverse("desk:new_bulletin"), asked).context["form"]
    assert (form.initial["kind"], form.initial["title"]) == ("topic", "Late again")
    assert (form.initial["issue_type"], form.initial["country"]) == ("late", "DE")
    assert "batch" not in form.initial
    assert signed_in(omar).get(reverse("desk:new_bulletin"), {"slice": "moon=1", "kind": "x"}).status_code == 200


def test_the_form_says_how_many_tickets_it_reaches(shop, omar, signed_in):
    a_ticket(shop)
    text = text_of(signed_in(omar).get(reverse("desk:bulletin_reach"), {"carrier": "DHL"}))
    assert "1 ticket to answer" in text
    assert "No condition" in text_of(signed_in(omar).get(reverse("desk:bulletin_reach")))


def test_two_who_edit_do_not_overwrite_each_other(omar, boss, signed_in, client):
    bulletin = post(omar)
    browser, address = signed_in(boss), reverse("desk:edit_bulletin", args=[bulletin.number])
    form = browser.get(address).context["form"]
    assert form["expires_at"].value().isoformat() == "2026-11-17T12:00:00"
    services.edit_bulletin(bulletin.pk, version=1, kind="carrier", title="Mine", expires_at=clock.now() + HOUR, by=omar)
    answer = browser.post(address, SENT | {"version": 1})
    assert answer.status_code == 422
    assert "Begin from theirs" in text_of(answer)
    assert browser.post(address, SENT | {"version": 2}).status_code == 302
    assert Bulletin.objects.get().version == 3


def test_only_those_who_lead_post_and_end(mei, omar, signed_in):
    bulletin = post(omar)
    browser = signed_in(mei)
    assert browser.get(reverse("desk:war_room")).context["may_post"] is False
    assert browser.get(reverse("desk:new_bulletin")).status_code == 404
    for name in ("edit_bulletin", "end_bulletin", "extend_bulletin"):
        assert browser.post(reverse(f"desk:{name}", args=[bulletin.number])).status_code == 404
    assert Bulletin.objects.get().ended_at is None


def test_extend_and_end(omar, signed_in):
    bulletin = post(omar)
    browser = signed_in(omar)
    assert browser.post(reverse("desk:extend_bulletin", args=[bulletin.number]), {"hours": "5"}).status_code == 422
    browser.post(reverse("desk:extend_bulletin", args=[bulletin.number]), {"hours": "24"})
    assert Bulletin.objects.get().expires_at == bulletin.expires_at + 24 * HOUR
    browser.post(reverse("desk:end_bulletin", args=[bulletin.number]))
    page = browser.get(reverse("desk:war_room"))
    assert (page.context["live"], len(page.context["past"])) == ([], 1)
    assert "is over" in text_of(browser.get(reverse("desk:bulletin", args=[bulletin.number])))


def test_the_banner_on_a_ticket_is_read_there(shop, mei, omar, signed_in):
    bulletin, ticket = post(omar), a_ticket(shop)
    browser = signed_in(mei)
    text = text_of(browser.get(reverse("desk:bulletins_of", args=[ticket.number])))
    assert "Es dauert länger." in text
    assert "1 / 2" in text
    address = reverse("desk:read_bulletin", args=[bulletin.number])
    text = text_of(browser.post(f"{address}?ticket={ticket.number}", headers={"HX-Request": "true"}))
    assert "2 / 2" in text
    assert "I have read it" not in text
    assert BulletinRead.objects.filter(member=mei).count() == 1
    assert text_of(browser.get(reverse("desk:bulletins_unread"))).count("dot") == 0


def test_a_department_is_asked_and_answers_on_the_page(workspace, mei, ines, omar, signed_in):
    logistics = Department.objects.create(workspace=workspace, code="logistics", name="Logistics")
    ines.departments.add(logistics)
    bulletin = post(omar)
    ask = reverse("desk:ask_help", args=[bulletin.number])
    browser = signed_in(mei)
    assert browser.post(ask, {"department": logistics.pk, "about": "When?", "ticket": "x"}).status_code == 422
    browser.post(ask, {"department": logistics.pk, "about": "When?", "ticket": ""})
    question = HelpAsked.objects.get()
    answer = reverse("desk:answer_help", args=[bulletin.number, question.pk])
    browser = signed_in(ines)
    assert "When?" in text_of(browser.get(reverse("desk:bulletin", args=[bulletin.number])))
    assert browser.post(answer, {"answer": ""}).status_code == 422
    assert browser.post(answer, {"answer": "Friday"}).status_code == 302
    assert HelpAsked.objects.get().answered_by == ines
    assert browser.post(reverse("desk:answer_help", args=[bulletin.number, 999]), {"answer": "x"}).status_code == 404


def test_a_stranger_finds_no_bulletin(omar, shop, stranger, signed_in):
    bulletin, ticket = post(omar), a_ticket(shop)
    browser = signed_in(stranger)
    assert browser.get(reverse("desk:bulletin", args=[bulletin.number])).status_code == 404
    assert browser.post(reverse("desk:read_bulletin", args=[bulletin.number])).status_code == 404
    assert browser.get(reverse("desk:bulletins_of", args=[ticket.number])).status_code == 404
    assert "DHL" not in text_of(browser.get(reverse("desk:war_room")))


# Follow-ups and satisfaction


@pytest.fixture
def follow_up(workspace, shopee, mei):
    Cause.objects.create(workspace=workspace, code="service", name_en="Service", name_zh="服务")
    survey = Survey.objects.create(
        ticket=solved(shopee, assignee=mei, csat=1), secret="0" * 64, sent_at=clock.now(),
        expires_at=clock.now() + HOUR, answered_at=clock.now(), score=1, comment="too slow",
    )  # fmt: skip
    return open_follow_up(survey, hours=24)


def test_a_follow_up_is_closed_from_its_list(follow_up, mei, signed_in):
    browser, address = signed_in(mei), reverse("desk:close_follow_up", args=[follow_up.pk])
    assert "too slow" in text_of(browser.get(reverse("desk:follow_ups")))
    wrong = browser.post(address, {"cause": "", "outcome": "", "version": 1})
    assert wrong.status_code == 422
    assert browser.post(address, {"cause": "service", "outcome": "Called back.", "version": 7}).status_code == 422
    browser.post(address, {"cause": "service", "outcome": "Called back.", "version": 1})
    done = text_of(browser.get(reverse("desk:follow_ups"), {"which": "done"}))
    assert "Called back." in done


def test_a_follow_up_is_handed_over(follow_up, mei, omar, ines, signed_in):
    browser, address = signed_in(mei), reverse("desk:hand_over_follow_up", args=[follow_up.pk])
    told = {"owner": omar.pk, "due_at": "2026-11-18T09:00", "version": 1}
    assert browser.post(address, told | {"owner": ines.pk}).status_code == 422
    assert browser.post(address, told | {"due_at": "2026-11-01T09:00"}).status_code == 422
    browser.post(address, told)
    assert FollowUp.objects.get().owner == omar
    assert signed_in(ines).post(address, told).status_code == 404


def test_the_satisfaction_page_says_how_many(follow_up, ines, signed_in):
    text = text_of(signed_in(ines).get(reverse("desk:satisfaction"), {"days": "30"}))
    assert "1 answer, few" in text
    assert "No one stands out" in text
    assert signed_in(ines).get(reverse("desk:satisfaction"), {"days": "x"}).context["shown"].days == 90


def test_survey_settings_write_what_changed(shop, shopee, omar, mei, signed_in):
    browser, address = signed_in(omar), reverse("desk:survey_settings")
    assert "Never: the messages Amazon" in text_of(browser.get(address))
    told = {"shopee-active": "on", "shopee-after_hours": "3", "shopee-low": "2", "shopee-follow_up_hours": "24"}
    assert browser.post(address, told | {"shopee-version": "0", "shopee-low": "9"}).status_code == 422
    browser.post(address, told | {"shopee-version": "0"})
    rule = SurveyRule.objects.get()
    assert (rule.platform, rule.active, rule.after_hours) == ("shopee", True, 3)
    stale = browser.post(address, told | {"shopee-version": "0", "shopee-after_hours": "9"})
    assert stale.status_code == 422
    assert signed_in(mei).get(address).status_code == 404
