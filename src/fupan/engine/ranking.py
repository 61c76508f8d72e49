"""Which products are the worst, when some have sold ten units and some ten thousand.

A raw rate puts the product with one sale and one return on top. Empirical Bayes (Robbins 1956; Morris 1983) reads
from all rows how much true rates differ, and draws each observed rate towards the common mean by as much as its small
count deserves: 2 of 3 returned stays near the average, 200 of 300 does not.

Counts are beta-binomial while all k <= n, gamma-Poisson otherwise (complaints per order); ``shrinkage`` has the model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from fupan.engine import checks, words
from fupan.engine.checks import BoolArray, FloatArray, IntArray
from fupan.engine.errors import BadChoice, NoExposure
from fupan.engine.shrinkage import Family, shrink

_TAIL = 0.05
_SMALL = 10
_BY = ("q05", "mean", "excess")


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
        """How the ranking was made, or (with ``row``, an index of the input) what it says of one row.

        Raises BadChoice for a language other than "en" and "zh-hans", or a row that is not there.
        """
        told = _SENTENCES[words.known(lang)]
        if not len(self):
            return told["empty"]
        if row is not None and not 0 <= row < len(self):
            raise BadChoice("row", f"expected 0 to {len(self) - 1}, got {row}")
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
    found = shrink(events, units, tail=_TAIL)
    excess = units * (found.mean - found.prior_mean)
    key = {"q05": found.low, "mean": found.mean, "excess": excess}[by]
    return Ranked(
        order=np.lexsort((-events, -key)),
        k=events,
        n=units,
        shrunk=found.mean,
        low=found.low,
        high=found.high,
        excess=excess,
        small=units < _SMALL,
        prior_mean=found.prior_mean,
        prior_n=found.prior_weight,
        family=found.family,
        by=by,
    )


def _nothing(by: str) -> Ranked:
    none = np.empty(0)
    order, small = np.empty(0, dtype=np.intp), np.empty(0, dtype=np.bool_)
    return Ranked(order, none, none, none, none, none, none, small, np.nan, np.nan, "beta-binomial", by)


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
