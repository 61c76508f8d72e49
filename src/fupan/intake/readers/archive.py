"""ZIP files: unpacked piece by piece under hard limits, never to a path the archive names."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused

MOST_BYTES = 2 << 30
MOST_FILES = 2_000
MOST_RATIO = 200  # unpacked / packed; reports reach 30
SMALL = 20 << 20  # below this a ratio says nothing
BLOCK = 1 << 20


class Unpacked(NamedTuple):
    name: str  # as the archive has it, for people
    path: Path


class Skipped(NamedTuple):
    name: str
    why: str


def unpack(path: Path, into: Path, name: str) -> tuple[list[Unpacked], list[Skipped]]:
    """The files of an archive, written below `into` under names of our own."""
    into.mkdir(parents=True, exist_ok=True)
    found: list[Unpacked] = []
    skipped: list[Skipped] = []
    budget = _Budget(path.stat().st_size, name)
    with _opened(path, name) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if len(members) > MOST_FILES:
            raise _bomb(name)
        for number, member in enumerate(members):
            why = _unwanted(member)
            if why:
                skipped.append(Skipped(member.filename, why))
                continue
            target = into / f"{number:04d}{_suffix(member.filename)}"
            with archive.open(member) as source, target.open("wb") as file:
                for block in _blocks(source, name):
                    budget.spend(len(block))
                    file.write(block)
            found.append(Unpacked(member.filename, target))
    return found, skipped


def unpack_gzip(path: Path, into: Path, name: str) -> Unpacked:
    into.mkdir(parents=True, exist_ok=True)
    target = into / f"unpacked{_suffix(name.removesuffix('.gz'))}"
    budget = _Budget(path.stat().st_size, name)
    with gzip.open(path) as source, target.open("wb") as file:
        for block in _blocks(source, name):
            budget.spend(len(block))
            file.write(block)
    return Unpacked(name.removesuffix(".gz"), target)


def check_unpacked(path: Path, name: str) -> None:
    """Refuse a workbook that would unpack to more than is reasonable."""
    budget = _Budget(path.stat().st_size, name)
    with _opened(path, name) as archive:
        for member in archive.infolist():
            with archive.open(member) as source:
                for block in _blocks(source, name):
                    budget.spend(len(block))


def holds_workbook(path: Path, name: str) -> bool:
    with _opened(path, name) as archive:
        names = set(archive.namelist())
    return "content.xml" in names or any(one.startswith("xl/workbook") for one in names)


class _Budget:
    def __init__(self, packed: int, name: str) -> None:
        self.spent, self.packed, self.name = 0, max(packed, 1), name

    def spend(self, size: int) -> None:
        self.spent += size
        if self.spent > MOST_BYTES or (self.spent > SMALL and self.spent > MOST_RATIO * self.packed):
            raise _bomb(self.name)


def _opened(path: Path, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as broken:
        raise _broken(name) from broken


def _blocks(source: IO[bytes] | gzip.GzipFile, name: str) -> Iterator[bytes]:
    try:
        while block := source.read(BLOCK):
            yield block
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as broken:
        raise _broken(name) from broken


def _unwanted(member: zipfile.ZipInfo) -> str:
    """Why a member is not even looked at; empty when it is."""
    name = member.filename.rsplit("/", 1)[-1]
    if member.flag_bits & 0x1:
        return str(_("protected by a password"))
    if name.startswith(".") or "__MACOSX" in member.filename or not name:
        return str(_("not a file of yours"))
    if name.lower().endswith((".zip", ".gz", ".7z", ".rar")):
        return str(_("an archive inside an archive"))
    return ""


def _suffix(name: str) -> str:
    suffix = Path(name).suffix.lower()
    return suffix if suffix.isascii() and suffix[1:].isalnum() else ""


def _broken(name: str) -> Refused:
    return Refused(_("“%(name)s” is damaged; download or pack it again.") % {"name": name}, code="broken-archive")


def _bomb(name: str) -> Refused:
    return Refused(
        _("“%(name)s” would unpack to more than is reasonable; pack fewer files at once.") % {"name": name},
        code="too-much-to-unpack",
    )
