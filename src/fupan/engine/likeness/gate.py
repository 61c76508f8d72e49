"""Is there anything like this at all: a threshold and a probability, learnt from queries whose answer is known.

Thresholds do not carry over from one set of cases to another, so each workspace calibrates its own. Every query is
asked with its answer in the index and without; the threshold keeps a set part of the first, the probability is a
logistic curve over both (Platt 1999), each half of the weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize
from scipy.special import expit

from fupan.engine import words
from fupan.engine.checks import FloatArray
from fupan.engine.errors import BadShape

LEAST = 20


@dataclass(frozen=True, slots=True)
class Trial:
    """A query asked twice: the top score with its answer, whether that was the answer, the top score without."""

    known: float
    right: bool
    strange: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a score means here.

    threshold    likeness from which a hit is sure
    kept         share of queries with an answer whose best hit reaches it
    right        share of those whose best hit is the answer
    rejected     share of queries without an answer whose best hit does not reach it
    auroc        probability that a known one scores above a strange one
    queries      how many it was learnt from
    """

    threshold: float
    kept: float
    right: float
    rejected: float
    auroc: float
    queries: int
    slope: float
    offset: float

    def probability(self, score: float) -> float:
        """How probable it is that a best hit of this score is right, when half of all queries have an answer."""
        return float(expit(self.slope * score + self.offset))

    def explain(self, lang: str) -> str:
        """What was learnt, in a sentence."""
        kept, right, rejected = words.share(self.kept), words.share(self.right), words.share(self.rejected)
        if words.known(lang) == "en":
            return (
                f"From {self.queries:,} queries: {kept} of those with a known case pass, {right} of them with the "
                f"right one first; {rejected} of those without one are told that nothing like it is known."
            )
        known = f"有案例的 {kept} 通过，其中 {right} 首位正确"
        return f"据 {self.queries:,} 条查询：{known}；无案例的 {rejected} 被告知没有类似案例。"


def fitted(trials: Sequence[Trial], keep: float) -> Calibration:
    """Threshold and curve. Raises BadShape below 20 trials."""
    if len(trials) < LEAST:
        raise BadShape("queries", f"expected at least {LEAST} with an answer in the index, got {len(trials)}")
    known = np.array([trial.known for trial in trials])
    strange = np.array([trial.strange for trial in trials])
    right = np.array([trial.right for trial in trials])
    threshold = float(np.quantile(known, 1 - keep))
    passed = known >= threshold
    slope, offset = _platt(np.concatenate([known, strange]), np.concatenate([right, np.zeros(len(strange), bool)]))
    return Calibration(
        threshold=threshold,
        kept=float(passed.mean()),
        right=float(right[passed].mean()),
        rejected=float((strange < threshold).mean()),
        auroc=auroc(known, strange),
        queries=len(trials),
        slope=slope,
        offset=offset,
    )


def auroc(known: FloatArray, strange: FloatArray) -> float:
    """Probability that one of ``known`` is above one of ``strange``, ties half (Mann and Whitney 1947)."""
    ordered = np.sort(strange)
    below = np.searchsorted(ordered, known, side="left") + np.searchsorted(ordered, known, side="right")
    return float(below.mean() / (2 * len(ordered)))


def _platt(score: FloatArray, right: FloatArray) -> tuple[float, float]:
    """Slope and offset of the logistic curve; the targets are drawn in a little, so that it stays finite."""
    positive = int(right.sum())
    high, low = (positive + 1) / (positive + 2), 1 / (len(right) - positive + 2)
    target = np.where(right, high, low)
    middle, spread = float(score.mean()), float(score.std()) or 1.0
    x = (score - middle) / spread

    def cost(at: FloatArray) -> tuple[float, FloatArray]:
        logit = at[0] * x + at[1]
        loss = np.logaddexp(0, logit) - target * logit
        slope = expit(logit) - target
        return float(loss.mean()), np.array([(slope * x).mean(), slope.mean()])

    found = optimize.minimize(cost, np.zeros(2), jac=True, method="L-BFGS-B", bounds=[(0, None), (None, None)])
    return float(found.x[0] / spread), float(found.x[1] - found.x[0] * middle / spread)
