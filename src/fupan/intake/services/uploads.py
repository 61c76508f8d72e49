"""Files that arrive through the browser: kept by their hash until they went in, one import for each."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from fupan.commerce.models import Shop
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.intake import readers
from fupan.intake.models import Import, ImportState
from fupan.people.models import Member, Workspace

MOST_BYTES = 1 << 30  # of one upload, packed


class Given(NamedTuple):
    """A file as the browser sends it."""

    name: str
    chunks: Iterable[bytes]


class _Kept(NamedTuple):
    """A file put away; `error` says why it cannot even be looked at."""

    name: str
    sha256: str
    size: int
    error: str = ""


def payload_of(sha256: str) -> Path:
    """Where the file of that hash lies."""
    return Path(settings.PAYLOADS_ROOT) / sha256[:2] / sha256


def upload(workspace: Workspace, files: Sequence[Given], *, shop: Shop | None, by: Member | None) -> list[Import]:
    """Put files away and open an import for each, and for each file inside an archive; nothing is read yet."""
    kept = [one for given in files for one in _keep(given)]
    with transaction.atomic():
        made = [_open(workspace, one, shop, by) for one in kept]
        for import_ in made:
            import_.options["upload"] = made[0].pk
            import_.save(update_fields=["options"])
        if made:
            record("intake.uploaded", made[0], by=by, files=len(made))
    return made


def _keep(given: Given) -> list[_Kept]:
    root = Path(settings.PAYLOADS_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="incoming-", dir=root) as folder:
        path = Path(folder) / "file"
        with path.open("wb") as file:
            for chunk in given.chunks:
                file.write(chunk)
        try:
            found, skipped = readers.files_of(path, given.name, Path(folder) / "unpacked")
        except Refused as no:
            return [_Kept(given.name, "", 0, str(no.message))]
        left = [_Kept(one.name, "", 0, str(one.why)) for one in skipped]
        return [_put_away(one) for one in found] + left


def _put_away(found: readers.Found) -> _Kept:
    known = readers.survey(found.path)
    place = payload_of(known.sha256)
    place.parent.mkdir(parents=True, exist_ok=True)
    found.path.replace(place)
    place.touch()
    return _Kept(found.name, known.sha256, known.size)


def _open(workspace: Workspace, kept: _Kept, shop: Shop | None, by: Member | None) -> Import:
    return Import.objects.create(
        workspace=workspace, shop=shop, by=by, name=kept.name[-255:], sha256=kept.sha256, profile="", source="",
        options={"size": kept.size}, error=kept.error,
        state=ImportState.FAILED if kept.error else ImportState.UPLOADED,
    )  # fmt: skip
