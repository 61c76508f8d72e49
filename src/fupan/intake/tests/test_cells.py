"""Single cells as marketplaces and people write them."""

# ruff: noqa: DTZ001  wall clocks of sheets have no zone
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from fupan.intake.faults import Fault
from fupan.intake.normalise import cells
from fupan.intake.normalise.dates import instant, order_of


@pytest.mark.parametrize(
    ("value", "order", "expected"),
    [
        ("2025-06-05T15:31:40+00:00", "dmy", datetime(2025, 6, 5, 15, 31, 40, tzinfo=UTC)),
        ("2025-06-05T15:31:40Z", "dmy", datetime(2025, 6, 5, 15, 31, 40, tzinfo=UTC)),
        ("2026-11-03 08:26:00", "dmy", datetime(2026, 11, 3, 8, 26)),
        ("29-Sep-2026", "dmy", datetime(2026, 9, 29)),
        ("1 déc. 2026", "dmy", datetime(2026, 12, 1)),
        ("3. März 2026", "dmy", datetime(2026, 3, 3)),
        ("09/03/26", "mdy", datetime(2026, 9, 3)),
        ("03.09.26", "dmy", datetime(2026, 9, 3)),
        ("26/09/03", "ymd", datetime(2026, 9, 3)),
        ("2026/11/3", "mdy", datetime(2026, 11, 3)),
        ("2026年11月3日", "dmy", datetime(2026, 11, 3)),
        ("2026年11月3日 14:05", "dmy", datetime(2026, 11, 3, 14, 5)),
        ("May 1, 2023 12:00:16 AM PDT", "mdy", datetime(2023, 5, 1, 7, 0, 16, tzinfo=UTC)),
        (45964, "dmy", datetime(2025, 11, 3)),
        (45964.5, "dmy", datetime(2025, 11, 3, 12)),
        ("45964", "dmy", datetime(2025, 11, 3)),
        (1762128000, "dmy", datetime(2025, 11, 3, tzinfo=UTC)),
        (date(2026, 11, 3), "dmy", datetime(2026, 11, 3)),
        ("", "dmy", None),
    ],
)
def test_dates(value, order, expected):
    found = instant(value, order)
    assert found == expected if expected is None or expected.tzinfo is None else found.astimezone(UTC) == expected


@pytest.mark.parametrize(
    ("value", "code"), [("2026/11/31", "no-such-day"), ("soon", "not-a-date"), ("13/13/2026", "no-such-day")]
)
def test_dates_that_are_none(value, code):
    assert instant(value, "dmy").code == code


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["13.09.26", "01.02.26"], "dmy"),
        (["01/02/26", "01/31/26"], "mdy"),
        (["26/09/03", "32/01/01"], "ymd"),
        (["26/09/03"], "ymd"),
        (["01/02/26"], ""),
        (["13/02/2026"], "dmy"),
        (["2026-01-02", ""], ""),
    ],
)
def test_a_column_may_give_its_order_away(values, order):
    assert order_of(values) == order


@pytest.mark.parametrize(
    ("values", "likely", "order"),
    [(["01/02/26"], "mdy", "mdy"), (["26/09/03"], "ymd", "ymd"), (["13/02/26", "01/02/26"], "mdy", "dmy")],
)
def test_the_marketplace_s_order_holds_unless_a_value_rules_it_out(values, likely, order):
    assert order_of(values, likely) == order


@pytest.mark.parametrize(
    ("value", "comma", "expected"),
    [
        ("29.95", False, "29.95"), ("29,95", True, "29.95"), ("29,95", False, "29.95"), ("1,234", False, "1234"),
        ("1.234", True, "1234"), ("1.234,50", True, "1234.50"), ("1,234.50", False, "1234.50"),
        ("£12.90", False, "12.90"),
        ("EUR 12,90", True, "12.90"), ("12.90 USD", False, "12.90"), ("(5.00)", False, "-5.00"), ("−3", False, "-3"),
        ("¥1,980", False, "1980"), (2.55, False, "2.55"), ("29.95", True, "29.95"),
    ],
)  # fmt: skip
def test_decimals(value, comma, expected):
    assert cells.decimal(value, comma=comma) == Decimal(expected)


def test_a_letter_in_a_number_is_pointed_out():
    assert cells.decimal("£12.9O") == Fault("not-a-number", value="£12.9O", hint="12.90")
    assert cells.decimal("") is None
    assert cells.decimal("9" * 14).code == "too-large"


@pytest.mark.parametrize("value", ["1.11E+16", "2,3E+17", 1.11e16, 9.9e20])
def test_mangled_ids_are_refused(value):
    assert cells.identifier(value, 64).code == "mangled-id"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1E5", "1E5"), (4711.0, "4711"), ('="00123"', "00123"), ("'00123", "00123"), (" a ", "a"), (None, "")],
)
def test_ids(value, expected):
    assert cells.identifier(value, 64) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("4", 4), ("4.0 out of 5 stars", 4), ("★★☆☆☆", 2), ("5星", 5), (3.0, 3), ("5.0", 5), ("", None)],
)
def test_stars(value, expected):
    assert cells.stars(value) == expected


@pytest.mark.parametrize("value", ["6", "0", "10", "good"])
def test_stars_out_of_range(value):
    assert cells.stars(value).code == "stars-range"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("Germany", "DE"),
        ("德国", "DE"),
        ("EIRE", "IE"),
        ("uk", "GB"),
        ("Deutschland", "DE"),
        ("USA", "US"),
        ("Unspecified", ""),
        ("xx9", ""),
    ],
)
def test_countries(value, code):
    assert cells.country(value) == code


@pytest.mark.parametrize(
    ("value", "side"),
    [
        ("AFN", "platform"),
        ("Amazon", "platform"),
        ("是", "platform"),
        ("Merchant", "seller"),
        ("否", "seller"),
        ("", ""),
    ],
)
def test_fulfilment(value, side):
    assert cells.fulfilment(value) == side


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("CR-DEFECTIVE", "DEFECTIVE"),
        ("AMZ-PG-BAD-DESC", "NOT_AS_DESCRIBED"),
        ("AMZ-PG-APP-TOO-SMALL", "APPAREL_TOO_SMALL"),
        ("New thing", "NEW_THING"),
    ],
)
def test_reason_codes(value, code):
    assert cells.reason(value) == code
