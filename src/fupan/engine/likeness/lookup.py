"""What a person types, as a search looks it up: words that must be there, and where they stand in a text.

>>> [unit.text for unit in units("Type-C 充电宝无法充电")]
['type', 'c', '充电宝', '无法', '充电']
>>> text = "The power bank is not charging"
>>> [text[start:end] for start, end in spans(text, units("charge bank"))]
['bank', 'charging']

An index holds `index_terms` of its texts. A word of a script without blanks is there when all its pairs (triples in
Thai) are; any other when its stem is. A word with accents is found without them too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import rjieba

from fupan.engine.labels.tokens import stem
from fupan.engine.likeness import texts

_WORD = re.compile(r"[^\W_]+")
_BLANKS = re.compile(r"\s+")
_LONGEST = 8  # letters of a run of Thai or Kana that must be there as a whole
_SOLID = 3  # characters of a Chinese word that takes no more
_FILLERS = frozenset(["怎么办", "怎么", "怎样", "为什么", "如何", "请问", "什么", *"的了吗呢吧啊是在和与就都也很"])


@dataclass(frozen=True, slots=True)
class Unit:
    """A word as it is looked up: all of `needed` must be there; `exact`, where it is a term too, counts beside them."""

    text: str
    needed: tuple[str, ...]
    exact: str = ""
    spaced: bool = False  # of a script with blanks, so that it may be misspelt

    @property
    def wordy(self) -> bool:
        """Whether it is letters only: a number is right or wrong, never nearly right."""
        return self.spaced and self.text.isalpha()


def index_terms(text: str) -> list[str]:
    """The terms of a text as often as they occur, words with accents also without."""
    found = [_key(term) for term in texts.terms(text).elements()]
    return found + [plain for term in found if not term.isascii() and (plain := _plain(term)) != term]


def units(text: str) -> list[Unit]:
    """The words of what was typed, in their order; words that say nothing are left out."""
    return [unit for run in texts.runs(text) for unit in _units(run) if unit.needed]


def normal(text: str) -> str:
    """A phrase as it is compared with another: no case, no width, no blanks but single ones between words."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


class Text:
    """A text that is asked where words stand in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lower = text.lower()
        self._words = [(match.start(), match.end(), *_forms(match[0])) for match in _WORD.finditer(text)]
        self._stems = {form for *_place, stemmed, plain in self._words for form in (stemmed, plain)}

    def has(self, unit: Unit) -> bool:
        return unit.needed[0] in self._stems if unit.spaced else unit.text in self._lower

    def spans(self, wanted: Iterable[Unit]) -> list[tuple[int, int]]:
        """(start, end) of the words, rising, without overlap."""
        there = [unit for unit in wanted if self.has(unit)]
        stems = {unit.needed[0] for unit in there if unit.spaced}
        solid = sorted({unit.text for unit in there if not unit.spaced}, key=len, reverse=True)
        found = [(low, high) for low, high, stemmed, plain in self._words if stemmed in stems or plain in stems]
        if solid:
            pattern = re.compile("|".join(map(re.escape, solid)), re.IGNORECASE)
            found += [match.span() for match in pattern.finditer(self.text)]
        return _joined(sorted(found))

    def misspelt(self, wanted: Iterable[Unit]) -> list[Unit]:
        """Its words that one of these, misspelt, may have meant."""
        plain = [unit for unit in wanted if unit.wordy and len(unit.text) > 3]
        stems = {stemmed for *_place, stemmed, _plain_form in self._words}
        meant = sorted(one for one in stems if any(near(one, unit.needed[0]) for unit in plain))
        return [Unit(one, (one,), spaced=True) for one in meant]


def spans(text: str, wanted: Iterable[Unit]) -> list[tuple[int, int]]:
    """Where the words stand in a text: (start, end), rising, without overlap."""
    return Text(text).spans(wanted)


def near(word: str, other: str) -> bool:
    """Whether one word is the other but for a letter too much, too few, wrong, or two that changed places."""
    if abs(len(word) - len(other)) > 1 or word == other:
        return word == other
    at = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    rest, tail = word[at:], other[at:]
    swapped = len(rest) > 1 and len(tail) > 1 and rest[:2] == tail[1::-1] and rest[2:] == tail[2:]
    return rest[1:] == tail[1:] or rest[1:] == tail or rest == tail[1:] or swapped


def _units(run: str) -> list[Unit]:
    if texts.is_han(run):
        return [Unit(word, _pairs(word), word) for word in _words(run)]
    if texts.is_spaced(run):
        return [Unit(run, tuple(map(_key, texts.run_terms(run))), spaced=True)]
    pieces = [run[at : at + _LONGEST] for at in range(0, len(run), _LONGEST)] if len(run) > _LONGEST + 2 else [run]
    return [Unit(piece, tuple(dict.fromkeys(texts.run_terms(piece)))) for piece in pieces]


def _words(run: str) -> list[str]:
    """Chinese words; single characters go together, for alone one is found only where it stands alone."""
    found: list[list[str]] = [[]]
    for word in rjieba.cut(run, hmm=False):
        if word in _FILLERS and run != word:
            found.append([])
            continue
        group = found[-1]
        if group and (len(group[-1]) == 1 or (len(word) == 1 and len(group[-1]) < _SOLID)):
            group[-1] += word
        else:
            group.append(word)
    for group in found:
        if len(group) > 1 and len(group[-1]) == 1:
            group[-2:] = [group[-2] + group[-1]]
    return [word for group in found for word in group]


def _pairs(word: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"#{a}{b}" for a, b in pairwise(word))) or (word,)


@lru_cache(maxsize=100_000)
def _forms(word: str) -> tuple[str, str]:
    """A word as the index has it, and that without accents."""
    stemmed = _stemmed(unicodedata.normalize("NFKC", word).lower())
    return stemmed, _plain(stemmed)


def _stemmed(word: str) -> str:
    return _key(stem(word)) if word.isascii() else word


def _key(term: str) -> str:
    """An English stem without its silent e: charge, charges and charging are one."""
    return term[:-1] if len(term) > 3 and term.endswith("e") and term.isascii() else term


def _plain(term: str) -> str:
    """Without accents; only Latin letters have a plain form."""
    apart = unicodedata.normalize("NFD", term.replace("đ", "d").replace("ß", "ss").replace("ø", "o"))
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return plain if plain.isascii() else term


def _joined(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
