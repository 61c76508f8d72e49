"""Mapping files, joined files and product sheets."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from fupan.commerce.models import Listing, Order, OrderLine, Product, Shop
from fupan.core.errors import Refused
from fupan.intake import services
from fupan.intake.models import Coverage, Received

ORDERS = ["order id", "sku", "order date", "quantity", "amount", "carrier"]
A = ["A-1", "X1", "2026-11-03", 2, "10.00", "DHL"]
B = ["A-2", "X2", "2026-11-10", 1, "5.00", "DHL"]


def orders(*rows):
    return [ORDERS, *rows]


def bodies():
    return [json.loads(row.body) for row in Received.objects.order_by("pk")]


MAPPING = """
name = "odd"
covers = ["orders", "returns"]
dates = "mdy"
decimals = "comma"

[shop]
name = "Odd shop"
currency = "USD"
timezone = "America/New_York"

[[record]]
shape = "order_line"
when = [{column = "No", starts = "C", not = true}, {column = "Qty", above = 0}]
[record.fields]
order_number = "No"
sku = {join = ["Cat", "Size"], sep = "-"}
placed_at = "When"
units = "Qty"
amount = {column = "Price", times = "Qty"}
country = {column = "Land", values = {Deutschland = "DE"}}
status = {column = "S", values = {x = "cancelled"}, else = "shipped"}

[[record]]
shape = "ticket"
when = [{column = "No", starts = "C"}]
[record.fields]
kind = {constant = "return"}
outside_id = {join = ["No", "Cat"], sep = "|", occurrence = true}
opened_at = "When"
units = {column = "Qty", absolute = true}
cost = {column = "Price", times = "Qty", absolute = true}
order_number = {column = "Note", pattern = "for (\\\\S+)"}
"""


def test_a_mapping_file_reads_any_sheet(workspace, given):
    sheet = """No;Cat;Size;When;Qty;Price;Land;S;Note
1;T;S;11/03/26;2;1,50;Deutschland;;
2;T;M;11/04/26;1;2,00;;x;
C3;T;S;11/05/26;-2;1,50;;;for 1
C3;T;S;11/05/26;-1;1,50;;;
4;T;S;11/05/26;-9;0;;;
"""
    imported = services.import_file(workspace, given("o.csv", sheet), mapping=MAPPING)
    shop = Shop.objects.get()
    assert (shop.name, shop.timezone, imported.shop) == ("Odd shop", "America/New_York", shop)
    assert (imported.created, imported.rejected, imported.options["ignored"]) == (4, 0, 1)
    found = OrderLine.objects.order_by("pk").values_list(
        "listing__sku", "units", "amount", "status", "order__country", "order__placed_at"
    )
    assert list(found) == [
        ("T-S", 2, Decimal("3.00"), "shipped", "DE", datetime(2026, 11, 3, 5, tzinfo=UTC)),
        ("T-M", 1, Decimal("2.00"), "cancelled", "", datetime(2026, 11, 4, 5, tzinfo=UTC)),
    ]
    tickets = [(one["outside_id"], one["units"], one["cost"], one.get("order_number", "")) for one in bodies()]
    assert tickets == [("C3|T", 2, "3.00", "1"), ("C3|T#2", 1, "1.50", "")]
    assert set(Coverage.objects.values_list("source", flat=True)) == {"orders", "returns"}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("name = [", "TOML"),
        ('covers = ["orders"]', "record"),
        ('covers = ["nothing"]\n[[record]]\nshape = "product"\n[record.fields]\nsku = "a"', "covers"),
        ('covers = ["orders"]\n[[record]]\nshape = "horse"\n[record.fields]\nsku = "a"', "shape"),
        ('covers = ["orders"]\n[[record]]\nshape = "product"\n[record.fields]\nspeed = "a"', "fields.speed"),
        ('covers = ["orders"]\n[[record]]\nshape = "product"\n[record.fields]\nsku = {colum = "a"}', "sku.colum"),
        ('covers = ["orders"]\nfoo = 1\n[[record]]\nshape = "product"\n[record.fields]\nsku = "a"', "foo"),
    ],
)
def test_a_wrong_mapping_names_the_key(workspace, given, text, key):
    with pytest.raises(Refused, match=f"“{key}”") as caught:
        services.import_file(workspace, given("o.csv", "a\n1\n"), mapping=text)
    assert caught.value.code == "bad-mapping"


def test_a_mapping_that_misses_a_column_says_which(workspace, given):
    with pytest.raises(Refused, match="“When”") as caught:
        services.import_file(workspace, given("o.csv", "No;Cat;Size;Qty\n1;T;S;2\n"), mapping=MAPPING)
    assert caught.value.code == "column-missing"


def test_files_that_refer_to_each_other_are_joined(workspace, given, tmp_path):
    mapping = """
