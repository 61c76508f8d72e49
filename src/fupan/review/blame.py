"""A hint for the minutes: a line that blames somebody can say the same about us. Naming an owner is fine."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fupan.review import hints

_CLAUSE = re.compile("[。；;!?！？，,\n]|\\.(?=\\s|$)")
_FAULT_ZH = re.compile(
    "没有?|未|忘|漏|错|不认真|不负责|粗心|失误|搞砸|拖|懒|不会|怪|应该|本该|不该|只顾|疏忽|大意|敷衍"
)
_FAULT_EN = re.compile(
    r"\b(?:didn[’']?t|did not|doesn[’']?t|failed|fails|forgot|forgets|missed|ignored|broke|neglected|should have|"
    r"shouldn[’']?t|never|was wrong|messed|careless|lazy|fault|blame|mistake)\b",
    re.IGNORECASE,
)
NEAR = 12  # characters a Chinese fault may stand behind a name


@dataclass(frozen=True, slots=True)
class Blame:
    """A clause that blames, the same about us, and the whole text with it."""

    said: str
    better: str
    whole: str


def blame(text: str, names: Iterable[str]) -> Blame | None:
    """The first clause that names a person with a fault; None when nobody is named so."""
    known = list(names)
    for clause in filter(None, (part.strip() for part in _CLAUSE.split(text))):
        found = hints.hint(clause, known)
        if found is not None and _faulty(clause, found.name):
            return Blame(clause, found.suggestion, text.replace(clause, found.suggestion, 1))
    return None


def _faulty(clause: str, name: str) -> bool:
    fault = _FAULT_ZH.search(clause[clause.find(name) + len(name) :])
    return _FAULT_EN.search(clause) is not None or (fault is not None and fault.start() <= NEAR)
