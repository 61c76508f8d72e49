"""One text of every case (its problem, or its resolution): words, vectors, language and length, compared as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fupan.engine.checks import BoolArray, FloatArray, IntArray
from fupan.engine.encoders import USE_LANGUAGES, Vectors
from fupan.engine.likeness import fusion, texts
from fupan.engine.likeness.dense import Dense, DenseView
from fupan.engine.likeness.growing import Growing
from fupan.engine.likeness.lexical import Asked, Lexical, LexicalView

CANDIDATES = 100  # of each way to find them
_UNKNOWN = ""


@dataclass(frozen=True, slots=True, eq=False)
class Spaces:
    """Which encoder plays which part: the quick one (USE) and the deep one (E5), either or neither."""

    quick: str | None
    deep: str | None

    @property
    def names(self) -> tuple[str, ...]:
        """Those there are, the quick one first."""
        return tuple(name for name in (self.quick, self.deep) if name is not None)

    def pieces(self, name: str, text: str) -> list[str]:
        """What this encoder reads of a text."""
        return texts.pieces(text) if name == self.deep else texts.whole_and_sentences(text)


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """A query as read: words, vectors by space, language and length."""

    words: Asked
    vectors: Mapping[str, Vectors]
    language: str
    width: int


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Candidates with their scores and signals."""

    rows: IntArray
    score: FloatArray
    signals: fusion.Signals


@dataclass(frozen=True, slots=True, eq=False)
class FieldView:
    """What a search reads."""

    spaces: Spaces
    words: LexicalView
    dense: Mapping[str, DenseView]
    width: NDArray[np.int32]
    language: NDArray[np.int16]
    languages: tuple[str, ...]
    passages: bool  # most texts are long: a short query looks for the one that holds its answer

    def likely(self, query: Query, allowed: BoolArray) -> IntArray:
        """Rows worth comparing."""
        found = [self.words.likely(query.words, CANDIDATES, allowed)]
        for name, vector in query.vectors.items():
            found.append(self.dense[name].likely(vector, CANDIDATES, allowed, hubs=not self.passages))
        return np.unique(np.concatenate(found)).astype(np.intp)

    def compare(self, query: Query, rows: IntArray) -> Compared:
        """These rows scored; those without a text are left out."""
        rows = rows[self.width[rows] > 0]
        covered, passage, grams = self.words.compare(query.words, rows)
        one_language, blind = self._languages(query.language, rows)
        long = np.full(len(rows), self.passages and query.width <= texts.LONG)
        quick = self._cosines(self.spaces.quick, query, rows)
        deep = self._cosines(self.spaces.deep, query, rows)
        signals = fusion.Signals(covered, grams, passage, quick, deep, one_language, long, blind)
        return Compared(rows, fusion.score(signals), signals)

    def _languages(self, asked: str, rows: IntArray) -> tuple[BoolArray, BoolArray]:
        """(of the query's language, unreadable for USE); Latin letters that do not tell go with all but Vietnamese."""
        latin = np.array([_latin(code) for code in self.languages])
        same = np.array([code == asked for code in self.languages])
        if asked == _UNKNOWN:
            same = latin
        elif _latin(asked):
            same |= np.array([code == _UNKNOWN for code in self.languages])
        blind = np.array([_blind(code) or _blind(asked) for code in self.languages])
        codes = self.language[rows]
        return same[codes], blind[codes]

    def _cosines(self, name: str | None, query: Query, rows: IntArray) -> NDArray[np.float32]:
        if name is None or name not in query.vectors:
            return np.full(len(rows), np.nan, dtype=np.float32)
        found = self.dense[name].cosines(query.vectors[name], rows, hubs=not self.passages)
        value, starts = np.full(len(rows), np.nan, dtype=np.float32), found.bounds[:-1]
        cosine, size = found.flats[0], np.diff(found.bounds)
        there = size > 0
        if not there.any():
            return value
        best = np.maximum.reduceat(cosine, starts[there])
        if name == self.spaces.quick:
            value[there] = _half_whole(cosine, starts[there], size[there])
        else:
            value[there] = fusion.stretched(name, best)
        return value


class Field:
    """One text of every case added so far."""

    def __init__(self, spaces: Spaces, dims: Mapping[str, int]) -> None:
        self.spaces = spaces
        self.words = Lexical()
        self.dense = {name: Dense(dims[name]) for name in spaces.names}
        self.width = Growing(np.empty(0, np.int32))
        self.language = Growing(np.empty(0, np.int16))
        self.languages = [_UNKNOWN]

    @property
    def nbytes(self) -> dict[str, int]:
        """Memory by part."""
        rest = self.width.nbytes + self.language.nbytes
        return {"words": self.words.nbytes + rest, **{name: space.nbytes for name, space in self.dense.items()}}

    def append(self, some: Sequence[str], languages: Sequence[str | None]) -> None:
        """Put texts behind the last one, without vectors yet."""
        codes = [texts.language(text) if code is None else code for text, code in zip(some, languages, strict=True)]
        for code in codes:
            if code not in self.languages:
                self.languages.append(code)
        self.words.append(some)
        self.width.append(np.array([texts.width(text.strip()) for text in some], dtype=np.int32))
        self.language.append(np.array([self.languages.index(code) for code in codes], dtype=np.int16))
        for space in self.dense.values():
            space.reserve(len(some))

    def kept(self, rows: IntArray) -> dict[str, NDArray[Any]]:
        """What is held of these cases, as arrays."""
        arrays = self.words.kept(rows)
        arrays |= {"width": self.width.rows[rows], "language": self.language.rows[rows]}
        for name, space in self.dense.items():
            arrays[f"{name}_vectors"], arrays[f"{name}_count"] = space.kept(rows)
            if space.turn is not None:
                arrays[f"{name}_turn"] = space.turn
        return arrays

    def put(self, kept: Mapping[str, NDArray[Any]], languages: Sequence[str]) -> None:
        """Hold this and nothing else."""
        self.words = Lexical.of(kept)
        self.width, self.language = Growing(kept["width"]), Growing(kept["language"])
        self.languages = list(languages)
        for name, space in self.dense.items():
            turn = kept.get(f"{name}_turn")
            self.dense[name] = Dense.of(space.dim, turn, kept[f"{name}_vectors"], kept[f"{name}_count"])

    def view(self, alive: BoolArray) -> FieldView:
        """What a search needs."""
        dense = {name: space.view() for name, space in self.dense.items()}
        words, width = self.words.view(alive), self.width.rows
        told = width[alive & (width > 0)]
        passages = len(told) > 0 and float(np.median(told)) > texts.LONG
        return FieldView(self.spaces, words, dense, width, self.language.rows, tuple(self.languages), passages)


def _half_whole(cosine: NDArray[np.float32], starts: IntArray, size: IntArray) -> NDArray[np.float32]:
    """Half the whole text's cosine and half that of its best sentence; a short text's own."""
    whole = cosine[starts].copy()
    rest = cosine.copy()
    rest[starts] = -np.inf
    sentence = np.maximum.reduceat(rest, starts)
    several = size > 1
    whole[several] = (whole[several] + sentence[several]) / 2
    return whole


def _latin(code: str) -> bool:
    return code not in ("vi", "zh", "ja", "ko", "th", "ru", "ar", "el", "he", "hi", "other")


def _blind(code: str) -> bool:
    """Whether USE cannot read the language; what does not tell its language is taken for one it can."""
    return bool(code) and code not in USE_LANGUAGES
