"""compare.means: averages on a scale."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fupan.engine import BadCounts, NoExposure, compare
from fupan.engine.tests.strategies import calm

size = st.integers(2, 10_000)
level = st.floats(-1000, 1000)
spread = st.floats(0.01, 100)


def test_the_interval_is_welchs():
    """n 10 and 20, means 5 and 4, variances 1 and 4: t(27.7) = 2.049, standard error sqrt(.1 + .2)."""
    found = compare.means(10, 5, 1, 20, 4, 4)
    assert found.difference == 1
    assert found.high - found.difference == pytest.approx(2.0493 * 0.3**0.5, rel=1e-3)
    assert not found.detectable


def test_one_value_is_too_few_for_an_interval():
    found = compare.means(1, 5, 0, 20, 3, 1)
    assert (found.low, found.high, found.detectable) == (-inf, inf, False)


def test_equal_answers_on_one_side_borrow_the_spread_of_the_other():
    assert compare.means(3, 5, 0, 50, 4.6, 0.5) == compare.means(3, 5, 0.5, 50, 4.6, 0.5)


def test_equal_answers_on_both_sides_cannot_bound_the_difference():
    assert compare.means(2, 5, 0, 2, 4, 0).detectable is False


@pytest.mark.parametrize(
    ("arguments", "error", "name"),
    [
        ((0, 5, 1, 5, 4, 1), NoExposure, "n1"),
        ((5, 5, -1, 5, 4, 1), BadCounts, "var1"),
        ((5, 5, 1, 5, inf, 1), BadCounts, "mean0"),
    ],
)
def test_bad_input_is_named(arguments, error, name):
    with pytest.raises(error) as raised:
        compare.means(*arguments)
    assert raised.value.name == name


@calm
@given(size, level, spread, size, level, spread)
def test_the_interval_holds_the_difference_and_turns_over_when_swapped(n1, mean1, var1, n0, mean0, var0):
    forth, back = compare.means(n1, mean1, var1, n0, mean0, var0), compare.means(n0, mean0, var0, n1, mean1, var1)
    assert forth.low <= forth.difference <= forth.high
    assert (back.low, back.high) == pytest.approx((-forth.high, -forth.low))


@calm
@given(size, level, spread, size, level, spread, st.integers(2, 20))
def test_more_evidence_never_widens_it(n1, mean1, var1, n0, mean0, var0, times):
    once = compare.means(n1, mean1, var1, n0, mean0, var0)
    more = compare.means(times * n1, mean1, var1, times * n0, mean0, var0)
    assert more.high - more.low <= (once.high - once.low) * (1 + 1e-9)
