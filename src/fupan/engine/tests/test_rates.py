"""compare.rates: events with exposure, now against before."""

from math import inf, isinf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fupan.engine import BadCounts, BadShape, EngineError, NoExposure, compare
from fupan.engine.tests.strategies import calm, events, units, unrest


def test_the_ratio_and_its_interval():
    change = compare.rates(30, 1000, 12, 1000)
    assert change.ratio == 2.5
    assert change.change == 1.5
    assert change.detectable
    assert mid_p(30, 42, 1 / (1 + 1 / change.low), above=True) == pytest.approx(0.025)
    assert mid_p(30, 42, 1 / (1 + 1 / change.high), above=False) == pytest.approx(0.025)


def mid_p(k, n, share, *, above):
    """Straight from the binomial: the tail beyond k, and half of k itself."""
    tail = stats.binom.sf(k, n, share) if above else stats.binom.cdf(k - 1, n, share)
    return tail + stats.binom.pmf(k, n, share) / 2


@pytest.mark.parametrize(
    ("k1", "k0", "detectable"),
    [(4, 0, False), (5, 0, True), (0, 5, True), (0, 4, False), (9, 2, True), (9, 3, False), (14, 7, False)],
)
def test_small_counts_speak_when_a_mid_p_value_below_five_percent_says_so(k1, k0, detectable):
    assert compare.counts(k1, k0).detectable is detectable


def test_none_now_is_a_fall_to_zero_with_an_upper_limit():
    change = compare.rates(0, 500, 12, 500)
    assert (change.ratio, change.low) == (0, 0)
    assert 0 < change.high < 1


def test_none_before_is_infinitely_more_with_a_lower_limit():
    change = compare.rates(12, 500, 0, 500)
    assert isinf(change.ratio)
    assert isinf(change.high)
    assert change.low > 1


def test_none_in_either_period_is_no_change_and_unbounded():
    assert compare.rates(0, 500, 0, 700) == compare.Change(1, 0, inf, detectable=False)


def test_events_may_outnumber_the_exposure():
    change = compare.rates(300, 100, 150, 100)
    assert change.ratio == 2
    assert change.detectable


def test_dispersion_widens_the_interval_of_the_logarithm_by_its_root():
    plain, restless = compare.rates(4000, 100, 4000, 100), compare.rates(4000, 100, 4000, 100, dispersion=4)
    assert np.log(restless.high) == pytest.approx(2 * np.log(plain.high), rel=0.01)


@pytest.mark.parametrize(
    ("arguments", "error", "told"),
    [
        ((-1, 10, 1, 10), BadCounts, "k1: expected 0 or more, got -1"),
        ((1, 10, nan, 10), BadCounts, "k0: expected a finite number, got nan"),
        ((1, inf, 1, 10), BadCounts, "n1: expected a finite number, got inf"),
        ((1, 0, 1, 10), NoExposure, "n1: there is nothing to divide by"),
        ((1, 10, 0, 0), NoExposure, "n0: there is nothing to divide by"),
        (("12", 10, 1, 10), BadCounts, "k1: expected numbers, got '12'"),
        ((None, 10, 1, 10), BadCounts, "k1: expected"),
        ((1, [10, 20], 1, 10), BadShape, "n1: expected one number"),
        ((1e18, 10, 1, 10), BadCounts, "k1: expected a count of at most"),
    ],
)
def test_bad_input_is_named(arguments, error, told):
    with pytest.raises(error, match=told) as raised:
        compare.rates(*arguments)
    assert isinstance(raised.value, EngineError)
    assert isinstance(raised.value, ValueError)
    assert raised.value.name == told.partition(":")[0]


def test_a_dispersion_below_poisson_is_refused():
    with pytest.raises(BadCounts, match="dispersion: expected 1"):
        compare.rates(1, 10, 1, 10, dispersion=0.5)


