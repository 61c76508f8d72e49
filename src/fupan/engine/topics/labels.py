"""Which of its phrases names a topic: the longest that people would read as a phrase.

Chinese phrases should begin and end where words do; rjieba says where that is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np

from fupan.engine.checks import BoolArray, IntArray
from fupan.engine.topics.tokens import Kind, Tokens

_READABLE = 0.5  # of the occurrences
_NEVER_FIRST = {
    "zh": frozenset("的了着过们得地么吗呢吧啊呀嘛哦和与及是也都就而但在把被给对从到又还我你他她它这那之以所"),
    "ja": frozenset("ぁぃぅぇぉっゃゅょーんァィゥェォッャュョンはがをにでともへやのねよ"),
}
_NEVER_LAST = {
    "zh": _NEVER_FIRST["zh"] - frozenset("了过着到"),
    "ja": frozenset("っッはがをにでともへやの"),
}


def occurrences(ids: IntArray, gram: IntArray) -> IntArray:
    """Where in the stream ``ids`` the tokens of ``gram`` stand, in order."""
    if not len(gram) or len(ids) < len(gram):
        return np.empty(0, dtype=np.intp)
    last = len(ids) - len(gram) + 1
    at = np.flatnonzero(ids[:last] == gram[0])
    for offset in range(1, len(gram)):
        at = at[ids[at + offset] == gram[offset]]
    return at


def bounded(tokens: Tokens, position: int, length: int) -> bool:
    """Whether a gram neither begins nor ends with a stop word that leaves it unfinished ("odd and", "the lid")."""
    first, last = tokens.ids[position], tokens.ids[position + length - 1]
    return not (tokens.stop[first] or tokens.weak_end[last])


def readable(tokens: Tokens, position: int, length: int, at: IntArray) -> bool:
    """Whether a gram begins and ends like a phrase in most of its occurrences ``at``."""
    if not bounded(tokens, position, length):
        return False
    language = "ja" if "ja" in tokens.languages else "zh"
    ids = tokens.ids[position : position + length]
    first, last = tokens.surface[ids[0]], tokens.surface[ids[-1]]
    if first in _NEVER_FIRST[language] or last in _NEVER_LAST[language]:
        return False
    if language == "ja" or not (tokens.kind[ids] == Kind.HAN).any():
        return True
    return float(np.mean([_between_words(tokens, int(start), length) for start in at[:30]])) >= _READABLE


def _between_words(tokens: Tokens, start: int, length: int) -> bool:
    left, right = start, start + length
    while left > 0 and _in_phrase(tokens, left - 1):
        left -= 1
    while right < len(tokens.ids) and _in_phrase(tokens, right):
        right += 1
    text, cuts = tokens.text(left, right - left), {0}
    for word in _cut()(text):
        cuts.add(max(cuts) + len(word))
    begin = len(tokens.text(left, start - left))
    end = len(tokens.text(left, start + length - left))
    return begin in cuts and end in cuts


def _in_phrase(tokens: Tokens, position: int) -> bool:
    return bool(tokens.kind[tokens.ids[position]] == Kind.HAN)


@cache
def _cut() -> Callable[[str], list[str]]:
    """The cutter, without its guesses of unknown words; its dictionary is read when it is first needed."""
    import rjieba

    return partial(rjieba.cut, hmm=False)


def in_documents(tokens: Tokens, gram: IntArray, documents: int) -> BoolArray:
    """Which documents hold the gram, shape (documents,)."""
    held = np.zeros(documents, dtype=np.bool_)
    held[tokens.documents[occurrences(tokens.ids, gram)]] = True
    return held
