"""Order lines go in once, whatever is told twice."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from fupan.commerce.models import Listing, Order, OrderLine, Product
from fupan.commerce.services import plan_order_lines, put_back, store_order_lines
from fupan.core.models import StaleWeek
from fupan.intake.records import OrderLineRecord

PLACED = datetime(2026, 11, 15, 23, 30, tzinfo=UTC)  # a Sunday in UTC, already Monday of week 47 in Berlin


def line(number="1-1", sku="A20", **more):
    return OrderLineRecord(**{"line": 2, "order_number": number, "sku": sku, "placed_at": PLACED, **more})


def store(workspace, shop, *records, import_id=1):
    return store_order_lines(workspace, shop, list(records), import_id=import_id)


def test_a_line_opens_its_order_listing_and_product_in_the_week_of_the_shop(workspace, shop):
    stored = store(workspace, shop, line(units=3, amount=Decimal("29.90"), product_name="Power bank", asin="B0X"))
    row = OrderLine.objects.select_related("order", "listing__product").get()
    assert (stored.created, stored.updated, stored.unchanged, stored.weeks) == (1, 0, 0, {202647})
    assert (row.week, row.units, row.amount, row.currency) == (202647, 3, Decimal("29.90"), "EUR")
    assert (row.order.number, row.order.placed_at) == ("1-1", PLACED)
    assert (row.listing.asin, row.listing.product.code, row.listing.product.name) == ("B0X", "A20", "Power bank")
    assert StaleWeek.objects.filter(workspace_id=workspace.pk, table="orders", week=202647).exists()


def test_a_naive_time_is_on_the_shop_s_clock(workspace, shop):
    store(workspace, shop, line(placed_at=datetime(2026, 11, 16, 0, 30)))  # noqa: DTZ001
    assert Order.objects.get().placed_at == PLACED


def test_the_same_lines_again_change_nothing(workspace, shop):
    told = [line(amount=Decimal("5")), line(), line("1-2", shipped_at=PLACED, buyer="jo")]
    store(workspace, shop, *told)
    StaleWeek.objects.all().delete()
    again = store(workspace, shop, *told, import_id=2)
    assert (again.created, again.updated, again.unchanged, again.befores) == (0, 0, 3, ())
    assert not StaleWeek.objects.exists()


def test_equal_lines_of_one_order_are_two_lines(workspace, shop):
    store(workspace, shop, line(), line())
    assert sorted(OrderLine.objects.values_list("key", flat=True)) == ["A20#1", "A20#2"]


def test_a_told_value_changes_and_an_untold_one_stays(workspace, shop):
    store(workspace, shop, line(amount=Decimal("5"), carrier="DHL", country="DE"))
    stored = store(workspace, shop, line(units=2, carrier="UPS"), import_id=2)
    row = OrderLine.objects.select_related("order").get()
    assert (stored.created, stored.updated) == (0, 1)
    assert (row.units, row.amount, row.order.carrier, row.order.country) == (2, Decimal("5"), "UPS", "DE")
    assert {before.table for before in stored.befores} == {"order", "order_line"}


def test_what_changed_can_be_put_back(workspace, shop):
    store(workspace, shop, line(amount=Decimal("5"), carrier="DHL", delivered_at=PLACED))
    was = (OrderLine.objects.values().get(), Order.objects.values().get())
    stored = store(workspace, shop, line(units=2, amount=Decimal("9"), carrier="UPS", status="returned"), import_id=2)
    put_back(workspace, [(before.table, before.row_id, before.values) for before in stored.befores])
    assert (OrderLine.objects.values().get(), Order.objects.values().get()) == was


def test_a_replacement_stays_one(workspace, shop):
    store(workspace, shop, line(status="replacement"))
    store(workspace, shop, line(status="shipped"), import_id=2)
    assert OrderLine.objects.get().status == Order.objects.get().status == "replacement"


def test_an_order_is_cancelled_only_when_all_its_lines_are(workspace, shop):
    store(workspace, shop, line(status="cancelled"), line(sku="B1", status="shipped"))
    assert Order.objects.get().status == "shipped"
    assert sorted(OrderLine.objects.values_list("status", flat=True)) == ["cancelled", "shipped"]


def test_a_dry_run_counts_the_same_and_writes_nothing(workspace, shop):
    store(workspace, shop, line(), line("1-2"))
    counted = plan_order_lines(shop, [line(), line("1-2", units=4), line("1-3", sku="new")])
    assert (counted.created, counted.updated, counted.unchanged) == (1, 1, 1)
    assert not Listing.objects.filter(sku="new").exists()
    assert OrderLine.objects.count() == 2


def test_one_sku_in_two_shops_is_one_product(workspace, shop, shopee):
    store(workspace, shop, line())
    store(workspace, shopee, line("SN1"))
    assert (Product.objects.count(), Listing.objects.count()) == (1, 2)


@pytest.mark.parametrize("value", ["O'Brien", "100%", "订单%s", '"x"'])
def test_odd_characters_are_only_characters(workspace, shop, value):
    store(workspace, shop, line(value, sku=value))
    assert store(workspace, shop, line(value, sku=value)).unchanged == 1
