"""Bytes to characters: byte order mark, then strict UTF-8, then what the marketplace uses, then a short list."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from charset_normalizer import from_bytes
from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused

LONGEST_LINE = 2_000_000  # characters
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
OF_COUNTRY = {"JP": "cp932", "CN": "gb18030"}
RESTRICTED = ["cp932", "gb18030", "cp1252"]
BLOCK = 1 << 20


class Survey(NamedTuple):
    """One pass over a file."""

    sha256: str
    size: int
    newlines: int
    is_utf8: bool
    has_nul: bool


def survey(path: Path) -> Survey:
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    size, newlines, is_utf8, has_nul = 0, 0, True, False
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            size += len(block)
            newlines += block.count(b"\n")
            has_nul = has_nul or b"\0" in block
            is_utf8 = is_utf8 and _decodes(decoder, block)
    return Survey(digest.hexdigest(), size, newlines, is_utf8, has_nul)


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def encoding_of(path: Path, known: Survey, *, country: str = "", chosen: str = "") -> str:
    """The encoding to read a text file by; `chosen` is a person's word and wins."""
    if chosen:
        return _checked(chosen)
    with path.open("rb") as file:
        start = file.read(BLOCK)
    for mark, name in MARKS:
        if start.startswith(mark):
            return name
    if known.is_utf8:
        return "utf-8"
    if country:
        return OF_COUNTRY.get(country, "cp1252")
    best = from_bytes(start, cp_isolation=RESTRICTED).best()
    return best.encoding if best is not None else "cp1252"


def _checked(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError as unknown:
        raise Refused(_("There is no encoding “%(name)s”.") % {"name": name}, code="no-such-encoding") from unknown


def lines_of(file: IO[str]) -> Iterator[str]:
    """The lines of a text file, refusing one that is too long to be a row."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            raise Refused(
                _("Line %(line)s is longer than %(most)s characters; this is not a table, or a quote is missing.")
                % {"line": number, "most": f"{LONGEST_LINE:,}"},
                code="line-too-long",
            )
        yield line
