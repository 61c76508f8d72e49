"""ranking.worst_rates: the worst products, small counts drawn towards the average."""

import numpy as np
import pytest
from hypothesis import given

from fupan.engine import BadChoice, BadCounts, BadShape, NoExposure, ranking
from fupan.engine.tests.strategies import calm, table


def shop():
    """One huge seller a little worse than average, one clear culprit, and a product with one sale and one return."""
    rng = np.random.default_rng(8)
    n = np.concatenate([[50_000, 300, 1], rng.integers(20, 400, 60)])
    true = np.concatenate([[0.07, 0.30, 0.05], rng.beta(5, 95, 60)])
    k = rng.binomial(n, true)
    k[2] = 1
    return k, n


def test_the_culprit_comes_before_the_single_return():
    k, n = shop()
    ranked = ranking.worst_rates(k, n)
    assert ranked.order[0] == 1
    assert 2 not in ranked.order[:5]
    assert np.argmax(k / n) == 2
    assert ranked.small.tolist() == (n < 10).tolist()


def test_excess_asks_where_the_money_is():
    k, n = shop()
    ranked = ranking.worst_rates(k, n, by="excess")
    assert ranked.order[0] == 0
    assert ranked.excess[0] == pytest.approx(k[0] - n[0] * ranked.prior_mean, rel=0.01)


def test_shares_are_beta_binomial_and_repeated_events_gamma_poisson():
    assert ranking.worst_rates([1, 2], [10, 10]).family == "beta-binomial"
    assert ranking.worst_rates([1, 20], [10, 10]).family == "gamma-poisson"


def test_the_prior_is_found_again():
    rng = np.random.default_rng(9)
    n = rng.integers(50, 500, 2000)
    shares = ranking.worst_rates(rng.binomial(n, rng.beta(3, 47, 2000)), n)
    assert (shares.prior_mean, shares.prior_n) == pytest.approx((0.06, 50), rel=0.1)
    contacts = ranking.worst_rates(rng.poisson(n * rng.gamma(4, 0.5, 2000)), n)
    assert (contacts.prior_mean, contacts.prior_n) == pytest.approx((2, 2), rel=0.1)


@pytest.mark.parametrize(("k", "n"), [([5] * 8, [100] * 8), ([300] * 8, [100] * 8)])
def test_equal_rates_stay_where_they_are(k, n):
    ranked = ranking.worst_rates(k, n)
    assert ranked.order.tolist() == list(range(8))
    assert ranked.shrunk == pytest.approx(np.array(k) / n, rel=0.03)
    assert ranked.excess == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize(("k", "n"), [([3], [10]), ([0], [10]), ([10], [10]), ([30], [10]), ([0, 0, 0], [5, 9, 200])])
def test_few_rows_and_no_events_have_sensible_answers(k, n):
    ranked = ranking.worst_rates(k, n)
    assert np.isfinite([ranked.shrunk, ranked.low, ranked.high, ranked.excess]).all()
    assert ranked.shrunk == pytest.approx(np.array(k) / n, abs=0.08)


def test_more_events_of_as_many_units_rank_higher():
    ranked = ranking.worst_rates(range(21), [40] * 21)
    assert ranked.order.tolist() == list(range(20, -1, -1))


def test_a_row_without_units_keeps_the_average():
    ranked = ranking.worst_rates([5, 12, 0], [100, 100, 0])
    assert ranked.shrunk[2] == pytest.approx(ranked.prior_mean, rel=0.2)
    assert ranked.excess[2] == 0
    assert ranked.small[2]


def test_no_rows_are_an_empty_answer():
    ranked = ranking.worst_rates([], [])
    assert len(ranked) == 0
    assert ranked.explain("en") == "There is nothing to rank."


@pytest.mark.parametrize(
    ("k", "n", "by", "error", "told"),
    [
        ([1, 2], [0, 0], "q05", BadCounts, "k: expected no more than n, got 1 at 0"),
        ([0, 0], [0, 0], "q05", NoExposure, "n: every row is 0"),
        ([1, -2], [5, 5], "q05", BadCounts, "k: expected 0 or more, got -2 at 1"),
        ([1, 2, 3], [5, 5], "q05", BadShape, "k, n: expected arrays of one common length"),
        ([[1, 2]], [[5, 5]], "q05", BadShape, "k, n"),
        ([1], [5], "wilson", BadChoice, "by: expected one of q05, mean, excess, got 'wilson'"),
    ],
)
def test_bad_input_is_named(k, n, by, error, told):
    with pytest.raises(error, match=told):
        ranking.worst_rates(k, n, by=by)


@calm
@given(table())
def test_the_posterior_lies_between_the_row_and_the_rest(columns):
    k, n = (np.array(column, dtype=float) for column in columns)
    ranked = ranking.worst_rates(k, n)
    assert (ranked.low <= ranked.shrunk).all()
    assert (ranked.shrunk <= ranked.high).all()
    assert sorted(ranked.order) == list(range(len(k)))
    assert (ranked.low >= 0).all()
    assert (np.diff(ranked.low[ranked.order]) <= 0).all()


@calm
@given(table())
def test_the_order_of_the_rows_does_not_matter(columns):
    k, n = (np.array(column) for column in columns)
    forth, back = ranking.worst_rates(k, n), ranking.worst_rates(k[::-1], n[::-1])
    assert back.shrunk[::-1] == pytest.approx(forth.shrunk, rel=0.02, abs=1e-4)


def test_the_sentences():
    ranked = ranking.worst_rates([30, 2, 1, 0, 5], [300, 3, 50, 20, 100])
    assert ranked.explain("en").startswith("Ranked by the rate each row exceeds with 95% certainty. Rates are drawn")
    assert ranked.explain("zh-hans").endswith("5 行中有 1 行数量不足 10，以灰色显示。")
    assert ranked.explain("en", 0).startswith("30 of 300; allowing for chance")
    assert ranked.explain("zh-hans", 1).startswith("2/3；扣除偶然后为")
    with pytest.raises(BadChoice, match="row: expected 0 to 4, got 5"):
        ranked.explain("en", 5)
    by_mean = ranking.worst_rates([1, 2], [10, 10], by="mean")
    assert "most likely" in by_mean.explain("en")
