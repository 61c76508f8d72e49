"""How often one may look: the error budget between the one planned look and the weekly ones around it.

Of 5 % (two-sided) the planned look spends 4 % on an ordinary interval, the weekly looks together 1 % on an interval
that holds at all times at once: the normal-mixture confidence sequence behind the mixture sequential probability ratio
test (Robbins 1970; Johari et al. 2022). The second alone would have hardly any power after four weeks.
"""

from __future__ import annotations

from math import log, sqrt
from statistics import NormalDist

ERROR = 0.05
PLANNED, WEEKLY = 0.04, 0.01
_TAU = 0.3  # the effects, on the log scale, the weekly looks are tuned for
_POWER = 0.8

_PLANNED_Z = NormalDist().inv_cdf(1 - PLANNED / 2)
_POWER_Z = NormalDist().inv_cdf(_POWER)


def half_width(variance: float, *, planned: bool) -> float:
    """Half of the interval for the log ratio: fixed-sample at the planned look, always-valid at all others."""
    if planned:
        return _PLANNED_Z * sqrt(variance)
    mixed = variance + _TAU**2
    return sqrt(variance * mixed / _TAU**2 * (2 * log(1 / WEEKLY) + log(mixed / variance)))


def detectable(variance: float, *, planned: bool) -> float:
    """The size of a log ratio that such a look finds in 8 of 10 cases."""
    return half_width(variance, planned=planned) + _POWER_Z * sqrt(variance)
