"""compare.quantile and compare.medians: durations kept as log-binned histograms."""

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fupan.engine import BadChoice, BadCounts, BadHistogram, NoExposure, compare
from fupan.engine.tests.strategies import calm

EDGES = np.geomspace(1, 1e6, 121)
histogram = st.lists(st.integers(0, 50), min_size=120, max_size=120).filter(any)


def hours(rng, n, median):
    return np.histogram(np.clip(median * np.exp(rng.normal(0, 1, n)), 1, 1e6), EDGES)[0]


def test_the_median_is_near_that_of_the_raw_values():
    values = 300 * np.exp(np.random.default_rng(1).normal(0, 1, 501))
    found = compare.quantile(np.histogram(values, EDGES)[0], EDGES)
    assert found.value == pytest.approx(np.median(values), rel=0.03)
    assert found.low < found.value < found.high


def test_a_doubled_median_is_detected_and_an_equal_one_is_not():
    rng = np.random.default_rng(2)
    slow, one, other = hours(rng, 200, 600), hours(rng, 200, 300), hours(rng, 200, 300)
    doubled, equal = compare.medians(slow, one, EDGES), compare.medians(one, other, EDGES)
    assert doubled.ratio == pytest.approx(2, rel=0.3)
    assert doubled.detectable
    assert not equal.detectable


def test_other_quantiles_can_be_asked_for():
    rng = np.random.default_rng(3)
    bins = hours(rng, 4000, 300)
    assert compare.quantile(bins, EDGES, 0.9).value == pytest.approx(300 * np.exp(1.2816), rel=0.1)
    assert compare.medians(bins, bins, EDGES, q=0.9).ratio == 1


@pytest.mark.parametrize(("n", "q", "bounded"), [(3, 0.5, False), (4, 0.5, True), (72, 0.95, False), (74, 0.95, True)])
def test_too_few_values_leave_a_side_open(n, q, bounded):
    assert np.isfinite(compare.quantile([n], [10, 20], q).high) == bounded


def test_a_quantile_in_the_open_last_bin_is_at_least_its_edge():
    found = compare.quantile([1, 2, 97], [0, 10, 100, inf])
    assert (found.value, found.high) == (100, inf)
    assert compare.medians([1, 2, 97], [97, 2, 1], [0, 10, 100, inf]).low > 1


def test_empty_bins_between_do_not_matter():
    assert compare.quantile([10, 0, 0, 10], [1, 2, 3, 4, 5], 0.4).value < 2


@pytest.mark.parametrize(
    ("counts", "edges", "q", "error"),
    [
        ([0, 0], [1, 2, 3], 0.5, NoExposure),
        ([1, -1], [1, 2, 3], 0.5, BadCounts),
        ([1, 1], [1, 2], 0.5, BadHistogram),
        ([1, 1], [1, 3, 2], 0.5, BadHistogram),
        ([1, 1], [-1, 2, 3], 0.5, BadHistogram),
        ([1], [np.nan, 2], 0.5, BadHistogram),
        ([1], ["a", "b"], 0.5, BadHistogram),
        ([1, 1], [1, 2, 3], 1.0, BadChoice),
    ],
)
def test_bad_histograms_are_refused(counts, edges, q, error):
    with pytest.raises(error):
        compare.quantile(counts, edges, q)


def test_the_period_at_fault_is_named():
    with pytest.raises(NoExposure, match="before"):
        compare.medians([1, 2], [0, 0], [1, 2, 3])


@calm
@given(histogram, histogram, st.sampled_from([0.1, 0.5, 0.9]))
def test_the_interval_holds_the_ratio_and_turns_over_when_swapped(now, before, q):
    forth, back = compare.medians(now, before, EDGES, q=q), compare.medians(before, now, EDGES, q=q)
    assert forth.low <= forth.ratio <= forth.high
    assert back.low == pytest.approx(1 / forth.high)
    assert back.detectable == forth.detectable


@calm
@given(histogram, st.integers(2, 50), st.sampled_from([0.1, 0.5, 0.9]))
def test_more_values_in_the_same_places_never_widen_it(bins, times, q):
    once, more = compare.quantile(bins, EDGES, q), compare.quantile(np.array(bins) * times, EDGES, q)
    assert once.low <= once.value <= once.high
    assert more.low >= once.low * (1 - 1e-9)
    assert more.high <= once.high * (1 + 1e-9)
