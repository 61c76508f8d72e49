"""Texts to tokens, in any script: what the keyword rule and the word block read.

NFKC, lower case; order numbers, mails and links become one mark each, so that no label hangs on a number. Scripts with
spaces give stemmed words (English suffixes only: their loss harms no other language here); scripts without spaces give
characters, pairs and triples.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_MASKS = (
    (re.compile(r"(?:https?://|www\.)\S+"), " <link> "),
    (re.compile(r"\S+@\S+\.\w+"), " <mail> "),
    (re.compile(r"[a-z]{0,4}[-#]?\d[\d\-]{4,}"), " <num> "),
    (re.compile(r"\b(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{8,}\b"), " <num> "),
)
# Han, Kana, Hangul, Thai, Lao, Myanmar, Khmer: written without spaces, or with spaces that do not part words
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_RUN = re.compile(rf"<(?:link|mail|num)>|[{_UNSPACED}]+|[^\W_{_UNSPACED}]+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")
_STOP = frozenset(  # English function words; of other languages the idf takes care
    """a an the and or of to in on at for from by with as is are was were be been am it its this that these those i you
    he she we they me my your our their his her us them do does did have has had will would can could should may might
    what how when where why which who if so but there here just please want need help""".split()  # noqa: SIM905
)


def masked(text: str) -> str:
    """Lower-case NFKC text with numbers of five digits or more, mails and links replaced by a mark."""
    plain = unicodedata.normalize("NFKC", text).lower()
    for pattern, mark in _MASKS:
        plain = pattern.sub(mark, plain)
    return " ".join(plain.split())


def runs(text: str) -> list[str]:
    """Words, and unbroken stretches of a script without spaces."""
    return _RUN.findall(masked(text))


def unspaced(run: str) -> bool:
    """Whether the run is of a script without spaces."""
    return _IS_UNSPACED.match(run) is not None


def terms(text: str) -> list[str]:
    """What the text is about: stems without function words or marks, pairs of characters (one where there is one)."""
    found: list[str] = []
    for run in runs(text):
        if unspaced(run):
            found += [run] if len(run) == 1 else [a + b for a, b in pairwise(run)]
        elif run not in _STOP and not run.startswith("<"):
            found.append(stem(run))
    return found


def features(text: str) -> list[str]:
    """For the word block: words, pairs of words, and 3 to 5 characters within a word; 1 to 3 of unspaced scripts."""
    found: list[str] = []
    before = ""
    for run in runs(text):
        if unspaced(run):
            found += [run[at : at + n] for n in (1, 2, 3) for at in range(len(run) - n + 1)]
            before = ""
            continue
        found.append(run)
        if before:
            found.append(f"{before} {run}")
        before, framed = run, f" {run} "
        # the marks around a word keep its pieces apart from whole words
        found += [f"_{framed[at : at + n]}" for n in (3, 4, 5) for at in range(len(framed) - n + 1)]
    return found


def stem(word: str) -> str:
    """An English word without its commonest endings, at least three letters long."""
    for ending, instead in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: -len(ending)] + instead
    return word
