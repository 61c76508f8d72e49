"""A shop in which nothing worked: slices with a known truth, one of them picked because it looked bad."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from fupan.engine import checks
from fupan.engine.checks import FloatArray

Picked = Literal["excess", "count", "rate"]
PICKED: tuple[Picked, ...] = ("excess", "count", "rate")


@dataclass(frozen=True, slots=True)
class Scene:
    """Slices with about ``weekly`` cases a week, the last of the weeks before being the one they are picked by.

    Log-normal sizes, negative binomial weeks with variance m + m^2 / ``size``, a common random walk; with
    ``persistence`` each slice's log rate is an AR(1) with innovations of ``shock``. ``effect``: the true change of the
    picked slice, -0.5 halves it.
    """

    picked: Picked = "excess"
    slices: int = 200
    weekly: float = 12.0
    before: int = 26
    after: int = 4
    effect: float = 0.0
    size: float = 20.0
    drift: float = 0.03
    persistence: float = 0.0
    shock: float = 0.2

    def draw(self, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        """(counts, exposure), each of shape (slices, before + 1 + after), the picked slice in row 0.

        Week ``before`` is the week it was picked by, and the week of the action.
        """
        checks.one_of("picked", self.picked, PICKED)
        weeks = self.before + 1 + self.after
        exposure = np.round(np.exp(rng.normal(np.log(400), 0.5, self.slices)))[:, None] * np.ones(weeks)
        rate = np.exp(rng.normal(np.log(self.weekly / 400), 0.3, self.slices))
        common = np.exp(np.cumsum(rng.normal(0, self.drift, weeks)))
        mean = rate[:, None] * exposure * common * np.exp(self._weather(rng, weeks))
        mean *= rng.gamma(self.size, 1 / self.size, mean.shape)
        counts = rng.poisson(mean).astype(np.float64)
        worst = int(np.argmax(_worst_by[self.picked](counts[:, : self.before + 1], exposure[:, 0])))
        order = np.r_[worst, np.delete(np.arange(self.slices), worst)]
        first = self.before + 1
        counts[worst, first:] = rng.poisson(mean[worst, first:] * (1 + self.effect))
        return counts[order], exposure[order]

    def _weather(self, rng: np.random.Generator, weeks: int) -> FloatArray:
        log_rate = np.zeros((self.slices, weeks))
        if not self.persistence:
            return log_rate
        level = rng.normal(0, self.shock / np.sqrt(1 - self.persistence**2), self.slices)
        for week in range(weeks):
            log_rate[:, week] = level
            level = self.persistence * level + rng.normal(0, self.shock, self.slices)
        return log_rate


def _excess(counts: FloatArray, exposure: FloatArray) -> FloatArray:
    usual = counts[:, :-1].mean(axis=1)
    excess: FloatArray = (counts[:, -1] - usual) / np.sqrt(np.maximum(usual, 0.5))
    return excess


_worst_by: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "excess": _excess,
    "count": lambda counts, exposure: counts[:, -1],
    "rate": lambda counts, exposure: counts[:, -1] / exposure,
}
