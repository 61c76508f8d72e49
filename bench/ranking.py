"""Which ranking puts the truly worst products on top? Ours beside the usual ones, on the same simulated shops.

    python -m bench.ranking [--shops 300] [--seed 7]

A shop has 500 products, units log-normal with median 55, true return rates around 5 %: unevenly spread ("skewed", for
which the targets are set), beta, or log-normal. The last table checks the 90 % intervals, and complaint rates above
one per order.
"""

from __future__ import annotations

import argparse
from time import perf_counter

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy import special

from fupan.engine import compare, ranking
from fupan.engine.calibration import TRUE_BETA, TRUE_LOGNORMAL, Ranker, Shop, Truth, top_five
from fupan.engine.checks import FloatArray, IntArray

TRUTHS: tuple[Truth, ...] = ("skewed", "beta", "lognormal")


def by(key: str) -> Ranker:
    """Our ranking by one of its keys."""
    return lambda k, n: ranking.worst_rates(k, n, by=key).order


def falling(score: FloatArray) -> IntArray:
    """Rows by score, highest first."""
    return np.argsort(-score, kind="stable")


def twice_the_average(k: FloatArray, n: FloatArray) -> IntArray:
    """By the posterior probability that the true rate is above twice the average, with our fitted prior."""
    fitted = ranking.worst_rates(k, n)
    a, b = fitted.prior_n * fitted.prior_mean, fitted.prior_n * (1 - fitted.prior_mean)
    return falling(special.betaincc(k + a, n - k + b, min(1.0, 2 * fitted.prior_mean)))


def knowing(truth: Truth) -> Ranker:
    """The limit: the posterior mean of one who knows how true rates are distributed."""
    rates = np.exp(np.linspace(np.log(1e-4), np.log(0.95), 400))
    (a, b), (median, spread) = TRUE_BETA, TRUE_LOGNORMAL.get(truth, TRUE_LOGNORMAL["lognormal"])
    beta, lognormal = a * np.log(rates) + (b - 1) * np.log1p(-rates), -0.5 * (np.log(rates / median) / spread) ** 2
    prior = beta if truth == "beta" else lognormal

    def rank(k: FloatArray, n: FloatArray) -> IntArray:
        log = np.outer(k, np.log(rates)) + np.outer(n - k, np.log1p(-rates)) + prior
        posterior = np.exp(log - log.max(axis=1, keepdims=True))
        return falling(posterior @ rates / posterior.sum(axis=1))

    return rank


RANKERS: dict[str, Ranker] = {
    "worst_rates by q05": by("q05"),
    "worst_rates by mean": by("mean"),
    "worst_rates by excess": by("excess"),
    "P(rate > 2x the average)": twice_the_average,
    "raw rate": lambda k, n: falling(k / n),
    "raw rate, n >= 30": lambda k, n: falling(np.where(n >= 30, k / n, -1.0)),
    "Wilson lower limit": lambda k, n: falling(compare.interval_many(k, n).low),
    "Jeffreys lower 5 %": lambda k, n: falling(special.betaincinv(k + 0.5, n - k + 0.5, 0.05)),
    "raw excess": lambda k, n: falling(k - n * k.sum() / n.sum()),
}


def main() -> None:
    options = argparse.ArgumentParser(description="Quality of worst_rates beside naive rankings")
    options.add_argument("--shops", type=int, default=300)
    options.add_argument("--seed", type=int, default=7)
    chosen = options.parse_args()
    console = Console()
    for truth in TRUTHS:
        console.print(quality(truth, chosen.shops, np.random.default_rng(chosen.seed)))
    console.print(intervals(chosen.shops, np.random.default_rng(chosen.seed)))


def quality(truth: Truth, shops: int, rng: np.random.Generator) -> Table:
    """The top five of every ranking, judged by the truth."""
    shown = Table(title=f"Top 5 of 500 products, true rates {truth}, {shops} shops")
    shown.add_column("ranked by", no_wrap=True)
    for heading in ("true rate\n/ oracle", "n < 10\n%", "truly\n> 2x, %", "avoidable\nreturns", "ms"):
        shown.add_column(heading, justify="right")
    rankers = RANKERS | {"limit: true prior known": knowing(truth)}
    marks = top_five(rng, rankers, shops=shops, truth=truth)
    shop = Shop.drawn(rng, truth=truth)
    for name, mark in marks.items():
        started = perf_counter()
        rankers[name](shop.k, shop.n)
        took = 1000 * (perf_counter() - started)
        shown.add_row(
            name,
            f"{mark.of_oracle:.3f}",
            f"{100 * mark.tiny:.1f}",
            f"{100 * mark.twice:.0f}",
            f"{mark.avoidable:.0f}",
            f"{took:.1f}",
        )
    if truth == "skewed":
        shown.add_row("want, by mean", ">= .86", "<= 1", "", "", "", style="dim")
    return shown


def intervals(shops: int, rng: np.random.Generator) -> Table:
    """Coverage of the 90 % posterior interval, and of its 5 % lower limit."""
    shown = Table(title="Posterior intervals of worst_rates")
    for heading in ("true rates", "rows", "90 % interval\ncovers, %", "true rate below\nq05, % (want 5)"):
        shown.add_column(heading, justify="right")
    for name, rows in (("beta", 500), ("lognormal", 500), ("contacts (gamma)", 500), ("beta", 20), ("beta", 5)):
        marks = np.array([within(example(name, rows, rng)) for _ in range(shops)]).mean(axis=0)
        shown.add_row(name, str(rows), *(f"{100 * mark:.1f}" for mark in marks))
    return shown


def example(name: str, rows: int, rng: np.random.Generator) -> Shop:
    """A shop of the named kind."""
    if name in TRUTHS:
        return Shop.drawn(rng, truth=TRUTHS[TRUTHS.index(name)], products=rows)
    n = np.maximum(1.0, np.round(55 * np.exp(rng.normal(0.0, 1.6, rows))))
    true = rng.gamma(4.0, 0.3, rows)
    return Shop(rng.poisson(true * n).astype(np.float64), n, true)


def within(shop: Shop) -> tuple[float, float]:
    """The part of the products whose true rate lies in its interval, and below it."""
    found = ranking.worst_rates(shop.k, shop.n)
    inside = (found.low <= shop.true) & (shop.true <= found.high)
    return float(inside.mean()), float((shop.true < found.low).mean())


if __name__ == "__main__":
    main()
