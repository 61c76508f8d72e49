"""The difference-in-differences on the log scale, with what the selection left behind taken off."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import nan

import numpy as np

from fupan.engine.checks import FloatArray
from fupan.engine.effect.unrest import Unrest
from fupan.engine.effect.windows import HALF, Contrasts
from fupan.engine.special import Z95, t_quantile

_FARTHEST = 3.0  # a window 20 times its usual level is as far as a linear prediction is believed


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """What happened to the slice.

    log_ratio   ln of the rate after over the rate without the action
    variance    of ``log_ratio``, t allowance included: use normal quantiles
    spread      the part of ``variance`` that does not come from the count after the action
    lasting     the part of ``variance`` that more weeks after the action would leave
    observed    cases after the action; expected: cases without it
    statistic   ``log_ratio`` in standard errors, on the scale of ``placebos``
    placebos    the same for windows in which nothing was done
    """

    log_ratio: float
    variance: float
    spread: float
    lasting: float
    observed: float
    expected: float
    statistic: float = nan
    placebos: FloatArray = field(default_factory=lambda: np.empty(0))


def estimate(found: Contrasts, noise: Unrest, *, fewest_in_space: int) -> Estimate:
    """Estimate the effect and its placebo distribution.

    Placebos are the controls over the real windows (in space) when there are ``fewest_in_space``, else controls and
    slice over earlier windows too (in space and time).
    """
    carried, learnt = _carried_over(found, noise)
    after = found.after
    d = after.log_ratio - carried + noise.after / 2  # the mean of a logarithm lies below that of the mean
    beyond_each = noise.after * (1 + after.shared)
    variance = after.poisson + np.maximum(beyond_each + learnt, beyond_each / 2)
    own = noise.slice * (1 + float(after.shared[0, 0]))
    beyond = max(own + float(learnt[0, 0]), own / 2)
    total = float(after.poisson[0, 0]) + beyond
    allowance = _allowance(total, beyond, noise.freedom)
    spread = float(after.known[0, 0] + beyond + (allowance - 1) * total)
    n_after, n_before = found.lengths
    in_space = found.placebo[:, 0] & (after.expected[:, 0] >= 1)
    used = found.placebo & (after.expected >= 1)
    if in_space.sum() >= fewest_in_space:
        used[:, 1:] = False
    t = d / np.sqrt(variance)
    return Estimate(
        log_ratio=float(d[0, 0]),
        variance=allowance * total,
        spread=spread,
        lasting=float(after.common[0, 0]) + noise.slice * n_after / (n_after + n_before),
        observed=float(after.observed[0, 0]),
        expected=float((after.observed[0, 0] + HALF) * np.exp(-d[0, 0])),
        statistic=float(t[0, 0]),
        placebos=t[used],
    )


def _carried_over(found: Contrasts, noise: Unrest) -> tuple[FloatArray, FloatArray]:
    """Best linear prediction of the after-window from the selection window, and what it adds to the variance.

    What is added is the doubt in the prediction, what is taken off the part of the unrest that it explains.

    A week picked for being bad is followed by weeks that are bad as well when weeks hang together; and the baseline
    under both windows is the same, so its luck makes both look bad. What remains is the effect.
    """
    s = found.selection
    m = np.where(s.usable, np.maximum(s.expected, 1e-12), 1.0)
    excess = np.where(s.usable, np.clip(s.log_ratio, -_FARTHEST, _FARTHEST), 0.0)
    luck = 1 / m + s.known + noise.selection * (1 + s.shared)
    together = noise.lasting * (1 + found.after.shared) + s.common
    learnt = noise.doubt * (excess / luck) ** 2 - np.where(s.usable, together**2 / luck, 0.0)
    return together / luck * excess, learnt


def _allowance(total: float, estimated: float, freedom: float) -> float:
    """What an estimated variance costs (Satterthwaite 1946): squared t over normal quantile."""
    effective = freedom * (total / estimated) ** 2 if estimated > 0 else np.inf
    return float((t_quantile(min(effective, 1e9), 0.975) / Z95) ** 2)
