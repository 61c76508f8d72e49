"""What was tried before, like the action being written, and what came of it: failures as well."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fupan.action.models import Action
from fupan.action.policies import actions_seen_by
from fupan.core.slices import Slice
from fupan.people.models import Member

SHOWN = 4
LEAST = 3.0
_LOOKED_AT = 500
_WEIGHTS = {"issue_type": 2.5, "product": 2.0, "batch": 1.5, "line": 1.0, "supplier": 1.0}
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Similar:
    action: Action
    score: float


def similar(member: Member, *, title: str, type: str, slice: str, but: int | None = None) -> list[Similar]:
    """The most alike first: same kind and overlapping slice, or the same words."""
    rows = actions_seen_by(member).exclude(pk=but or 0)
    where, words = _where(slice), terms(title)
    if not where and not words:
        return []
    found = []
    for action in rows.select_related("owner__user").order_by("-pk")[:_LOOKED_AT]:
        score = _score(action, where, words, type)
        if score >= LEAST:
            found.append(Similar(action, score + (1 if action.verdict.get("verdict") else 0)))
    return sorted(found, key=lambda one: (-one.score, -one.action.pk))[:SHOWN]


def _score(action: Action, where: Mapping[str, str], words: set[str], type: str) -> float:
    other = _where(action.slice)
    shared = sum(_WEIGHTS.get(name, 0.5) for name, value in where.items() if other.get(name) == value)
    theirs = terms(action.title)
    alike = len(words & theirs) / len(words | theirs) if words and theirs else 0.0
    same = action.type == type
    if not same and alike < 0.25:
        return 0.0
    return shared + 6 * alike + (1 if same and (shared or alike) else 0)


def _where(text: str) -> dict[str, str]:
    try:
        return Slice.parse(text).as_dict()
    except ValueError:
        return {}


def terms(text: str) -> set[str]:
    """Words, and pairs of neighbouring Chinese signs."""
    found = set(re.findall(r"[a-z0-9]{2,}", text.lower()))
    for run in _CHINESE.findall(text):
        found |= {run[place : place + 2] for place in range(len(run) - 1)}
    return found
