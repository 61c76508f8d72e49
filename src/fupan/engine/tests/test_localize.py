"""localize: the slices behind a change, in sparse counts and in dense metrics."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fupan.engine import BadChoice, BadCounts, BadShape, NoExposure, localize
from fupan.engine.localize.planted import Marks, marks, week
from fupan.engine.tests.strategies import calm

SQUEEZE = Path(__file__).resolve().parents[5] / "shared" / "data" / "squeeze_B0"


def grid(**sizes):
    """The full cube over attributes of these sizes: values "a0", "a1", ..."""
    rows = np.array(list(product(*(range(size) for size in sizes.values()))))
    return {name: np.array([f"{name}{v}" for v in rows[:, i]]) for i, name in enumerate(sizes)}


def where(dims, **values):
    return np.all([dims[name] == value for name, value in values.items()], axis=0)


@pytest.fixture
def shop():
    """Carriers x countries x issues, 3 complaints expected at each of 240 leaves."""
    dims = grid(carrier=4, country=6, issue=10)
    return dims, np.full(240, 3.0), np.random.default_rng(4)


# Sparse counts


def test_a_late_carrier_in_one_country_is_named_with_its_figures(shop):
    dims, expected, rng = shop
    bad = where(dims, carrier="carrier1", country="country2")
    actual = rng.poisson(np.where(bad, 4 * expected, expected))
    found = localize.scan(actual, expected, dims)
    (cause,) = found.causes
    assert cause.slice == {"carrier": "carrier1", "country": "country2"}
    assert (cause.observed, cause.expected) == (actual[bad].sum(), 30)
    assert cause.ratio == pytest.approx(actual[bad].sum() / 30)
    assert cause.low < cause.ratio < cause.high
    assert cause.low > 1
    assert cause.share > 0.5
    assert not found.external
    assert found.method == "scan"


def test_two_slices_are_not_reported_as_the_parent_they_share(shop):
    dims, expected, rng = shop
    bad = where(dims, carrier="carrier1", issue="issue3") | where(dims, carrier="carrier1", issue="issue7")
    found = localize.scan(rng.poisson(np.where(bad, 5 * expected, expected)), expected, dims)
    assert [sorted(cause.slice.items()) for cause in sorted(found.causes, key=lambda c: c.slice["issue"])] == [
        [("carrier", "carrier1"), ("issue", "issue3")],
        [("carrier", "carrier1"), ("issue", "issue7")],
    ]


def test_the_parent_is_named_when_all_its_parts_rose(shop):
    dims, expected, rng = shop
    bad = where(dims, issue="issue3")
    found = localize.scan(rng.poisson(np.where(bad, 3 * expected, expected)), expected, dims)
    assert [cause.slice for cause in found.causes] == [{"issue": "issue3"}]


def test_overlapping_causes_are_both_found(shop):
    dims, expected, rng = shop
    rate = np.where(where(dims, carrier="carrier0"), 2.0, 1.0) * np.where(where(dims, issue="issue5"), 3.0, 1.0)
    found = localize.scan(rng.poisson(rate * expected), expected, dims)
    assert {tuple(cause.slice.items()) for cause in found.causes} == {
        (("carrier", "carrier0"),),
        (("issue", "issue5"),),
    }


def test_a_rise_common_to_all_is_external_and_nobody_is_blamed(shop):
    dims, expected, rng = shop
    found = localize.scan(rng.poisson(1.5 * expected), expected, dims)
    assert found.causes == []
    assert found.external
    assert found.explain("en").startswith("No slice explains this change")


def test_a_cause_is_found_within_a_common_rise(shop):
    dims, expected, rng = shop
    rate = np.where(where(dims, issue="issue5"), 6.0, 1.5)
    found = localize.scan(rng.poisson(rate * expected), expected, dims)
    assert [cause.slice for cause in found.causes] == [{"issue": "issue5"}]


def test_an_uncertain_expectation_needs_more(shop):
    dims, _, _ = shop
    bad = where(dims, carrier="carrier1", issue="issue3")
    history = np.where(bad, 1.0, 3.0)  # one week as long as the one looked at
    actual = np.where(bad, 5.0, 3.0)
    assert localize.scan(actual, history, dims, c=4).causes
    assert not localize.scan(actual, history, dims, history=history, c=4).causes
    weekly = np.repeat(history[:, None], 26, axis=1)
    assert localize.scan(actual, history, dims, history=weekly, c=4).causes


def test_what_was_never_seen_before_is_new(shop):
    dims, _, _ = shop
    bad = where(dims, carrier="carrier1", issue="issue3")
    history = np.where(bad, 0.0, 30.0)
    found = localize.scan(np.where(bad, 12.0, 3.0), history / 10, dims, history=history)
    assert found.causes[0].slice == {"carrier": "carrier1", "issue": "issue3"}
    assert found.causes[0].ratio == np.inf
    assert "not seen before" in found.explain("en")
    assert "此前没有" in found.explain("zh-hans")


def test_no_more_causes_than_asked_for_the_most_evident_first(shop):
    dims, expected, rng = shop
    rate = np.ones(240)
    for issue, times in (("issue1", 3), ("issue2", 6), ("issue3", 4)):
        rate[where(dims, issue=issue)] = times
    actual = rng.poisson(rate * expected)
    everything = localize.scan(actual, expected, dims).causes
    assert [cause.slice["issue"] for cause in everything] == ["issue2", "issue3", "issue1"]
    assert localize.scan(actual, expected, dims, max_causes=1).causes[0].slice == {"issue": "issue2"}


def test_a_fall_is_not_a_cause_and_nothing_is_quiet(shop):
    dims, expected, _ = shop
    assert localize.scan(np.where(where(dims, issue="issue5"), 0.0, 3.0), expected, dims).causes == []
    assert localize.scan(expected, expected, dims).explain("en") == "No slice stands out; chance alone can do this."
    assert localize.scan(np.zeros(240), expected, dims).causes == []
    assert localize.scan([], [], {"issue": []}).causes == []


@pytest.mark.parametrize(
    ("change", "error", "told"),
    [
        ({"actual": [1, -1]}, BadCounts, "actual: expected 0 or more, got -1 at 1"),
        ({"actual": [1, 2, 3]}, BadShape, "actual, expected: expected one number per leaf in both"),
        ({"dims": {}}, BadChoice, "dims: expected at least one attribute"),
        ({"dims": {"shop": ["A"]}}, BadShape, r"dims\['shop'\]: expected one value per leaf, 2"),
        ({"history": [1, 2, 3]}, BadShape, "history: expected shape"),
        ({"history": [1, np.nan]}, BadCounts, "history: expected a finite number"),
        ({"c": -1}, BadChoice, "c: expected 0 or more"),
        ({"max_causes": 0}, BadChoice, "max_causes: expected 1 or more"),
        ({"expected": [0, 0]}, NoExposure, "expected: nothing was expected at any leaf"),
    ],
)
def test_bad_input_is_named(change, error, told):
    asked = {"actual": [1, 2], "expected": [1, 2], "dims": {"shop": ["A", "B"]}} | change
    with pytest.raises(error, match=told):
        localize.scan(**asked)


def test_values_are_compared_by_their_text(shop):
    dims, expected, _ = shop
    actual = np.where(where(dims, issue="issue5"), 20.0, 3.0)
    numbers = {"issue": np.array([int(v[5:]) for v in dims["issue"]]), "country": dims["country"].astype(object)}
    assert localize.scan(actual, expected, numbers).causes[0].slice == {"issue": "5"}


def f1(weeks, *, known, causes=(1, 2), depths=(1, 2, 3)):
    rng, total = np.random.default_rng(20), Marks()
    for depth, count, _ in product(depths, causes, range(5)):
        case = week(rng, causes=count, depth=depth, weeks=weeks)
        expected, history = (case.expected, None) if known else (case.estimate, case.history)
        total += marks(localize.scan(case.actual, expected, case.dims, history=history), case.truth)
    return total.f1


def test_planted_causes_are_found_again_when_the_expectation_is_known():
    assert f1(26, known=True) >= 0.92


def test_planted_causes_are_found_again_with_half_a_year_of_history():
    assert f1(26, known=False) >= 0.86


@pytest.mark.parametrize(("swing", "bundles"), [(0.0, 0.0), (0.0, 0.2)])
def test_weeks_in_which_nothing_happened_are_left_in_peace(swing, bundles):
    rng, alarms = np.random.default_rng(21), 0
    for _ in range(20):
        case = week(rng, causes=0, swing=swing, bundles=bundles)
        alarms += bool(localize.scan(case.actual, case.expected, case.dims).causes)
        alarms += bool(localize.scan(case.actual, case.estimate, case.dims, history=case.history).causes)
    assert alarms <= 2


@settings(calm, max_examples=25)
@given(st.integers(0, 10_000))
def test_the_order_of_leaves_and_attributes_does_not_matter(seed):
    rng = np.random.default_rng(seed)
    dims = grid(a=3, b=4, c=5)
    expected = rng.gamma(1.0, 3.0, 60)
    actual = rng.poisson(expected * np.where(where(dims, a="a1", b="b2"), 6.0, 1.0))
    forth = localize.scan(actual, expected, dims)
    turn = rng.permutation(60)
    back = localize.scan(actual[turn], expected[turn], {name: dims[name][turn] for name in ("c", "b", "a")})
    assert {frozenset(c.slice.items()) for c in forth.causes} == {frozenset(c.slice.items()) for c in back.causes}
    assert all(0 <= cause.share <= 1 and cause.low <= cause.ratio <= cause.high for cause in forth.causes)


# Dense metrics


@pytest.fixture
def sales():
    """Shops x lines x hours with skewed amounts, forecast within 3 %."""
    dims = grid(shop=8, line=12, hour=10)
    rng = np.random.default_rng(6)
    actual = rng.lognormal(4.0, 1.5, 960)
    return dims, actual, actual * np.exp(rng.normal(0, 0.03, 960))


@pytest.mark.parametrize("times", [0.0, 0.5, 1.8])
def test_leaves_that_move_alike_are_one_cause(sales, times):
    dims, actual, forecast = sales
    bad = where(dims, shop="shop3", line="line5")
    found = localize.dense(np.where(bad, times * actual, actual), forecast, dims)
    (cause,) = found.causes
    assert cause.slice == {"shop": "shop3", "line": "line5"}
    assert cause.ratio == pytest.approx(times, abs=0.05)
    assert cause.low <= cause.ratio <= cause.high
    assert not found.external
    assert found.method == "dense"


def test_causes_of_different_attributes_and_sizes_are_told_apart(sales):
    dims, actual, forecast = sales
    moved = np.where(where(dims, shop="shop3"), 0.4, 1.0) * np.where(where(dims, line="line5"), 1.6, 1.0)
    found = localize.dense(moved * actual, forecast, dims)
    assert {tuple(cause.slice.items()) for cause in found.causes} == {(("shop", "shop3"),), (("line", "line5"),)}


def test_a_shift_of_the_bulk_is_external(sales):
    dims, actual, forecast = sales
    moved = np.where(where(dims, line="line5"), 0.3, 1.3)
    found = localize.dense(moved * actual, forecast, dims)
    assert found.external
    assert [cause.slice for cause in found.causes] == [{"line": "line5"}]
    assert found.explain("en").endswith("or its cause is not among these attributes.")


def test_a_cause_outside_the_attributes_is_external(sales):
    dims, actual, forecast = sales
    hidden = np.random.default_rng(3).random(960) < 0.3
    found = localize.dense(np.where(hidden, 0.4 * actual, actual), forecast, dims)
    assert found.external


@pytest.mark.parametrize("noise", [0.0, 0.02, 0.2])
def test_noise_alone_has_no_cause(noise):
    dims, rng = grid(shop=8, line=12, hour=10), np.random.default_rng(7)
    for _ in range(5):
        forecast = rng.lognormal(4.0, 1.5, 960)
        found = localize.dense(forecast * np.exp(rng.normal(0, noise, 960)), forecast, dims)
        assert found.causes == []
        assert not found.external


def test_no_leaves_and_a_single_leaf_have_an_answer():
    assert localize.dense([], [], {"shop": []}).causes == []
    assert localize.dense([5.0], [5.0], {"shop": ["A"]}).causes == []
    assert localize.dense([0.0, 0.0], [0.0, 0.0], {"shop": ["A", "B"]}).causes == []


def test_the_sentences_of_a_cause():
    cause = localize.Cause({"carrier": "DHL", "country": "DE"}, 84, 21.3, 84 / 21.3, 3.1, 4.9, 0.62)
    found = localize.Localization([cause], external=True, observed=200, expected=138, method="scan")
    assert cause.explain("en") == (
        "carrier DHL, country DE: 84 instead of 21.3 (×3.9, 95% interval ×3.1 to ×4.9), 62.0% of the change."
    )
    assert cause.explain("zh-hans") == (
        "carrier DHL、country DE：实际 84，预期 21.3（3.9 倍，95% 区间 3.1 倍 ~ 4.9 倍），占变化的 62.0%。"
    )
    assert found.explain("zh-hans").endswith("大部分变化在别处：要么整体都在变，要么原因不在这些维度之中。")
    with pytest.raises(BadChoice, match="lang"):
        found.explain("de")


@pytest.mark.skipif(not SQUEEZE.exists(), reason="the Squeeze cases are not there")
@pytest.mark.parametrize("setting", ["B_cuboid_layer_1_n_ele_3", "B_cuboid_layer_3_n_ele_2"])
def test_injected_causes_of_the_squeeze_cases_are_found(setting):
    pd = pytest.importorskip("pandas")
    frame, told = (
        pd.read_parquet(SQUEEZE / setting / "cases.parquet"),
        pd.read_csv(SQUEEZE / setting / "injection_info.csv"),
    )
    total = Marks()
    for time, truth in list(zip(told["timestamp"], told["set"], strict=True))[:2]:
        leaves = frame[frame["timestamp"] == time]
        found = localize.dense(leaves["real"], leaves["predict"], {name: leaves[name].astype(str) for name in "abcd"})
        total += marks(found, {frozenset(tuple(p.split("=")) for p in one.split("&")) for one in truth.split(";")})
    assert total.f1 >= 0.92


# Choosing, and rates


def test_sparse_counts_are_scanned_and_amounts_are_not(shop, sales):
    dims, expected, rng = shop
    assert localize.find(rng.poisson(expected), expected, dims).method == "scan"
    assert localize.find(rng.poisson(50 * expected), 50 * expected, dims).method == "dense"
    assert localize.find(expected * 0.5, expected * 0.7, dims).method == "dense"
    bad = where(dims, issue="issue5")
    assert localize.find(np.where(bad, 12, 3), expected, dims).causes[0].slice == {"issue": "issue5"}
    assert localize.find(np.where(bad, 300, 100), np.full(240, 100), dims).causes[0].slice == {"issue": "issue5"}


def test_selling_more_of_a_bad_product_is_mix_and_no_slice_is_blamed():
    dims = grid(product=20, country=5)
    r = np.where(where(dims, product="product7"), 0.3, 0.05)
    sold = np.full(100, 200.0)
    more = np.where(where(dims, product="product7"), 5.0, 1.0) * sold
    split, found = localize.rates(np.round(r * more), more, np.round(r * sold), sold, dims)
    assert split.rate_effect == pytest.approx(0, abs=1e-9)
    assert split.mix_effect == pytest.approx(split.now - split.before)
    assert not split.detectable
    assert found.causes == []
    assert "because the mix changed" in split.explain("en")
    assert "结构变化 +4.0 点" in split.explain("zh-hans")


def test_a_slice_that_got_worse_is_a_rate_effect_and_named():
    dims = grid(product=20, country=5)
    sold, bad = np.full(100, 60.0), where(dims, product="product7")
    split, found = localize.rates(np.where(bad, 15, 3), sold, np.full(100, 3), sold, dims)
    assert split.rate_effect == pytest.approx(0.05 * 0.2)
    assert split.mix_effect == pytest.approx(0)
    assert split.detectable
    assert [cause.slice for cause in found.causes] == [{"product": "product7"}]
    assert split.explain("en").startswith("From 5.0% to 6.0%: +1.0 points because slices changed")


def test_a_slice_without_a_past_is_held_against_the_average():
    split = localize.decompose([5, 20], [100, 100], [10, 0], [200, 0])
    assert split.baseline.tolist() == [0.05, 0.05]
    assert split.rate.tolist() == pytest.approx([0, 0.075])
    assert split.mix.tolist() == pytest.approx([0, 0])


slices = st.lists(
    st.tuples(*[st.integers(0, 50), st.integers(1, 500)] * 2).map(
        lambda r: (min(r[0], r[1]), r[1], min(r[2], r[3]), r[3])
    ),
    min_size=1,
    max_size=12,
)


@calm
@given(slices)
def test_rate_and_mix_effect_sum_to_the_change(rows):
    k1, n1, k0, n0 = np.array(rows).T
    split = localize.decompose(k1, n1, k0, n0)
    assert split.rate_effect + split.mix_effect == pytest.approx(k1.sum() / n1.sum() - k0.sum() / n0.sum(), abs=1e-12)
    assert split.low <= split.rate_effect <= split.high
    backwards = localize.decompose(k1, n1, k1, n1)
    assert backwards.rate_effect == pytest.approx(0)
    assert backwards.mix_effect == pytest.approx(0)


@pytest.mark.parametrize(
    ("k1", "n1", "error", "told"),
    [
        ([1, 2], [0, 0], NoExposure, "n1: every slice is 0"),
        ([1, 2], [5, 0], BadCounts, "k1: expected no more than n1, got 2 at 1"),
        ([1, 2, 3], [5, 5, 5], BadShape, "expected arrays of one common length"),
    ],
)
def test_a_rate_needs_exposure(k1, n1, error, told):
    with pytest.raises(error, match=told):
        localize.decompose(k1, n1, [1, 1], [10, 10])
