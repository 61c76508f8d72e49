"""By how much what is known in common, and a case's record, raise it beside a ticket."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

FACTS = {"product": 0.05, "issue": 0.05, "cause": 0.05, "batch": 0.05, "carrier": 0.02, "country": 0.02}
RECORD = 0.1
USED = 0.02
LEAST = 200  # votes before anything is learnt from them
_SHRINK = 4  # tickets that the usual share weighs as much as
_SLOPE = 10.0  # a score higher by a tenth, and the odds that it helps are nearly three times as high
_PRIOR = 0.02  # how far from the shipped weights they are expected


@dataclass(frozen=True, slots=True)
class Weights:
    """What a fact in common is worth on the scale of likeness (0 to 1), and the share of tickets that ended well."""

    facts: Mapping[str, float] = field(default_factory=lambda: dict(FACTS))
    ended: float = RECORD

    @classmethod
    def of(cls, notes: Mapping[str, Any]) -> Weights:
        """As learnt in this workspace, else as shipped."""
        learnt = notes.get("weights", {})
        return cls(FACTS | learnt.get("facts", {}), learnt.get("ended", RECORD))

    def record(self, used: int, ended: int, well: int, usual: float) -> float:
        """A share drawn towards the usual one by four tickets, and a little for being used at all."""
        return self.ended * (shrunk(well, ended, usual) - usual) + USED * used / (used + 10)


def shrunk(well: int, of: int, usual: float) -> float:
    return (well + _SHRINK * usual) / (of + _SHRINK)


def learnt(votes: Sequence[tuple[Collection[str], float, bool]]) -> dict[str, Any]:
    """The weights that votes speak for, held near the shipped ones: (facts in common, record above usual, helped).

    A logistic regression whose weights have a normal prior round the shipped values. What never differs between votes
    keeps its shipped weight.
    """
    import numpy as np
    from scipy import optimize, special

    if len(votes) < LEAST:
        return {}
    names = [*FACTS]
    same = np.array([[name in facts for name in names] for facts, _record, _helped in votes], dtype=float)
    seen = np.column_stack([same, [record for _facts, record, _helped in votes]])
    helped = np.array([one[2] for one in votes], dtype=float)
    shipped = np.array([*FACTS.values(), RECORD])

    def cost(at: NDArray[float64]) -> tuple[float, NDArray[float64]]:
        off, away = at[0], at[1:] - shipped
        logit = off + _SLOPE * (seen @ at[1:])
        chance = special.expit(logit)
        loss = float((np.logaddexp(0, logit) - helped * logit).sum() + (away**2).sum() / (2 * _PRIOR**2))
        slope = _SLOPE * (seen.T @ (chance - helped)) + away / _PRIOR**2
        return loss, np.concatenate([[(chance - helped).sum()], slope])

    bounds = [(None, None)] + [(0.0, 3 * value) for value in shipped]
    found = optimize.minimize(cost, np.concatenate([[0.0], shipped]), jac=True, method="L-BFGS-B", bounds=bounds).x
    told = [round(float(value), 4) for value in found[1:]]
    return {"facts": dict(zip(names, told[:-1], strict=True)), "ended": told[-1]}
