"""The numbers of the pack: its shape is a promise, and every section says what the database holds."""

import json
from datetime import date, timedelta

import pytest

from fupan.briefing.queries import pack
from fupan.core import clock, stale, weeks
from fupan.desk.models import Ticket
from fupan.insight.facts import FactsView
from fupan.insight.services import refresh, set_target
from fupan.insight.tests import plain
from fupan.insight.tests.world import World, instant, seeded, stale_all

PERIOD = weeks.week_period(202645)
KPI = {
    "metric", "name", "unit", "direction", "value", "numerator", "denominator", "previous", "change", "low", "high",
    "detectable", "comparisons", "trend", "reason", "url",
}  # fmt: skip
SHAPE = {
    "kpis": KPI,
    "pareto": {"issue_type", "name", "incidents", "share", "cumulative", "url"},
    "top_issues": {
        "issue_type", "name", "incidents", "tickets", "share", "change", "low", "high", "detectable", "top_products",
        "rising_terms", "sample_tickets", "url",
    },
    "top_products": {
        "product", "name", "metric", "k", "n", "rate", "shrunk", "low", "high", "small", "main_issue",
        "main_issue_name", "main_issue_share", "url",
    },
    "fastest_growing": {"slice", "label", "observed", "expected", "ratio", "low", "high", "detectable", "url"},
    "representative": {
        "why", "because", "ticket", "title", "text", "language", "shop", "turns", "outcome", "hours", "url",
    },
}  # fmt: skip


@pytest.fixture
def world(workspace):
    world = seeded(workspace, orders=40, tickets=36)
    stale_all(workspace)
    return world


@pytest.fixture
def view(workspace):
    return FactsView(workspace.pk)


@pytest.fixture
def made(world, view):
    return pack(view, PERIOD)


def test_the_shape_is_that_of_the_contract(made):
    for section, keys in SHAPE.items():
        assert made[section], section
        assert all(keys <= entry.keys() for entry in made[section]), section
    assert set(made) >= {"period", "workspace", "ready", "awaited", "cadence", "heat", "signals", "actions", "verdicts"}
    assert set(made["period"]) == {
        "kind", "label", "start", "end", "as_of", "timezone", "currency", "coverage",
    }  # fmt: skip
    assert set(made["reply_clocks"]) == {"platform", "office"}


def test_shipments_are_plain_units_and_rates_divide_by_weighted_ones(made):
    assert made["shipped"] == plain.units(202645)
    rate = {kpi["metric"]: kpi for kpi in made["kpis"]}["return_rate"]
    assert rate["denominator"] == pytest.approx(made["shipped"], rel=0.3)


def test_it_is_plain_json_in_both_languages(made):
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    for entry in [*made["kpis"], *made["pareto"], *made["top_products"]]:
        assert set(entry["name"]) == {"en", "zh-hans"}
    for entry in made["representative"]:
        assert set(entry["because"]) == {"en", "zh-hans"}


def test_every_incident_stands_in_the_pareto(made):
    incidents = {kpi["metric"]: kpi for kpi in made["kpis"]}["incident_rate"]["numerator"]
    assert sum(entry["incidents"] for entry in made["pareto"]) == incidents
    assert made["pareto"][-1]["cumulative"] == pytest.approx(1)
    counts = [entry["incidents"] for entry in made["pareto"]]
    assert counts == sorted(counts, reverse=True)


def test_heat_cells_add_up_to_their_issue(made):
    bars = {entry["issue_type"]: entry["incidents"] for entry in made["pareto"]}
    for issue in made["heat"]["issues"]:
        code = issue["issue_type"]
        assert sum(cell["k"] for cell in made["heat"]["cells"] if cell["issue_type"] == code) == bars[code]


def test_every_number_links_to_its_tickets(made):
    for section in ("kpis", "pareto", "top_issues", "top_products", "fastest_growing"):
        assert all(entry["url"].startswith("/tickets/?week=2026-W45") for entry in made[section])
    assert all(entry["url"] == f"/tickets/{entry['ticket']}/" for entry in made["representative"])


