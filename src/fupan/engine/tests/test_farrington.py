"""outbreak.farrington: the numbers of R surveillance, and what it does where R is silent."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fupan.engine import BadChoice, BadCounts, BadShape
from fupan.engine.outbreak import bounds, farrington
from fupan.engine.outbreak.consistency import consistent
from fupan.engine.outbreak.design import baseline
from fupan.engine.outbreak.quantiles import quantile, tail
from fupan.engine.tests.strategies import calm

REPO = Path(__file__).resolve().parents[4]
GOLDEN = REPO.parent / "shared" / "data" / "farrington" / "farrington_flexible_reference.json"


def noise(slices=20, weeks=300, mean=4.0, seed=3):
    return np.random.default_rng(seed).poisson(mean, (slices, weeks))


def numbers(values):
    return np.array([np.nan if value is None else value for value in values], dtype=float)


@pytest.mark.skipif(not GOLDEN.exists(), reason="the reference data is not beside the project")
def test_every_number_of_r_is_found_again():
    for case in json.loads(GOLDEN.read_text())[::3]:  # all of them in bench/outbreak.py
        told = case["control"]
        ours = farrington(
            case["observed"],
            np.array(case["range"]) - 1,
            b=told["b"],
            w=told["w"],
            n_periods=told["noPeriods"],
            past_weeks_excluded=told["pastWeeksNotIncluded"],
            p_threshold_trend=told["pThresholdTrend"],
            threshold=told["thresholdMethod"],
            alpha=told["alpha"],
        )
        assert ours.alarm[0].tolist() == case["alarm"]
        assert ours.upper[0] == pytest.approx(numbers(case["upperbound"]), rel=1e-9, nan_ok=True)
        assert ours.expected[0] == pytest.approx(numbers(case["expected"]), rel=1e-9, nan_ok=True)
        assert ours.pvalue[0] == pytest.approx(numbers(case["pvalue"]), abs=1e-9, nan_ok=True)
        assert ours.score[0] == pytest.approx(numbers(case["score"]), rel=1e-8, abs=1e-8, nan_ok=True)


@pytest.mark.parametrize(("phi", "upper", "pvalue"), [(1.5, 10, 0.03763657), (1.0, 9, 0.01369527)])
def test_the_plug_in_bound_by_hand(phi, upper, pvalue):
    found = bounds.negative_binomial(np.array([11.0]), np.array([5.0]), np.array([phi]), 0.05)
    assert (found.lower[0], found.upper[0]) == (1 if phi > 1 else 2, upper)
    assert found.pvalue[0] == pytest.approx(pvalue, abs=1e-8)
    if phi == 1.5:
        assert (11 - np.log(5)) / (found.upper[0] - np.log(5)) == pytest.approx(1.11918, abs=1e-5)


@pytest.mark.parametrize(("phi", "bound", "pvalue"), [(1.5, (8, 24), 0.8597797), (1.0, (9, 22), 0.9093099)])
def test_the_bound_with_an_uncertain_mean_by_hand(phi, bound, pvalue):
    # the error of ln 2 doubles and more: 5 * 2 ** 1.645 = 15.6
    found = bounds.muan(np.array([11.0]), np.array([5.0]), np.array([np.log(2)]), np.array([phi]), 0.05)
    assert (found.lower[0], found.upper[0]) == bound
    assert found.pvalue[0] == pytest.approx(pvalue, abs=1e-7)


@pytest.mark.parametrize(
    ("power", "low", "high", "pvalue"),
    [(1.0, 1.3073, 8.6927, 0.0907), (0.5, 1.9891, 9.3745, 0.1190), (2 / 3, 1.8084, 9.1155, 0.1095)],
)
def test_the_delta_bound_by_hand(power, low, high, pvalue):
    found = bounds.delta(np.array([8.0]), np.array([5.0]), np.array([0.2]), np.array([1.0]), 0.05, power=power)
    assert (found.lower[0], found.upper[0]) == pytest.approx((low, high), abs=1e-4)
    assert found.pvalue[0] == pytest.approx(pvalue, abs=1e-4)


def test_the_baseline_has_237_weeks_of_which_seven_a_year_are_the_tested_weeks_own():
    design = baseline(300, b=5, w=3, n_periods=10, past_weeks_excluded=26)
    assert len(design.weeks) == 237
    assert design.weeks.max() == 273
    assert set(np.flatnonzero(design.calendar == 9)) >= {297, 300, 245, 251, 37, 43}
    assert np.bincount(design.period)[:9].sum() == 237 - 35


def test_a_jump_is_an_alarm_and_a_usual_week_is_none():
    counts = noise()
    counts[4, 299] = 25
    found = farrington(counts, [298, 299])
    assert found.alarm.shape == (20, 2)
    assert found.alarm[4].tolist() == [False, True]
    assert found.alarm[:, 0].sum() == 0
    assert found.score[4, 1] > 1
    assert found.expected == pytest.approx(4, abs=2.5)


def test_slices_do_not_disturb_each_other():
    counts = noise(slices=300)
    together, alone = farrington(counts, [290]), farrington(counts[7], [290])
    assert alone.upper[0] == together.upper[7]
    assert alone.pvalue[0] == pytest.approx(together.pvalue[7], rel=1e-12)


def test_a_doubled_exposure_doubles_what_is_expected():
    exposure = np.where(np.arange(300) == 299, 2.0, 1.0)
    counts = noise()
    plain, doubled = farrington(counts, [299]), farrington(counts, [299], exposure=exposure)
    assert doubled.expected == pytest.approx(2 * plain.expected, rel=1e-9)


def test_weeks_without_exposure_are_left_out():
    counts, exposure = noise(), np.ones(300)
    counts[:, 100:110], exposure[100:110] = 500, 0
    without = farrington(counts, [299], exposure=exposure)
    assert without.expected == pytest.approx(4, abs=2.5)
    assert np.isnan(
        farrington(counts, [105 + 3 * 52], exposure=np.where(np.arange(300) == 261, 0, 1), b=3).expected
    ).all()


def test_a_past_outbreak_hardly_raises_the_expectation():
    counts = noise(mean=6.0)
    spoilt = counts.copy()
    spoilt[:, 299 - 104] += 60
    kept = farrington(spoilt, [299]).expected / farrington(counts, [299]).expected
    fooled = farrington(spoilt, [299], reweight=False).expected / farrington(counts, [299], reweight=False).expected
    assert kept.mean() < 1.08 < 1.15 < fooled.mean()


def test_few_cases_raise_no_alarm_and_correct_still_tells_the_bound():
    counts = noise(slices=5, mean=0.05)
    counts[:, 296:] = [0, 0, 0, 4]
    compatible, correct = farrington(counts, [299]), farrington(counts, [299], se="correct")
    assert not compatible.alarm.any()
    assert not correct.alarm.any()
    assert np.isnan(compatible.upper).all()
    assert (correct.upper < 4).all()
    assert farrington(counts, [299], limit54=(0, 4)).alarm.all()


def test_correct_expects_sparse_slices_better_and_scores_by_counts():
    counts = noise(slices=200, mean=0.3)
    plain, correct = farrington(counts, [299], limit54=(0, 4)), farrington(counts, [299], limit54=(0, 4), se="correct")
    assert np.mean((correct.expected - 0.3) ** 2) < 0.7 * np.mean((plain.expected - 0.3) ** 2)
    assert ((correct.score > 1) == correct.alarm)[correct.upper > correct.expected].all()


@pytest.mark.parametrize("changed", [{"n_periods": 1}, {"b": 1}, {"reweight": False}, {"trend": False}, {"w": 0}])
@pytest.mark.parametrize("se", ["r-compatible", "correct"])
@pytest.mark.parametrize("threshold", ["nbPlugin", "muan", "delta"])
def test_every_choice_finds_the_same_jump(changed, se, threshold):
    counts = noise(mean=6.0)
    counts[4, 299] = 40
    found = farrington(counts, [299], se=se, threshold=threshold, **changed)
    assert found.alarm[4, 0]
    assert found.alarm.sum() <= 2
    assert (found.upper > found.expected).all()


def test_correct_is_nearer_to_its_level_on_sparse_slices():
    counts = np.random.default_rng(4).negative_binomial(0.2, 0.5, (700, 300))
    found = [farrington(counts, [290, 299], limit54=(0, 4), se=se).pvalue for se in ("r-compatible", "correct")]
    plain, correct = ((pvalue < 0.005).mean() for pvalue in found)
    assert correct < 0.8 * plain
    assert correct < 0.016


def test_outbreak_weights_take_nothing_from_a_calm_series_in_the_end():
    rng = np.random.default_rng(5)
    for mean, phi in ((0.3, 2.0), (2.0, 5.0), (20.0, 1.5)):
        y = rng.negative_binomial(mean / (phi - 1), 1 / phi, 200_000)
        residual = 1.5 * (np.cbrt(y) ** 2 * mean ** (-1 / 6) - np.sqrt(mean)) / np.sqrt(phi)
        weight = np.where(residual > 2.58, 1 / np.maximum(residual, 2.58) ** 2, 1.0)
        left = np.average(y, weights=weight)
        seen = np.average((y - left) ** 2, weights=weight) / left
        part, found = consistent(np.array([mean]), np.array([seen]), 2.58)
        assert found[0] == pytest.approx(phi, rel=0.1)
        assert part[0] == pytest.approx(left / mean, rel=0.06)


@calm
@given(st.floats(0.01, 500), st.floats(1, 8), st.floats(0.5, 0.9999))
def test_the_quantile_is_the_least_count_that_reaches_its_level(mean, phi, level):
    found = quantile(level, np.array(mean), np.array(phi))
    assert tail(found + 1, np.array(mean), np.array(phi)) <= (1 - level) * (1 + 1e-9)
    assert found == 0 or tail(found, np.array(mean), np.array(phi)) > (1 - level) * (1 - 1e-9)


@pytest.mark.parametrize(
    ("changed", "error", "told"),
    [
        ({"at": [300]}, BadChoice, "at: expected 0 to 299, got 300"),
        ({"at": [1.5]}, BadChoice, "at: expected whole week indices"),
        ({"at": [200]}, BadChoice, "b: week 200 has 200 weeks before it, 5 years need 260"),
        ({"counts": -np.ones((1, 300))}, BadCounts, r"counts: expected 0 or more, got -1 at \(0, 0\)"),
        ({"counts": np.ones((1, 2, 300))}, BadShape, "counts: expected shape"),
        ({"exposure": np.ones(299)}, BadShape, "exposure: expected a value for each of 20 slices and 300 weeks"),
        ({"threshold": "ears"}, BadChoice, "threshold: expected one of nbPlugin, muan, delta, got 'ears'"),
        ({"se": "wrong"}, BadChoice, "se: expected one of r-compatible, correct"),
        ({"alpha": 0.0}, BadChoice, "alpha"),
        ({"b": 0}, BadChoice, "b: expected a whole number of 1 or more, got 0"),
        ({"n_periods": 60}, BadChoice, "n_periods: expected at most 46 with w = 3"),
    ],
)
def test_bad_input_is_named(changed, error, told):
    asked = {"counts": noise(), "at": [299]} | changed
    with pytest.raises(error, match=told):
        farrington(asked.pop("counts"), asked.pop("at"), **asked)
