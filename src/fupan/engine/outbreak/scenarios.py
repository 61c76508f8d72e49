"""Simulated series with known outbreaks: the 42 scenarios of Noufaily 2013 (section 3).

Seven sets of level, trend, season and dispersion, each with and without trend and with none, one or two harmonics.
624 weeks: the first 312 spare, then a baseline with four past outbreaks, then 49 tested weeks with one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from fupan.engine.checks import FloatArray, IntArray

WEEKS = 624
BASELINE = range(312, 575)
TESTED = range(575, WEEKS)
_PAST_SIZES = (2, 3, 5, 10)
# level, trend, cosine, sine, dispersion
SETS = (
    (0.1, 0.0025, 0.6, 0.6, 1.5),
    (-2.0, 0.005, 0.1, 0.3, 2.0),
    (1.5, 0.003, 0.2, -0.4, 1.0),
    (0.5, 0.002, 0.5, 0.5, 5.0),
    (2.5, 0.001, 1.0, 0.1, 3.0),
    (3.75, 0.001, 0.1, -0.1, 1.1),
    (5.0, 0.0001, 0.05, 0.01, 1.2),
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One of the 42: which of the seven sets, whether it has a trend, how many harmonics."""

    number: int
    trend: bool
    harmonics: int

    @property
    def dispersion(self) -> float:
        """Variance over mean of the counts."""
        return SETS[self.number][4]

    def mean(self) -> FloatArray:
        """Expected count of each week, shape (624,)."""
        level, slope, cosine, sine, _ = SETS[self.number]
        week = np.arange(1, WEEKS + 1)
        log = level + slope * week * self.trend
        for j in range(1, self.harmonics + 1):
            angle = 2 * np.pi * j * week / 52
            log = log + cosine * np.cos(angle) + sine * np.sin(angle)
        return np.asarray(np.exp(log), dtype=np.float64)


SCENARIOS = tuple(Scenario(*chosen) for chosen in product(range(len(SETS)), (False, True), (0, 1, 2)))


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """Series with and without their outbreaks.

    scenario     index into SCENARIOS, shape (series,)
    calm         counts without any outbreak, shape (series, 624)
    counts       the same with four past outbreaks and one in the tested weeks
    size         size factor k of the latter, 1 to 10, shape (series,)
    first, last  weeks of its first and last case; first > last when it has none
    """

    scenario: IntArray
    calm: FloatArray
    counts: FloatArray
    size: IntArray
    first: IntArray
    last: IntArray


def simulate(rng: np.random.Generator, replicates: int) -> Simulated:
    """``replicates`` series of each scenario, in the order of SCENARIOS."""
    drawn = [_draw(rng, number) for number in range(len(SCENARIOS)) for _ in range(replicates)]
    scenario, calm, counts, size, first, last = (np.array(column) for column in zip(*drawn, strict=True))
    return Simulated(scenario, calm, counts, size, first, last)


def _draw(rng: np.random.Generator, number: int) -> tuple[int, FloatArray, FloatArray, int, int, int]:
    scenario = SCENARIOS[number]
    mean, phi = scenario.mean(), scenario.dispersion
    calm = rng.poisson(mean) if phi == 1 else rng.negative_binomial(mean / (phi - 1), 1 / phi)
    past = sum(_outbreak(rng, mean, phi, BASELINE, int(rng.choice(_PAST_SIZES))) for _ in range(4))
    size = int(rng.integers(1, 11))
    now = _outbreak(rng, mean, phi, TESTED, size)
    weeks = np.flatnonzero(now)
    first, last = (int(weeks[0]), int(weeks[-1])) if len(weeks) else (WEEKS, -1)
    return number, calm.astype(np.float64), calm + past + now, size, first, last


def _outbreak(rng: np.random.Generator, mean: FloatArray, phi: float, within: range, size: int) -> FloatArray:
    """Cases by week: Poisson in number, log-normal in their delay after the start."""
    start = int(rng.integers(within.start, within.stop))
    cases = rng.poisson(size * np.sqrt(phi * mean[start]))
    weeks = start + np.floor(rng.lognormal(0.0, 0.5, cases)).astype(np.intp)
    return np.bincount(weeks[weeks < within.stop], minlength=WEEKS).astype(np.float64)
