"""Texts as likeness reads them: terms and character grams as numbers, pieces of a long text, and its language.

=================================  ========================================  ============================
script                             terms                                     grams
=================================  ========================================  ============================
Han                                words (jieba, search mode) and pairs      1 and 2 characters
Kana, Hangul                       pairs                                     1 and 2 characters
Thai, Lao, Khmer, Burmese          triples (no segmenter needed)             2 and 3 characters
every other                        words; commonest English endings off      3 to 5 characters in a word
=================================  ========================================  ============================

Terms are known by a hash of 32 bits, grams by one of 21, so that an index keeps no vocabulary. Of half a million terms
about thirty pairs share a hash.
"""

from __future__ import annotations

import re
import unicodedata
from binascii import crc32
from collections import Counter
from functools import cache, lru_cache
from itertools import pairwise

import numpy as np
import rjieba
from numpy.typing import NDArray

from fupan.engine.labels.tokens import stem
from fupan.engine.topics import stopwords

Ids = NDArray[np.uint32]

BUCKETS = 1 << 21  # of grams
LONG = 200  # a text wider than this is also compared piece by piece; a character of a script without blanks counts 3
_PIECE = 300  # what E5 reads at a time
_MOST = 20_000  # characters of a text that are read at all
_LONGEST_WORD = 64  # letters of a word that give grams

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3041-\u309f\u30a1-\u30ff\u31f0-\u31ff\uac00-\ud7af"
_SOUTH_EAST = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_RUN = re.compile(rf"[{_HAN}]+|[{_KANA}]+|[{_SOUTH_EAST}]+|[^\W_{_HAN}{_KANA}{_SOUTH_EAST}]+")
_IS_HAN, _IS_KANA, _IS_SOUTH_EAST = (re.compile(f"[{script}]") for script in (_HAN, _KANA, _SOUTH_EAST))
_WIDE = re.compile(f"[{_HAN}{_KANA}]")
_SENTENCE_END = re.compile(r"(?<=[。！？；])|(?<=[.!?…])\s+|\n+")
_NOISE = re.compile(r"(?:https?://|www\.)\S+|[^\s@]{1,64}@[^\s@]{1,99}\.\w{1,20}|\b[A-Za-z]{0,4}[-#]?\d[\d-]{5,}\b")
_STOP = frozenset(  # English; of other languages the idf takes care
    """a an the and or of to in on at for from by with as is are was were be been am it its this that these those i you
    he she we they me my your our their his her us them do does did have has had will would can could should may might
    what how when where why which who if so but there""".split()  # noqa: SIM905
)


# Terms and grams


def terms(text: str) -> Counter[str]:
    """What is looked up, with its count."""
    return Counter(term for run in runs(text) for term in run_terms(run))


def term_ids(text: str) -> tuple[Ids, NDArray[np.intp]]:
    """(hashes, counts) of the terms, rising by hash."""
    return _numbers([*map(_term_numbers, runs(text))])


def gram_ids(text: str) -> tuple[Ids, NDArray[np.intp]]:
    """(hashes, counts) of the character grams, rising by hash."""
    return _numbers([*map(_gram_numbers, runs(text))])


def number(term: str) -> int:
    """The hash a term is known by."""
    return crc32(term.encode())


def runs(text: str) -> list[str]:
    """The text in runs of one script each, in lower case and half width."""
    return _RUN.findall(unicodedata.normalize("NFKC", text[:_MOST]).lower().encode("utf-8", "replace").decode())


def _numbers(parts: list[Ids]) -> tuple[Ids, NDArray[np.intp]]:
    return np.unique(np.concatenate([np.empty(0, np.uint32), *parts]), return_counts=True)


@lru_cache(maxsize=200_000)
def _term_numbers(run: str) -> Ids:
    return np.array([number(term) for term in run_terms(run)], dtype=np.uint32)


@lru_cache(maxsize=100_000)
def _gram_numbers(run: str) -> Ids:
    return np.array([number(gram) & (BUCKETS - 1) for gram in _grams(run)], dtype=np.uint32)


def is_han(run: str) -> bool:
    return _IS_HAN.match(run) is not None


def is_spaced(run: str) -> bool:
    """Whether it is of a script that parts words by blanks."""
    return not (_IS_HAN.match(run) or _IS_KANA.match(run) or _IS_SOUTH_EAST.match(run))


def run_terms(run: str) -> list[str]:
    """The terms of one run, in their order."""
    if _IS_HAN.match(run):
        pairs = [f"#{one}{other}" for one, other in pairwise(run)]
        return [*rjieba.cut_for_search(run), *pairs]
    if _IS_KANA.match(run):
        return [run] if len(run) == 1 else [one + other for one, other in pairwise(run)]
    if _IS_SOUTH_EAST.match(run):
        return [run[at : at + 3] for at in range(max(1, len(run) - 2))]
    if run in _STOP:
        return []
    return [stem(run) if run.isascii() else run]