def test_quotes_are_redacted_words_of_different_shops(made):
    for issue in made["top_issues"]:
        assert issue["sample_tickets"]
        assert len({quote["ticket"] for quote in issue["sample_tickets"]}) == len(issue["sample_tickets"])
    shops = {quote["shop"] for issue in made["top_issues"] for quote in issue["sample_tickets"]}
    assert shops == {"Amazon DE", "Shopee MY"}


def test_representative_tickets_are_three_different_ones(made):
    assert [entry["why"] for entry in made["representative"]] == ["typical", "worst", "best"]
    assert len({entry["ticket"] for entry in made["representative"]}) == 3


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


def test_a_month_is_made_by_the_same_code(world, view):
    made = pack(view, weeks.month_period(2026, 10))
    assert made["period"]["kind"] == "month"
    opened = Ticket.objects.filter(merged_into=None).select_related("shop")
    days = [one.opened_at.astimezone(weeks.zone(one.shop.timezone)).date() for one in opened]
    assert made["kpis"][0]["value"] == sum((day.year, day.month) == (2026, 10) for day in days)
    assert made["pareto"][0]["url"].startswith("/tickets/?month=2026-10&issue_type=")


def test_the_second_time_it_is_read_from_where_it_was_kept(world, view, monkeypatch):
    first = pack(view, PERIOD)
    monkeypatch.setattr("fupan.briefing.queries.making._made", lambda *_: pytest.fail("made again"))
    assert pack(view, PERIOD) == first


def test_a_changed_week_makes_a_new_pack(world, workspace, view):
    before = pack(view, PERIOD)["kpis"][0]["value"]
    shop = Ticket.objects.first().shop
    world.ticket(shop, instant(202645))
    stale.mark(workspace.pk, {("tickets", 202645)})
    awaiting = pack(view, PERIOD)
    assert not awaiting["ready"]
    assert awaiting["awaited"][0]["en"] == "Some numbers are being counted again"
    refresh(workspace)
    assert pack(view, PERIOD)["kpis"][0]["value"] == before + 1


def test_a_department_sees_what_it_owns(world, workspace, view):
    from fupan.people.models import Department

    logistics = Department.objects.create(workspace=workspace, code="logistics", name="Logistics")
    world.issues["late"].department = logistics
    world.issues["late"].save()
    made = pack(view, PERIOD, department=logistics)
    assert [entry["issue_type"] for entry in made["pareto"]] == ["late"]
    whole = {kpi["metric"]: kpi for kpi in pack(view, PERIOD)["kpis"]}["return_rate"]
    mine = {kpi["metric"]: kpi for kpi in made["kpis"]}["return_rate"]
    assert mine["numerator"] <= whole["numerator"]
    assert mine["denominator"] == pytest.approx(whole["denominator"])


def test_a_member_of_one_shop_sees_a_pack_of_it(world, workspace):
    shops = {ticket.shop_id for ticket in Ticket.objects.all()}
    parts = [pack(FactsView(workspace.pk, frozenset({pk})), PERIOD)["kpis"][0]["value"] for pk in shops]
    assert sum(parts) == pack(FactsView(workspace.pk), PERIOD)["kpis"][0]["value"]


def test_a_target_stands_beside_its_number(world, view, boss):
    set_target(metric_code="simple_in_24h", bound=0.8, valid_from=date(2026, 1, 1), by=boss)
    found = {kpi["metric"]: kpi for kpi in pack(view, PERIOD)["kpis"]}["simple_in_24h"]
    assert found["target"] == {"bound": 0.8, "met": found["value"] >= 0.8}


def test_a_running_week_is_not_ready(world, view):
    with clock.set_to(clock.now() - timedelta(days=10)):
        made = pack(view, PERIOD)
    assert not made["ready"]
    assert "2026-11-08" in made["awaited"][0]["zh-hans"]
