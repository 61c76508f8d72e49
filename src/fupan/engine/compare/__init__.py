"""Two periods, two groups, one figure: how much it moved, and whether chance explains it.

=====================  ================================================  ====================
what is compared       ask                                               answer
=====================  ================================================  ====================
events per exposure    ``rates(k1, n1, k0, n0)``, ``rates_many``         ``Change`` (a ratio)
bare counts            ``counts(k1, k0)``                                ``Change``
shares of a whole      ``shares(k1, n1, k0, n0)``, ``shares_many``       ``Difference`` in points
averages               ``means(n1, mean1, var1, n0, mean0, var0)``       ``Difference``
durations              ``medians(now, before, edges, q=0.5)``            ``Change``
one figure alone       ``interval``, ``rate_interval``, ``quantile``     ``Interval``
week-to-week unrest    ``dispersion(weekly_counts, weekly_exposure)``    a number >= 1
=====================  ================================================  ====================

In every call 1 is the period looked at ("now") and 0 the one it is held against ("before"). Intervals are two-sided
95 %. A change is *detectable* when its interval leaves out "no change"; anything else is to be shown as "no
detectable change", never as an arrow.
"""

from __future__ import annotations

from fupan.engine.compare.answers import Change, Changes, Difference, Differences, Interval, Intervals
from fupan.engine.compare.discovery import discovered
from fupan.engine.compare.durations import medians, quantile
from fupan.engine.compare.events import counts, rate_interval, rate_interval_many, rates, rates_many
from fupan.engine.compare.means import means
from fupan.engine.compare.proportions import interval, interval_many, shares, shares_many
from fupan.engine.compare.unrest import dispersion, dispersion_many

__all__ = [
    "Change",
    "Changes",
    "Difference",
    "Differences",
    "Interval",
    "Intervals",
    "counts",
    "discovered",
    "dispersion",
    "dispersion_many",
    "interval",
    "interval_many",
    "means",
    "medians",
    "quantile",
    "rate_interval",
    "rate_interval_many",
    "rates",
    "rates_many",
    "shares",
    "shares_many",
]
