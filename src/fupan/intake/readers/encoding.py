"""Which encoding a text file is in: byte-order mark, strict UTF-8, then what the marketplace writes.

Unrestricted detection reads German cp1252 as cp775, so candidates are few and the marketplace comes first.
"""

from __future__ import annotations

import codecs
from typing import NamedTuple

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from fupan.core.errors import Refused

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
BY_MARKETPLACE = {"JP": "cp932", "CN": "gb18030"}
CANDIDATES = ["cp932", "gb18030", "cp1252"]


class Decoded(NamedTuple):
    encoding: str
    how: str  # "given" | "mark" | "utf-8" | "marketplace" | "detected"


def decode(sample: bytes, *, whole: bool, given: str = "", marketplace: str = "") -> Decoded:
    """Choose the encoding of a file from its first bytes (`whole`: they are all of it).

    Refused when the given encoding is unknown, or when the bytes are no text.
    """
    if given:
        return Decoded(_known(given), "given")
    for mark, name in MARKS:
        if sample.startswith(mark):
            return Decoded(name, "mark")
    if _is_binary(sample):
        raise Refused(
            _("This is not a text file; expected CSV, TSV, XLSX, JSONL or Parquet."), code="not-a-table"
        )
    if _fits(sample, "utf-8", whole=whole):
        return Decoded("utf-8", "utf-8")
    if marketplace:
        name = BY_MARKETPLACE.get(marketplace.upper(), "cp1252")
        if _fits(sample, name, whole=whole) or name == "cp1252":
            return Decoded(name, "marketplace")
    best = from_bytes(sample[:200_000], cp_isolation=CANDIDATES).best()
    return Decoded(_known(best.encoding) if best else "cp1252", "detected")


def _known(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError as unknown:
        raise Refused(_("“%(name)s” is not an encoding.") % {"name": name}, code="no-such-encoding") from unknown


def _is_binary(sample: bytes) -> bool:
    """NUL bytes, or a tenth of control characters: no text has them."""
    if b"\x00" in sample:
        return True
    controls = sum(byte < 9 or 13 < byte < 32 for byte in sample[:4096])
    return controls * 10 > len(sample[:4096])


def _fits(sample: bytes, name: str, *, whole: bool) -> bool:
    """Strictly decodable, but for a character cut off at the end of the sample."""
    try:
        codecs.getincrementaldecoder(name)().decode(sample, whole)
    except UnicodeDecodeError:
        return False
    return True
