"""Reply clocks: the marketplace's runs on all days, ours in office time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fupan.desk import clocks

SHANGHAI = "Asia/Shanghai"


def local(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(SHANGHAI))


def test_what_marketplaces_want():
    day = date(2026, 11, 14)
    assert clocks.platform_limit("amazon", day) == timedelta(hours=24)
    assert clocks.platform_limit("shopee", day) == timedelta(hours=12)
    assert clocks.platform_limit("other", day) is None
    saturday = datetime(2026, 11, 14, 10, tzinfo=UTC)
    assert clocks.platform_due("amazon", saturday) == saturday + timedelta(hours=24)
    assert clocks.platform_due("other", saturday) is None


def test_a_newer_rule_holds_from_its_day(monkeypatch):
    rules = (clocks.PlatformRule("shopee", date(2000, 1, 1), 12), clocks.PlatformRule("shopee", date(2026, 11, 1), 8))
    monkeypatch.setattr(clocks, "platform_rules", lambda: rules)
    assert clocks.platform_limit("shopee", date(2026, 10, 31)) == timedelta(hours=12)
    assert clocks.platform_limit("shopee", date(2026, 11, 1)) == timedelta(hours=8)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (local(16, 10), local(16, 14)),  # Monday
        (local(16, 16), local(17, 11)),
        (local(16, 3), local(16, 13)),
        (local(14, 12), local(16, 13)),  # Saturday
        (local(13, 17, 30), local(16, 12, 30)),
        (local(16, 14), local(16, 18)),
    ],
)
def test_our_promise_in_office_time(asked, due):
    assert clocks.office_due(asked, SHANGHAI) == due
    assert clocks.office_elapsed(asked, due, SHANGHAI) == timedelta(hours=4)


def test_nothing_is_worked_on_days_off():
    closed = {date(2026, 11, 16), date(2026, 11, 17)}  # Monday, Tuesday
    asked, due = local(13, 17), local(18, 12)
    assert clocks.office_due(asked, SHANGHAI, closed) == due
    assert clocks.office_elapsed(asked, due, SHANGHAI, closed) == timedelta(hours=4)
    assert clocks.office_elapsed(local(16, 10), local(16, 14), SHANGHAI, closed) == timedelta(0)
    assert clocks.promised_since(date(2026, 11, 18), closed) == date(2026, 11, 13)


def slow(start, end):
    minutes, at = 0, start
    while at < end:
        minutes += at.isoweekday() <= 5 and 9 <= at.hour < 18
        at += timedelta(minutes=1)
    return timedelta(minutes=minutes)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 20000), st.integers(0, 12000))
def test_elapsed_office_time_is_counted_minute_by_minute(begin, length):
    start = local(1, 0) + timedelta(minutes=begin)
    end = start + timedelta(minutes=length)
    assert clocks.office_elapsed(start, end, SHANGHAI) == slow(start, end)
