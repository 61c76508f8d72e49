from datetime import timedelta

import numpy as np
import pytest

from fupan.core import weeks
from fupan.core.errors import Refused
from fupan.insight.facts import FactsView
from fupan.insight.metrics import METRICS, metric
from fupan.insight.queries import measure, scope_of, trend
from fupan.insight.tests import plain
from fupan.insight.tests.world import LAST_WEEK, World, instant, seeded, stale_all
from fupan.people.models import Workspace
from tests.support.personas import harbour

WEEK = 202644
PERIOD = weeks.week_period(WEEK)
RATES = [one.code for one in METRICS.values() if one.kind == "rate"]


@pytest.fixture(scope="module")
def workspace(kept_database):
    return harbour()


@pytest.fixture(scope="module")
def world(workspace):
    world = seeded(workspace, orders=16, tickets=10)
    stale_all(workspace)
    return world


@pytest.fixture
def empty(db):
    """Another seller, of whom nothing is known yet."""
    return Workspace.objects.create(name="Quay", currency="CNY", timezone="Asia/Shanghai")


@pytest.fixture
def view(world, workspace):
    return FactsView(workspace.pk)


def measured(view, *codes, period=PERIOD, **more):
    return {one.metric.code: one for one in measure(view, codes, period, **more)}


def test_counts_are_those_of_the_database(view):
    expected = plain.numerators(WEEK)
    found = measured(view, *expected)
    assert {code: one.numerator for code, one in found.items()} == pytest.approx(expected)


def test_rates_divide_by_the_shipments_behind_them(view):
    curves = scope_of(view, PERIOD).exposures.curves
    found = measured(view, "return_rate", "contact_rate", "negative_rating_rate")
    for one in found.values():
        expected = plain.exposure(WEEK, curves[one.metric.delay])
        assert one.denominator == pytest.approx(expected, rel=1e-4)
        assert one.value == pytest.approx(one.numerator / expected * one.metric.scale, rel=1e-4)


def test_shares_are_those_of_the_database(view):
    expected = plain.shares(WEEK)
    found = measured(view, *expected)
    assert {code: (one.numerator, one.denominator) for code, one in found.items()} == expected
    for code, (k, n) in expected.items():
        assert found[code].value == pytest.approx(k / n, rel=1e-4)


def test_medians_are_within_a_bin_of_the_true_ones(view):
    hours = plain.response_hours(WEEK)
    found = measured(view, "first_response_p50", "first_response_p90")
    assert found["first_response_p50"].denominator == len(hours)
    low, high = np.quantile(hours, 0.5, method="lower"), np.quantile(hours, 0.5, method="higher")
    assert low / 1.06 <= found["first_response_p50"].value <= high * 1.06
    assert found["first_response_p90"].value >= found["first_response_p50"].value


def test_satisfaction_is_the_mean_with_its_count(view):
    value, count = plain.csat(WEEK)
    found = measured(view, "csat")["csat"]
    assert (found.value, found.denominator) == (pytest.approx(value, rel=1e-4), count)


def test_a_month_holds_its_own_days_only(view):
    from fupan.desk.models import Ticket

    found = measured(view, "tickets", "return_rate", period=weeks.month_period(2026, 10))
    mine = Ticket.objects.filter(merged_into=None).select_related("shop")
    days = [one.opened_at.astimezone(weeks.zone(one.shop.timezone)).date() for one in mine]
    assert found["tickets"].value == sum(day.year == 2026 and day.month == 10 for day in days)
    assert found["return_rate"].value > 0


@pytest.mark.parametrize("by", ["product", "shop", "country", "issue_type", "kind", "carrier"])
def test_slices_add_up(view, by):
    whole = measured(view, "tickets", "incident_rate", "return_rate")
    for code, one in whole.items():
        parts = measure(view, [code], PERIOD, by=(by,))
        assert sum(part.numerator for part in parts) == one.numerator
        if by in ("product", "shop", "country", "carrier") and one.denominator:
            assert sum(part.denominator for part in parts) == pytest.approx(one.denominator, rel=1e-4)


def test_a_slice_is_the_same_by_either_road(view):
    by_product = {one.slice["product"]: one for one in measure(view, ["return_rate"], PERIOD, by=("product",))}
    (alone,) = measure(view, ["return_rate"], PERIOD, where={"product": "A20"})
    assert alone.numerator == by_product["A20"].numerator
    assert alone.denominator == pytest.approx(by_product["A20"].denominator, rel=1e-4)


def test_an_issue_type_stands_for_those_below_it(view, world, workspace):
    from fupan.desk.models import IssueType

    parent = IssueType.objects.create(workspace=workspace, code="logistics", name_en="Logistics", name_zh="物流")
    world.issues["late"].parent = parent
    world.issues["late"].save()
    (whole,) = measure(view, ["tickets"], PERIOD, where={"issue_type": "logistics"})
    (leaf,) = measure(view, ["tickets"], PERIOD, where={"issue_type": "late"})
    assert whole.value == leaf.value > 0


def test_merged_tickets_count_once(view, workspace):
    from fupan.core import stale
    from fupan.desk.models import Ticket
    from fupan.insight.services import refresh

    before = measured(view, "tickets")["tickets"].value
    first, second = Ticket.objects.filter(week=WEEK)[:2]
    Ticket.objects.filter(pk=second.pk).update(merged_into=first)
    stale.mark(workspace.pk, {("tickets", WEEK)})
    refresh(workspace)
    assert measured(view, "tickets")["tickets"].value == before - 1


