"""The pack of an outbreak, of chance alone, without orders, of nothing."""

import pytest

from fupan.briefing.queries import pack
from fupan.core import weeks
from fupan.insight.facts import FactsView
from fupan.insight.tests.world import World, instant, stale_all

pytestmark = pytest.mark.once

PERIOD = weeks.week_period(202645)


@pytest.fixture
def view(workspace):
    return FactsView(workspace.pk)


def test_an_outbreak_in_one_batch_grows_fastest_and_its_cell_is_marked(workspace, view):
    world = World(workspace)
    shop = world.shop()
    world.cover(shop)
    _steady(world, shop, outbreak=202645)
    stale_all(workspace)
    made = pack(view, PERIOD)
    fastest = made["fastest_growing"][0]
    assert fastest["detectable"]
    assert fastest["slice"]["issue_type"] == "wont_charge"
    assert fastest["slice"]["product"] == "A20"
    assert fastest["low"] > 1.5
    marked = {(cell["issue_type"], cell["product"]) for cell in made["heat"]["cells"] if cell["beyond"]}
    assert marked == {("wont_charge", "A20")}
    assert all(entry["issue_type"] == "wont_charge" for entry in made["representative"])
    assert made["top_products"][0]["product"] == "A20"


def test_chance_alone_grows_nothing(workspace, view):
    world = World(workspace)
    shop = world.shop()
    world.cover(shop)
    _steady(world, shop, outbreak=None)
    stale_all(workspace)
    assert not any(entry["detectable"] for entry in pack(view, PERIOD)["fastest_growing"])


def _steady(world, shop, outbreak):
    """Three products, four issues, the same every week, but for one."""
    for week in weeks.between(202632, 202646):
        for code in ("A20", "Y7", "K4"):
            line = world.order(shop, code, instant(week), units=300)
            for place, issue in enumerate(("late", "size", "wont_charge", "colour")):
                more = 25 if (week, code, issue) == (outbreak, "A20", "wont_charge") else 0
                for number in range(3 + (week + place) % 2 + more):
                    kind = "return" if issue == "wont_charge" else "inquiry"
                    ticket = world.ticket(shop, instant(week, day=number % 7), kind, line=line, issue=issue)
                    world.say(ticket, "buyer", ticket.opened_at, "it does not charge any more at all")


def test_without_orders_rates_are_missing_with_the_reason_and_counts_stay(workspace, view):
    world = World(workspace)
    shop = world.shop()
    for week in weeks.between(202636, 202645):
        for _ in range(8):
            world.ticket(shop, instant(week))
    stale_all(workspace)
    made = pack(view, PERIOD)
    kpis = {kpi["metric"]: kpi for kpi in made["kpis"]}
    assert kpis["tickets"]["value"] == 8
    assert (kpis["incident_rate"]["value"], kpis["incident_rate"]["reason"]) == (None, "no_orders")
    assert made["top_products"] == []
    assert made["pareto"][0]["incidents"] == 8
    assert made["period"]["coverage"]["orders"] is None
    assert made["shipped"] is None
    assert made["cadence"] == "monthly"


def test_nothing_at_all_is_still_a_pack(workspace, view):
    made = pack(view, PERIOD)
    assert made["pareto"] == made["top_issues"] == made["fastest_growing"] == made["representative"] == []
    assert {kpi["value"] for kpi in made["kpis"]} == {None}
