"""Who is thanked by more buyers than chance explains: three answers weigh less than three hundred."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from fupan.engine import ranking

FEW = 30  # answers below which a mean is shown as a hint


class Fair(NamedTuple):
    """A share of contented buyers, drawn towards the common one by as much as its few answers deserve."""

    k: int
    n: int
    shrunk: float
    low: float
    high: float
    common: float

    @property
    def beyond_chance(self) -> bool:
        """Better than the common share, whatever luck of 1 in 20 may have done."""
        return self.low > self.common


def fair_shares(k: Sequence[int], n: Sequence[int]) -> list[Fair]:
    """Shares `k` of `n`, row by row; rows without answers are worth the common share."""
    if not any(n):
        return [Fair(0, 0, 0.0, 0.0, 1.0, 0.0) for _row in n]
    found = ranking.worst_rates(k, n)
    return [
        Fair(k[at], n[at], float(found.shrunk[at]), float(found.low[at]), float(found.high[at]), found.prior_mean)
        for at in range(len(n))
    ]
