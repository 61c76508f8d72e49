"""Files in: once, again, overlapping, undone."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from fupan.commerce.models import Listing, Order, OrderLine, Product, Shop
from fupan.core.errors import Refused
from fupan.core.models import Event, StaleWeek
from fupan.intake import services
from fupan.intake.models import Before, Coverage, Import, ImportState, Received
from fupan.intake.queries import covered

ORDERS = ["order id", "sku", "order date", "quantity", "amount", "carrier"]
TICKETS = [
    "日期",
    "订单号",
    "SKU",
    "问题类型",
    "处理方案",
    "根本原因",
    "订单金额",
    "是否FBA",
    "国家",
    "买家原话",
    "退款",
]


def orders(*rows):
    return [ORDERS, *rows]


A = ["A-1", "X1", "2026-11-03", 2, "10.00", "DHL"]
B = ["A-2", "X2", "2026-11-10", 1, "5.00", "DHL"]


def bodies(**found):
    return [json.loads(row.body) for row in Received.objects.filter(**found).order_by("pk")]


def rows():
    """Everything orders are made of, without the numbers of rows and imports."""
    lines = OrderLine.objects.order_by("order__number", "key")
    return list(lines.values_list("order__number", "order__carrier", "key", "listing__sku", "week", "units", "amount"))


def test_a_sheet_of_orders_becomes_exposure(workspace, shop, given):
    imported = services.import_file(workspace, given("o.csv", orders(A, B)), shop=shop)
    assert (imported.state, imported.profile, imported.source) == (ImportState.DONE, "order-sheet", "orders")
    assert (imported.rows_read, imported.created, imported.rejected) == (2, 2, 0)
    assert rows() == [
        ("A-1", "DHL", "X1#1", "X1", 202645, 2, Decimal("10.00")),
        ("A-2", "DHL", "X2#1", "X2", 202646, 1, Decimal("5.00")),
    ]
    assert set(StaleWeek.objects.filter(table="orders").values_list("week", flat=True)) == {202645, 202646}
    arrived = Coverage.objects.get()
    assert (arrived.source, arrived.first_day, arrived.last_day) == ("orders", date(2026, 11, 3), date(2026, 11, 10))
    told = set(Event.objects.values_list("name", flat=True))
    assert told >= {"intake.started", "intake.orders_stored", "intake.imported"}


def test_the_same_file_twice_changes_nothing(workspace, shop, given):
    path = given("o.csv", orders(A, B))
    first = services.import_file(workspace, path, shop=shop)
    before, marks = rows(), list(StaleWeek.objects.values())
    again = services.import_file(workspace, path, shop=shop)
    assert (again.state, again.options["same_as"], again.unchanged, again.created) == (ImportState.DONE, first.pk, 2, 0)
    assert (rows(), list(StaleWeek.objects.values())) == (before, marks)


def test_overlapping_files_update(workspace, shop, given):
    services.import_file(workspace, given("o.csv", orders(A, B)), shop=shop)
    changed = ["A-2", "X2", "2026-11-10", 3, "15.00", "UPS"]
    imported = services.import_file(
        workspace, given("p.csv", orders(A, changed, ["A-3", "X1", "2026-11-11", 1, "", ""])), shop=shop
    )
    assert (imported.created, imported.updated, imported.unchanged) == (1, 1, 1)
    assert rows()[1][1:] == ("UPS", "X2#1", "X2", 202646, 3, Decimal("15.00"))


def test_undo_takes_back_what_nobody_touched_since(workspace, shop, given):
    services.import_file(workspace, given("o.csv", orders(A)), shop=shop)
    before = rows()
    second = services.import_file(
        workspace, given("p.csv", orders(["A-1", "X1", "2026-11-03", 9, "45.00", "UPS"], B)), shop=shop
    )
    StaleWeek.objects.all().delete()
    services.undo_import(second.pk, None)
    assert rows() == before
    assert not Order.objects.filter(number="A-2").exists()
    assert (Product.objects.filter(code="X2").exists(), Listing.objects.filter(sku="X2").exists()) == (False, False)
    assert {202645, 202646} <= set(StaleWeek.objects.values_list("week", flat=True))
    assert Coverage.objects.filter(imported=second).count() == 0
    assert Import.objects.get(pk=second.pk).state == ImportState.UNDONE
    assert Event.objects.filter(name="intake.undone", subject_id=second.pk).count() == 1
    again = services.import_file(
        workspace, given("p.csv", orders(["A-1", "X1", "2026-11-03", 9, "45.00", "UPS"], B)), shop=shop
    )
    assert (again.created, again.updated) == (1, 1)


def test_undo_in_any_order_leaves_what_the_others_said(workspace, shop, given):
    first = services.import_file(workspace, given("o.csv", orders(A)), shop=shop)
    second = services.import_file(
        workspace, given("p.csv", orders(["A-1", "X1", "2026-11-03", 3, "15.00", "UPS"])), shop=shop
    )
    third = services.import_file(
        workspace, given("q.csv", orders(["A-1", "X1", "2026-11-03", 4, "20.00", "GLS"])), shop=shop
    )
    services.undo_import(second.pk, None)
    assert rows()[0][1:] == ("GLS", "X1#1", "X1", 202645, 4, Decimal("20.00"))
    services.undo_import(third.pk, None)
    assert rows()[0][1:] == ("DHL", "X1#1", "X1", 202645, 2, Decimal("10.00"))
    services.undo_import(first.pk, None)
    assert (rows(), Order.objects.count(), Before.objects.count()) == ([], 0, 0)


def test_a_row_another_import_changed_survives_the_undo_of_its_maker(workspace, shop, given):
    first = services.import_file(workspace, given("o.csv", orders(A, B)), shop=shop)
    services.import_file(workspace, given("p.csv", orders(["A-1", "X1", "2026-11-03", 3, "15.00", "UPS"])), shop=shop)
    services.undo_import(first.pk, None)
    assert [row[0] for row in rows()] == ["A-1"]


def test_undoing_twice_is_undoing_once(workspace, shop, given):
    imported = services.import_file(workspace, given("o.csv", orders(A)), shop=shop)
    services.undo_import(imported.pk, None)
    services.undo_import(imported.pk, None)
    assert Event.objects.filter(name="intake.undone").count() == 1


def test_equal_lines_are_numbered_through_the_whole_file(workspace, shop, given):
    many = [["A-1", "X1", "2026-11-03", 1, "1", ""] for _ in range(3)]
    filler = [[f"F-{n}", "X1", "2026-11-03", 1, "1", ""] for n in range(5000)]
    imported = services.import_file(workspace, given("o.csv", orders(*many, *filler, *many)), shop=shop)
    assert imported.created == 5006
    assert OrderLine.objects.filter(order__number="A-1").count() == 6
    assert imported.next_chunk == 2


def test_a_register_of_cases_in_chinese_waits_for_the_desk(workspace, shop, given):
    row = [
        "2026/11/3",
        "A-1",
        "X1",
        "尺寸不符",
        "退款",
        "尺码表错误",
        "29.90",
        "是",
        "德国",
        "Zu klein, an jo@example.com",
        "12,90",
    ]
    imported = services.import_file(workspace, given("t.csv", [TICKETS, row, row]), shop=shop)
    assert (imported.profile, imported.created, imported.rejected) == ("ticket-sheet", 0, 2)  # "12,90" splits into two
    quoted = ",".join(TICKETS) + "\n" + ",".join([*row[:9], '"Zu klein, an jo@example.com"', '"12,90"']) + "\n"
    imported = services.import_file(workspace, given("u.csv", quoted * 1), shop=shop)
    (body,) = bodies()
    assert body | {"line": 0} == {
        "line": 0, "kind": "inquiry", "outside_id": "A-1|X1|2026/11/3|尺寸不符",
        "opened_at": "2026-11-02 23:00:00+00:00", "order_number": "A-1", "sku": "X1",
        "issue": "尺寸不符", "resolution": "退款", "cause": "尺码表错误",
        "order_amount": "29.90", "fulfilment": "platform", "country": "DE", "units": 1, "channel": "sheet",
        "text": "Zu klein, an jo@example.com", "cost": "12.90",
    }  # fmt: skip
    event = Event.objects.get(name="intake.received")
    assert (event.subject_id, event.data) == (imported.pk, {"chunk": 0})


def test_received_rows_are_encrypted_and_change_only_when_they_differ(workspace, shop, given):
    head = ["date", "issue type", "order id", "message", "ticket id"]
    first = services.import_file(
        workspace, given("t.csv", [head, ["2026-11-03", "late", "A-1", "where is it", "T1"]]), shop=shop
    )
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM intake_received")
        assert "where" not in cursor.fetchone()[0]
    Received.objects.update(body="")  # as the desk leaves it
    more = [head, ["2026-11-03", "late", "A-1", "where is it", "T1"], ["2026-11-04", "late", "A-2", "hello", "T2"]]
    second = services.import_file(workspace, given("u.csv", more), shop=shop)
    assert (second.created, second.updated, second.unchanged) == (1, 0, 1)
    assert Received.objects.get(outside_id="T1").body == ""
    more[1][3] = "where is it now"
    third = services.import_file(workspace, given("v.csv", more), shop=shop)
    assert (third.created, third.updated, third.unchanged) == (0, 1, 1)
    changed = Received.objects.get(outside_id="T1")
    assert (changed.imported_id, json.loads(changed.body)["text"]) == (third.pk, "where is it now")
    services.undo_import(third.pk, None)
    assert Received.objects.get(outside_id="T1").imported_id == first.pk


def test_a_row_finds_its_shop_by_site_by_order_or_because_there_is_one(workspace, shop, given):
    fr = Shop.objects.create(
        workspace=workspace,
        name="Paris",
        platform="amazon",
        site="Amazon.fr",
        country="FR",
        currency="EUR",
        timezone="Europe/Paris",
    )
    head = [*ORDERS, "site"]
    imported = services.import_file(
        workspace,
        given("o.csv", [head, [*A, "Amazon.de"], [*B, "FR"], ["A-3", *B[1:], "Paris"], ["A-4", *B[1:], "Mars"]]),
    )
    found = dict(Order.objects.values_list("number", "shop__name"))
    assert found == {"A-1": "Amazon DE", "A-2": "Paris", "A-3": "Paris"}
    assert list(imported.rejects.values_list("line", "code", "value")) == [(5, "unknown-site", "Mars")]
    returns = [
        "return-date",
        "order-id",
        "sku",
        "asin",
        "quantity",
        "detailed-disposition",
        "reason",
        "license-plate-number",
    ]
    back = ["2026-11-12T10:00:00+00:00", "A-2", "X2", "", 1, "SELLABLE", "DEFECTIVE", "LPN1"]
    services.import_file(workspace, given("r.tsv", [returns, back, [back[0], "Z-9", *back[2:-1], "LPN2"]]))
    assert Received.objects.get().shop == fr
    assert Import.objects.order_by("-pk")[0].rejects.get().code == "no-shop"


def test_a_known_site_opens_its_shop(workspace, given):
    services.import_file(workspace, given("o.csv", [[*ORDERS, "site"], [*A, "Amazon.co.jp"]]))
    shop = Shop.objects.get()
    assert (shop.name, shop.currency, shop.timezone, shop.country) == ("Amazon.co.jp", "JPY", "Asia/Tokyo", "JP")


def test_a_dry_run_counts_and_writes_nothing(workspace, shop, given):
    services.import_file(workspace, given("o.csv", orders(A)), shop=shop)
    imports = Import.objects.count()
    events = Event.objects.count()
    tried = services.try_paths(
        workspace, [given("p.csv", [[*ORDERS, "site"], [*A, "Amazon.de"], [*B, "Amazon.it"], ["1.11E+16", *B[1:], ""]])]
    )
    (one,) = tried.imports
    check = one.options["check"]
    assert [check[name] for name in ("rows", "created", "unchanged", "rejected")] == [3, 1, 1, 1]
    assert check["reasons"][0]["code"] == "mangled-id"
    assert [(row["shop"], row["shop_id"] is None) for row in check["coverage"]] == [
        ("Amazon DE", False),
        ("Amazon.it", True),
    ]
    assert (Import.objects.count(), Event.objects.count(), Shop.objects.count()) == (imports, events, 1)


def test_coverage_names_the_gaps(workspace, shop, shopee, given):
    services.import_file(workspace, given("o.csv", orders(A, B)), shop=shop)
    services.import_file(
        workspace,
        given("p.csv", orders(["S-1", "X", "2026-11-01", 1, "1", ""], ["S-2", "X", "2026-11-14", 1, "1", ""])),
        shop=shopee,
    )
    found = covered(workspace.pk, "orders", date(2026, 11, 9), date(2026, 11, 15))
    assert found.share == pytest.approx((2 + 6) / 14)
    assert [(gap.shop, str(gap.first_day), str(gap.last_day)) for gap in found.missing] == [
        ("Amazon DE", "2026-11-11", "2026-11-15"), ("Shopee MY", "2026-11-15", "2026-11-15"),
    ]  # fmt: skip
    assert covered(workspace.pk, "orders", date(2026, 11, 9), date(2026, 11, 10), [shop.pk]).share == 1
    assert covered(workspace.pk, "ratings", date(2026, 11, 9), date(2026, 11, 10)).share == 0
    assert covered(workspace.pk, "orders", date(2026, 11, 9), date(2026, 11, 10), []) == (0.0, ())


def test_store_records_takes_a_chunk_once_and_in_order(workspace, shop):
    from fupan.intake.records import OrderLineRecord

    imported = Import.objects.create(
        workspace=workspace, shop=shop, name="x", sha256="0" * 64, profile="demo", source="orders"
    )
    record = OrderLineRecord(1, "A-1", "X1", datetime(2026, 11, 3, tzinfo=UTC))
    with pytest.raises(Refused):
        services.store_records(imported, 1, [record])
    assert services.store_records(imported, 0, [record]).created == 1
    assert services.store_records(imported, 0, [record]).again
    assert Import.objects.get(pk=imported.pk).created == 1


def test_an_import_being_undone_takes_no_more(workspace, shop, given):
    imported = services.import_file(workspace, given("o.csv", orders(A)), shop=shop)
    services.undo_import(imported.pk, None)
    with pytest.raises(Refused):
        services.store_records(imported, imported.next_chunk, [])


def test_orders_of_a_folder_go_in_before_what_refers_to_them(workspace, given, tmp_path):
    Shop.objects.create(workspace=workspace, name="UK", site="Amazon.co.uk", currency="GBP", timezone="Europe/London")
    given("set/b_orders.csv", [[*ORDERS, "site"], [*A, "Amazon.de"]])
    head = [
        "return-date",
        "order-id",
        "sku",
        "asin",
        "quantity",
        "detailed-disposition",
        "reason",
        "license-plate-number",
    ]
    given("set/a_returns.tsv", [head, ["2026-11-12T10:00:00+00:00", "A-1", "X1", "", 1, "SELLABLE", "DEFECTIVE", "L1"]])
    given("set/c.txt", b"")
    done = services.import_paths(workspace, [tmp_path / "set"])
    assert [one.name for one in done.imports] == ["b_orders.csv", "a_returns.tsv"]
    assert Received.objects.get().shop.name == "Amazon.de"
    assert [one.name for one in done.skipped] == ["c.txt"]


def test_rows_refused_for_want_of_a_shop_go_in_once_it_is_there(workspace, shop, given):
    path = given("o.csv", [[*ORDERS, "site"], [*A, "Amazon.de"], [*B, "Corner shop"]])
    assert services.import_file(workspace, path).rejected == 1
    Shop.objects.create(workspace=workspace, name="Corner shop", currency="EUR", timezone="Europe/Berlin")
    again = services.import_file(workspace, path)
    assert (again.created, again.unchanged, again.rejected) == (1, 1, 0)
    assert services.import_file(workspace, path).options["same_as"] == again.pk
