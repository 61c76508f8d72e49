"""compare.dispersion: how much a weekly count swings; compare.discovered: what to point at in a long table."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fupan.engine import BadChoice, BadCounts, BadShape, compare
from fupan.engine.calibration import swinging_counts
from fupan.engine.tests.strategies import calm


@pytest.mark.parametrize("true", [1.0, 2.0, 5.0])
def test_a_year_of_weeks_finds_the_dispersion(true):
    series = swinging_counts(np.random.default_rng(4), 20, true, (200, 52))
    found = np.median([compare.dispersion(weeks) for weeks in series])
    assert found == pytest.approx(true, rel=0.15)  # errs on the wide side, as it is itself estimated


def test_weeks_with_more_orders_are_expected_to_have_more_events():
    exposure = np.array([100.0, 1000.0] * 20)
    counts = np.random.default_rng(5).poisson(0.05 * exposure)
    assert compare.dispersion(counts, exposure) < 1.5
    assert compare.dispersion(counts) > 10


def test_a_season_is_a_change_and_no_noise():
    level = np.array([5.0] * 20 + [50.0] * 20)
    assert compare.dispersion(np.random.default_rng(5).poisson(level)) < 2.5


def test_no_weeks_no_events_or_one_week_leave_what_is_typical():
    typical = compare.dispersion([])
    assert typical > 1
    assert compare.dispersion([0] * 10) == compare.dispersion([7]) == typical
    assert compare.dispersion([5, 9, 4, 6], [0, 0, 0, 0]) == typical


def test_few_weeks_stay_near_what_is_typical():
    assert compare.dispersion([0, 30]) < np.var([0, 30], ddof=1) / 15
    assert compare.dispersion([0, 30], typical=1) < compare.dispersion([0, 30], typical=4)


def test_uncovered_weeks_are_left_out():
    assert compare.dispersion([0, 5, 7, 6, 0], [0, 10, 10, 10, 0]) == compare.dispersion([5, 7, 6], [10, 10, 10])


def test_many_slices_share_what_they_show_together():
    rng = np.random.default_rng(6)
    calm_shop, restless = swinging_counts(rng, 10, 1, (100, 8)), swinging_counts(rng, 10, 3, (100, 8))
    assert compare.dispersion_many(calm_shop).mean() < 1.3
    shared = compare.dispersion_many(restless)
    alone = np.array([compare.dispersion(weeks) for weeks in restless])
    assert shared.shape == (100,)
    assert np.abs(shared - 3).mean() < np.abs(alone - 3).mean()


def test_many_slices_take_one_exposure_or_each_its_own():
    counts = np.array([[3, 5, 8], [9, 2, 4]])
    common = compare.dispersion_many(counts, [10, 20, 30])
    assert common.tolist() == compare.dispersion_many(counts, [[10, 20, 30]] * 2).tolist()


@pytest.mark.parametrize(
    ("counts", "exposure", "error", "name"),
    [
        ([[1, 2]], None, BadShape, "weekly_counts"),
        ([1, -2], None, BadCounts, "weekly_counts"),
        ([1, 2, 3], [1, 2], BadShape, "weekly_exposure"),
    ],
)
def test_bad_series_are_named(counts, exposure, error, name):
    with pytest.raises(error) as raised:
        compare.dispersion(counts, exposure)
    assert raised.value.name == name


def test_one_series_is_not_many():
    with pytest.raises(BadShape, match=r"\(slices, weeks\)"):
        compare.dispersion_many([1, 2, 3])


@calm
@given(st.lists(st.integers(0, 10_000), max_size=60))
def test_it_is_never_below_poisson_nor_infinite(weeks):
    assert 1 <= compare.dispersion(weeks) < np.inf


def test_discoveries_by_benjamini_and_hochberg():
    """The example of their paper: 15 p-values, q .05, the first four stand."""
    pvalues = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    assert compare.discovered(pvalues, q=0.05).tolist() == [True] * 4 + [False] * 11
    assert compare.discovered([]).tolist() == []
    assert compare.discovered([1.0, 0.5]).tolist() == [False, False]


def test_discoveries_refuse_what_is_no_p_value():
    with pytest.raises(BadCounts, match="pvalues"):
        compare.discovered([0.1, 1.2])
    with pytest.raises(BadChoice, match="q"):
        compare.discovered([0.1], q=0)
