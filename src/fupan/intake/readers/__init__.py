"""From a path to the tables in it, by content and not by name."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused
from fupan.intake.readers import archive, workbook
from fupan.intake.readers.base import Chunk, Table
from fupan.intake.readers.delimited import Delimited
from fupan.intake.readers.objects import JsonLines, Parquet
from fupan.intake.readers.text import Survey, encoding_of, survey

__all__ = ["Chunk", "Found", "Survey", "Table", "survey", "tables_in", "unpacked"]

OLE = b"\xd0\xcf\x11\xe0"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
NOT_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"\x7fELF", b"MZ")


class Found:
    """A file that may hold tables, under the name people know."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name


def tables_in(path: Path, name: str, known: Survey, *, country: str = "", encoding: str = "") -> Sequence[Table]:
    """The tables of one file (not of an archive); Refused says what is wrong with it."""
    if not known.size:
        raise Refused(_("“%(name)s” is empty.") % {"name": name}, code="empty-file")
    with path.open("rb") as file:
        start = file.read(4096)
    if start[:4] == b"PAR1":
        return [Parquet(path, name)]
    if start[:4] == OLE or start[:4] in ZIP:
        return workbook.sheets_of(path, name)
    chosen = encoding_of(path, known, country=country, chosen=encoding)
    _require_text(start, name, known, chosen)
    text = start.decode(chosen, "ignore").lstrip("\ufeff \t\r\n")
    if text[:1] in ("{", "["):
        return [JsonLines(path, name, encoding=chosen, known=known)]
    return [Delimited(path, name, encoding=chosen, known=known)]


def _require_text(start: bytes, name: str, known: Survey, encoding: str) -> None:
    wide = encoding.startswith(("utf-16", "utf-32"))
    strange = sum(byte < 32 and byte not in (9, 10, 13) for byte in start)
    if start.startswith(NOT_TABLES) or (not wide and (known.has_nul or strange > len(start) // 50)):
        raise Refused(
            _("“%(name)s” is not a table; give a CSV, TSV, Excel, JSON lines or Parquet file.") % {"name": name},
            code="not-a-table",
        )
    if start.lstrip()[:5].lower() in (b"<html", b"<!doc", b"<?xml"):
        raise Refused(
            _("“%(name)s” is a web page or XML; download the report as a text or Excel file.") % {"name": name},
            code="not-a-table",
        )


@contextmanager
def unpacked(paths: Sequence[Path], *, into: Path | None = None) -> Iterator[tuple[list[Found], list[archive.Skipped]]]:
    """All files of folders and archives among `paths`; what an archive held is gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="fupan-", dir=into) as folder:
        found: list[Found] = []
        skipped: list[archive.Skipped] = []
        for number, path in enumerate(_files(paths)):
            files, left = files_of(path, path.name, Path(folder) / str(number))
            found += files
            skipped += left
        yield found, skipped


def files_of(path: Path, name: str, into: Path) -> tuple[list[Found], list[archive.Skipped]]:
    """The file itself, or what it unpacks to."""
    with path.open("rb") as file:
        start = file.read(4)
    if start[:2] == b"\x1f\x8b":
        one = archive.unpack_gzip(path, into, name)
        return [Found(one.path, one.name)], []
    if start in ZIP and not archive.holds_workbook(path, name):
        members, skipped = archive.unpack(path, into, name)
        return [Found(one.path, one.name) for one in members], skipped
    return [Found(path, name)], []


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.is_file() and not one.name.startswith("."))
        elif path.is_file():
            yield path
        else:
            raise Refused(_("There is no file “%(name)s”.") % {"name": path}, code="no-such-file")
