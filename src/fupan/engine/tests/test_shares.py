"""compare.shares and compare.interval: shares of a whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fupan.engine import BadCounts, NoExposure, compare
from fupan.engine.tests.strategies import calm, share


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        # Newcombe 1998 (difference of independent proportions), the rows of Miettinen and Nurminen
        ((56, 70, 48, 80), 0.0528, 0.3382),
        ((10, 10, 0, 20), 0.7156, 1.0),
        # without a single hit the limit solves 10 d / (1 - d) * 19 / 20 = 1.96 squared
        ((0, 10, 0, 10), -0.28793, 0.28793),
    ],
)
def test_the_score_interval_agrees_with_published_limits(counts, low, high):
    found = compare.shares(*counts)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)


def test_a_difference_is_told_in_fractions():
    found = compare.shares(95, 100, 80, 100)
    assert found.difference == pytest.approx(0.15)
    assert found.detectable


def test_more_hits_than_trials_are_refused():
    with pytest.raises(BadCounts, match="k1: expected no more than n1, got 11"):
        compare.shares(11, 10, 5, 10)
    with pytest.raises(BadCounts, match="k: expected no more than n, got 3"):
        compare.interval(3, 2)


def test_no_trials_are_refused_alone_and_unknown_among_many():
    with pytest.raises(NoExposure, match="n0"):
        compare.shares(1, 10, 0, 0)
    many = compare.shares_many([1, 9], [10, 10], [0, 1], [0, 10])
    assert np.isnan(many.difference[0])
    assert (many.low[0], many.high[0], many.pvalue[0]) == (-1, 1, 1)
    assert many.detectable.tolist() == [False, True]
    assert many[1] == compare.shares(9, 10, 1, 10)
    assert len(list(many)) == 2


def test_dispersion_widens_the_difference():
    plain, restless = compare.shares(90, 100, 80, 100), compare.shares(90, 100, 80, 100, dispersion=3)
    assert restless.low < plain.low
    assert restless.high > plain.high


@calm
@given(share(), share())
def test_the_interval_holds_the_observed_difference(one, other):
    found = compare.shares(*one, *other)
    assert -1 <= found.low <= found.difference <= found.high <= 1


@calm
@given(share(), share(), st.integers(2, 20))
def test_more_evidence_at_the_same_shares_never_widens_it(one, other, times):
    once = compare.shares(*one, *other)
    more = compare.shares(*(times * value for value in (*one, *other)))
    assert more.low >= once.low - 1e-9
    assert more.high <= once.high + 1e-9


@calm
@given(share(), share())
def test_swapping_the_periods_turns_the_sign(one, other):
    forth, back = compare.shares(*one, *other), compare.shares(*other, *one)
    assert (back.low, back.high) == pytest.approx((-forth.high, -forth.low))


@calm
@given(share(), share())
def test_detectable_is_a_p_value_under_five_percent(one, other):
    row = compare.shares_many(*one, *other)
    assert abs(row.pvalue[0] - 0.05) < 1e-6 or (row.pvalue[0] < 0.05) == row.detectable[0]


@calm
@given(share(), st.integers(2, 20))
def test_a_single_share_lies_in_its_interval_which_more_evidence_never_widens(one, times):
    k, n = one
    once, more = compare.interval(k, n), compare.interval(times * k, times * n)
    assert 0 <= once.low <= once.value <= once.high <= 1
    assert more.low >= once.low - 1e-12
    assert more.high <= once.high + 1e-12


def test_wilson_against_its_published_values():
    """Newcombe 1998, two-sided intervals for the single proportion, method 3."""
    for counts, low, high in [((81, 263), 0.2553, 0.3662), ((15, 148), 0.0624, 0.1605), ((0, 20), 0, 0.1611)]:
        found = compare.interval(*counts)
        assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)
