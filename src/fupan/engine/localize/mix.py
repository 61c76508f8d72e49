"""Why did a rate move: did slices get worse, or did the bad ones only sell more?

The change of a total rate is the sum over slices of w1 (r1 - r0), the *rate effect*, and (w1 - w0) r0, the *mix
effect* (Kitagawa 1955), w being a slice's share of the exposure and r its rate, 0 before and 1 now.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from fupan.engine import checks, words
from fupan.engine.checks import FloatArray
from fupan.engine.errors import NoExposure
from fupan.engine.special import Z95


@dataclass(frozen=True, slots=True, eq=False)
class Decomposition:
    """A change of a rate in two parts, by slice and in all.

    before, now   the total rates
    rate, mix     effects by slice, shape (slices,), in the unit of the rate; all of them sum to ``now - before``.
                  The mix effect of a slice is taken against the average, (w1 - w0) (r0 - before): a slice at the
                  average rate has none, whatever it sells
    baseline      the earlier rate each slice is held against; the average where it had no exposure
    low, high     95 % interval of the whole rate effect
    """

    before: float
    now: float
    rate: FloatArray
    mix: FloatArray
    baseline: FloatArray
    low: float
    high: float

    @property
    def rate_effect(self) -> float:
        """What slices getting better or worse did to the rate."""
        return float(self.rate.sum())

    @property
    def mix_effect(self) -> float:
        """What selling more here and less there did to the rate."""
        return float(self.mix.sum())

    @property
    def detectable(self) -> bool:
        """The interval of the rate effect leaves out 0."""
        return self.low > 0 or self.high < 0

    def explain(self, lang: str) -> str:
        """The two parts in one sentence, in "en" or "zh-hans"."""
        told = _SENTENCES[words.known(lang)]
        low, high = words.points(self.low, lang), words.points(self.high, lang)
        return told["rate" if self.detectable else "same"].format(
            before=words.share(self.before),
            now=words.share(self.now),
            rate=words.points(self.rate_effect, lang),
            mix=words.points(self.mix_effect, lang),
            span=words.span(low, high, open_above=False, lang=lang),
        )


def decompose(
    k1: ArrayLike, n1: ArrayLike, k0: ArrayLike, n0: ArrayLike, *, dispersion: float | None = None
) -> Decomposition:
    """Split the change of sum(k) / sum(n) over slices into rate effect and mix effect.

    ``k1``, ``n1``: events and exposure of each slice now, 0 or more, shape (slices,); ``k0``, ``n0``: before.
    ``dispersion``: variance over mean of the counts, None for Poisson. A slice without earlier exposure is held
    against the earlier average.

    Raises BadCounts, BadShape, NoExposure (no exposure at all in one of the periods).

    >>> sold_more = decompose([10, 45], [1000, 1500], [15, 30], [1500, 1000])
    >>> round(sold_more.rate_effect, 6), round(sold_more.mix_effect, 6)
    (0.0, 0.004)
    """
    now, exposed, then, was = checks.together(
        k1=checks.counts("k1", k1), n1=checks.counts("n1", n1), k0=checks.counts("k0", k0), n0=checks.counts("n0", n0)
    )
    phi = float(checks.dispersion(dispersion))
    for name, exposure in (("n1", exposed), ("n0", was)):
        if not exposure.any():
            raise NoExposure(name, "every slice is 0, so there is no rate")
    checks.at_most("k1", np.where(exposed > 0, 0.0, now), "n1", exposed)
    checks.at_most("k0", np.where(was > 0, 0.0, then), "n0", was)
    before, total = float(then.sum() / was.sum()), float(now.sum() / exposed.sum())
    share1, share0 = exposed / exposed.sum(), was / was.sum()
    baseline = np.divide(then, was, out=np.full_like(was, before), where=was > 0)
    rate = now / exposed.sum() - share1 * baseline
    known = share1[was > 0] / was[was > 0]
    error = Z95 * float(np.sqrt(phi * (now.sum() / exposed.sum() ** 2 + (known**2 * then[was > 0]).sum())))
    effect = float(rate.sum())
    mix = (share1 - share0) * (baseline - before)
    return Decomposition(before, total, rate, mix, baseline, effect - error, effect + error)


_SENTENCES = {
    "en": {
        "rate": "From {before} to {now}: {rate} because slices changed ({span}), {mix} because the mix did.",
        "same": "From {before} to {now}: {mix} because the mix changed; no detectable change within slices "
        "({rate}, {span}).",
    },
    "zh-hans": {
        "rate": "由 {before} 变为 {now}：各切片自身变化 {rate}（{span}），结构变化 {mix}。",
        "same": "由 {before} 变为 {now}：结构变化 {mix}；各切片自身无明显变化（{rate}，{span}）。",
    },
}