def test_praise_is_no_incident_until_something_is_wrong(empty):
    world = World(empty)
    shop = world.shop()
    line = world.order(shop, "A20", instant(WEEK), units=50)
    world.cover(shop)
    praise = world.ticket(shop, instant(WEEK), "rating", line=line, issue=None, stars=5)
    world.ticket(shop, instant(WEEK), "rating", line=line, issue="size", stars=4)
    world.ticket(shop, instant(WEEK), "rating", line=line, issue=None, stars=2)
    world.ticket(shop, instant(WEEK) + timedelta(hours=5), "return", line=line, incident=praise.incident)
    world.ticket(shop, instant(WEEK), "feedback", line=line, issue=None, stars=5)
    stale_all(empty)
    assert measured(FactsView(empty.pk), "incident_rate")["incident_rate"].numerator == 3


def test_comparisons_carry_intervals_and_stay_silent_about_chance(view):
    found = measured(view, "tickets", "return_rate", "reply_in_time", "first_response_p50")
    for one in found.values():
        compared = one.comparisons["previous"]
        assert compared.low <= compared.change <= compared.high
        assert compared.detectable == (compared.low > 0 or compared.high < 0)
        assert one.comparisons["year"] is None  # the world began in summer
    assert found["tickets"].comparisons["previous"].value == plain.numerators(weeks.shift(WEEK, -1))["tickets"]


def test_the_mean_of_four_is_one(view):
    counts = [plain.numerators(weeks.shift(WEEK, -step))["tickets"] for step in (1, 2, 3, 4)]
    assert measured(view, "tickets")["tickets"].comparisons["mean4"].value == pytest.approx(np.mean(counts))


def test_the_trend_ends_with_the_period(view):
    labels, one = trend(view, "tickets", PERIOD, length=8)
    assert labels[-1] == "2026-W44"
    assert one.trend[-1] == one.value
    assert len(labels) == len(one.trend) == 8


def test_a_step_change_is_detected(empty):
    world = World(empty)
    shop = world.shop()
    world.cover(shop)
    for week in weeks.between(202636, 202646):
        lines = [world.order(shop, "A20", instant(week, day=day), units=50) for day in range(5)]
        for place in range(60 if week == 202646 else 12):
            world.ticket(shop, instant(week, day=place % 7), "return", line=lines[place % 5])
    stale_all(empty)
    found = measured(FactsView(empty.pk), "return_rate", period=weeks.week_period(202646))["return_rate"]
    assert found.comparisons["previous"].detectable
    assert found.comparisons["previous"].low > 0.5


def test_agents_who_refund_differently_show_in_the_spread(empty):
    world = World(empty)
    shop = world.shop()
    for place in range(12):
        agent, cost = ("Lin", 10) if place % 2 else ("Chen", 30)
        world.ticket(shop, instant(202646), agent=agent, cost=cost, cause_guess=world.causes["defect"])
    stale_all(empty)
    found = measured(FactsView(empty.pk), "refund_spread", period=weeks.week_period(202646))["refund_spread"]
    assert found.value == pytest.approx(0.5)


def test_buyers_who_came_back_are_counted(empty):
    world = World(empty)
    shop = world.shop()
    world.cover(shop)
    for buyer, week in (("a", 202640), ("a", 202646), ("b", 202646), ("c", 202646), ("c", 202646), ("d", 202601)):
        world.order(shop, "A20", instant(week), buyer=buyer)
    stale_all(empty)
    found = measured(FactsView(empty.pk), "repurchase_rate", period=weeks.week_period(202646))["repurchase_rate"]
    assert (found.numerator, found.denominator) == (1, 3)


def test_cost_without_a_rate_is_no_value(empty):
    world = World(empty)
    shop = world.shop(currency="EUR")
    world.cover(shop)
    world.order(shop, "A20", instant(LAST_WEEK))
    world.ticket(shop, instant(LAST_WEEK), cost=10)
    stale_all(empty)
    found = measured(FactsView(empty.pk), "refund_cost", period=weeks.week_period(LAST_WEEK))["refund_cost"]
    assert (found.value, found.reason) == (None, "no_rate")


def test_amounts_are_converted_by_the_rate_of_their_day(empty):
    from datetime import date
    from decimal import Decimal

    from fupan.commerce.models import ExchangeRate

    world = World(empty)
    shop = world.shop(currency="EUR")
    ExchangeRate.objects.create(workspace=empty, currency="EUR", base="CNY", day=date(2026, 1, 1), rate=Decimal("7.8"))
    world.ticket(shop, instant(LAST_WEEK), cost=10)
    stale_all(empty)
    found = measured(FactsView(empty.pk), "refund_cost", period=weeks.week_period(LAST_WEEK))["refund_cost"]
    assert found.value == pytest.approx(78)


def test_every_metric_says_what_it_means_in_both_languages():
    for one in METRICS.values():
        assert set(one.name) == set(one.meaning) == {"en", "zh-hans"}
        assert all(one.name.values())
        assert all(one.meaning.values())
        assert one.direction in (-1, 0, 1)


def test_an_unknown_metric_is_refused():
    with pytest.raises(Refused) as told:
        metric("happiness")
    assert told.value.code == "no-such-metric"
