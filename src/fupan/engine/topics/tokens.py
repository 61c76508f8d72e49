"""Texts of any language as one stream of tokens.

A token is a word where words stand apart (also Korean, and Vietnamese by syllable), a character where they do not
(Chinese, Japanese), and a character cluster in Thai, Lao, Khmer and Burmese, whose vowel signs and tones cannot stand
alone (Theeramunkong et al. 2000). Everything that carries no topic becomes a break, which no n-gram crosses:
punctuation, line ends, emoji, tokens with a digit in them (order numbers, ids, dates, prices), links, addresses, and
the masks of redacted text such as [email] or <name>.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from fupan.engine.checks import BoolArray, IntArray
from fupan.engine.errors import BadShape
from fupan.engine.topics import stopwords


class Kind(IntEnum):
    """What a token is."""

    BREAK = 0
    WORD = 1
    HAN = 2
    CLUSTER = 3


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """The stream. ``ids``: token ids, shape (tokens,). ``documents``: the document of each token, rising.

    ``surface``, ``kind``, ``stop`` and ``weak_end`` describe the ids: text, Kind, whether it is a stop word, and
    whether it is one that no phrase should end with.
    """

    ids: IntArray
    documents: IntArray
    surface: list[str]
    kind: NDArray[np.int8]
    stop: BoolArray
    weak_end: BoolArray
    languages: tuple[str, ...]

    def text(self, position: int, length: int) -> str:
        """The tokens from ``position`` on as people write them: words apart, characters together."""
        ids = self.ids[position : position + length]
        parts: list[str] = []
        for before, this in zip([-1, *ids], ids, strict=False):
            apart = before >= 0 and self.kind[before] == Kind.WORD == self.kind[this]
            parts.append((" " if apart else "") + self.surface[this])
        return "".join(parts)


_END = "\ue000"  # private use: between two documents
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3041-\u309f\u30a1-\u30ff\u31f0-\u31ff"
_SOUTH_EAST = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_MARKS_OFF = (
    "!-/:-@\\[-`{-~"  # ASCII
    "\u00a0-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7"
    "\u2000-\u206f\u20a0-\u20cf\u2100-\u2bff\u2e00-\u2e7f\u3001-\u3004\u3006\u3008-\u3040\u30a0\u30fb"
    "\ue000-\uf8ff\ufe00-\ufe0f\ufffd\U0001f000-\U0001faff\U000e0000-\U000fffff"
)
_LETTER = rf"[^\s{_MARKS_OFF}{_HAN}{_KANA}{_SOUTH_EAST}]"
_THAI = "[\u0e40-\u0e44]?[\u0e01-\u0e2e][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]*[\u0e30\u0e32\u0e33\u0e45]?"
_LAO = "[\u0ec0-\u0ec4]?[\u0e81-\u0eae\u0edc-\u0edf][\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd]*[\u0eb0\u0eb2\u0eb3]?"
_KHMER = "[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1\u17dd])*"
_BURMESE = "[\u1000-\u102a](?:\u1039[\u1000-\u102a]|[\u102b-\u103e])*"
_UNSPACED = f"{_HAN}{_KANA}{_SOUTH_EAST}"
_TOKEN = re.compile(
    rf"{_LETTER}+(?:'{_LETTER}+)*|[{_HAN}{_KANA}]|{_THAI}|{_LAO}|{_KHMER}|{_BURMESE}"
    rf"|(?<=[{_UNSPACED}])\s+(?=[{_UNSPACED}])|\n|[^\s\-'\"]"
)
_HAN_ONLY = re.compile(f"[{_HAN}]")
_CLUSTER_ONLY = re.compile(f"[{_KANA}\u0e01-\u0e44\u0e81-\u0edf\u1000-\u103f\u1780-\u17dd]")
_DIGIT = re.compile(r"\d")
_WORDS_ONLY = re.compile(_LETTER)
_NOISE = {  # what shows that it may be there, and what it is
    "@": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII),
    "://": re.compile(r"https?://\S+"),
    "www.": re.compile(r"www\.\S+"),
    "[": re.compile(r"\[[a-z][\w -]{0,24}\]", re.ASCII),
    "<": re.compile(r"<[^<>\n]{1,60}>"),
    "{": re.compile(r"\{\{?\w{1,25}\}?\}", re.ASCII),
    "&": re.compile(r"&(?:#\d+|[a-z]{2,6});", re.ASCII),
}
_SHARE_OF_BEST = 0.5  # a language is read along when its stop words are half as frequent as those of the best


def tokenize(documents: Sequence[str], language: str | None) -> Tokens:
    """All documents as one stream. ``language``: whose stop words to use; None finds out by script and stop words."""
    joined = normalized(_joined(documents))
    for sign, noise in _NOISE.items():
        if sign in joined:
            joined = noise.sub(" \n ", joined)
    found = _TOKEN.findall(joined)
    surface = list(dict.fromkeys(found))
    number = {token: index for index, token in enumerate(surface)}
    ids = np.fromiter(map(number.__getitem__, found), dtype=np.intp, count=len(found))
    kind = np.fromiter(map(_kind, surface), dtype=np.int8, count=len(surface))
    end = np.fromiter((token == _END for token in surface), dtype=np.bool_, count=len(surface))
    languages = (language,) if language else _languages(surface, kind, np.bincount(ids, minlength=len(surface)))
    words = frozenset[str]().union(*map(stopwords.word_list, languages))
    ending = frozenset[str]().union(*map(stopwords.may_end, languages))
    stop = np.fromiter((token in words for token in surface), dtype=np.bool_, count=len(surface))
    weak = np.fromiter((token in words and token not in ending for token in surface), np.bool_, len(surface))
    inside = end[ids] if len(ids) else np.empty(0, dtype=np.bool_)
    return Tokens(ids, np.cumsum(inside), surface, kind, stop, weak, languages)


def _joined(documents: Sequence[str]) -> str:
    """One text with a sign between documents; apostrophes and line ends of one kind."""
    joined = _END.join(documents)
    if joined.count(_END) >= len(documents):  # a document holds the sign itself
        joined = _END.join(document.replace(_END, " ") for document in documents)
    for odd, usual in (("\u2019", "'"), ("\u2018", "'"), ("`", "'"), ("\r", "\n")):
        joined = joined.replace(odd, usual)
    return joined


def normalized(text: str) -> str:
    """One form for one word: NFKC, lower case; Thai and Lao "am" stay one letter."""
    form = unicodedata.normalize("NFKC", text).lower()
    return form.replace("\u0e4d\u0e32", "\u0e33").replace("\u0ecd\u0eb2", "\u0eb3")


def texts(name: str, documents: Sequence[str]) -> list[str]:
    """The documents as a list; anything but a sequence of texts raises BadShape."""
    if isinstance(documents, str | bytes):
        raise BadShape(name, f"expected a sequence of texts, got one {type(documents).__name__}")
    try:
        listed = list(documents)
    except TypeError as wrong:
        raise BadShape(name, f"expected a sequence of texts, got {documents!r:.80}") from wrong
    for index, document in enumerate(listed):
        if not isinstance(document, str):
            raise BadShape(name, f"expected a text at {index}, got {document!r:.80}")
    return listed


def _kind(token: str) -> Kind:
    first = token[0]
    if _HAN_ONLY.match(first):
        return Kind.HAN
    if _CLUSTER_ONLY.match(first):
        return Kind.CLUSTER
    return Kind.WORD if _WORDS_ONLY.match(first) and not _DIGIT.search(token) else Kind.BREAK


def _languages(surface: list[str], kind: NDArray[np.int8], count: IntArray) -> tuple[str, ...]:
    """The languages whose stop words are to be used: by script without blanks, by frequent stop words otherwise."""
    kana = any("\u3041" <= token[0] <= "\u30ff" for token in surface)
    found = [*(["ja"] if kana else []), "zh", "th"]
    share = {
        language: sum(int(count[i]) for i, token in enumerate(surface) if token in stopwords.word_list(language))
        for language in stopwords.languages()
    }
    least = _SHARE_OF_BEST * max(share.values())
    return (*found, *(language for language, hits in share.items() if hits and hits >= least))
