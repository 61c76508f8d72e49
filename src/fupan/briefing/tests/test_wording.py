"""How numbers and their changes are worded, once for every renderer."""

import pytest

from fupan.briefing.render.kpis import kpi
from fupan.core.figures import MINUS, THIN

PERIOD = {"kind": "week", "label": "2026-W46", "currency": "CNY", "coverage": {"orders": 1.0, "missing": []}}
THE_SAME = {"change": 0.04, "low": -0.08, "high": 0.17, "detectable": False}


def entry(unit, direction, value, **more):
    base = {"metric": "m", "name": {"en": "M", "zh-hans": "M"}, "unit": unit, "direction": direction, "value": value,
            "numerator": None, "denominator": None, "previous": None, "change": None, "low": None, "high": None,
            "detectable": False, "comparisons": {}, "trend": [], "reason": None, "url": ""}  # fmt: skip
    return base | more


@pytest.mark.parametrize(
    ("unit", "direction", "change", "low", "high", "detectable", "words", "detail", "tone"),
    [
        ("rate", -1, 0.04, -0.08, 0.17, False, "No detectable change", f"+4{THIN}% [{MINUS}8, +17]", "none"),
        ("count", 0, 0.14, 0.04, 0.24, True, f"14{THIN}% more", "[+4, +24]", "plain"),
        ("count", -1, 0.54, 0.06, 1.22, True, f"54{THIN}% more", "[+6, +122]", "bad"),
        ("count", -1, -0.48, -0.63, -0.27, True, f"48{THIN}% fewer", f"[{MINUS}63, {MINUS}27]", "good"),
        ("rate", -1, 0.3, 0.1, 0.5, True, f"30{THIN}% higher", "[+10, +50]", "bad"),
        ("rate", 1, 0.3, 0.1, 0.5, True, f"30{THIN}% higher", "[+10, +50]", "good"),
        ("per_1000", -1, -0.2, -0.3, -0.1, True, f"20{THIN}% lower", f"[{MINUS}30, {MINUS}10]", "good"),
        ("hours", -1, -0.23, -0.31, -0.14, True, f"23{THIN}% faster", f"[{MINUS}31, {MINUS}14]", "good"),
        ("hours", -1, 0.23, 0.14, 0.31, True, f"23{THIN}% slower", "[+14, +31]", "bad"),
        ("share", 1, -0.021, -0.037, -0.004, True, "2.1 points lower", f"[{MINUS}3.7, {MINUS}0.4]", "bad"),
        ("share", 1, 0.012, -0.034, 0.058, False, "No detectable change", f"+1.2 points [{MINUS}3.4, +5.8]", "none"),
        ("score", 1, 0.1, -0.2, 0.4, False, "No detectable change", f"+0.1 [{MINUS}0.2, +0.4]", "none"),
        ("score", 1, -0.4, -0.6, -0.2, True, "0.4 lower", f"[{MINUS}0.6, {MINUS}0.2]", "bad"),
        ("money", -1, 0.08, -0.06, 0.24, False, "No detectable change", f"+8{THIN}% [{MINUS}6, +24]", "none"),
        ("rate", -1, None, None, None, False, "No comparison", "", "none"),
        ("rate", -1, 0.04, None, None, False, "No detectable change", f"+4{THIN}%", "none"),
    ],
)
def test_a_change_in_words(unit, direction, change, low, high, detectable, words, detail, tone):
    said = kpi(entry(unit, direction, 1.0, change=change, low=low, high=high, detectable=detectable), PERIOD).change
    assert (said.words, said.detail, said.tone) == (words, detail, tone)


@pytest.mark.parametrize(
    ("metric", "unit", "value", "k", "n", "shown", "detail"),
    [
        ("return_rate", "rate", 0.01632, 627, 38420, f"1.63{THIN}%", "627 / 38,420 units"),
        ("reply_in_time", "share", 0.96239, 742, 771, f"96.2{THIN}%", "742 / 771 messages"),
        ("resolution_rate", "share", 1.0, 1, 1, f"100{THIN}%", "1 / 1 ticket"),
        ("tickets", "count", 1284, 1284, None, "1,284", ""),
        ("refund_cost", "money", 86420.0, 86420.0, 38420, "CN¥86,420", "CN¥2.25 a unit"),
        ("refund_cost", "money", 0.0, 0, 0, "CN¥0.00", ""),
        ("negative_rating_rate", "per_1000", 3.21, 12, 3738, "3.21 per 1,000", "12 / 3,738 units"),
        ("first_response_p50", "hours", 2.4, None, 771, "2.4 h", "771 messages"),
        ("csat", "score", 4.3, 58, None, "4.3 / 5", "58 answers, few"),
        ("csat", "score", 4.3, 1300, 300, "4.3 / 5", "300 answers"),
    ],
)
def test_a_number_never_stands_alone(metric, unit, value, k, n, shown, detail):
    one = kpi(entry(unit, -1, value, metric=metric, numerator=k, denominator=n), PERIOD)
    assert (one.value, one.detail) == (shown, detail)


def test_a_target_is_named():
    one = kpi(entry("share", 1, 0.836, metric="simple_in_24h", numerator=463, denominator=554,
                    target={"bound": 0.8, "met": True}), PERIOD)  # fmt: skip
    assert one.detail == f"463 / 554 tickets · target 80{THIN}%"


@pytest.mark.parametrize(
    ("reason", "why", "todo"),
    [
        ("no_orders", "No orders covered in this period", "/settings/imports/new/"),
        ("no_source", "The report behind it is missing", "/settings/imports/new/"),
        ("no_rate", "An exchange rate is missing", "/settings/rates/"),
        ("no_data", "Nothing to count in this period", "/settings/coverage/"),
        (None, "Nothing to count in this period", "/settings/coverage/"),
    ],
)
def test_a_missing_number_says_why_and_what_to_do(reason, why, todo):
    one = kpi(entry("rate", -1, None, reason=reason), PERIOD)
    assert (one.value, one.reason, one.fix_url) == ("", why, todo)
    assert one.fix
    assert not one.known


def test_a_missing_report_is_named_with_its_day():
    hole = {"shop": "US", "source": "feedback", "from": "2026-11-08", "to": "2026-11-15"}
    period = PERIOD | {"coverage": {"orders": 1.0, "missing": [hole]}}
    one = kpi(entry("per_1000", -1, None, metric="negative_rating_rate", reason="no_source"), period)
    assert one.reason == "Seller feedback: missing from 11-08"


def test_months_are_compared_with_months():
    compared = {"previous": {"value": 1.0, **THE_SAME}, "mean4": None, "year": {"value": 2.0, **THE_SAME}}
    one = kpi(entry("rate", -1, 0.02, comparisons=compared), PERIOD | {"kind": "month", "label": "2026-11"})
    assert [each.against for each in one.comparisons] == ["Last month", "Same month last year"]