def test_many_rows_are_the_single_rows():
    k1, n1, k0, n0, phi = [3, 0, 50], [100, 100, 80], [9, 0, 20], [300, 50, 90], [1, 1, 2.5]
    many = compare.rates_many(k1, n1, k0, n0, dispersion=phi)
    alone = [compare.rates(*row[:4], dispersion=row[4]) for row in zip(k1, n1, k0, n0, phi, strict=True)]
    assert list(many) == alone
    assert len(many) == 3
    assert many.change == pytest.approx([one.change for one in alone])


def test_a_row_without_exposure_is_unknown_and_stops_no_other():
    many = compare.rates_many([5, 40], [0, 100], [5, 10], [100, 100])
    assert np.isnan(many.ratio[0])
    assert (many.low[0], many.high[0], many.pvalue[0]) == (0, inf, 1)
    assert many.detectable.tolist() == [False, True]


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(BadShape, match=r"k1 \(2,\).*k0 \(3,\)"):
        compare.rates_many([1, 2], 10, [1, 2, 3], 10)


def test_no_rows_give_no_rows():
    assert list(compare.rates_many([], [], [], [])) == []


@calm
@given(events, units, events, units, unrest)
def test_the_interval_holds_the_observed_ratio(k1, n1, k0, n0, phi):
    change = compare.rates(k1, n1, k0, n0, dispersion=phi)
    assert 0 <= change.low <= change.ratio <= change.high


@calm
@given(events, units, events, units, unrest, st.integers(2, 30))
def test_more_evidence_at_the_same_ratio_never_widens_it(k1, n1, k0, n0, phi, times):
    once = compare.rates(k1, n1, k0, n0, dispersion=phi)
    more = compare.rates(times * k1, times * n1, times * k0, times * n0, dispersion=phi)
    assert more.low >= once.low * (1 - 1e-9)
    assert more.high <= once.high * (1 + 1e-9)
    assert more.detectable >= once.detectable


@calm
@given(events, units, events, units, unrest)
def test_swapping_the_periods_turns_the_interval_over(k1, n1, k0, n0, phi):
    forth = compare.rates(k1, n1, k0, n0, dispersion=phi)
    back = compare.rates(k0, n0, k1, n1, dispersion=phi)
    assert back.detectable == forth.detectable
    assert back.low == pytest.approx(1 / forth.high if forth.high else inf)
    assert forth.low == pytest.approx(1 / back.high if back.high else inf)


@calm
@given(events, units, events, units, unrest)
def test_detectable_is_a_p_value_under_five_percent(k1, n1, k0, n0, phi):
    row = compare.rates_many(k1, n1, k0, n0, dispersion=phi)
    assert abs(row.pvalue[0] - 0.05) < 1e-6 or (row.pvalue[0] < 0.05) == row.detectable[0]


@calm
@given(events, events, units, st.floats(0.001, 1000))
def test_the_unit_of_exposure_does_not_matter(k1, k0, n, unit):
    one, other = compare.rates(k1, n, k0, n), compare.rates(k1, n * unit, k0, n * unit)
    assert (other.low, other.high) == pytest.approx((one.low, one.high))


def test_a_single_rate_has_the_gamma_interval():
    """0 of anything: the upper limit is -ln(.025), the rule of 3.7."""
    none = compare.rate_interval(0, 1)
    assert (none.value, none.low) == (0, 0)
    assert none.high == pytest.approx(-np.log(0.025))
    ten = compare.rate_interval(10, 2)  # tables of the Poisson distribution: 4.795 to 18.39
    assert (ten.value, ten.low, ten.high) == pytest.approx((5, 4.7954 / 2, 18.3904 / 2), rel=1e-4)


def test_single_rates_many_at_once():
    many = compare.rate_interval_many([4, 9, 1], [100, 50, 0], dispersion=[1, 2, 1])
    assert list(many)[:2] == [compare.rate_interval(4, 100), compare.rate_interval(9, 50, dispersion=2)]
    assert np.isnan(many.value[2])
    assert many.high[2] == inf
