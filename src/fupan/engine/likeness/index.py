"""The index: cases in, hits out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from fupan.engine import checks
from fupan.engine.checks import IntArray
from fupan.engine.encoders import Encoder, Vectors
from fupan.engine.errors import BadChoice, BadShape
from fupan.engine.likeness import texts as reading
from fupan.engine.likeness.answers import Hits, Id
from fupan.engine.likeness.asking import View
from fupan.engine.likeness.facts import Column, Facts, Known, Plain, Where, checked
from fupan.engine.likeness.field import Field, Query, Spaces
from fupan.engine.likeness.gate import Calibration, Trial, fitted
from fupan.engine.likeness.growing import Growing
from fupan.engine.likeness.inputs import encoders_of, ids_of, texts_of, vectors_of
from fupan.engine.likeness.lexical import Asked
from fupan.engine.likeness.state import BadState, read, write
from fupan.engine.likeness.turns import Turns

FIELDS = ("problem", "resolution")

_BATCH = 1024
_AT_ONCE = 2  # searches


class Index:
    """Past cases, found again by what they say, in whatever language.

    ``encoders``: at most one quick encoder (any but E5; its weight is USE's) and one deep encoder (its name begins with
    "e5"). Without any it compares words. May be searched from several threads while one changes it.

    Raises BadChoice.
    """

    def __init__(self, encoders: Sequence[Encoder] = ()) -> None:
        self.encoders = {encoder.name: encoder for encoder in encoders_of(encoders)}
        deep = next((name for name in self.encoders if name.startswith("e5")), None)
        quick = next((name for name in self.encoders if name != deep), None)
        self.spaces = Spaces(quick, deep)
        self.calibration: Calibration | None = None
        self.quick_calibration: Calibration | None = None  # of searches that did not wait for the deep encoder
        self.notes: dict[str, Any] = {}  # what the caller wants kept with it, as JSON holds it
        self._lock = RLock()
        self._turns = Turns(_AT_ONCE)
        self._ids: list[Id] = []
        self._row_of: dict[Id, int] = {}
        self._alive = Growing(np.empty(0, np.bool_))
        self._facts = Known()
        dims = {name: encoder.dim for name, encoder in self.encoders.items()}
        self._fields = {name: Field(self.spaces, dims) for name in FIELDS}
        self._view: View | None = None

    def __len__(self) -> int:
        return len(self._row_of)

    def __contains__(self, case: object) -> bool:
        return case in self._row_of

    # Changing

    def add(
        self,
        ids: Sequence[Id],
        texts: Sequence[str],
        *,
        resolutions: Sequence[str] | None = None,
        facts: Sequence[Facts] | None = None,
        languages: Sequence[str | None] | None = None,
        later: Collection[str] = (),
    ) -> Index:
        """Add cases, or put new ones in the place of those with these ids.

        ids            one per case, text or number, each once
        texts          the problem as the buyer or the case tells it
        resolutions    what solved it; a field of its own, searched when asked for
        facts          {"product": ..., "cause": ..., "issue": ...}, values plain or tuples of them (tags)
        languages      two letters each, None to find out
        later          encoders that wait (see ``join``): ``later=["e5"]`` returns at once

        Raises BadShape, BadChoice.
        """
        texts, ids = texts_of("texts", texts), ids_of(ids)
        resolutions = [""] * len(texts) if resolutions is None else texts_of("resolutions", resolutions)
        facts = checked(facts, len(texts))
        told = [None] * len(texts) if languages is None else list(languages)
        for name, listed in (("ids", ids), ("resolutions", resolutions), ("languages", told)):
            if len(listed) != len(texts):
                raise BadShape(name, f"expected one per text ({len(texts)}), got {len(listed)}")
        later = {checks.one_of("later", name, self.spaces.names) for name in later}
        vectors = {
            (field, name): self._encoded(name, some)
            for field, some in zip(FIELDS, (texts, resolutions), strict=True)
            for name in self.spaces.names
            if name not in later
        }
        with self._lock:
            first = len(self._ids)
            self._forget([case for case in ids if case in self._row_of])
            self._ids += ids
            self._row_of |= {case: first + at for at, case in enumerate(ids)}
            self._alive.append(np.ones(len(ids), dtype=np.bool_))
            self._facts.append(facts)
            self._fields["problem"].append(texts, told)
            self._fields["resolution"].append(resolutions, told)
            for (field, name), (owner, found) in vectors.items():
                self._fields[field].dense[name].join(first + owner, found)
            self._view = None
        return self

    def join(self, encoder: str, ids: Sequence[Id], vectors: ArrayLike, *, field: str = "problem") -> Index:
        """Hand in vectors computed elsewhere, in the place of any before; a case's id once per piece.

        ``vectors``: shape (len(ids), dim), as the encoder gives them for ``pieces(encoder, text)``. Cases removed
        meanwhile are passed over.

        Raises BadShape, BadChoice.
        """
        checks.one_of("encoder", encoder, self.spaces.names)
        checks.one_of("field", field, FIELDS)
        array = vectors_of("vectors", vectors, len(ids), self.encoders[encoder].dim)
        with self._lock:
            rows = np.array([self._row_of.get(case, -1) for case in ids], dtype=np.intp)
            order = np.argsort(rows, kind="stable")
            order = order[rows[order] >= 0]
            self._fields[field].dense[encoder].join(rows[order], array[order])
            self._view = None
        return self

    def encode(self, encoder: str, ids: Sequence[Id], texts: Sequence[str], *, field: str = "problem") -> Index:
        """Compute the vectors that wait and join them; the texts are those that were added.

        Raises BadShape, BadChoice.
        """
        checks.one_of("encoder", encoder, self.spaces.names)
        texts = texts_of("texts", texts)
        if len(ids) != len(texts):
            raise BadShape("ids, texts", f"expected equal lengths, got {len(ids)} and {len(texts)}")
        owner, vectors = self._encoded(encoder, texts)
        return self.join(encoder, [ids[at] for at in owner], vectors, field=field)

    def pieces(self, encoder: str, text: str) -> list[str]:
        """What this encoder reads of a text: one piece of a short one, several of a long one."""
        return self.spaces.pieces(checks.one_of("encoder", encoder, self.spaces.names), text)

    def waiting(self, encoder: str, *, field: str = "problem") -> list[Id]:
        """Cases whose text has no vector of this encoder yet, oldest first."""
        checks.one_of("encoder", encoder, self.spaces.names)
        held = self._fields[checks.one_of("field", field, FIELDS)]
        with self._lock:
            rows = np.flatnonzero(self._alive.rows & ~held.dense[encoder].has() & (held.width.rows > 0))
            return [self._ids[row] for row in rows]

    def remove(self, ids: Sequence[Id]) -> Index:
        """Remove cases; they are never found again. Raises BadChoice when one is not there."""
        ids = ids_of(ids)
        with self._lock:
            missing = next((case for case in ids if case not in self._row_of), None)
            if missing is not None:
                raise BadChoice("ids", f"no case {missing!r} in the index")
            self._forget(ids)
            for case in ids:
                del self._row_of[case]
            self._view = None
        return self

    def compact(self) -> Index:
        """Give back the room of removed and replaced cases, and renew all statistics."""
        with self._lock:
            rows = np.flatnonzero(self._alive.rows)
            self._ids = [self._ids[row] for row in rows]
            self._row_of = {case: row for row, case in enumerate(self._ids)}
            self._alive = Growing(np.ones(len(rows), dtype=np.bool_))
            self._facts = self._facts.kept(rows)
            for field in self._fields.values():
                field.put(field.kept(rows), field.languages)
            self._view = None
        return self

    def save(self, path: Path | str) -> Index:
        """Compact, and write everything but the encoders into one file; a file that is there is replaced at once.

        The same cases added in the same order give the same bytes.
        """
        with self._lock:
            self.compact()
            names, columns = self.spaces.names, self._facts.columns
            about = {
                "spaces": list(names),
                "dims": [self.encoders[name].dim for name in names],
                "ids": self._ids,
                "languages": {name: field.languages for name, field in self._fields.items()},
                "facts": {name: column.values for name, column in columns.items()},
                "calibration": asdict(self.calibration) if self.calibration else None,
                "quick_calibration": asdict(self.quick_calibration) if self.quick_calibration else None,
                "notes": self.notes,
            }
            every = np.arange(len(self._ids))
            arrays = {f"facts {name}": column.codes.rows for name, column in columns.items()}
            for name, field in self._fields.items():
                arrays |= {f"{name} {part}": array for part, array in field.kept(every).items()}
        write(Path(path), about, arrays)
        return self

    @classmethod
    def load(cls, path: Path | str, encoders: Sequence[Encoder] = ()) -> Index:
        """The index that was saved; ``encoders`` as when it was made.

        Raises BadState when the file is no index of this version, or needs other encoders.
        """
        made = cls(encoders)
        about, arrays = read(Path(path))
        told = dict(zip(about["spaces"], about["dims"], strict=True))
        given = {name: made.encoders[name].dim for name in made.spaces.names}
        if told != given:
            raise BadState("encoders", f"the index was made with {told}, got {given}")
        made._ids = about["ids"]
        made._row_of = {case: row for row, case in enumerate(made._ids)}
        made._alive = Growing(np.ones(len(made._ids), dtype=np.bool_))
        for name, values in about["facts"].items():
            made._facts.columns[name] = Column.of(values, arrays[f"facts {name}"])
        made._facts.cases = len(made._ids)
        for name, field in made._fields.items():
            mine = {key.removeprefix(f"{name} "): array for key, array in arrays.items() if key.startswith(f"{name} ")}
            field.put(mine, about["languages"][name])
        for name in ("calibration", "quick_calibration"):
            setattr(made, name, Calibration(**about[name]) if about.get(name) else None)
        made.notes = about.get("notes", {})
        return made

    # Asking

    def search(
        self,
        text: str,
        k: int = 10,
        where: Where | None = None,
        *,
        evidence: Mapping[str, Plain] | None = None,
        weights: Mapping[str, float] | None = None,
        fields: Sequence[str] = ("problem",),
        vectors: Mapping[str, ArrayLike] | None = None,
        language: str | None = None,
        without: Collection[Id] = (),
        quick: bool = False,
    ) -> Hits:
        """The ``k`` cases most like a text, best first; equal scores in the order of their ids.

        where       only cases with these facts: {"shop": "A"}, {"product": ["P1", "P2"]}, {"id": seen_ids}
        evidence    facts of the ticket; each one a case shares raises it by 0.05 and is named in ``Hit.why.same``
        weights     by how much another fact raises it, where that is not 0.05
        fields      where to look; of several the better one counts
        vectors     the text's vectors by encoder when they are at hand, (dim,) each; missing ones are computed
        without     cases not to answer with (the one the ticket became)
        quick       do not wait for the deep encoder

        Raises BadShape, BadChoice.
        """
        view = self._now()
        names = [checks.one_of("fields", field, FIELDS) for field in dict.fromkeys(fields)]
        if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
            raise BadChoice("k", f"expected a whole number of 1 or more, got {k!r}")
        query = self._asked(text, vectors or {}, language, quick=quick)
        with self._turns:
            found = view.compared(query, names, view.allowed(where, without))
            return view.hits(query, found, evidence or {}, int(k), weights or {})

    def calibrate(
        self,
        queries: Sequence[str],
        answers: Sequence[Id | Collection[Id]],
        *,
        keep: float = 0.9,
        without: Sequence[Collection[Id]] | None = None,
        vectors: Sequence[Mapping[str, ArrayLike]] | None = None,
        quick: bool = False,
    ) -> Calibration:
        """Learn from queries with known answers when a best hit means anything; from then on hits say ``sure``.

        Every query is asked twice, with its answers in the index and with them left out, so one list tells both how a
        known case scores and how an unknown one does. The threshold keeps the part ``keep`` of the known.

        ``answers``: the right case of each query, or all of them. ``without``: cases not to answer a query with, such
        as the case it was taken from. ``vectors``: of each query, as ``search`` takes them. ``quick``: what a search
        without the deep encoder means, which is another matter. At least 20 queries whose answer is in the index; 200
        make it steady.

        Raises BadShape, BadChoice.
        """
        for name, listed in (("queries, answers", answers), ("without", without), ("vectors", vectors)):
            if listed is not None and len(listed) != len(queries):
                raise BadShape(name, f"expected one per query ({len(queries)}), got {len(listed)}")
        view = self._now()
        trials = []
        for at, (text, answer) in enumerate(zip(texts_of("queries", queries), answers, strict=True)):
            right = {answer} if isinstance(answer, str | int) else set(answer)
            if right & view.row_of.keys():
                query = self._asked(text, vectors[at] if vectors else {}, None, quick=quick)
                trials.append(_tried(view, query, right, set(without[at]) if without else set()))
        calibration = fitted(trials, checks.level("keep", keep))
        with self._lock:
            if quick and self.spaces.deep is not None:
                self.quick_calibration = calibration
            else:
                self.calibration = calibration
            self._view = None
        return calibration

    @property
    def nbytes(self) -> dict[str, int]:
        """Memory by part, in bytes; ids and the interpreter's own not counted."""
        parts = {"facts": self._facts.nbytes}
        for field in self._fields.values():
            for name, size in field.nbytes.items():
                parts[name] = parts.get(name, 0) + size
        return parts

    # Within

    def _forget(self, ids: Sequence[Id]) -> None:
        """The rows of these cases no longer count."""
        if ids:
            alive = self._alive.rows.copy()
            alive[[self._row_of[case] for case in ids]] = False
            self._alive = Growing(alive)
            for field in self._fields.values():
                field.words.drop(len(ids))

    def _now(self) -> View:
        with self._lock:
            if self._view is None:
                alive = self._alive.rows
                fields = {name: field.view(alive) for name, field in self._fields.items()}
                sure = self.calibration, self.quick_calibration if self.spaces.deep else self.calibration
                self._view = View(self._ids, dict(self._row_of), alive, self._facts, fields, self.spaces.deep, *sure)
            return self._view

    def _encoded(self, name: str, some: Sequence[str]) -> tuple[IntArray, Vectors]:
        """(which text, vector) of every piece; an empty text has none."""
        owner: list[int] = []
        pieces: list[str] = []
        for at, text in enumerate(some):
            if text.strip():
                parts = self.spaces.pieces(name, text)
                owner += [at] * len(parts)
                pieces += parts
        encoder = self.encoders[name]
        parts_of = [encoder.encode(pieces[at : at + _BATCH]) for at in range(0, len(pieces), _BATCH)]
        whole = np.concatenate(parts_of) if parts_of else np.empty((0, encoder.dim), np.float32)
        return np.array(owner, dtype=np.intp), vectors_of(f"encoder {name!r}", whole, len(pieces), encoder.dim)

    def _asked(self, text: str, given: Mapping[str, ArrayLike], language: str | None, *, quick: bool) -> Query:
        if not isinstance(text, str):
            raise BadShape("text", f"expected a text, got {text!r:.80}")
        for name in given:
            checks.one_of("vectors", name, self.spaces.names)
        found: dict[str, Vectors] = {}
        for name in self.spaces.names:
            if name in given:
                found[name] = vectors_of("vectors", np.asarray(given[name])[None], 1, self.encoders[name].dim)[0]
            elif text.strip() and not (quick and name == self.spaces.deep):
                found[name] = self.encoders[name].encode([reading.quiet(text)])[0]
        code = reading.language(text) if language is None else language
        return Query(Asked.of(text), found, code, reading.width(text.strip()))


def _tried(view: View, query: Query, right: set[Id], without: set[Id]) -> Trial:
    known, strange = _top(view, query, without), _top(view, query, without | right)
    return Trial(known[1], known[0] in right, strange[1])


def _top(view: View, query: Query, without: set[Id]) -> tuple[Id | None, float]:
    found = view.compared(query, ("problem",), view.allowed(None, without))
    hits = view.hits(query, found, {}, 1, {})
    return (hits[0].id, hits[0].score) if hits else (None, 0.0)
