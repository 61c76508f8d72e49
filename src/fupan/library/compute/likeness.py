"""Cases and articles found by what they say: one index per workspace, searched in every process, saved by one writer.

FUPAN_HOME/likeness/<workspace>/index.npz is a checkpoint. A process loads it when it is newer than what it holds, and
puts in what was changed since (`queries.likeness`), so that a case is found the moment it is published, worker or not.
The engine is imported when it is used. Vectors are kept under FUPAN_HOME/vectors by the hash of their text.
"""

from __future__ import annotations

import fcntl
import time
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings

from fupan.desk.compute import learning

if TYPE_CHECKING:
    from fupan.engine.encoders import Encoder
    from fupan.engine.likeness import Hits, Index

QUICK, DEEP = learning.QUICK, "e5"
LEAST_TRIALS = 20
TELLING = 0.75  # area under the curve below which scores do not tell a known trouble from a new one
HELD = 8  # workspaces a process keeps in memory
_AT_ONCE = 32
Known = dict[str, int | str | tuple[int, ...]]
Vectors = dict[str, Any]


class Entry(NamedTuple):
    """A case or an article as it is compared: what troubled, what was done, and what is known of it."""

    id: str  # "case:12"
    problem: str
    resolution: str
    facts: Known

    @property
    def stamp(self) -> str:
        """Changes when anything of it does."""
        told = repr((self.problem, self.resolution, sorted(self.facts.items())))
        return blake2b(told.encode("utf-8", "replace"), digest_size=8).hexdigest()


@dataclass(slots=True)
class Held:
    """The index of a workspace in this process; `seen` is the newest event that was looked at."""

    index: Index
    signature: tuple[int, ...]
    seen: int
    stamps: dict[str, str] = field(default_factory=dict)
    lock: Any = field(default_factory=RLock)


class Answer(NamedTuple):
    """One thing found: its id, its score with all that is known of it, and why."""

    id: str
    score: float
    likeness: float
    same: tuple[str, ...]
    words: tuple[str, ...]
    one_language: bool
    sure: bool | None


class Answers(NamedTuple):
    found: list[Answer]
    nothing_like_this: bool | None  # None: not calibrated


# Encoders


def encoders_here() -> list[Encoder]:
    """The encoders that are installed, the quick one first; without any, words alone are compared."""
    return list(_encoders(learning.vectors_folder(), learning.installed()))


@lru_cache(maxsize=2)
def _encoders(_folder: Path, names: tuple[str, ...]) -> tuple[Encoder, ...]:
    return tuple(learning.load(names))


def vectors_of(text: str, language: str, *, wait: bool = False) -> Vectors:
    """A ticket's vectors: those kept, and the quick one; the deep one when no other reads the language, or `wait`."""
    found: Vectors = {}
    for encoder in encoders_here() if text.strip() else ():
        kept = _known(encoder, [text])
        if text in kept:
            found[encoder.name] = kept[text]
        elif encoder.name == QUICK or wait or not read_by_quick(language):
            found[encoder.name] = encoder.encode([text])[0]
    return found


def read_by_quick(language: str) -> bool:
    from fupan.engine.encoders import USE_LANGUAGES

    return not language or language in USE_LANGUAGES


