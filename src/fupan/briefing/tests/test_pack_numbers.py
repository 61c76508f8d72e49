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
from fupan.insight.tests.world import instant, seeded, stale_all
from tests.support.personas import harbour

pytestmark = pytest.mark.once

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


@pytest.fixture(scope="module")
def workspace(kept_database):
    return harbour()


@pytest.fixture(scope="module")
def world(workspace):
    world = seeded(workspace, orders=40, tickets=36)
    stale_all(workspace)
    return world


@pytest.fixture
def view(workspace, db):
    return FactsView(workspace.pk)


@pytest.fixture(scope="module")
def made(world, workspace):
    return pack(FactsView(workspace.pk), PERIOD)


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


def test_causes_say_what_is_confirmed_and_how_good_the_first_guess_was(workspace, world, view):
    week = {"week": 202645, "merged_into": None}
    late = list(Ticket.objects.filter(cause_confirmed=None, **week).order_by("pk")[:6])
    for place, ticket in enumerate(late):
        ticket.cause_guess = world.causes["defect" if place % 3 else "carrier_delay"]
        ticket.cause_confirmed = world.causes["carrier_delay"]
        ticket.save()
    stale.mark(workspace.pk, {("tickets", 202645)})
    refresh(workspace)
    made = pack(view, PERIOD)
    found = {entry["cause"]: entry for entry in made["causes"]}["carrier_delay"]
    firsts = [one for one in late if one.incident is None or one.incident.tickets.order_by("opened_at").first() == one]
    assert found["confirmed"] >= len(firsts) > 0
    assert found["guessed_right"] < found["guessed"]
    assert found["liable"] == "carrier"
    assert found["incidents"] >= found["confirmed"]
    assert found["url"].startswith("/tickets/?week=2026-W45&cause=carrier_delay")
    assert sum(entry["share"] for entry in made["causes"]) <= 1 + 1e-9
