"""The numbers of two real files, worked out a second time without our code."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Count, Sum

from fupan.commerce.models import OrderLine
from fupan.intake import services
from fupan.intake.models import Received

# Every chunk commits, as it does for a seller; one transaction of half a million rows is nobody's import.
pytestmark = pytest.mark.django_db(transaction=True)
REPO = Path(__file__).resolve().parents[4]
DATA = REPO.parent / "shared" / "data"
RECIPES = REPO / "docs" / "recipes"


def real(*parts):
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip("real data is not there: put it into ../shared/data")
    return path


def bring_in(workspace, path, recipe):
    return services.import_file(workspace, path, mapping=(RECIPES / recipe).read_text("utf-8"))


def tickets():
    return [json.loads(row.body) for row in Received.objects.all().iterator()]


def by_week(rows, units="units"):
    """Units by ISO week on the shop's clock (the recipes' shops lie east of or at UTC, times are told in UTC)."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    found = Counter()
    for row, zone in rows:
        year, week, _day = datetime.fromisoformat(row["opened_at"]).astimezone(ZoneInfo(zone)).isocalendar()
        found[year * 100 + week] += row[units]
    return dict(found)


def iso(days):
    calendar = days.dt.isocalendar()
    return (calendar["year"] * 100 + calendar["week"]).astype(int)


def test_the_uci_file(workspace, tmp_path):
    path = real("uci_online_retail", "online_retail.parquet")
    import pandas as pd

    raw = pd.read_parquet(path)
    if connection.vendor == "postgresql":  # the whole half million once is enough, and SQLite is the quicker
        path, raw = tmp_path / path.name, raw.head(60_000)
        raw.to_parquet(path)
    back = raw["InvoiceNo"].str.startswith("C")
    sold, returned = raw[~back & (raw["Quantity"] > 0)], raw[back]
    imported = bring_in(workspace, path, "uci-online-retail.toml")
    assert (imported.rows_read, imported.rejected) == (len(raw), 0)
    assert imported.created == len(sold) + len(returned)
    assert imported.options["ignored"] == len(raw) - len(sold) - len(returned)

    lines = OrderLine.objects.all()
    assert lines.aggregate(Sum("units"))["units__sum"] == sold["Quantity"].sum()
    assert lines.values("order").distinct().count() == sold["InvoiceNo"].nunique()
    amount = sum(
        (Decimal(str(p)) * q).quantize(Decimal("0.01"))
        for p, q in zip(sold["UnitPrice"], sold["Quantity"], strict=True)
    )
    assert abs(lines.aggregate(Sum("amount"))["amount__sum"] - amount) < Decimal("1")
    weeks = dict(lines.values_list("week").annotate(Sum("units")))
    assert weeks == sold.groupby(iso(sold["InvoiceDate"]))["Quantity"].sum().to_dict()
    countries = dict(lines.values_list("order__country").annotate(Count("pk")))
    assert countries["DE"] == (sold["Country"] == "Germany").sum()

    arrived = tickets()
    assert len(arrived) == len(returned)
    expected = (-returned["Quantity"]).groupby(iso(returned["InvoiceDate"])).sum().to_dict()
    assert by_week([(row, "Europe/London") for row in arrived]) == expected
    skus = Counter()
    for row in arrived:
        skus[row["sku"]] += row["units"]
    top = (-returned["Quantity"]).groupby(returned["StockCode"].str.strip()).sum()
    assert skus == Counter(top.to_dict())
    sales = dict(lines.values_list("listing__sku").annotate(Sum("units")))
    assert sales == sold.groupby(sold["StockCode"].str.strip())["Quantity"].sum().to_dict()


@pytest.mark.once
def test_the_amazon_india_file(workspace):
    path = real("amazon_india_orders", "amazon_sale_report.parquet")
    import pandas as pd

    raw = pd.read_parquet(path)
    raw["units"] = raw["Qty"].astype(int)
    raw["day"] = pd.to_datetime(raw["date_parsed"])
    raw["sku"] = raw["Category"] + " " + raw["Size"]
    imported = bring_in(workspace, path, "amazon-india.toml")
    assert (imported.rows_read, imported.rejected) == (len(raw), 0)
    lines = OrderLine.objects.all()
    assert (lines.count(), lines.values("order").distinct().count()) == (len(raw), raw["Order ID"].nunique())
    assert (
        dict(lines.values_list("week").annotate(Sum("units"))) == raw.groupby(iso(raw["day"]))["units"].sum().to_dict()
    )
    assert lines.filter(status="cancelled").count() == (raw["Status"] == "Cancelled").sum()
    assert lines.aggregate(Sum("amount"))["amount__sum"] == pytest.approx(
        Decimal(str(round(raw["Amount"].astype(float).sum(), 2)))
    )

    kinds = {"Cancelled": "cancellation", "Shipped - Lost in Transit": "refund"}
    back = [
        "Shipped - Returned to Seller",
        "Shipped - Returning to Seller",
        "Shipped - Rejected by Buyer",
        "Shipped - Damaged",
    ]
    trouble = raw[raw["Status"].isin([*kinds, *back])]
    arrived = tickets()
    assert Counter(row["kind"] for row in arrived) == Counter(
        kinds.get(status, "return") for status in trouble["Status"]
    )
    returned = trouble[trouble["Status"].isin(back)]
    mine = [(row, "Asia/Kolkata") for row in arrived if row["kind"] == "return"]
    assert by_week(mine) == returned.groupby(iso(returned["day"]))["units"].sum().to_dict()
    skus = Counter(row["sku"] for row, _zone in mine)
    assert skus == Counter(returned["sku"])


@pytest.mark.once
def test_the_olist_files(workspace):
    folder = real("olist_sample", "olist_orders_dataset.csv").parent
    import pandas as pd

    orders, items, reviews = (
        pd.read_csv(folder / f"olist_{name}_dataset.csv") for name in ("orders", "order_items", "order_reviews")
    )
    done = services.import_paths(workspace, [folder], mapping=(RECIPES / "olist.toml").read_text("utf-8"))
    assert [one.rejected for one in done.imports] == [0, 0, 0]
    assert OrderLine.objects.count() == len(items)
    both = items.merge(orders, on="order_id")
    late = pd.to_datetime(both["order_purchase_timestamp"])
    assert dict(OrderLine.objects.values_list("week").annotate(Count("pk"))) == both.groupby(iso(late)).size().to_dict()
    arrived = tickets()
    stars = Counter(row["stars"] for row in arrived if row["kind"] == "rating")
    assert stars == Counter(reviews["review_score"])
    gone = orders["order_status"].isin(["canceled", "unavailable"]).sum()
    assert sum(row["kind"] == "cancellation" for row in arrived) == gone
