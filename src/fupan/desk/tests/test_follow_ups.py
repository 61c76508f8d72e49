"""Follow-ups: owned, due, handed over, closed with a cause and an outcome; and who is thanked."""

from datetime import timedelta

import pytest

from fupan.core import clock
from fupan.desk import services
from fupan.desk.compute.satisfaction import fair_shares
from fupan.desk.models import Cause, FollowUp, Survey, Ticket
from fupan.desk.queries.surveys import follow_up_counts, follow_ups, satisfaction
from fupan.desk.services.follow_ups import open_follow_up
from fupan.desk.tests.war_support import HOUR, solved
from fupan.notify.models import Notice
from tests.support.refusals import refused


@pytest.fixture
def follow_up(workspace, shopee, mei):
    Cause.objects.create(workspace=workspace, code="service", name_en="Service", name_zh="服务")
    ticket = solved(shopee, assignee=mei, csat=1)
    survey = Survey.objects.create(
        ticket=ticket, secret="0" * 64, sent_at=clock.now(), expires_at=clock.now() + 24 * HOUR,
        answered_at=clock.now(), score=1, reason="speed", comment="too slow",
    )  # fmt: skip
    return open_follow_up(survey, hours=24)


def test_it_is_closed_with_what_was_behind_it(follow_up, mei):
    done = services.close_follow_up(follow_up.pk, cause="service", outcome="Called back.", version=1, by=mei)
    assert (done.cause.code, done.outcome, done.done_at) == ("service", "Called back.", clock.now())
    assert follow_up_counts(mei) == {"open": 0, "mine": 0, "done": 1}


def test_cause_and_outcome_are_both_wanted(follow_up, mei, ines):
    told = {"cause": "service", "outcome": "Called back.", "version": 1, "by": mei}
    assert refused(services.close_follow_up, follow_up.pk, **(told | {"cause": ""})) == "no-cause"
    assert refused(services.close_follow_up, follow_up.pk, **(told | {"outcome": " "})) == "no-outcome"
    assert refused(services.close_follow_up, follow_up.pk, **(told | {"by": ines})) == "not-allowed"


def test_it_is_handed_over_and_the_new_owner_hears(follow_up, mei, omar):
    due = clock.now() + 48 * HOUR
    services.hand_over_follow_up(follow_up.pk, owner_id=omar.pk, due_at=due, version=1, by=mei)
    assert Notice.objects.filter(member=omar, kind="follow_up_given").exists()
    assert list(follow_ups(omar, which="mine")) == [follow_up]
    assert refused(services.close_follow_up, follow_up.pk, cause="service", outcome="x", version=1, by=mei) == "changed"


def test_an_owner_answers_buyers_and_a_time_lies_ahead(follow_up, mei, ines, stranger):
    told = {"due_at": clock.now() + HOUR, "version": 1, "by": mei}
    for owner in (ines, stranger):
        assert refused(services.hand_over_follow_up, follow_up.pk, owner_id=owner.pk, **told) == "no-owner"
    past = told | {"due_at": clock.now() - HOUR}
    assert refused(services.hand_over_follow_up, follow_up.pk, owner_id=mei.pk, **past) == "bad-due"


def test_an_overdue_one_is_chased_once_and_leads_hear_a_day_later(follow_up, mei, omar):
    with clock.set_to(clock.now() + 25 * HOUR):
        assert services.chase_follow_ups() == 1
        assert services.chase_follow_ups() == 0
    with clock.set_to(clock.now() + 50 * HOUR):
        assert services.chase_follow_ups() == 1
    heard = Notice.objects.filter(kind="follow_up_late").values_list("member_id", flat=True)
    assert sorted(heard) == [mei.pk, omar.pk]


def test_a_stranger_finds_none(follow_up, stranger):
    assert not follow_ups(stranger).exists()
    with pytest.raises(FollowUp.DoesNotExist):
        services.close_follow_up(follow_up.pk, cause="service", outcome="x", version=1, by=stranger)


# Whom buyers thank


def test_three_of_three_is_no_reason_to_be_praised():
    one, many, usual = fair_shares([3, 290, 150], [3, 300, 200])
    assert one.shrunk < 1
    assert not one.beyond_chance
    assert many.beyond_chance
    assert not usual.beyond_chance
    assert [fair.n for fair in fair_shares([0, 0], [0, 0])] == [0, 0]


def test_scores_come_with_their_counts_and_nobody_is_ranked(shopee, mei, omar):
    rows = [
        Ticket(
            workspace=shopee.workspace, shop=shopee, number=100 + at, kind="inquiry", outside_id=f"s-{at}",
            week=202646, opened_at=clock.now() - timedelta(days=3), state="solved",
            assignee=mei if at % 2 else omar, csat=5 if at % 2 else 2 + at % 4,
        )
        for at in range(120)
    ]  # fmt: skip
    Ticket.objects.bulk_create(rows)
    shown = satisfaction(omar)
    assert shown.every.answers == 120
    assert shown.every.mean == pytest.approx(sum(row.csat for row in rows) / 120)
    assert [one.name for one in shown.thanked] == ["mei"]
    assert (shown.shops[0].name, shown.shops[0].few) == ("Shopee MY", False)


def test_words_of_contented_buyers_are_kept_warm(follow_up, shopee, mei):
    ticket = solved(shopee, 2, assignee=mei, csat=5)
    Survey.objects.create(
        ticket=ticket, secret="1" * 64, sent_at=clock.now(), expires_at=clock.now() + HOUR, answered_at=clock.now(),
        score=5, comment="so kind",
    )  # fmt: skip
    shown = satisfaction(mei)
    assert [one.comment for one in shown.warm] == ["so kind"]
    assert shown.reasons == [("speed", 1)]
    assert (shown.asked, shown.answered) == (2, 2)
