"""Folders and zips, opened up safely: no bombs, no paths that climb out, what is not readable is named."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from django.utils.translation import gettext as _

from fupan.core.errors import Refused

MOST_BYTES = 4 << 30  # unpacked, in all
MOST_RATIO = 200  # unpacked to packed; report text packs some 10-20 times
MOST_FILES = 2_000
SUFFIXES = {
    ".csv", ".tsv", ".txt", ".tab", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods",
}  # fmt: skip
HIDDEN = ("__MACOSX", "~$", ".")


class Found(NamedTuple):
    """A file to read, or one passed over and why."""

    path: Path
    name: str
    skipped: str = ""


def files(path: Path) -> Iterator[Found]:
    """Every file under a folder or in a zip, or the file itself, in the order of names."""
    if path.is_dir():
        for inner in sorted(path.rglob("*")):
            if inner.is_file() and not _hidden(inner.relative_to(path).parts):
                yield from _one(inner, str(inner.relative_to(path)))
    elif path.exists():
        yield from _one(path, path.name, chosen=True)
    else:
        raise Refused(_("There is no file %(file)s.") % {"file": path}, code="no-such-file")


def _one(path: Path, name: str, *, chosen: bool = False) -> Iterator[Found]:
    suffix = path.suffix.lower()
    if suffix == ".zip":
        yield from _unpacked(path, name)
    elif chosen or suffix in SUFFIXES:
        yield Found(path, name)
    else:
        yield Found(path, name, _("no table"))


def _unpacked(path: Path, name: str) -> Iterator[Found]:
    if not zipfile.is_zipfile(path):
        raise Refused(_("%(file)s cannot be opened as a zip; it may be cut off.") % {"file": name}, code="broken-zip")
    with zipfile.ZipFile(path) as packed, tempfile.TemporaryDirectory(prefix="fupan-zip-") as folder:
        refuse_bomb(packed)
        for number, member in enumerate(sorted(packed.infolist(), key=lambda item: item.filename)):
            inner = PurePosixPath(member.filename.replace("\\", "/"))
            if member.is_dir() or _hidden(inner.parts):
                continue
            if inner.suffix.lower() not in SUFFIXES:
                yield Found(Path(inner.name), f"{name}/{inner}", _("no table"))
                continue
            target = Path(folder) / f"{number}-{inner.name}"  # our own flat name: the member's path is never used
            with packed.open(member) as source, target.open("wb") as copy:
                _copy(source, copy, most=member.file_size)
            yield Found(target, f"{name}/{inner}")


def refuse_bomb(packed: zipfile.ZipFile) -> None:
    """Refuse an archive that would unpack to absurd size, before unpacking it."""
    members = packed.infolist()
    total = sum(member.file_size for member in members)
    inside = sum(member.compress_size for member in members)
    if len(members) > MOST_FILES or total > MOST_BYTES or (total > 50 << 20 and total > MOST_RATIO * max(inside, 1)):
        raise Refused(
            _("This archive would unpack to %(files)s files and %(size)s MB; that is refused.")
            % {"files": len(members), "size": total >> 20},
            code="zip-bomb",
        )


def _copy(source: object, target: object, *, most: int) -> None:
    """Copy no more than the archive's own table of contents promised."""
    left = most
    while left >= 0:
        piece = source.read(min(1 << 20, left + 1))  # type: ignore[attr-defined]
        if not piece:
            return
        left -= len(piece)
        if left < 0:
            raise Refused(_("This archive is not what its table of contents says."), code="zip-bomb")
        target.write(piece)  # type: ignore[attr-defined]


def _hidden(parts: tuple[str, ...]) -> bool:
    return any(part.startswith(HIDDEN) for part in parts)
