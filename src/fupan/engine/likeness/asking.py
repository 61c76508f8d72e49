"""One search: candidates from every way to find them, compared by field, evidence added, the best told with why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fupan.engine.checks import BoolArray, FloatArray, IntArray
from fupan.engine.likeness.answers import Hit, Hits, Id, Why
from fupan.engine.likeness.facts import Known, Plain, Where, several
from fupan.engine.likeness.field import Compared, FieldView, Query
from fupan.engine.likeness.gate import Calibration

_BONUS = 0.05  # for each fact in common, unless told otherwise
_FEW = 300  # so many allowed cases are all compared
_DIGITS = 6  # scores nearer than this are equal, so that the last bit of a sum decides no order

Found = Sequence[tuple[str, Query, Compared]]


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One state of an index, searched while changes make another."""

    ids: list[Id]
    row_of: Mapping[Id, int]
    alive: BoolArray
    facts: Known
    fields: Mapping[str, FieldView]
    deep: str | None
    calibration: Calibration | None
    quick_calibration: Calibration | None

    def allowed(self, where: Where | None, without: Collection[Id]) -> BoolArray:
        """Which cases may be answered with."""
        allowed = self.alive.copy()
        for name, wanted in (where or {}).items():
            if name == "id":
                rows = [
                    self.row_of[case] for case in several(wanted) if isinstance(case, str | int) and case in self.row_of
                ]
                only = np.zeros(len(allowed), dtype=np.bool_)
                only[rows] = True
                allowed &= only
            else:
                allowed &= self.facts.matching(name, wanted, slice(0, len(allowed)))
        allowed[[self.row_of[case] for case in without if case in self.row_of]] = False
        return allowed

    def compared(self, query: Query, names: Sequence[str], allowed: BoolArray) -> Found:
        """By field the candidates compared."""
        every = np.flatnonzero(allowed)
        found = []
        for name in names:
            field = self.fields[name]
            turned = {space: field.dense[space].turned(vector) for space, vector in query.vectors.items()}
            here = Query(query.words, turned, query.language, query.width)
            found.append((name, here, every if len(every) <= _FEW else field.likely(here, allowed)))
        rows = np.unique(np.concatenate([likely for _, _, likely in found]))
        return [(name, here, self.fields[name].compare(here, rows)) for name, here, _ in found]

    def hits(
        self, query: Query, found: Found, evidence: Mapping[str, Plain], k: int, weights: Mapping[str, float]
    ) -> Hits:
        """The ``k`` best of what was compared."""
        calibration = self.calibration if self.deep in query.vectors else self.quick_calibration
        score, rows, which, at = _better(found)
        same = {name: self.facts.matching(name, value, rows) for name, value in evidence.items() if value is not None}
        likeness = score
        for name, shared in same.items():
            score = score + weights.get(name, _BONUS) * shared
        rounded = np.round(score, _DIGITS)
        best = _first(rounded, rows, self.ids, k)
        hits = []
        for one in best:
            name, _, compared = found[which[one]]
            facts = tuple(fact for fact, shared in same.items() if shared[one])
            why = self._why(query, name, compared, int(at[one]), facts)
            case, value = self.ids[rows[one]], float(rounded[one])
            if calibration is None:
                hits.append(Hit(case, value, why))
            else:
                probability = calibration.probability(float(likeness[one]))
                hits.append(Hit(case, value, why, probability, bool(likeness[one] >= calibration.threshold)))
        return Hits(hits, calibrated=calibration is not None)

    def _why(self, query: Query, field: str, compared: Compared, at: int, facts: tuple[str, ...]) -> Why:
        signals = compared.signals
        quick, deep = (None if np.isnan(value[at]) else float(value[at]) for value in (signals.quick, signals.deep))
        shared = self.fields[field].words.shared(query.words, int(compared.rows[at]))
        words = query.words.surface(shared.tolist())
        return Why(
            likeness=float(compared.score[at]),
            covered=float(signals.covered[at]),
            grams=float(signals.grams[at]),
            quick=quick,
            deep=deep,
            same=facts,
            words=words,
            one_language=bool(signals.one_language[at]),
            field=field,
        )


def _better(found: Found) -> tuple[FloatArray, IntArray, IntArray, IntArray]:
    """(score, row, number of the field, place within the field) of each row's better field."""
    score = np.concatenate([compared.score for _, _, compared in found])
    rows = np.concatenate([compared.rows for _, _, compared in found])
    which = np.concatenate([np.full(len(compared.rows), at) for at, (_, _, compared) in enumerate(found)])
    at = np.concatenate([np.arange(len(compared.rows)) for _, _, compared in found])
    order = np.lexsort((which, -score, rows))
    kept = order[np.concatenate([[True], np.diff(rows[order]) > 0])] if len(order) else order
    return score[kept], rows[kept], which[kept], at[kept]


def _first(score: FloatArray, rows: IntArray, ids: Sequence[Id], k: int) -> list[int]:
    """The ``k`` highest, ties in the order of their ids."""
    if len(score) > k:
        least = np.partition(score, -k)[-k]
        kept = np.flatnonzero(score >= least)
    else:
        kept = np.arange(len(score))
    return sorted(kept.tolist(), key=lambda at: (-score[at], str(ids[int(rows[at])])))[:k]
