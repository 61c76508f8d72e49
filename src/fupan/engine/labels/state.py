"""A fitted labeller as bytes and back: arrays and JSON in one compressed NumPy archive, no code inside."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

import numpy as np

from fupan.engine.encoders import Encoder
from fupan.engine.errors import EngineError
from fupan.engine.labels.anchors import Phrases, Prior
from fupan.engine.labels.context import Context
from fupan.engine.labels.descriptions import Description
from fupan.engine.labels.few import Few
from fupan.engine.labels.gate import Gate
from fupan.engine.labels.heldout import HeldOut
from fupan.engine.labels.labeler import Fitted, Labeler, _encoders
from fupan.engine.labels.linear import Linear
from fupan.engine.labels.many import Blocks
from fupan.engine.labels.models import ByFew, ByMany
from fupan.engine.labels.space import Space
from fupan.engine.labels.wordblock import Machine, Vocabulary

FORMAT = 1
_LARGE = 100_000
_KINDS = (
    Blocks, ByFew, ByMany, Context, Description, Few, Gate, HeldOut, Linear, Machine, Phrases, Prior, Space, Vocabulary
)  # fmt: skip
_BY_NAME: dict[str, Any] = {kind.__name__: kind for kind in _KINDS}


class BadState(EngineError):
    """Bytes that are not a labeller of this version, or one that needs another encoder."""


def to_bytes(fitted: Fitted) -> bytes:
    """The fitted labeller without its encoders."""
    arrays: dict[str, np.ndarray] = {}
    parts = {
        "format": FORMAT,
        "classes": _plain(fitted.labeler.classes, arrays),
        "space": _plain(fitted.space, arrays),
        "model": _plain(fitted.model, arrays),
        "held_out": _plain(fitted.held_out, arrays),
        "labelled": fitted.labelled,
        "unlabelled": fitted.unlabelled,
    }
    told = np.frombuffer(json.dumps(parts, ensure_ascii=False).encode(), dtype=np.uint8)
    out = BytesIO()
    np.savez_compressed(out, allow_pickle=False, about=told, **arrays)
    return out.getvalue()


def from_bytes(data: bytes, encoder: Encoder | Sequence[Encoder] | None = None) -> Fitted:
    """The labeller that was written. ``encoder``: the same as when it was fitted (None: all that are installed).

    With fewer encoders than it was fitted with (the first ones), it answers as ``quick`` does.

    Raises BadState.
    """
    try:
        with np.load(BytesIO(data), allow_pickle=False) as archive:
            arrays = {name: _full(archive[name]) for name in archive.files}
        parts = json.loads(arrays.pop("about").tobytes())
        told = parts["format"]
    except (BadZipFile, KeyError, ValueError, EOFError, OSError) as wrong:
        raise BadState("data", "these bytes are not a labeller") from wrong
    if told != FORMAT:
        raise BadState("data", f"expected format {FORMAT}, got {told!r}")
    space = _built(parts["space"], arrays)
    given = _encoders(encoder)[: len(space.encoders)]
    if [one.name for one in given] != space.encoders[: len(given)]:
        raise BadState("encoder", f"expected {space.encoders}, got {[one.name for one in given]}")
    labeler = Labeler(_built(parts["classes"], arrays), given)
    model, held_out = _built(parts["model"], arrays), _built(parts["held_out"], arrays)
    return Fitted(labeler, space, model, held_out, parts["labelled"], parts["unlabelled"])


def _plain(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    """The value as JSON; arrays go into ``arrays``, the same one once."""
    if isinstance(value, np.ndarray):
        name = f"a{id(value)}"
        # half precision moves no cosine by more than a thousandth, and halves what a version takes
        arrays.setdefault(name, value.astype(np.float16) if _large(value) else value)
        return {"array": name}
    if is_dataclass(value):
        inside = {field.name: _plain(getattr(value, field.name), arrays) for field in fields(value) if field.init}
        return {"kind": type(value).__name__, "fields": inside}
    if isinstance(value, dict):
        return {"dict": [[key, _plain(part, arrays)] for key, part in value.items()]}
    if isinstance(value, list | tuple):
        return [_plain(part, arrays) for part in value]
    return value.item() if isinstance(value, np.generic) else value


def _large(value: np.ndarray) -> bool:
    return bool(value.dtype == np.float32 and value.size > _LARGE)


def _full(value: np.ndarray) -> np.ndarray:
    return value.astype(np.float32) if value.dtype == np.float16 else value


def _built(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(value, list):
        return [_built(part, arrays) for part in value]
    if not isinstance(value, dict):
        return value
    if "array" in value:
        return arrays[value["array"]]
    if "dict" in value:
        return {key: _built(part, arrays) for key, part in value["dict"]}
    inside = {name: _built(part, arrays) for name, part in value["fields"].items()}
    return _BY_NAME[value["kind"]](**inside)
