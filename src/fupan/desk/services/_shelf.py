"""The files of classifiers: FUPAN_HOME/models/<workspace>/<number>.npz, known by their hash; never a pickle."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.conf import settings

from fupan.desk.compute import learning
from fupan.desk.models import Classifier

KEPT = 5  # newest versions one can go back to
TWIN = "-apart"  # the same without a fifth of the corrections: what later versions are compared with


def put(version: Classifier, content: bytes, suffix: str = "") -> str:
    """Write a file whole or not at all; its hash."""
    path = _path(version, suffix)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)
    return hashlib.sha256(content).hexdigest()


def take(version: Classifier, suffix: str = "") -> learning.Learner | None:
    """The classifier of that version; None when its file is gone or is not what was written."""
    told, path = version.twin_sha256 if suffix else version.sha256, _path(version, suffix)
    if not told or not path.is_file():
        return None
    if hashlib.sha256(path.read_bytes()).hexdigest() != told:
        return None
    return learning.read(path, told, tuple(version.encoders))


def there(version: Classifier) -> bool:
    return bool(version.sha256) and _path(version, "").is_file()


def tidy(workspace_id: int, kept: set[int]) -> None:
    """Remove the files of versions that are neither among the newest nor to be kept."""
    numbers = Classifier.objects.filter(workspace_id=workspace_id).order_by("-number").values_list("number", flat=True)
    alive = {str(number) for number in (*numbers[:KEPT], *kept)}
    for path in _folder(workspace_id).glob("*"):
        if path.stem.removesuffix(TWIN) not in alive:
            path.unlink(missing_ok=True)


def _folder(workspace_id: int) -> Path:
    return Path(settings.HOME) / "models" / str(workspace_id)


def _path(version: Classifier, suffix: str) -> Path:
    return _folder(version.workspace_id) / f"{version.number}{suffix}.npz"
