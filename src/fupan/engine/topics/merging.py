"""Terms that rise in the same texts are one topic.

From the highest score down: a term joins an earlier topic when they share half of their documents (Jaccard), when it
lies within one of its phrases, or when nothing significant is left of it outside the documents of the earlier topics;
otherwise it starts a topic of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from fupan.engine.checks import BoolArray, FloatArray
from fupan.engine.topics.significance import FALSE_TOPICS, LEAST_NOW, Family, Sizes, pvalues

_SAME = 0.5  # Jaccard
WITHIN = 0.8  # a phrase stands for what lies within it when it holds this part of its documents


@dataclass(slots=True)
class Group:
    """One topic in the making; numbers of terms, the leader (highest score) first."""

    members: list[int] = field(default_factory=list)

    @property
    def leader(self) -> int:
        """The term with the highest score."""
        return self.members[0]


def merge(texts: list[str], held: BoolArray, sizes: Sizes, family: Family) -> list[Group]:
    """Group the terms, given highest score first.

    ``texts``: the terms. ``held``: which owner holds which term, shape (terms, owners), those of now first.
    ``family``: all terms looked at.
    """
    now = held[:, : sizes.now].astype(np.float32)
    shared = (now @ now.T).astype(np.float64)
    explained = np.zeros(held.shape[1], dtype=np.bool_)
    groups: list[Group] = []
    for term in range(len(texts)):
        home = next((group for group in groups if _same(term, group.leader, texts, shared)), None)
        if home is None and groups and not _more(held[term], explained, sizes, family):
            home = max(groups, key=lambda group: float(shared[term, group.leader]))
        if home is None:
            home = Group()
            groups.append(home)
            explained |= held[term]
        home.members.append(term)
    return groups


def _same(term: int, leader: int, texts: list[str], shared: FloatArray) -> bool:
    both, of_term, of_leader = shared[term, leader], shared[term, term], shared[leader, leader]
    if both >= _SAME * (of_term + of_leader - both):
        return True
    if texts[term] in texts[leader]:
        return bool(of_leader >= WITHIN * of_term)
    return bool(texts[leader] in texts[term] and both >= WITHIN * of_leader)


def _more(holds: BoolArray, explained: BoolArray, sizes: Sizes, family: Family) -> bool:
    """Whether the term still rises among the documents that no earlier topic holds."""
    left = Sizes(sizes.now - int(explained[: sizes.now].sum()), sizes.before - int(explained[sizes.now :].sum()))
    rest = holds & ~explained
    now, before = int(rest[: sizes.now].sum()), int(rest[sizes.now :].sum())
    if now < LEAST_NOW:
        return False
    return bool(family.expected(pvalues(np.array([now]), np.array([before]), left))[0] <= FALSE_TOPICS)
