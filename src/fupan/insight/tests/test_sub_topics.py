"""Sub-topics: found in what buyers write, kept by week, promoted when they stay or by a person."""

import pytest
from django.urls import reverse

from fupan.briefing.queries import pack
from fupan.core import weeks
from fupan.core.errors import Refused
from fupan.core.models import Event
from fupan.insight import services
from fupan.insight.facts import FactsView
from fupan.insight.models import Signal, SignalSettings, SubTopic, SubTopicState
from fupan.insight.tests.world import World, instant, stale_all

pytestmark = pytest.mark.once

WEEK = 202645
USUAL = ["the cable is loose", "stopped after a month", "case cracked open", "battery swells a little", "buttons stick"]


@pytest.fixture
def world(workspace):
    """Twelve weeks of the usual, then two in which eight buyers say that the lamp blinks four times."""
    world = World(workspace)
    shop = world.shop()
    world.cover(shop)
    for week in weeks.between(weeks.shift(WEEK, -12), weeks.shift(WEEK, 1)):
        line = world.order(shop, "A20", instant(week), units=50)
        for place in range(20):
            blinks = week >= WEEK and place < 8
            ticket = world.ticket(shop, instant(week), line=line, issue="wont_charge", buyer_key=f"{week}-{place}")
            text = f"blinks four times when plugged in {place}" if blinks else USUAL[place % 5]
            world.say(ticket, "buyer", instant(week), text)
    return world


def found(week=WEEK):
    return list(SubTopic.objects.filter(weeks__week=week))


def test_what_rises_is_found_with_its_counts_and_quotes(workspace, world):
    assert services.find_sub_topics(workspace, WEEK) == 1
    (topic,) = found()
    assert (topic.issue_type, topic.state) == ("wont_charge", SubTopicState.CANDIDATE)
    assert "blinks" in topic.term
    (week,) = topic.weeks.all()
    assert (week.now, week.of_now, week.before, week.of_before) == (8, 20, 0, 240)
    assert len(week.tickets) == 8


def test_what_the_outbreak_test_confirms_becomes_a_signal(workspace, world, omar, signed_in):
    services.find_sub_topics(workspace, WEEK)
    (signal,) = Signal.objects.all()
    assert (signal.kind, signal.slice, signal.week, signal.observed) == ("topic", "issue_type=wont_charge", WEEK, 8.0)
    assert signal.expected < 1 < signal.upper < 8
    assert [entry["observed"] for entry in signal.band] == [0] * 12 + [8]
    shown = signed_in(omar).get(reverse("insight:signal", args=[signal.pk]))
    assert "blinks" in shown.content.decode()
    assert shown.context["behind"].count == 8
    assert len(signed_in(omar).get(shown.context["behind"].url).context["page"].object_list) == 8


def test_a_topic_signal_goes_on_and_ends_after_three_quiet_weeks(workspace, world):
    later = weeks.shift(WEEK, 1)
    services.find_sub_topics(workspace, WEEK)
    services.find_sub_topics(workspace, later)
    services.find_sub_topics(workspace, later)
    signal = Signal.objects.get()
    assert (signal.week, signal.last_week, signal.state) == (WEEK, later, "open")
    services.find_sub_topics(workspace, weeks.shift(later, 3))
    signal.refresh_from_db()
    assert (signal.state, signal.quiet) == ("closed", 3)


def test_a_dropped_topic_is_told_no_more(workspace, world, omar):
    services.find_sub_topics(workspace, WEEK)
    services.drop_sub_topic(SubTopic.objects.get().pk, by=omar)
    assert Signal.objects.get().state == "dismissed"
    services.find_sub_topics(workspace, weeks.shift(WEEK, 1))
    assert Signal.objects.count() == 1


def test_the_budget_of_the_week_holds_for_topics_too(workspace, world):
    SignalSettings.objects.create(workspace=workspace, budget=1)
    Signal.objects.create(
        workspace=workspace, kind="outbreak", slice="issue_type=late", week=WEEK, last_week=WEEK, observed=9,
        expected=1, upper=4, excess=8, pvalue=0.001, score=3, opened_at=instant(WEEK),
    )  # fmt: skip
    services.find_sub_topics(workspace, WEEK)
    assert not Signal.objects.filter(kind="topic").exists()


def test_a_quiet_week_finds_nothing(workspace, world):
    assert services.find_sub_topics(workspace, weeks.shift(WEEK, -1)) == 0
    assert not SubTopic.objects.exists()


def test_searching_again_changes_nothing(workspace, world):
    services.find_sub_topics(workspace, WEEK)
    before = list(SubTopic.objects.values_list("pk", "term", "weeks__now"))
    services.find_sub_topics(workspace, WEEK)
    assert list(SubTopic.objects.values_list("term", "weeks__now")) == [row[1:] for row in before]


def test_in_two_of_three_weeks_it_stays(workspace, world):
    services.find_sub_topics(workspace, WEEK)
    services.find_sub_topics(workspace, weeks.shift(WEEK, 1))
    (topic,) = SubTopic.objects.all()
    assert topic.state == SubTopicState.PROMOTED
    assert Event.objects.filter(name="insight.sub_topic_promoted").count() == 1


def test_a_person_decides_and_the_dropped_leave_the_pack(workspace, world, omar, mei):
    services.find_sub_topics(workspace, WEEK)
    stale_all(workspace)
    (topic,) = found()
    view = FactsView(workspace.pk)

    def told():
        return [
            one["term"] for issue in pack(view, weeks.week_period(WEEK))["top_issues"] for one in issue["rising_terms"]
        ]

    assert told() == [topic.term]
    with pytest.raises(Refused):
        services.drop_sub_topic(topic.pk, by=mei)
    services.drop_sub_topic(topic.pk, by=omar)
    assert told() == []
    assert services.promote_sub_topic(topic.pk, by=omar).state == SubTopicState.PROMOTED


def test_who_sees_some_shops_only_is_not_told_what_others_buyers_wrote(workspace, world):
    services.find_sub_topics(workspace, WEEK)
    stale_all(workspace)
    shop = workspace.shops.first() if hasattr(workspace, "shops") else world.shop("Other")
    made = pack(FactsView(workspace.pk, frozenset({shop.pk})), weeks.week_period(WEEK))
    assert all(issue["rising_terms"] == [] for issue in made["top_issues"])


def test_the_page_shows_quotes_and_takes_decisions(client, workspace, world, omar, mei, stranger):
    services.find_sub_topics(workspace, WEEK)
    (topic,) = found()
    client.force_login(omar.user)
    page = client.get(reverse("insight:topics"))
    assert topic.term in page.content.decode()
    assert "blinks four times when plugged in" in page.content.decode()
    assert client.post(reverse("insight:topic_promote", args=[topic.pk])).status_code == 302
    topic.refresh_from_db()
    assert (topic.state, topic.decided_by) == (SubTopicState.PROMOTED, omar)
    assert topic.term in client.get(reverse("insight:topics"), {"state": "promoted"}).content.decode()
    client.force_login(stranger.user)
    assert topic.term not in client.get(reverse("insight:topics"), {"state": "promoted"}).content.decode()
    assert client.post(reverse("insight:topic_drop", args=[topic.pk])).status_code == 404
    topic.refresh_from_db()
    assert topic.state == SubTopicState.PROMOTED


def test_without_topics_the_page_says_what_they_are(client, omar):
    client.force_login(omar.user)
    for state in ("", "promoted", "nonsense"):
        assert client.get(reverse("insight:topics"), {"state": state}).status_code == 200
