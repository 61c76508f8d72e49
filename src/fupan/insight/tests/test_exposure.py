from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fupan.core import weeks
from fupan.insight.exposure import default_curve
from fupan.insight.facts import FactsView
from fupan.insight.queries import measure, scope_of
from fupan.insight.tests.world import World, instant, stale_all

PERIOD = weeks.week_period(202646)


@pytest.fixture
def world(workspace):
    world = World(workspace)
    world.amazon = world.shop()
    return world


def rate(workspace, code="return_rate", period=PERIOD, **more):
    stale_all(workspace)
    (found,) = measure(FactsView(workspace.pk), [code], period, **more)
    return found


def sell(world, shop, first=202630, last=202646, units=100):
    for week in weeks.between(first, last):
        world.order(shop, "A20", instant(week), units=units(week) if callable(units) else units)


@pytest.mark.parametrize("grain", ["week", "month", "day"])
@pytest.mark.parametrize("delay", ["contact", "return", "rating", "incident"])
def test_a_curve_is_a_distribution(delay, grain):
    curve = default_curve(delay, grain)
    assert curve.sum() == pytest.approx(1)
    assert (curve >= 0).all()


def test_without_orders_covered_there_is_no_rate_but_counts_stay(world, workspace):
    sell(world, world.amazon)
    world.ticket(world.amazon, instant(202646), "return")
    found = rate(workspace)
    assert (found.value, found.reason, found.numerator) == (None, "no_orders", 0)
    assert rate(workspace, "tickets").value == 1


def test_an_uncovered_shop_is_left_out_above_and_below(world, workspace):
    shopee = world.shop("Shopee MY", "shopee", "MY")
    for shop in (world.amazon, shopee):
        sell(world, shop)
        for _ in range(4):
            world.ticket(shop, instant(202646), "return")
    world.cover(world.amazon)
    found = rate(workspace)
    assert found.numerator == 4
    assert found.denominator == pytest.approx(100, rel=0.01)


def test_three_days_are_no_week_and_five_are(world, workspace):
    sell(world, world.amazon)
    world.ticket(world.amazon, instant(202646), "return")
    world.cover(world.amazon, date(2026, 6, 1), date(2026, 11, 11), "orders")
    assert rate(workspace).reason == "no_orders"
    world.cover(world.amazon, date(2026, 11, 12), date(2026, 11, 13), "orders")
    assert rate(workspace).value is not None


def test_a_report_that_never_came_is_no_zero(world, workspace):
    sell(world, world.amazon)
    world.cover(world.amazon, date(2026, 6, 1), date(2026, 11, 15), "orders")
    world.ticket(world.amazon, instant(202646))
    found = rate(workspace)
    assert (found.value, found.reason) == (None, "no_source")
    world.cover(world.amazon, date(2026, 6, 1), date(2026, 11, 15), "returns")
    assert rate(workspace).value == 0


def test_a_rush_neither_fakes_a_dip_nor_a_surge(world, workspace):
    """Ten times the orders in one week; returns follow at the usual delay and the usual rate."""
    units = dict.fromkeys(weeks.between(202601, 202646), 1000) | {202641: 10000}
    curve = default_curve("return", "week")
    for week, count in units.items():
        world.order(world.amazon, "A20", instant(week), units=count)
    lines = {line.week: line for line in _lines()}
    for week in weeks.between(202620, 202646):
        for lag, share in enumerate(curve):
            before = weeks.shift(week, -lag)
            returned = round(units.get(before, 0) * share * 0.05)
            if returned:
                world.ticket(world.amazon, instant(week), "return", line=lines[before], units=returned, join=False)
    world.cover(world.amazon)
    stale_all(workspace)
    for week in (202641, 202642, 202643):
        (found,) = measure(FactsView(workspace.pk), ["return_rate"], weeks.week_period(week))
        assert found.value == pytest.approx(0.05, rel=0.06)


def _lines():
    from fupan.commerce.models import OrderLine

    return OrderLine.objects.select_related("order")


def test_cancelled_pending_and_replacement_orders_are_no_exposure(world, workspace):
    sell(world, world.amazon)
    for status in ("cancelled", "pending", "replacement"):
        world.order(world.amazon, "A20", instant(202646), units=999, status=status)
    world.cover(world.amazon)
    assert rate(workspace).denominator == pytest.approx(100, rel=0.001)


@given(st.integers(0, 6), st.integers(2, 40))
def test_the_curve_follows_the_sellers_own_delays(lag, share):
    """Pure arithmetic on the estimate: many cases at one delay pull the curve there."""
    from fupan.insight.exposure import _curve

    class Known:
        class calendar:
            grain = "week"

    cases = [{"kind": "return", "first": True, "lag": lag, "units": share * 100}]
    found = _curve("return", cases, np.ones(13) * 1000, Known)
    assert found.sum() == pytest.approx(1)
    assert found[lag] > 0.8


def test_a_member_of_one_shop_sees_its_numbers_only(world, workspace, mei):
    from fupan.insight.policies import facts_seen_by

    shopee = world.shop("Shopee MY", "shopee", "MY")
    for shop in (world.amazon, shopee):
        sell(world, shop)
        world.cover(shop)
        world.ticket(shop, instant(202646), "return")
    stale_all(workspace)
    mei.shop_ids = [shopee.pk]
    (found,) = measure(facts_seen_by(mei), ["return_rate"], PERIOD)
    assert found.numerator == 1
    assert found.denominator == pytest.approx(100, rel=0.01)
    assert scope_of(facts_seen_by(mei), PERIOD).arrived.shops == {shopee.pk: "Shopee MY"}


def test_another_workspace_adds_nothing(world, workspace, stranger):
    sell(world, world.amazon)
    world.cover(world.amazon)
    world.ticket(world.amazon, instant(202646), "return")
    stale_all(workspace)
    (found,) = measure(FactsView(stranger.workspace_id), ["tickets"], PERIOD)
    assert found.value is None
