import pytest

from fupan.core import weeks
from fupan.insight.facts import FactsView
from fupan.insight.queries.cohorts import cohorts
from fupan.insight.tests.world import World, instant, stale_all


@pytest.fixture
def world(workspace):
    world = World(workspace)
    world.amazon = world.shop()
    for week in weeks.between(202636, 202646):
        world.order(world.amazon, "A20", instant(week), units=100)
    return world


def returned(world, ordered, later, units=1):
    from fupan.commerce.models import OrderLine

    line = OrderLine.objects.select_related("order").get(week=ordered)
    world.ticket(world.amazon, instant(weeks.shift(ordered, later)), "return", line=line, units=units)


def found(workspace, **more):
    stale_all(workspace)
    return {one.week: one for one in cohorts(FactsView(workspace.pk), "return_rate", last=202646, length=8, **more)}


def test_returns_count_for_the_week_of_the_order_at_equal_age(world, workspace):
    world.cover(world.amazon)
    returned(world, 202640, 0)
    returned(world, 202640, 3, units=2)
    returned(world, 202640, 5)  # too late for this age
    returned(world, 202646, 0)
    cohort = found(workspace, age=4)[202640]
    assert (cohort.k, cohort.n, cohort.value) == (3, 100, 0.03)
    assert cohort.low < 0.03 < cohort.high


def test_a_young_cohort_has_no_rate_yet(world, workspace):
    world.cover(world.amazon)
    returned(world, 202646, 0)
    made = found(workspace, age=4)
    assert (made[202643].value, made[202643].reason) == (None, "too_young")
    assert made[202642].value == 0


def test_without_orders_covered_a_cohort_has_no_rate(world, workspace):
    returned(world, 202640, 0)
    returned(world, 202646, 0)
    assert found(workspace)[202640].reason == "no_orders"


def test_cohorts_and_periods_count_the_same_returns(world, workspace):
    world.cover(world.amazon)
    for ordered, later in ((202638, 1), (202639, 2), (202641, 0), (202646, 0)):
        returned(world, ordered, later)
    stale_all(workspace)
    by_order = cohorts(FactsView(workspace.pk), "return_rate", last=202646, length=11, age=12)
    assert sum(one.k for one in by_order) == 4
