"""One spelling of free text, so that rules written by people meet what buyers type."""

from __future__ import annotations

import re
import unicodedata

UNSPACED = frozenset({"zh", "ja", "th"})  # written without spaces: phrases may stand anywhere
_APOSTROPHES = re.compile("[’‘ʼ´`']")
_NOT_WORD = re.compile(r"[^\w\u0e00-\u0e7f]+|_+")
_MARKS = re.compile("[\u0300-\u036f]")


def without_marks(text: str) -> str:
    """Latin letters without their accents; other scripts untouched by the caller's choice."""
    if text.isascii():
        return text
    return _MARKS.sub("", unicodedata.normalize("NFD", text)).replace("đ", "d").replace("ß", "ss")


def plain(text: str, language: str) -> str:
    """Case, width, accents, apostrophes, punctuation levelled; words between single spaces, also at both ends."""
    text = unicodedata.normalize("NFKC", text).casefold()
    if language in UNSPACED:
        return _NOT_WORD.sub("", text)
    text = _APOSTROPHES.sub(" " if language in {"fr", "it"} else "", text)
    return f" {_NOT_WORD.sub(' ', without_marks(text)).strip()} "


def label_key(text: str) -> str:
    """How labels of sheets are compared: no case, no spaces, no punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())
