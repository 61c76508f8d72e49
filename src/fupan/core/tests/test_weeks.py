from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fupan.core import weeks
from fupan.core.errors import Refused


@pytest.mark.parametrize("text", ["2026-W46", "2026W46", "2026-46", "202646", " 2026-w46 "])
def test_a_week_may_be_written_in_several_ways(text):
    assert weeks.parse_week(text) == 202646


@pytest.mark.parametrize("text", ["", "2026-W54", "2026-W00", "last week", "2026-11-16"])
def test_what_is_no_week_is_refused(text):
    with pytest.raises(Refused):
        weeks.parse_week(text)


def test_a_sunday_night_belongs_to_the_week_of_the_shops_wall_clock():
    instant = datetime(2026, 11, 15, 23, 30, tzinfo=UTC)
    assert weeks.week_of(instant, "America/Los_Angeles") == 202646
    assert weeks.week_of(instant, "Asia/Tokyo") == 202647


@given(st.dates(date(2015, 1, 5), date(2035, 1, 1)), st.integers(-200, 200))
def test_shifting_there_and_back_comes_home(day, by):
    week = weeks.week_of_day(day)
    assert weeks.shift(weeks.shift(week, by), -by) == week
    assert weeks.week_of_day(weeks.monday(week)) == week


def test_between_counts_across_a_year_of_53_weeks():
    assert weeks.between(202652, 202702) == [202652, 202653, 202701, 202702]


def test_a_month_knows_its_neighbours():
    january = weeks.parse_month("2027-01")
    assert (january.start, january.end) == (date(2027, 1, 1), date(2027, 1, 31))
    assert january.previous().label == "2026-12"
    assert january.previous(-1).label == "2027-02"
    assert january.a_year_before().label == "2026-01"
    assert january.weeks[0] == 202653


def test_the_bounds_of_a_week_are_midnights_of_the_shop():
    first, after = weeks.week_period(202646).bounds("Europe/Berlin")
    assert first == datetime(2026, 11, 8, 23, 0, tzinfo=UTC)
    assert after == datetime(2026, 11, 15, 23, 0, tzinfo=UTC)


def test_an_unknown_time_zone_is_refused():
    with pytest.raises(Refused):
        weeks.zone("Mars/Olympus")
