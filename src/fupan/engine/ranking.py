"""Which products are the worst, when some have sold ten units and some ten thousand.

A raw rate puts the product with one sale and one return on top. Empirical Bayes (Robbins 1956; Morris 1983) reads
from all rows how much true rates differ, and draws each observed rate towards the common mean by as much as its small
count deserves: 2 of 3 returned stays near the average, 200 of 300 does not.

- all k <= n: k is beta-binomial, the true rate of a row is Beta(k + a, n - k + b)
- some k > n (complaints per order): k is gamma-Poisson, the true rate is Gamma(k + a, rate n + b)

a and b maximise the marginal likelihood of all rows under a weak prior: half-Cauchy(1) on the coefficient of variation
of the true rates (Gelman 2006), half a pseudo-event on the mean. The prior is what answers when the data do not: few
rows, equal rates, no event at all. It weighs as much as one row or so, and nothing among hundreds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from fupan.engine import checks, words
from fupan.engine.checks import BoolArray, FloatArray, IntArray
from fupan.engine.errors import NoExposure
from fupan.engine.special import beta_quantile, gamma_quantile, log_beta, log_gamma

_TAIL = 0.05
_SMALL = 10
_WEIGHTS = (1e-3, 1e7)  # how little and how much the common mean may weigh, in units (beta) or events (gamma)
_BY = ("q05", "mean", "excess")

Family = Literal["beta-binomial", "gamma-poisson"]


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Rates drawn towards their common mean, worst first.

    All arrays but ``order`` follow the rows as they came in.

    order        row indices, worst first, shape (rows,)
    k, n         as given
    shrunk       posterior mean of the true rate
    low, high    90 % posterior interval (5 % and 95 % quantile), ``low <= shrunk <= high``
    excess       events above what the common mean would give, n (shrunk - prior_mean); negative below it
    small        n below 10: show the row in grey
    prior_mean   the common mean rate
    prior_n      the weight of the common mean, in units of n: a row with that many is drawn half-way
    """

    order: IntArray
    k: FloatArray
    n: FloatArray
    shrunk: FloatArray
    low: FloatArray
    high: FloatArray
    excess: FloatArray
    small: BoolArray
    prior_mean: float
    prior_n: float
    family: Family
    by: str

    def __len__(self) -> int:
        return len(self.order)

    def explain(self, lang: str, row: int | None = None) -> str:
        """How the ranking was made, or (with ``row``, an index of the input) what it says of one row."""
        told = _SENTENCES[words.known(lang)]
        if not len(self):
            return told["empty"]
        if row is not None:
            return told["row"].format(**self._row(row))
        return " ".join((told[self.by], told["drawn"], told["small"])).format(
            mean=words.share(self.prior_mean), weight=f"{self.prior_n:,.0f}", rows=len(self), small=self.small.sum()
        )

    def _row(self, row: int) -> dict[str, str]:
        return {
            "k": f"{self.k[row]:,g}",
            "n": f"{self.n[row]:,g}",
            "shrunk": words.share(float(self.shrunk[row])),
            "low": words.share(float(self.low[row])),
            "high": words.share(float(self.high[row])),
            "mean": words.share(self.prior_mean),
            "excess": words.signed(float(self.excess[row]), 1),
        }


def worst_rates(k: ArrayLike, n: ArrayLike, *, by: str = "q05") -> Ranked:
    """Rank rows by their rate k/n, worst first, with small counts shrunk.

    ``k``: events, 0 or more, shape (rows,). ``n``: units they come from, 0 or more, shape (rows,); a row with n = 0
    keeps the common mean and must have k = 0. ``by``: "q05", the 5 % posterior quantile, for a list that does not
    change with every sale; "mean", the posterior mean, for the best guess; "excess", where the most events could be
    avoided. Ties go to the row with more events, then to the earlier row. No rows give an empty answer.

    Raises BadCounts, BadShape, BadChoice (by), NoExposure (all n are 0).

    >>> worst_rates([1, 30, 5], [1, 100, 100]).order
    array([1, 0, 2])
    """
    checks.one_of("by", by, _BY)
    events, units = checks.together(k=checks.counts("k", k), n=checks.counts("n", n))
    checks.at_most("k", np.where(units > 0, 0.0, events), "n", units)
    if not len(units):
        return _nothing(by)
    if not units.any():
        raise NoExposure("n", "every row is 0, so there is no rate")
    prior: _Prior = (_Beta if (events <= units).all() else _Gamma).fitted(events, units)
    return _ranked(prior, events, units, by)


def _ranked(prior: _Prior, events: FloatArray, units: FloatArray, by: str) -> Ranked:
    shrunk = prior.mean_of(events, units)
    low = np.minimum(prior.quantile(events, units, _TAIL), shrunk)
    excess = units * (shrunk - prior.mean)
    key = {"q05": low, "mean": shrunk, "excess": excess}[by]
    return Ranked(
        order=np.lexsort((-events, -key)),
        k=events,
        n=units,
        shrunk=shrunk,
        low=low,
        high=np.maximum(prior.quantile(events, units, 1 - _TAIL), shrunk),
        excess=excess,
        small=units < _SMALL,
        prior_mean=prior.mean,
        prior_n=prior.weight,
        family=prior.family,
        by=by,
    )