name = "joined"
[shop]
name = "J"
currency = "EUR"
timezone = "Europe/Paris"
[[sheet]]
file = "items*"
covers = ["orders"]
[[sheet.join]]
file = "orders.csv"
key = "order"
required = true
take = {bought = "day", customer = "customer"}
[[sheet.join]]
file = "customers.csv"
key = "customer"
take = ["country"]
[[sheet.record]]
shape = "order_line"
[sheet.record.fields]
order_number = "order"
sku = "item"
placed_at = "day"
country = "country"
"""
    given("set/items.csv", [["order", "item"], ["1", "X"], ["2", "Y"], ["9", "Z"]])
    given("set/orders.csv", [["order", "bought", "customer"], ["1", "2026-11-03", "c"], ["2", "2026-11-04", "d"]])
    given("set/customers.csv", [["customer", "country"], ["c", "FR"]])
    done = services.import_paths(workspace, [tmp_path / "set"], mapping=mapping)
    assert [(one.name, one.created, one.rejected) for one in done.imports] == [("items.csv", 2, 1)]
    assert sorted(one.name for one in done.skipped) == ["customers.csv", "orders.csv"]
    assert list(Order.objects.order_by("number").values_list("number", "country")) == [("1", "FR"), ("2", "")]
    (tmp_path / "set" / "orders.csv").unlink()
    given("set/items.csv", [["order", "item"], ["3", "X"]])
    with pytest.raises(Refused, match=r"orders\.csv"):
        services.import_file(workspace, tmp_path / "set" / "items.csv", mapping=mapping)


def test_a_product_sheet_tells_line_supplier_and_batch(workspace, shop, given):
    services.import_file(workspace, given("o.csv", orders(A, B)), shop=shop)
    sheet = [["SKU", "product", "product line", "supplier", "batch", "batch from", "usual carrier"],
             ["X1", "A20", "power banks", "Lin", "2609", "2026-11-01", "DHL"],
             ["X2", "A20", "power banks", "Lin", "", "", ""]]  # fmt: skip
    imported = services.import_file(workspace, given("s.csv", sheet))
    assert (imported.profile, imported.source) == ("product-sheet", "products")
    product = Product.objects.get(code="A20")
    assert (product.line, product.supplier, product.listings.count()) == ("power banks", "Lin", 2)
    assert set(OrderLine.objects.values_list("batch__code", flat=True)) == {"2609"}
    services.undo_import(imported.pk, None)
    assert sorted(Listing.objects.values_list("product__code", flat=True)) == ["X1", "X2"]


def test_a_new_order_takes_the_batch_of_its_day_and_the_usual_carrier(workspace, shop, given):
    services.import_file(
        workspace,
        given(
            "s.csv",
            [
                ["SKU", "supplier", "batch", "batch from", "usual carrier"],
                ["X1", "Lin", "b1", "2026-10-01", "DHL"],
                ["X1", "Lin", "b2", "2026-11-05", ""],
            ],
        ),
        shop=shop,
    )
    services.import_file(
        workspace,
        given(
            "o.csv",
            orders(
                ["A-1", "X1", "2026-11-03", 1, "1", ""],
                ["A-2", "X1", "2026-11-05", 1, "1", "UPS"],
                ["A-3", "X1", "2026-09-05", 1, "1", ""],
            ),
        ),
        shop=shop,
    )
    found = OrderLine.objects.order_by("order__number").values_list("batch__code", "order__carrier")
    assert list(found) == [("b1", "DHL"), ("b2", "UPS"), (None, "DHL")]


def test_a_saved_mapping_is_recognised_by_its_columns(workspace, given):
    from fupan.intake.normalise.heading import Heading

    head = ["No", "Cat", "Size", "When", "Qty", "Price", "Land", "S", "Note"]
    services.save_mapping(workspace, name="odd", toml=MAPPING, header_key=Heading(head).key)
    Shop.objects.create(workspace=workspace, name="Odd shop", currency="USD", timezone="America/New_York")
    row = [1, "T", "S", "11/03/26", 2, "1.5", "", "", ""]
    imported = services.import_file(workspace, given("o.csv", [head, row]))
    assert (imported.profile, imported.created, imported.mapping["toml"]) == ("odd", 1, MAPPING)
    by_name = services.import_file(workspace, given("p.csv", [head, row, [2, *row[1:]]]), profile="odd")
    assert (by_name.created, by_name.shop.name, by_name.mapping["toml"]) == (1, "Odd shop", MAPPING)
