"""Where a text has the words: the piece of it worth showing, with the words marked."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString

from fupan.library.compute.lookup import Text, Unit
from fupan.library.finding.asking import Word

WIDTH, MOST = 150, 5_000  # characters of a snippet, and of a text that is looked through


def marked(text: str, words: Sequence[Word]) -> SafeString:
    """The whole text, its words marked."""
    read = Text(text)
    return _html(text, read.spans(_there(read, words)), 0, len(text))


def snippet(texts: Sequence[str], words: Sequence[Word], *, lenient: bool) -> SafeString:
    """The piece of these texts with the most of the words; the beginning where none has any."""
    best: tuple[int, str, list[tuple[int, int]]] = (-1, "", [])
    for text in texts:
        plain = " ".join(text[:MOST].split())
        read = Text(plain)
        wanted = _there(read, words)
        found = read.spans([*wanted, *read.misspelt(_typed(words))] if lenient else wanted)
        if len(found) > best[0]:
            best = (len(found), plain, found)
    _count, plain, found = best
    start = _start(plain, found)
    return _html(plain, found, start, min(len(plain), start + WIDTH))


def _typed(words: Sequence[Word]) -> list[Unit]:
    return [unit for word in words for unit in word.units]


def _there(read: Text, words: Sequence[Word]) -> list[Unit]:
    """What was typed, and of what means the same only phrases that are there as a whole."""
    kin = [one.units for word in words for one in word.kin if all(map(read.has, one.units))]
    return [*_typed(words), *(unit for phrase in kin for unit in phrase)]


def _start(text: str, found: Sequence[tuple[int, int]]) -> int:
    """Before the densest place, at the beginning of a word."""
    if not found or len(text) <= WIDTH:
        return 0
    densest = max(found, key=lambda one: (sum(one[0] <= other[0] < one[0] + WIDTH - 40 for other in found), -one[0]))
    start = max(0, densest[0] - 30)
    blank = text.find(" ", start, densest[0])
    return 0 if start == 0 else blank + 1 if blank >= 0 else start


def _html(text: str, found: Sequence[tuple[int, int]], start: int, end: int) -> SafeString:
    parts: list[tuple[str, str]] = []
    before, at = "… " if start else "", start
    for low, high in found:
        if low < start or high > end:
            continue
        parts.append((before + text[at:low], text[low:high]))
        before, at = "", high
    rest = escape(before + text[at:end] + (" …" if end < len(text) else ""))
    return format_html_join("", "{}<mark>{}</mark>", parts) + rest if parts else rest
