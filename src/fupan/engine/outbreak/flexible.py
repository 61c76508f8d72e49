"""The Farrington Flexible algorithm (Farrington 1996; Noufaily 2013) over many slices and weeks.

In two dialects, by ``se``. "r-compatible" gives the numbers of R ``surveillance``, its quirks included: the score of
nbPlugin and muan takes the mean on the log scale, standard errors have the scale of another dispersion, expected and
upper are NaN below ``limit54``. "correct" mends the three; with nbPlugin it also settles the outbreak weights in three
rounds, draws the season of a sparse slice towards its year, counts the error of the mean in, and halves the probability
of the very count seen (mid-P; Lancaster 1961), which makes up for small counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fupan.engine import checks
from fupan.engine.checks import BoolArray, FloatArray, IntArray
from fupan.engine.outbreak import bounds
from fupan.engine.outbreak.arrays import series, tested, whole
from fupan.engine.outbreak.design import baseline
from fupan.engine.outbreak.model import ROUNDS, Expectation, Rules, expect
from fupan.engine.outbreak.predictive import forecast
from fupan.engine.outbreak.quantiles import bound, surprise

_SE = ("r-compatible", "correct")


@dataclass(frozen=True, slots=True, eq=False)
class Outbreaks:
    """Tested weeks of all slices; arrays of shape (slices, weeks tested), NaN where nothing could be fitted.

    expected   the count the baseline leads to expect
    upper      the highest count chance explains at the level ``alpha``
    pvalue     probability of the count seen, or a higher one
    score      how far the count went of the way from expected to upper; above 1 is too far
    alarm      count above ``upper``, and enough cases lately (``limit54``)
    at         the tested weeks, shape (weeks tested,)
    alpha      the level
    """

    expected: FloatArray
    upper: FloatArray
    pvalue: FloatArray
    score: FloatArray
    alarm: BoolArray
    at: IntArray
    alpha: float


def farrington(
    counts: ArrayLike,
    at: ArrayLike,
    *,
    exposure: ArrayLike | None = None,
    b: int = 5,
    w: int = 3,
    n_periods: int = 10,
    past_weeks_excluded: int = 26,
    trend: bool = True,
    p_threshold_trend: float = 1.0,
    threshold: str = "nbPlugin",
    alpha: float = 0.005,
    weights_threshold: float = 2.58,
    limit54: tuple[float, int] = (5, 4),
    reweight: bool = True,
    se: str = "r-compatible",
) -> Outbreaks:
    """Test weeks against their own past as ``farringtonFlexible`` of R ``surveillance`` does, all slices at once.

    ``counts``: cases by week, shape (slices, weeks), or (weeks,) for one slice. ``at``: tested weeks, 0-based.
    ``exposure``: what the cases come from, same shape or (weeks,); None is the same each week; weeks without it are
    left out. ``b`` years back; windows of ``w`` weeks on either side; ``n_periods`` to a year; the last
    ``past_weeks_excluded`` weeks are no baseline. ``trend``: allow one, if its P-value is below ``p_threshold_trend``,
    b >= 3 and it does not exceed all baseline weeks. ``reweight``: weigh down past outbreaks, of Anscombe residual
    above ``weights_threshold``. ``threshold``: "nbPlugin", "muan" or "delta", at level ``alpha``, one-sided.
    ``limit54``: no alarm with fewer than 5 cases in 4 weeks. ``se``: the dialect, "r-compatible" or "correct". The
    defaults are those of Noufaily 2013, not R's own.

    Raises BadCounts, BadShape, BadChoice.

    >>> counts = np.random.default_rng(1).poisson(4, (2, 300))
    >>> counts[0, 299] = 20
    >>> farrington(counts, [299]).alarm[:, 0]
    array([ True, False])
    """
    y, units = series(counts, exposure)
    weeks = tested(at, y.shape[1])
    checks.one_of("threshold", threshold, bounds.METHODS)
    compatible = checks.one_of("se", se, _SE) == "r-compatible"
    asked = _Asked(threshold, checks.level("alpha", alpha), weights_threshold if reweight else None, compatible)
    span, half, periods = whole("b", b, 1), whole("w", w, 0), whole("n_periods", n_periods, 1)
    excluded, lately = whole("past_weeks_excluded", past_weeks_excluded, 0), whole("limit54", limit54[1], 1)
    rules = asked.rules(Rules(span, trend, p_threshold_trend, weights_threshold))
    columns = []
    for week in weeks:
        design = baseline(int(week), b=span, w=half, n_periods=periods, past_weeks_excluded=excluded)
        enough = y[:, max(0, week + 1 - lately) : week + 1].sum(axis=1) >= limit54[0]
        columns.append(_column(y[:, week], units[:, week], enough, expect(y, units, design, rules), asked))
    expected, upper, pvalue, score, alarm = (
        np.array([column[place] for column in columns]).reshape(len(weeks), len(y)).T for place in range(5)
    )
    return Outbreaks(expected, upper, pvalue, score, alarm.astype(np.bool_), weeks, asked.alpha)


@dataclass(frozen=True, slots=True)
class _Asked:
    threshold: str
    alpha: float
    weights_threshold: float | None
    compatible: bool

    @property
    def predicted(self) -> bool:
        """The bound counts the error of the mean in."""
        return self.threshold == "nbPlugin" and not self.compatible

    def rules(self, plain: Rules) -> Rules:
        """How to fit for it."""
        rounds = 0 if self.weights_threshold is None else ROUNDS if self.predicted else 1
        return replace(plain, rounds=rounds, consistent=self.predicted, r_compatible=self.compatible)


def _column(
    count: FloatArray, units: FloatArray, enough: BoolArray, found: Expectation, asked: _Asked
) -> tuple[NDArray[Any], ...]:
    """Expected, upper, P-value, score and alarm of one week."""
    if asked.predicted:
        mean, limits = _predicted(count, units, found, asked)
    else:
        mean, limits = found.mean, _limits(count, found, asked)
    alarm = (count > limits.upper) & enough & (count > 0)
    linked = asked.compatible and asked.threshold != "delta"
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.log(mean) if linked else mean
        score = (count - centre) / (limits.upper - centre)
    shown = np.isfinite(limits.upper) & enough if asked.compatible else np.ones_like(enough)
    return np.where(shown, mean, np.nan), np.where(shown, limits.upper, np.nan), limits.pvalue, score, alarm


def _limits(count: FloatArray, found: Expectation, asked: _Asked) -> bounds.Bound:
    if asked.threshold == "muan":
        return bounds.muan(count, found.mean, found.standard_error, found.phi, asked.alpha)
    if asked.threshold == "delta":
        return bounds.delta(count, found.mean, found.mean * found.standard_error, found.phi, asked.alpha)
    return bounds.negative_binomial(count, found.mean, found.phi, asked.alpha)


def _predicted(
    count: FloatArray, units: FloatArray, found: Expectation, asked: _Asked
) -> tuple[FloatArray, bounds.Bound]:
    """Mean and bounds with the error of the mean counted in, each slice by itself."""
    own = np.array([-1])
    expected = forecast(found, own, units[:, None], asked.weights_threshold, alone=True)
    spread = expected.dispersion
    upper = bound(asked.alpha, expected.mean, spread)
    return expected.mean, bounds.Bound(np.zeros_like(upper), upper, surprise(count, expected.mean, spread))
