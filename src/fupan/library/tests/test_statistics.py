"""How the library stands, what reuse is worth beside like tickets without it, and who gave what."""

from datetime import timedelta

import pytest

from fupan.commerce.models import Product
from fupan.core import clock
from fupan.library import services
from fupan.library.compute import reuse
from fupan.library.models import Case, CaseUse, Search
from fupan.library.queries.contributions import contributions, thanks
from fupan.library.queries.reuse import effect_of_reuse, looked_first, weekly
from fupan.library.queries.statistics import DIMENSIONS, head, lines, most_used
from fupan.library.tests.conftest import article, publish, whole
from fupan.notify.models import Notice

SINCE = timedelta(weeks=13)


@pytest.fixture
def since():
    return clock.now() - SINCE


@pytest.fixture
def used(new_ticket, published):
    """`used(3, first=1)`: so many solved tickets on which the case was used."""

    def make(count, first=1, *, by=None, helpful=None, **more):
        tickets = [new_ticket(number, **more) for number in range(first, first + count)]
        CaseUse.objects.bulk_create(
            CaseUse(case=published, ticket=one, by=by, at=clock.now(), helpful=helpful) for one in tickets
        )
        return tickets

    return make


# How it stands


def test_every_dimension_counts_each_case_once(published, mei, omar, boss, used, since):
    Product.objects.update(line="Power")
    article("faq", {"items": [{"q": "Why?", "a": "So."}]}, omar, boss, issue_type="wont_charge")
    used(2, helpful=True)
    for by in DIMENSIONS:
        told = lines(omar, by, since)
        assert sum(one.cases for one in told) == (0 if by == "kind" else 1)
        assert sum(one.articles for one in told) == (1 if DIMENSIONS[by][1] else 0)
        assert sum(one.uses for one in told) == (0 if by == "kind" else 2)
    (issue,) = lines(omar, "issue_type", since)
    assert (issue.name, issue.new, issue.helped, issue.votes) == ("Won't charge", 1, 2, 2)
    assert lines(omar, "liable", since)[0].name == "Seller" and lines(omar, "age", since)[0].code == "quarter"


def test_the_head_tells_what_nobody_uses_and_what_wants_a_check(published, mei, omar, since):
    publish(services.create_case(whole(title="Another"), by=mei), mei, omar)
    services.flag_case(published.pk, reason="old", by=omar)
    told = head(omar, since)
    assert (told.cases, told.new, told.never, told.stale, told.uses) == (2, 2, 2, 1, 0)


def test_only_what_one_may_see_is_counted(published, used, omar, stranger, shop, since):
    used(1)
    Case.objects.update(shop=shop)
    assert most_used(omar, since) == [(published, 1)]
    omar.shop_ids = [shop.pk + 1]
    assert lines(omar, "outcome", since) == [] and most_used(omar, since) == []
    assert lines(stranger, "issue_type", since) == []


# What reuse is worth


def test_tickets_with_a_case_stand_beside_three_like_ones_each(used, new_ticket, omar, since):
    used(20, resolved_at=clock.now() - timedelta(hours=46), csat=5)
    for number in range(101, 161):
        new_ticket(number, resolved_at=clock.now() - timedelta(hours=8), reopened=1, csat=3)
    for number in range(161, 171):  # of another kind: not like them
        new_ticket(number, kind="claim")
    told = effect_of_reuse(omar, since)
    assert (told.used, told.matched, told.each) == (20, 20, 3)
    assert told.time.used == pytest.approx(2) and told.time.other == pytest.approx(40)
    assert told.time.detectable and told.time.change == pytest.approx(-0.95, abs=0.02) and told.time.high < 0
    assert told.back.change == pytest.approx(-1) and told.back.detectable
    assert told.csat.change == pytest.approx(2)


def test_with_few_tickets_nothing_is_said(used, new_ticket, omar, since):
    used(3)
    for number in range(101, 110):
        new_ticket(number)
    told = effect_of_reuse(omar, since)
    assert told.matched == 3 and told.time.too_few and told.time.change is None and told.csat.too_few


def test_fewer_like_tickets_make_smaller_groups_and_far_ones_do_not_count(used, new_ticket, omar, since):
    used(4)
    for number in range(101, 105):
        new_ticket(number)
    for number in range(201, 230):
        new_ticket(number, days=40)
    assert (effect_of_reuse(omar, since).matched, effect_of_reuse(omar, since).each) == (4, 1)


def test_without_any_use_there_is_nothing_to_compare(new_ticket, omar, since):
    new_ticket(1)
    told = effect_of_reuse(omar, since)
    assert (told.used, told.matched, told.time.used, told.csat.used) == (0, 0, None, None)


def test_chance_alone_is_seldom_called_an_effect():
    import numpy as np

    draw = np.random.default_rng(3)
    found = [
        reuse.hours(list(draw.lognormal(2, 1, 60)), list(draw.lognormal(2, 1, 180))).detectable for _try in range(60)
    ]
    assert sum(found) <= 6


def test_looking_first_counts_uses_and_searches_before_the_reply(used, new_ticket, omar, mei, since):
    first, second = (
        used(1, first_response_at=clock.now()),
        used(1, 2, first_response_at=clock.now() - timedelta(days=1)),
    )
    searched = new_ticket(3, first_response_at=clock.now())
    Search.objects.create(
        workspace=omar.workspace, by=mei, text="blinks", hits=1, at=clock.now() - timedelta(hours=1), ticket=searched
    )
    new_ticket(4, first_response_at=clock.now())
    told = looked_first(omar, since)
    assert (told.k, told.n) == (2, 4) and first != second
    assert weekly(omar, since) == [(202646, 4, 2)]


# Who gave what


def test_points_count_reviews_reuse_up_to_a_limit_and_what_surely_helped(used, mei, omar, boss, since):
    used(30, by=omar)
    used(2, 101, by=omar, helpful=True)
    used(5, 201, by=mei, helpful=True)  # her own case: counts for nothing
    (told,) = contributions(omar, since)
    assert (told.member, told.published, told.used, told.helped, told.votes) == (mei, 1, 32, 2, 2)
    assert told.points == 5 + 20 + 1
    assert thanks(mei, since) == (32, 2) and thanks(omar, since) == (0, 0)


def test_few_votes_weigh_less_than_many():
    assert reuse.surely(2, 2) / 2 < reuse.surely(40, 45) / 45
    assert reuse.surely(0, 0) == 0


def test_the_author_hears_at_round_numbers_that_a_case_helped(published, new_ticket, mei, omar):
    for number in range(1, 5):
        services.use_case(published.pk, ticket_id=new_ticket(number).pk, by=omar)
    word = Notice.objects.get(kind="case_used")
    assert (word.member, word.context["count"]) == (mei, 3)
