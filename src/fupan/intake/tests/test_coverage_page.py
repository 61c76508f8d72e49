"""The coverage calendar: weeks, gaps and what to fetch."""

from datetime import date

import pytest

from fupan.commerce.models import Shop
from fupan.core import weeks
from fupan.intake import calendar
from fupan.intake.models import Coverage
from fupan.intake.unlocks import unlocks
from fupan.people.models import Member

PATH = "/settings/coverage/"


def covers(shop, source, first, last):
    return Coverage.objects.create(
        workspace=shop.workspace, shop=shop, source=source, first_day=date.fromisoformat(first),
        last_day=date.fromisoformat(last),
    )  # fmt: skip


def row_of(shown, source):
    return {cell.week: cell.state for cell in next(row for row in shown.rows if row.source == source).cells}


def test_weeks_are_had_part_late_or_missing(shop):
    spans = {(shop.pk, "orders"): [(date(2026, 10, 5), date(2026, 10, 14)), (date(2026, 10, 26), date(2026, 11, 1))]}
    states = row_of(calendar.calendar([shop], spans, 202646), "orders")
    assert [states[week] for week in weeks.between(202640, 202646)] == [
        "missing", "had", "part", "late", "had", "late", "late",
    ]  # fmt: skip


def test_an_import_fills_cells(shop):
    spans = {(shop.pk, "orders"): [(date(2026, 11, 2), date(2026, 11, 4))]}
    new = {(shop.pk, "orders"): [(date(2026, 11, 5), date(2026, 11, 10))]}
    states = row_of(calendar.calendar([shop], spans, 202646, new=new), "orders")
    assert (states[202645], states[202646]) == ("new", "part")


def test_a_shop_of_another_platform_has_its_own_rows(shop, shopee, workspace):
    own = Shop.objects.create(workspace=workspace, name="Own", platform="shopify", currency="EUR", timezone="UTC")
    shown = calendar.calendar(
        [shop, shopee, own], {(own.pk, "ratings"): [(date(2026, 1, 1), date(2026, 1, 2))]}, 202646
    )
    rows = [(row.shop.name, row.source, row.first) for row in shown.rows]
    assert rows == [
        ("Amazon DE", "orders", True), ("Amazon DE", "returns", False), ("Amazon DE", "feedback", False),
        ("Shopee MY", "orders", True), ("Shopee MY", "returns", False),
        ("Own", "orders", True), ("Own", "ratings", False), ("Own", "tickets", False),
    ]  # fmt: skip


def test_the_page_names_gaps_and_the_report_to_fetch(mei, shop, signed_in):
    covers(shop, "orders", "2026-05-18", "2026-10-04")
    covers(shop, "orders", "2026-10-12", "2026-11-15")
    answer = signed_in(mei).get(PATH)
    text, first = answer.content.decode(), answer.context["gaps"][0]
    assert (first.name, first.words, first.never) == ("Orders", "W41", False)
    assert "order report “All orders”" in text
    assert "nothing has arrived yet" in text
    assert "2026-W21 – 2026-W46" in text
    assert "Bring files in" not in text  # an agent looks, but does not import


def test_one_can_go_back_in_time(ines, shop, signed_in):
    browser = signed_in(ines)
    now = browser.get(PATH)
    assert "?until=2026-W20" in now.content.decode()
    before = browser.get(f"{PATH}?until=2026-W20")
    assert before.context["calendar"].weeks[-1] == 202620
    assert "?until=2026-W46" in before.content.decode()


@pytest.mark.parametrize("asked", ["", "2026-W99", "9999-W01", "0001-W01", "x'\"<", "2027-W01"])
def test_nonsense_shows_the_newest_weeks(asked, ines, shop, signed_in):
    answer = signed_in(ines).get(PATH, {"until": asked})
    assert answer.context["calendar"].weeks[-1] == 202646


def test_a_member_sees_the_shops_that_are_theirs(ines, shop, shopee, stranger, signed_in):
    covers(shop, "orders", "2026-05-18", "2026-10-04")
    Member.objects.filter(pk=ines.pk).update(shop_ids=[shopee.pk])
    assert "Amazon DE" not in signed_in(ines).get(PATH).content.decode()
    assert "Amazon DE" not in signed_in(stranger).get(PATH).content.decode()


def test_many_spans_cost_no_more_questions(ines, shop, shopee, signed_in, django_assert_max_num_queries):
    for month in range(1, 12):
        covers(shop, "orders", f"2026-{month:02d}-01", f"2026-{month:02d}-20")
    browser = signed_in(ines)
    with django_assert_max_num_queries(14):
        browser.get(PATH)


def test_what_unlocks_says_which_file_is_missing(shop):
    days = [(date(2026, 5, 1), date(2026, 11, 15))]
    before, after = {(shop.pk, "returns"): days}, {(shop.pk, "returns"): days, (shop.pk, "orders"): days}
    found = {one.name: one for one in unlocks([shop], before, after, products=False)}
    rates, ratings = (
        found["Amazon DE · return rate and incident rate"],
        found["Amazon DE · bad ratings per 1,000 units"],
    )
    assert (rates.locked, rates.new) == (False, True)
    assert ratings.locked
    assert "feedback report" in ratings.note
    assert found["Slices by product line, supplier and batch"].url == "/settings/products/"
    assert "24 weeks" in found["Comparison with last year"].note
