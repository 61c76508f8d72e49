"""How surprising a term's rise is, and how many false ones as surprising a quiet week brings.

Score: weighted log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008), on document counts.
Test: Fisher's exact test, one-sided, exact also for a term in three documents. Multiplicity: since the number of
documents with each term is given, the attainable p-values of each term are known, and so is the number of terms that
come below any p-value by chance (Tarone 1990 for the principle; Terada et al. 2013 for sets of items). That number is
held down, where Bonferroni would hold down a bound several times too large. A term counted already under another
name (in exactly the same documents) counts once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fupan.engine.checks import FloatArray, IntArray

FALSE_TOPICS = 0.2  # what a quiet week may bring on average
LEAST_NOW = 3

_PRIOR = 500.0  # pseudo-documents of the prior; never more than twice the documents of now
_FLOOR = 0.01
_LOOSE = 1.0  # terms that Bonferroni would not even let pass at this level take no part
_FAINT = 0.05  # p-values above this are never looked at
_AT_ONCE = 1_000_000  # p-values in memory


@dataclass(frozen=True, slots=True)
class Sizes:
    """Documents (or buyers) now and before."""

    now: int
    before: int


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """All terms looked at together. ``cuts``: attainable p-values, rising; ``falls``: terms by chance at or below."""

    cuts: FloatArray
    falls: FloatArray

    def expected(self, pvalue: FloatArray) -> FloatArray:
        """How many terms come to this p-value or below where nothing rose; inf for a p-value never looked at."""
        place = np.searchsorted(self.cuts, pvalue * (1 + 1e-9), side="right")
        found = np.concatenate([[0.0], self.falls])[place]
        return np.where(pvalue > _FAINT, np.inf, np.maximum(found, pvalue))


def least_total(totals: IntArray, sizes: Sizes) -> int:
    """The fewest documents, now and before together, with which a term among ``totals`` could be significant."""
    ordered = np.sort(totals)
    most = max(LEAST_NOW, int(ordered[-1]) if len(ordered) else 0)
    total = np.arange(LEAST_NOW, most + 1)
    terms = np.maximum(1, len(ordered) - np.searchsorted(ordered, total))
    smallest = np.exp(_log_pmf(np.minimum(total, sizes.now), total, sizes))
    enough = np.flatnonzero(terms * smallest <= _LOOSE)
    return int(total[enough[0]]) if len(enough) else most + 1


def family(totals: IntArray, sizes: Sizes) -> Family:
    """The family of terms held by ``totals`` documents of both periods together, shape (terms,)."""
    total, terms = np.unique(totals, return_counts=True)
    cuts, steps = [np.empty(0)], [np.empty(0)]
    for start in range(0, len(total), rows := max(1, _AT_ONCE // (sizes.now + 1))):
        part = slice(start, start + rows)
        tail = _tails(total[part], sizes)[:, ::-1]
        # The chance of each further attainable value, from the smallest (all documents now) to the largest.
        step = np.diff(tail, axis=1, prepend=0.0) * terms[part, None]
        seen = (tail <= _FAINT) & (step > 0)
        cuts.append(tail[seen])
        steps.append(step[seen])
    cut, step = np.concatenate(cuts), np.concatenate(steps)
    order = np.argsort(cut, kind="stable")
    return Family(cut[order], np.cumsum(step[order]))


def log_odds(now: FloatArray, before: FloatArray, sizes: Sizes) -> FloatArray:
    """Monroe's z of each term; ``now``, ``before``: documents with it, shape (terms,)."""
    weight = min(_PRIOR, 2.0 * sizes.now)
    prior = weight * (now + before) / (sizes.now + sizes.before) + _FLOOR
    a, b = now + prior, before + prior
    rest_a = np.maximum(sizes.now + weight - a, _FLOOR)
    rest_b = np.maximum(sizes.before + weight - b, _FLOOR)
    return (np.log(a / rest_a) - np.log(b / rest_b)) / np.sqrt(1 / a + 1 / b)


def pvalues(now: IntArray, before: IntArray, sizes: Sizes) -> FloatArray:
    """P(at least ``now`` of the documents with the term are of now) if all were drawn alike, shape (terms,)."""
    if not len(now):
        return np.empty(0)
    total, row = np.unique(now + before, return_inverse=True)
    return _tails(total, sizes)[row, now]


def _tails(total: IntArray, sizes: Sizes) -> FloatArray:
    """P(at least k of ``total`` are of now) for k = 0 ... the most possible, shape (totals, k)."""
    most = int(min(sizes.now, total.max(initial=0)))
    pmf = np.exp(_log_pmf(np.arange(most + 1), total[:, None], sizes))
    tail: FloatArray = np.minimum(1.0, np.cumsum(pmf[:, ::-1], axis=1)[:, ::-1])
    return tail


def _log_pmf(now: IntArray, total: IntArray, sizes: Sizes) -> FloatArray:
    """Hypergeometric: ``now`` of ``total`` marked documents among those of now; -inf where that cannot be."""
    whole = sizes.now + sizes.before
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, whole + 1)))])

    def choose(n: int, k: IntArray) -> FloatArray:
        inside = np.clip(k, 0, n)
        found: FloatArray = log_factorial[n] - log_factorial[inside] - log_factorial[n - inside]
        return np.where(inside == k, found, -np.inf)

    return choose(sizes.now, now) + choose(sizes.before, total - now) - choose(whole, np.minimum(total, whole))