def _known(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    from fupan.engine.encoders import Cached

    return dict(encoder.known(texts)) if isinstance(encoder, Cached) else {}


def read_ahead(texts: Sequence[str], *, seconds: float) -> bool:
    """Read texts for some seconds so that their vectors are at hand; whether all are."""
    until = time.monotonic() + seconds
    for encoder in encoders_here():
        for start in range(0, len(texts), _AT_ONCE):
            if time.monotonic() > until:
                return False
            encoder.encode(texts[start : start + _AT_ONCE])
    return True


def typical(vectors: Sequence[Vectors]) -> int:
    """Which of these texts lies nearest to the middle of them all; the first where none was read."""
    import numpy as np

    told = [(at, found[QUICK]) for at, found in enumerate(vectors) if QUICK in found]
    if not told:
        return 0
    rows = np.stack([vector for _at, vector in told])
    return told[int((rows @ rows.mean(axis=0)).argmax())][0]


# The index of a workspace


_held: OrderedDict[Path, Held] = OrderedDict()
_shelves: OrderedDict[tuple[Path, tuple[str, ...]], Held] = OrderedDict()
_holding = RLock()


def held(workspace_id: int) -> Held:
    """What this process holds, loaded anew when the writer has saved; empty when nothing was saved yet."""
    path = path_of(workspace_id)
    with _holding:
        known, signature = _held.get(path), _signature(path)
        if known is None or known.signature != signature:
            known = _held[path] = _loaded(path, signature)
        _held.move_to_end(path)
        while len(_held) > HELD:
            _held.popitem(last=False)
        return known


def shelf(workspace_id: int, entries: Sequence[Entry]) -> Held:
    """A few texts that need no file, as this process holds them, these among them as they stand now."""
    from fupan.engine.likeness import Index

    key = path_of(workspace_id), learning.installed()
    with _holding:
        one = _shelves.get(key)
        if one is None:
            one = _shelves[key] = Held(Index(encoders_here()), (), 0)
        _shelves.move_to_end(key)
        while len(_shelves) > HELD:
            _shelves.popitem(last=False)
    with one.lock:
        put(one, entries)
        if late := set(waiting(one)):
            _join_kept(one, DEEP, [entry for entry in entries if entry.id in late])
    return one


def path_of(workspace_id: int) -> Path:
    return Path(settings.LIKENESS_ROOT) / str(workspace_id) / "index.npz"


def _signature(path: Path) -> tuple[int, ...]:
    try:
        told = path.stat()
    except FileNotFoundError:
        return ()
    return told.st_mtime_ns, told.st_ino, told.st_size


def _loaded(path: Path, signature: tuple[int, ...]) -> Held:
    """A file that cannot be read, or was made with other encoders, counts as none: it is rebuilt."""
    from fupan.engine.likeness import BadState, Index

    encoders = encoders_here()
    try:
        index = Index.load(path, encoders)
    except (BadState, FileNotFoundError):
        return Held(Index(encoders), signature, 0)
    return Held(index, signature, int(index.notes.get("seen", 0)), dict(index.notes.get("stamps", {})))


@contextmanager
def writing(workspace_id: int) -> Iterator[Held | None]:
    """The index to change and to `save`, for one writer at a time on this machine; None while another writes."""
    path = path_of(workspace_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        yield _loaded(path, _signature(path))  # its own copy: readers go on with theirs until it is saved


def save(workspace_id: int, one: Held) -> None:
    """Put the index in the place of the one before, whole or not at all."""
    one.index.notes |= {"seen": one.seen, "stamps": one.stamps}
    one.index.save(path_of(workspace_id))


# Changing


def put(one: Held, entries: Sequence[Entry]) -> int:
    """Add what is new or changed; the deep vectors come later, unless they are kept. How many there were."""
    fresh = [entry for entry in entries if one.stamps.get(entry.id) != entry.stamp]
    if not fresh:
        return 0
    later = [name for name in one.index.encoders if name == DEEP]
    one.index.add(
        [entry.id for entry in fresh], [entry.problem for entry in fresh],
        resolutions=[entry.resolution for entry in fresh], facts=[entry.facts for entry in fresh], later=later,
    )  # fmt: skip
    one.stamps |= {entry.id: entry.stamp for entry in fresh}
    for name in later:
        _join_kept(one, name, fresh)
    return len(fresh)


def _join_kept(one: Held, name: str, entries: Sequence[Entry]) -> None:
    """The vectors of texts that were read before: after a rebuild nothing is read twice."""
    pieces = {entry.id: one.index.pieces(name, entry.problem) for entry in entries if entry.problem.strip()}
    kept = _known(one.index.encoders[name], [piece for parts in pieces.values() for piece in parts])
    whole = [(case, piece) for case, parts in pieces.items() if all(part in kept for part in parts) for piece in parts]
    if whole:
        one.index.join(name, [case for case, _piece in whole], [kept[piece] for _case, piece in whole])


def drop(one: Held, ids: Sequence[str]) -> int:
    """Remove what is no longer to be found. How many there were."""
    gone = [case for case in ids if case in one.index]
    if gone:
        one.index.remove(gone)
    for case in gone:
        one.stamps.pop(case, None)
    return len(gone)


def waiting(one: Held) -> list[str]:
    """What has no deep vector yet, oldest first."""
    return [str(case) for case in one.index.waiting(DEEP)] if DEEP in one.index.encoders else []


def join(one: Held, entries: Sequence[Entry], *, seconds: float) -> int:
    """Read problems with the deep encoder for some seconds; how many were read."""
    until, done = time.monotonic() + seconds, 0
    for start in range(0, len(entries), _AT_ONCE):
        if time.monotonic() > until:
            break
        part = entries[start : start + _AT_ONCE]
        one.index.encode(DEEP, [entry.id for entry in part], [entry.problem for entry in part])
        done += len(part)
    return done


# Asking


def calibrate(
    one: Held, texts: Sequence[str], languages: Sequence[str], answers: Sequence[Collection[str]], *,
    without: Sequence[Sequence[str]],
) -> int:  # fmt: skip
    """Learn from tickets whose case is known what a score means, with all encoders and with the quick one alone.

    How many of both could be learnt; the vectors are kept already (`read_ahead`).
    """
    told = [at for at, right in enumerate(answers) if any(case in one.index for case in right)]
    if len(told) < LEAST_TRIALS:
        return 0
    given = [vectors_of(texts[at], languages[at], wait=True) for at in told]
    kinds = (False, True) if DEEP in one.index.encoders else (False,)
    for quick in kinds:
        vectors = [{name: found[name] for name in found if not (quick and name == DEEP)} for found in given]
        one.index.calibrate(
            [texts[at] for at in told], [answers[at] for at in told], without=[without[at] for at in told],
            vectors=vectors, quick=quick,
        )  # fmt: skip
    return len(kinds)


def search(
    one: Held, text: str, vectors: Vectors, *, most: int, where: Mapping[str, Any], evidence: Mapping[str, int | str],
    weights: Mapping[str, float], without: Sequence[str] = (),
) -> Answers:  # fmt: skip
    """The most alike, best first; `evidence` is what is known of the ticket."""
    hits: Hits = one.index.search(
        text, most, where, evidence=evidence, weights=weights, vectors=vectors, without=without, quick=True
    )
    waits = DEEP in one.index.encoders and DEEP not in vectors
    meaning = one.index.quick_calibration if waits else one.index.calibration
    told = meaning is not None and meaning.auroc >= TELLING
    found = [
        Answer(str(hit.id), hit.score, why.likeness, why.same, why.words, why.one_language, hit.sure if told else None)
        for hit in hits
        for why in (hit.why,)
    ]
    return Answers(found, hits.nothing_like_this if told else None)
