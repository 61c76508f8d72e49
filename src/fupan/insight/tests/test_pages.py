"""The pages of insight: what they show, to whom, and what nonsense in the address does."""

from datetime import date

import pytest

from fupan.core.errors import Refused
from fupan.insight.models import Target
from fupan.insight.services import drop_target, set_target
from fupan.insight.tests.world import seeded, stale_all
from tests.support.personas import harbour


@pytest.fixture(scope="module")
def workspace(kept_database):
    return harbour()


@pytest.fixture(scope="module")
def world(workspace):
    world = seeded(workspace, orders=16, tickets=12)
    stale_all(workspace)
    return world


def get(client, path, **more):
    answer = client.get(path, **more)
    return answer, answer.content.decode()


@pytest.mark.parametrize(
    "code",
    [
        "tickets",
        "return_rate",
        "refund_cost",
        "reply_in_time",
        "first_response_p50",
        "csat",
        "refund_spread",
        "repurchase_rate",
    ],
)
def test_every_kind_of_number_has_its_page(world, boss, signed_in, code):
    answer, page = get(signed_in(boss), f"/insight/?metric={code}&week=2026-W45")
    assert answer.status_code == 200
    assert "2026-W45" in page
    assert 'data-chart="trend"' in page


def test_a_number_is_cut_by_a_dimension_and_links_to_its_tickets(world, boss, signed_in):
    _answer, page = get(signed_in(boss), "/insight/?metric=return_rate&by=product&week=2026-W45")
    assert "Product A20" in page
    assert "/tickets/?week=2026-W45&amp;product=A20&amp;kind=return" in page


def test_filters_narrow_and_can_be_cleared(world, boss, signed_in):
    _answer, page = get(signed_in(boss), "/insight/?metric=tickets&by=issue_type&product=A20&week=2026-W45")
    assert "Clear the filters" in page
    assert "product=A20&amp;issue_type=late" in page


def test_htmx_gets_the_part(world, boss, signed_in):
    _answer, page = get(signed_in(boss), "/insight/?metric=tickets", headers={"HX-Request": "true"})
    assert "<html" not in page
    assert "data-chart" in page


@pytest.mark.parametrize(
    "query", ["metric=x", "by=x", "week=banana", "month=2026-99", "shop=999", "shop=x", "product=%27"]
)
def test_nonsense_in_the_address_is_no_error(world, boss, signed_in, query):
    client = signed_in(boss)
    assert client.get(f"/insight/?{query}").status_code == 200
    assert client.get(f"/insight/products/?{query}").status_code == 200


def test_agents_see_no_money(world, mei, signed_in):
    _answer, page = get(signed_in(mei), "/insight/?metric=refund_cost")
    assert 'value="refund_cost"' not in page
    assert 'value="tickets" selected' in page


def test_products_are_ranked_by_what_they_certainly_exceed(world, boss, signed_in):
    answer, page = get(signed_in(boss), "/insight/products/?week=2026-W45")
    rows = [row for row in answer.context["page"] if row.returns]
    assert [row.low for row in rows] == sorted((row.low for row in rows), reverse=True)
    assert all(row.low <= row.shrunk <= row.high for row in rows)
    assert "Product A20" in page


def test_products_can_be_searched_and_sorted(world, boss, signed_in):
    client = signed_in(boss)
    assert [row.product.code for row in client.get("/insight/products/?q=a20").context["page"]] == ["A20"]
    units = [row.units for row in client.get("/insight/products/?sort=units").context["page"]]
    assert units == sorted(units, reverse=True)


def test_a_product_page_tells_its_story(world, boss, signed_in, workspace):
    product = workspace.products.get(code="A20")
    answer, page = get(signed_in(boss), f"/insight/products/{product.pk}/?week=2026-W45")
    assert answer.status_code == 200
    assert "Return rate" in page
    assert "2026-W45" in page
    assert f"A20-{world.listings[next(iter(world.listings))].shop_id}" in page
    assert "Too young to tell" in page


def test_a_stranger_finds_no_product(world, stranger, signed_in, workspace):
    product = workspace.products.get(code="A20")
    assert signed_in(stranger).get(f"/insight/products/{product.pk}/").status_code == 404


def test_empty_pages_say_what_to_do_next(stranger, signed_in):
    client = signed_in(stranger)
    assert "See what has arrived" in client.get("/insight/").content.decode()
    assert "Bring files in" in client.get("/insight/products/").content.decode()


def test_a_target_is_set_in_percent_and_stands_on_the_page(world, boss, signed_in):
    client = signed_in(boss)
    told = {"metric": "simple_in_24h", "bound": "80", "slice": "", "valid_from": "2026-01-01"}
    assert client.post("/settings/targets/", told).status_code == 302
    assert Target.objects.get().bound == pytest.approx(0.8)
    page = client.get("/settings/targets/").content.decode()
    assert "at least 80" in page
    assert "missed" in page or "met" in page
    chart = client.get("/insight/?metric=simple_in_24h").context["chart"]
    assert set(chart["expected"]) == {80}


def test_a_wrong_target_is_told_what_is_wrong(boss, signed_in):
    told = {"metric": "simple_in_24h", "bound": "80", "slice": "planet=mars", "valid_from": "2026-01-01"}
    answer = signed_in(boss).post("/settings/targets/", told)
    assert answer.status_code == 422
    assert "country=DE" in answer.content.decode()


def test_agents_read_targets_but_set_none(mei, boss, signed_in):
    target = set_target(metric_code="csat", bound=4, valid_from=date(2026, 1, 1), by=boss)
    client = signed_in(mei)
    assert "New target" not in client.get("/settings/targets/").content.decode()
    told = {"metric": "csat", "bound": "5", "slice": "", "valid_from": "2026-01-01"}
    assert client.post("/settings/targets/", told).status_code == 422
    assert client.post(f"/settings/targets/{target.pk}/drop/").status_code == 404


def test_a_new_target_takes_over_on_its_day(boss):
    old = set_target(metric_code="csat", bound=4, valid_from=date(2026, 1, 1), by=boss)
    set_target(metric_code="csat", bound=4.5, valid_from=date(2026, 11, 1), by=boss)
    old.refresh_from_db()
    assert old.valid_to == date(2026, 10, 31)


def test_ending_a_target_keeps_it_in_the_record(boss, stranger):
    target = set_target(metric_code="csat", bound=4, valid_from=date(2026, 1, 1), by=boss)
    with pytest.raises(Target.DoesNotExist):
        drop_target(target.pk, by=stranger)
    drop_target(target.pk, by=boss)
    target.refresh_from_db()
    assert target.valid_to == date(2026, 11, 15)


def test_a_number_without_a_good_side_has_no_target(boss):
    with pytest.raises(Refused) as told:
        set_target(metric_code="tickets", bound=4, valid_from=date(2026, 1, 1), by=boss)
    assert told.value.code == "no-direction"
