"""An index as one file and back: arrays and JSON in an uncompressed NumPy archive, no code inside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from fupan.engine.errors import EngineError

FORMAT = 1


class BadState(EngineError):
    """A file that is not an index of this version, or one that needs other encoders."""


def write(path: Path, about: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write beside the path first, then put it in its place, so that a crash leaves the old file or the new one."""
    told = json.dumps({"format": FORMAT, **about}, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    beside = path.with_name(f"{path.name}.new")
    with beside.open("wb") as file:
        np.savez(file, allow_pickle=False, about=np.frombuffer(told, dtype=np.uint8), **arrays)
    beside.replace(path)


def read(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """What was written. Raises BadState, and FileNotFoundError."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        about = json.loads(arrays.pop("about").tobytes().decode("utf-8", "surrogatepass"))
        found = about.pop("format")
    except FileNotFoundError:
        raise
    except (BadZipFile, KeyError, ValueError, EOFError, OSError, AttributeError, TypeError) as wrong:
        raise BadState("path", f"{path.name} is not a likeness index") from wrong
    if found != FORMAT:
        raise BadState("path", f"expected format {FORMAT}, got {found!r}")
    return about, arrays
