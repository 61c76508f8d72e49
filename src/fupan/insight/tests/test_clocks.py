from datetime import UTC, date, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fupan.core import weeks
from fupan.desk import clocks as rules
from fupan.insight import clocks
from fupan.insight.building import columns as col
from fupan.insight.shapes import BIN_EDGES, BINS, bins_of
from fupan.people.models import Workspace

instants = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
closed_days = st.frozensets(st.dates(date(2026, 9, 25), date(2026, 10, 20)), max_size=16)
autumn = st.datetimes(datetime(2026, 9, 20), datetime(2026, 10, 24), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
asked = instants | autumn
zones = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"])


def micro(moments):
    return np.array(
        [int((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1)) for moment in moments]
    )


@given(st.lists(instants, min_size=1, max_size=20), zones)
def test_local_days_and_weeks_are_those_of_the_wall_clock(moments, zone):
    days = col.days(col.local(micro(moments), [zone] * len(moments)))
    assert col.dates(days).to_pylist() == [moment.astimezone(weeks.zone(zone)).date() for moment in moments]
    assert col.week_numbers(days).tolist() == [weeks.week_of(moment, zone) for moment in moments]


@given(st.lists(st.tuples(asked, st.integers(0, 60 * 24 * 20)), min_size=1, max_size=20), zones, closed_days)
def test_office_hours_are_those_of_the_desk(pairs, zone, closed):
    starts = [start for start, _minutes in pairs]
    ends = [start + timedelta(minutes=minutes) for start, minutes in pairs]
    found = clocks.office_hours(Workspace(timezone=zone), micro(starts), micro(ends), closed)
    expected = [
        rules.office_elapsed(start, end, zone, closed) / timedelta(hours=1)
        for start, end in zip(starts, ends, strict=True)
    ]
    np.testing.assert_allclose(found, expected, atol=1e-6)


@given(st.lists(asked, min_size=1, max_size=20), zones, closed_days)
def test_the_office_clock_runs_out_when_the_desk_says(moments, zone, closed):
    found = clocks.office_due(Workspace(timezone=zone), micro(moments), closed)
    assert found.tolist() == micro([rules.office_due(moment, zone, closed) for moment in moments]).tolist()


def test_the_platform_clock_runs_for_inquiries_only():
    at = micro([datetime(2026, 11, 9, tzinfo=UTC)] * 4)
    found = clocks.platform_limits(
        ["amazon", "shopee", "other", "amazon"], ["inquiry", "inquiry", "inquiry", "return"], at
    )
    np.testing.assert_array_equal(found, [24, 12, np.nan, np.nan])


@given(st.lists(st.floats(0, 3000), min_size=1, max_size=50))
def test_every_duration_lies_within_its_bin(hours):
    bins = bins_of(np.array(hours))
    assert bins.min() >= 0
    assert bins.max() < BINS == len(BIN_EDGES) - 1
    for hour, place in zip(hours, bins, strict=True):
        assert BIN_EDGES[place] * 0.999999 <= hour <= BIN_EDGES[place + 1] * 1.000001
