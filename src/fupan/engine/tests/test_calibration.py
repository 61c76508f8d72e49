"""What the engine claims of its own certainty, measured on simulated shops (``python -m bench`` tells it at length)."""

import numpy as np
import pytest

from fupan.engine import BadChoice, compare, ranking
from fupan.engine.calibration import Shop, Weeks, swinging_counts, top_five

RUNS = 6_000


def asked(weeks, seed, told=None):
    """The answers to RUNS simulated questions (each distinct one asked once), and the part of the runs each has."""
    pairs, times = np.unique(weeks.draw(np.random.default_rng(seed), RUNS), axis=1, return_counts=True)
    found = compare.rates_many(pairs[0], 1, pairs[1], weeks.weeks_before, dispersion=told or weeks.dispersion)
    return found, times / RUNS


@pytest.mark.parametrize("dispersion", [1.0, 2.0])
@pytest.mark.parametrize("weeks_before", [1, 4, 26])
@pytest.mark.parametrize("ratio", [1.0, 1.6])
def test_the_interval_of_a_ratio_covers_it(dispersion, weeks_before, ratio):
    for mean in (6.0, 12.0, 25.0):
        found, part = asked(Weeks(mean, weeks_before, ratio, dispersion), 11)
        assert 0.93 <= part @ ((found.low <= ratio) & (ratio <= found.high)) <= 0.99, mean


@pytest.mark.parametrize("weeks_before", [1, 4, 26])
@pytest.mark.parametrize("dispersion", [1.0, 2.0, 4.0])
def test_what_did_not_change_is_seldom_called_a_change(weeks_before, dispersion):
    for mean in (0.2, 1.0, 3.0, 10.0, 25.0):
        found, part = asked(Weeks(mean, weeks_before, 1.0, dispersion), 12)
        assert part @ found.detectable <= 0.06, mean


@pytest.mark.parametrize("true", [1.0, 2.0])
def test_so_it_is_with_the_dispersion_estimated_from_the_weeks_before(true):
    rng = np.random.default_rng(13)
    past, now = swinging_counts(rng, 10.0, true, (2_000, 13)), swinging_counts(rng, 10.0, true, (2_000,))
    found = compare.rates_many(now, 1, past.sum(axis=1), 13, dispersion=[compare.dispersion(weeks) for weeks in past])
    assert found.detectable.mean() <= 0.06


def test_without_the_dispersion_restless_weeks_alarm_three_times_as_often():
    """The reason to pass it."""
    found, part = asked(Weeks(25.0, 4, 1.0, 2.0), 14, told=1.0)
    assert part @ found.detectable > 0.12


def test_slices_that_learn_their_dispersion_from_each_other_keep_their_word():
    rng = np.random.default_rng(20)
    past, now = swinging_counts(rng, 10.0, 2.0, (2_000, 8)), swinging_counts(rng, 10.0, 2.0, (2_000,))
    found = compare.rates_many(now, 1, past.sum(axis=1), 8, dispersion=compare.dispersion_many(past))
    assert 0.02 <= found.detectable.mean() <= 0.06


@pytest.mark.parametrize(("p1", "p0"), [(0.9, 0.9), (0.85, 0.95), (0.03, 0.03)])
def test_the_interval_of_a_difference_of_shares_covers_it(p1, p0):
    rng = np.random.default_rng(15)
    found = compare.shares_many(rng.binomial(80, p1, 2_000), 80, rng.binomial(300, p0, 2_000), 300)
    assert 0.93 <= ((found.low <= p1 - p0) & (p1 - p0 <= found.high)).mean() <= 0.99


@pytest.mark.parametrize("q", [0.5, 0.9])
@pytest.mark.parametrize("ratio", [1.0, 1.5])
def test_the_interval_of_a_ratio_of_quantiles_covers_it(q, ratio):
    rng, edges = np.random.default_rng(16), np.geomspace(0.01, 1e4, 141)

    def bins(n, median):
        return np.histogram(np.clip(median * np.exp(rng.normal(0, 1.2, n)), 0.01, 1e4), edges)[0]

    found = [compare.medians(bins(80, 5 * ratio), bins(150, 5), edges, q=q) for _ in range(600)]
    assert 0.93 <= np.mean([one.low <= ratio <= one.high for one in found]) <= 0.99


def test_the_interval_of_a_difference_of_means_covers_it():
    rng = np.random.default_rng(17)
    now, before = rng.integers(1, 6, (2_000, 15)), rng.integers(1, 6, (2_000, 60))
    found = [
        compare.means(15, one.mean(), one.var(ddof=1), 60, other.mean(), other.var(ddof=1))
        for one, other in zip(now, before, strict=True)
    ]
    assert 0.93 <= 1 - np.mean([one.detectable for one in found]) <= 0.97


def test_single_figures_are_covered():
    rng = np.random.default_rng(18)
    shares = compare.interval_many(rng.binomial(60, 0.2, RUNS), 60)
    assert ((shares.low <= 0.2) & (shares.high >= 0.2)).mean() >= 0.93
    rates = compare.rate_interval_many(rng.poisson(4, RUNS), 1)
    assert ((rates.low <= 4) & (rates.high >= 4)).mean() >= 0.95


@pytest.fixture(scope="module")
def marks():
    """The protocol: 500 products, units log-normal with median 55, 80 shops."""
    rankers = {
        "q05": lambda k, n: ranking.worst_rates(k, n).order,
        "mean": lambda k, n: ranking.worst_rates(k, n, by="mean").order,
        "raw": lambda k, n: np.argsort(-k / n, kind="stable"),
        "wilson": lambda k, n: np.argsort(-compare.interval_many(k, n).low, kind="stable"),
    }
    return top_five(np.random.default_rng(7), rankers, shops=80, truth="beta")


def test_products_with_a_handful_of_sales_stay_off_the_top_five(marks):
    assert marks["q05"].tiny <= 0.01
    assert marks["mean"].tiny <= 0.01
    assert marks["raw"].tiny > 0.5


def test_the_top_five_are_nearly_as_bad_as_the_truly_worst(marks):
    assert marks["mean"].of_oracle >= 0.84
    assert marks["q05"].of_oracle >= 0.79
    assert marks["mean"].of_oracle > marks["wilson"].of_oracle > marks["raw"].of_oracle
    assert marks["q05"].twice >= 0.95


@pytest.mark.parametrize(("products", "least"), [(500, 0.88), (10, 0.83)])
def test_the_posterior_interval_covers_the_true_rate(products, least):
    rng, inside = np.random.default_rng(19), []
    for _ in range(40 if products == 500 else 200):
        shop = Shop.drawn(rng, products=products)
        ranked = ranking.worst_rates(shop.k, shop.n)
        inside.append(((ranked.low <= shop.true) & (shop.true <= ranked.high)).mean())
    assert least <= np.mean(inside) <= 0.94


def test_an_unknown_truth_is_refused():
    with pytest.raises(BadChoice, match="truth"):
        Shop.drawn(np.random.default_rng(1), truth="cauchy")
