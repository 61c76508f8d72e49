"""What differs between two versions of a text, word by word."""

from __future__ import annotations

import difflib
import re

_WORDS = re.compile(r"[a-zA-Z0-9À-ÿ']+|\s+|.", re.DOTALL)


def pieces(old: str, new: str) -> list[tuple[str, str]]:
    """(kind, words) with kind same, gone or new; single signs for scripts without blanks."""
    was, now = _WORDS.findall(old), _WORDS.findall(new)
    found: list[tuple[str, str]] = []
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", "".join(was[i1:i2])))
            continue
        if i2 > i1:
            found.append(("gone", "".join(was[i1:i2])))
        if j2 > j1:
            found.append(("new", "".join(now[j1:j2])))
    return found