def _nothing(by: str) -> Ranked:
    none = np.empty(0)
    order, small = np.empty(0, dtype=np.intp), np.empty(0, dtype=np.bool_)
    return Ranked(order, none, none, none, none, none, none, small, np.nan, np.nan, "beta-binomial", by)


class _Prior:
    """How true rates differ between rows: their mean, and the weight of it in units of n."""

    family: Family

    def __init__(self, mean: float, weight: float) -> None:
        self.mean, self.weight = mean, weight

    def mean_of(self, k: FloatArray, n: FloatArray) -> FloatArray:
        """Posterior means."""
        return (k + self.weight * self.mean) / (n + self.weight)

    def quantile(self, k: FloatArray, n: FloatArray, level: float) -> FloatArray:
        """Posterior quantiles."""
        raise NotImplementedError


class _Beta(_Prior):
    family = "beta-binomial"

    def quantile(self, k: FloatArray, n: FloatArray, level: float) -> FloatArray:
        a, b = self.weight * self.mean, self.weight * (1 - self.mean)
        return beta_quantile(k + a, n - k + b, level)

    @classmethod
    def fitted(cls, k: FloatArray, n: FloatArray) -> _Beta:
        start = (k.sum() + 0.5) / (n.sum() + 1)

        def cost(at: FloatArray) -> float:
            mean, weight = 1 / (1 + np.exp(-at[0])), np.exp(at[1])
            a, b = weight * mean, weight * (1 - mean)
            likelihood = (log_beta(k + a, n - k + b) - log_beta(a, b)).sum()
            return -float(likelihood + _beliefs((1 - mean) / (mean * (1 + weight)), mean * (1 - mean)))

        weight = _moments(k, n, start, start * (1 - start))
        at = _lowest(cost, np.log(start / (1 - start)), weight, unit=1.0)
        return cls(float(1 / (1 + np.exp(-at[0]))), float(np.exp(at[1])))


class _Gamma(_Prior):
    family = "gamma-poisson"

    def quantile(self, k: FloatArray, n: FloatArray, level: float) -> FloatArray:
        return gamma_quantile(k + self.weight * self.mean, level) / (n + self.weight)

    @classmethod
    def fitted(cls, k: FloatArray, n: FloatArray) -> _Gamma:
        start = (k.sum() + 0.5) / n.sum()

        def cost(at: FloatArray) -> float:
            mean, weight = np.exp(at[0]), np.exp(at[1])
            a = weight * mean
            likelihood = (log_gamma(k + a) - log_gamma(a) - k * np.log(weight + n) - a * np.log1p(n / weight)).sum()
            return -float(likelihood + _beliefs(1 / a, mean))

        at = _lowest(cost, np.log(start), _moments(k, n, start, start), unit=1 / start)
        return cls(float(np.exp(at[0])), float(np.exp(at[1])))


def _beliefs(squared_variation: float, mean_information: float) -> float:
    """ln of the weak prior: half-Cauchy(1) on the coefficient of variation, half a pseudo-event on the mean."""
    return float(0.5 * np.log(squared_variation) - np.log1p(squared_variation) + 0.5 * np.log(mean_information))


def _moments(k: FloatArray, n: FloatArray, mean: float, noise: float) -> float:
    """A first guess of the weight by moments; ``noise`` is the variance of one unit's event."""
    seen = n > 0
    rate, weight = k[seen] / n[seen], n[seen]
    total = weight.sum()
    spread = float((weight * (rate - mean) ** 2).sum() - (len(rate) - 1) * noise)
    room = float(total - (weight**2).sum() / total)
    return noise * room / spread if spread > 0 and room > 0 else 20 * noise / mean**2


def _lowest(cost: Callable[[FloatArray], float], mean: float, weight: float, *, unit: float) -> FloatArray:
    """Where ``cost(transformed mean, ln weight)`` is lowest; the first guess when nothing better is found."""
    least, most = np.log(_WEIGHTS[0] * unit), np.log(_WEIGHTS[1] * unit)
    start = np.array([mean, np.clip(np.log(weight), least, most)])
    found = optimize.minimize(cost, start, method="L-BFGS-B", bounds=[(mean - 10, mean + 10), (least, most)])
    return np.asarray(found.x if found.fun <= cost(start) else start, dtype=np.float64)


_SENTENCES = {
    "en": {
        "q05": "Ranked by the rate each row exceeds with 95% certainty.",
        "mean": "Ranked by the most likely rate.",
        "excess": "Ranked by the events above what the average rate would give.",
        "drawn": "Rates are drawn towards the average of {mean}; a row with {weight} units is drawn half-way.",
        "small": "{small} of {rows} rows have fewer than 10 units and are shown in grey.",
        "row": "{k} of {n}; allowing for chance {shrunk} (90% interval {low} to {high}), the average is {mean}; "
        "{excess} events against the average.",
        "empty": "There is nothing to rank.",
    },
    "zh-hans": {
        "q05": "按“有 95% 把握超过的比率”排序。",
        "mean": "按最可能的比率排序。",
        "excess": "按比平均水平多出的件数排序。",
        "drawn": "比率向平均值 {mean} 收缩；数量为 {weight} 的行收缩一半。",
        "small": "{rows} 行中有 {small} 行数量不足 10，以灰色显示。",
        "row": "{k}/{n}；扣除偶然后为 {shrunk}（90% 区间 {low} ~ {high}），平均为 {mean}；与平均相比 {excess} 件。",
        "empty": "没有可排序的数据。",
    },
}