def _grams(run: str) -> list[str]:
    if _IS_HAN.match(run) or _IS_KANA.match(run):
        sizes: tuple[int, ...] = (1, 2)
    elif _IS_SOUTH_EAST.match(run):
        sizes = (2, 3)
    else:
        run, sizes = f" {run[:_LONGEST_WORD]} ", (3, 4, 5)
    return [run[at : at + n] for n in sizes for at in range(len(run) - n + 1)]


# Pieces


def quiet(text: str) -> str:
    """The text without links, mails and long numbers: they mean nothing to an encoder, and turn its vector."""
    return " ".join(_NOISE.sub(" ", text[:_MOST]).split())


def width(text: str) -> int:
    """Length as a reader feels it: a Chinese, Japanese or Korean character counts as three letters."""
    return len(text) + 2 * len(_WIDE.findall(text))


def sentences(text: str) -> list[str]:
    """The text cut behind . ! ? and their Chinese kin, each part with something in it and at most 300 wide."""
    parts = (part.strip() for part in _SENTENCE_END.split(text) if _RUN.search(part))
    return [cut for part in parts for cut in _cut(part)]


def pieces(text: str) -> list[str]:
    """The text in pieces of at most 300 wide, whole sentences where they fit; a short text is one piece."""
    plain = quiet(text)
    if width(plain) <= _PIECE:
        return [plain]
    found: list[str] = []
    for sentence in sentences(plain):
        if found and width(found[-1]) + width(sentence) < _PIECE:
            found[-1] = f"{found[-1]} {sentence}"
        else:
            found.append(sentence)
    return found or [plain]


def whole_and_sentences(text: str) -> list[str]:
    """The whole text and, when it is long, each of its sentences behind it."""
    plain = quiet(text)
    return [plain] if width(plain) <= LONG else [plain, *sentences(plain)]


def _cut(sentence: str) -> list[str]:
    """A sentence in parts that fit into one piece, cut at blanks where there are some."""
    if width(sentence) <= _PIECE:
        return [sentence]
    found: list[str] = []
    rest = sentence
    while rest:
        fits = max(1, _PIECE * len(rest) // width(rest))
        at = rest.rfind(" ", fits // 2, fits) if len(rest) > fits else len(rest)
        at = fits if at < 0 else at
        found.append(rest[:at].strip())
        rest = rest[at:].strip()
    return [part for part in found if part]


# Language

_SCRIPTS = (
    (re.compile("[\u3041-\u30ff]"), "ja"),
    (re.compile("[\uac00-\ud7af]"), "ko"),
    (re.compile(f"[{_HAN}]"), "zh"),
    (re.compile("[\u0e01-\u0e5b]"), "th"),
    (re.compile("[\u0400-\u04ff]"), "ru"),
    (re.compile("[\u0600-\u06ff]"), "ar"),
    (re.compile("[\u0370-\u03ff]"), "el"),
    (re.compile("[\u0590-\u05ff]"), "he"),
    (re.compile("[\u0900-\u097f]"), "hi"),
    (re.compile("[\u0980-\u0dff\u0e80-\u109f\u10a0-\u10ff\u1780-\u17ff]"), "other"),
)
_LETTER = re.compile(r"[^\W\d_]")
_VIETNAMESE = re.compile("[ăằẳẵắặấầẩẫậđẹẻẽếềểễệỉịọỏốồổỗộơớờởỡợụủưứừửữựỳỵỷỹ]")
_LATIN_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def language(text: str) -> str:
    """The two letters of the text's language, "" when a text in Latin letters does not tell.

    By script; Vietnamese by its letters; the rest by its function words, when one language has twice as many as any
    other. Good enough to choose a route, not to greet a buyer.
    """
    plain = unicodedata.normalize("NFKC", text[:_MOST]).lower()
    letters = len(_LETTER.findall(plain))
    for script, code in _SCRIPTS:
        found = len(script.findall(plain))
        if found and found * (3 if code in ("zh", "ja") else 2) >= letters:
            return code
    words = _LATIN_WORD.findall(plain)
    marked = sum(1 for word in words if _VIETNAMESE.search(word))
    if words and marked * 4 >= len(words):
        return "vi"
    votes = Counter(code for word in words for code in _function_words().get(word, ()))
    (first, most), (_, next_most) = [*votes.most_common(2), ("", 0), ("", 0)][:2]
    return first if most >= 2 * next_most and most > 0 else ""


@cache
def _function_words() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code in stopwords.languages():
        for word in stopwords.word_list(code):
            found[word] = (*found.get(word, ()), code)
    return {word: tuple(sorted(codes)) for word, codes in found.items()}
