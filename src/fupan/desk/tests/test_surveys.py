"""Surveys: asked where it is allowed, answered once, counted, followed up when low."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from fupan.core import clock
from fupan.core.models import StaleWeek
from fupan.desk import services, survey_words
from fupan.desk.models import FollowUp, Message, Survey, SurveyRule, Ticket
from fupan.desk.queries.surveys import askable, rules
from fupan.desk.services.surveys import ask, link_of
from fupan.desk.tests.war_support import HOUR, mailbox, solved
from fupan.notify.models import Notice
from fupan.people.secrets import fingerprint
from tests.support.refusals import refused

RULE = {"active": True, "after_hours": 2, "low": 2, "follow_up_hours": 24, "version": 0}


@pytest.fixture
def rule(shopee, omar):
    mailbox(shopee)
    return services.set_survey_rule(platform="shopee", **RULE, by=omar)


def token_of(survey):
    """The link is in the mail only; the database keeps its hash."""
    text = Message.objects.get(ticket=survey.ticket, automatic=True).original
    return re.search(r"/surveys/([^/]+)/", text)[1]


@pytest.fixture
def asked(rule, shopee, mei):
    solved(shopee, assignee=mei, buyer_name="Nguyen Lan")
    assert services.ask_due() == 1
    return token_of(Survey.objects.get())


# Whom we ask


def test_a_buyer_is_asked_once_by_mail_in_their_language(asked):
    message = Message.objects.get(automatic=True)
    assert (message.sending, message.language) == ("queued", "vi")
    assert "Shopee MY" in message.original
    assert asked not in message.redacted
    assert Survey.objects.get().secret == fingerprint(asked)
    assert services.ask_due() == 0


def test_amazon_is_never_asked(shop, omar):
    mailbox(shop)
    ticket = solved(shop)
    assert "amazon" not in askable()
    assert refused(services.set_survey_rule, platform="amazon", **RULE, by=omar) == "never-asked"
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyRule.objects.create(workspace=shop.workspace, platform="amazon", active=True)
    SurveyRule.objects.create(workspace=shop.workspace, platform="amazon", active=False)
    assert services.ask_due() == 0
    assert ask(ticket) is None
    assert not Survey.objects.exists()


def test_without_a_rule_nobody_is_asked(shopee, omar):
    mailbox(shopee)
    solved(shopee)
    assert services.ask_due() == 0
    assert [(one.platform, one.active) for one in rules(omar)] == [("shopee", False)]


@pytest.mark.parametrize(
    "more",
    [{"reply_to": ""}, {"state": "open"}, {"replies": 0}, {"resolved_at": None}, {"csat": 4}, {"purged": True}],
    ids=["no address", "open", "no answer", "not solved", "scored", "purged"],
)
def test_some_are_not_asked(rule, shopee, more):
    if more.pop("purged", False):
        more["purged_at"] = clock.now()
    solved(shopee, **more)
    assert services.ask_due() == 0


def test_neither_too_soon_nor_long_afterwards(rule, shopee):
    solved(shopee, resolved_at=clock.now() - HOUR)
    solved(shopee, 2, resolved_at=clock.now() - timedelta(days=5))
    assert services.ask_due() == 0


def test_a_buyer_with_many_tickets_is_asked_about_one(rule, shopee):
    solved(shopee, buyer_key="same")
    solved(shopee, 2, buyer_key="same")
    assert services.ask_due() == 1


def test_a_shop_without_a_mailbox_asks_nobody(shopee, omar):
    services.set_survey_rule(platform="shopee", **RULE, by=omar)
    solved(shopee)
    assert services.ask_due() == 0


def test_a_rule_somebody_changed_meanwhile_is_not_overwritten(rule, omar, mei):
    assert refused(services.set_survey_rule, platform="shopee", **RULE, by=omar) == "changed"
    assert refused(services.set_survey_rule, platform="shopee", **(RULE | {"version": 1}), by=mei) == "no-surveys"
    assert refused(services.set_survey_rule, platform="shopee", **(RULE | {"version": 1, "low": 9}), by=omar) == (
        "bad-rule"
    )


# What they say


def test_a_score_is_kept_once_and_counted_in_the_facts(asked):
    StaleWeek.objects.all().delete()
    services.answer_survey(asked, score=5)
    assert Ticket.objects.get().csat == 5
    assert StaleWeek.objects.filter(table="tickets").exists()
    assert not FollowUp.objects.exists()
    assert refused(services.answer_survey, asked, score=1) == "survey-used"
    assert Ticket.objects.get().csat == 5


def test_a_low_score_becomes_somebodys(asked, mei):
    services.answer_survey(asked, score=2)
    follow_up = FollowUp.objects.get()
    assert (follow_up.owner, follow_up.due_at) == (mei, clock.now() + 24 * HOUR)
    assert Notice.objects.get(member=mei, kind="follow_up_given").context["score"] == 2


def test_without_an_assignee_a_lead_goes_after_it(rule, shopee, omar):
    solved(shopee)
    services.ask_due()
    services.answer_survey(token_of(Survey.objects.get()), score=1)
    assert FollowUp.objects.get().owner == omar


def test_words_are_kept_without_what_is_personal(asked):
    services.answer_survey(asked, score=5)
    services.comment_survey(asked, reason="speed", comment="Nguyen Lan, call +84 912 345 678, great")
    survey = Survey.objects.get()
    assert survey.reason == "speed"
    assert "great" in survey.comment
    assert "Lan" not in survey.comment
    assert "912" not in survey.comment
    assert refused(services.comment_survey, asked, comment="again") == "survey-used"


def test_words_come_soon_after_the_score(asked):
    assert refused(services.comment_survey, asked, comment="before any score") == "survey-used"
    services.answer_survey(asked, score=5)
    assert refused(services.comment_survey, asked, reason="moon") == "bad-reason"
    with clock.set_to(clock.now() + 2 * HOUR):
        assert refused(services.comment_survey, asked, comment="late") == "survey-used"


def test_a_link_is_over_in_time_or_never_was(asked):
    assert refused(services.answer_survey, "made-up", score=5) == "survey-over"
    assert refused(services.answer_survey, asked, score=9) == "bad-score"
    with clock.set_to(clock.now() + timedelta(days=15)):
        assert refused(services.answer_survey, asked, score=5) == "survey-over"


# The page


def test_opening_the_page_keeps_nothing_and_shows_nothing_of_the_buyer(asked, client):
    page = client.get(f"/surveys/{asked}/")
    text = page.content.decode()
    assert survey_words.words("vi")[1]["ask"].replace("{shop}", "Shopee MY") in text
    assert "Nguyen" not in text
    assert page["X-Robots-Tag"].startswith("noindex")
    assert page["Referrer-Policy"] == "same-origin"
    assert Survey.objects.get().answered_at is None


def test_one_click_then_a_reason(asked, client):
    page = client.post(f"/surveys/{asked}/score/", {"score": "4"}, follow=True)
    assert survey_words.words("vi")[1]["kept"] in page.content.decode()
    page = client.post(f"/surveys/{asked}/why/", {"reason": "tone", "comment": ""})
    assert survey_words.words("vi")[1]["done"] in page.content.decode()
    again = client.post(f"/surveys/{asked}/score/", {"score": "1"})
    assert again.status_code == 409
    assert survey_words.words("vi")[1]["used"] in again.content.decode()
    assert Survey.objects.get().score == 4


def test_bad_links_and_scores_get_a_page(asked, client):
    page = client.get("/surveys/made-up/", headers={"Accept-Language": "de"})
    assert page.status_code == 404
    assert survey_words.words("de")[1]["over"] in page.content.decode()
    assert client.post(f"/surveys/{asked}/score/", {"score": "x"}).status_code == 409
    with clock.set_to(clock.now() + timedelta(days=15)):
        assert client.get(f"/surveys/{asked}/").status_code == 410


def test_the_page_is_not_for_guessing(asked, client):
    answers = [client.get("/surveys/made-up/").status_code for _try in range(31)]
    assert answers[-1] == 429


def test_every_language_says_the_same_things():
    _code, english = survey_words.words("en")
    assert set(survey_words.languages()) == {"en", "zh", "de", "fr", "es", "pt", "ja", "th", "vi"}
    for language in survey_words.languages():
        _code, said = survey_words.words(language)
        assert set(said) == set(english)
        assert tuple(said["reasons"]) == survey_words.REASONS
        assert len(said["scores"]) == 5
        assert "{link}" in said["mail"]
        assert "{shop}" in said["ask"]
    assert survey_words.words("xx")[0] == "en"


def test_the_link_is_our_own_address(settings):
    assert link_of("abc") == settings.BASE_URL + reverse("desk:survey", args=["abc"])
