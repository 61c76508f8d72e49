"""Files people give us: looked at before they are kept, and only ever handed back as a download.

What a file is, is read from its bytes; its name only has to agree. A page in disguise, a drawing that can run scripts,
an archive, or an office file with macros is refused with what was found and what is expected.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple, TypeAlias

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.models import Attachment

Upload: TypeAlias = "UploadedFile[Any]"
MOST_BYTES = 20 * 1024 * 1024
_LOOKED_AT = 64 * 1024
_NAME = 160
_PAGE = re.compile(rb"<\s*(?:script|html|svg|!doctype|iframe|body|\?php)[\s>]", re.IGNORECASE)
_PAGE_START = 1024
# Long enough that a photograph does not hold them by chance.
_PAGE_INSIDE = re.compile(rb"<script[\s>]|<html[\s>]|<!doctype\s|<iframe[\s>]|<\?php\s", re.IGNORECASE)


class Kind(NamedTuple):
    """A kind of file we keep: how it is served, and which endings its name may have."""

    media_type: str
    endings: tuple[str, ...]


PNG = Kind("image/png", ("png",))
JPEG = Kind("image/jpeg", ("jpg", "jpeg"))
GIF = Kind("image/gif", ("gif",))
WEBP = Kind("image/webp", ("webp",))
PDF = Kind("application/pdf", ("pdf",))
XLSX = Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",))
DOCX = Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",))
CSV = Kind("text/csv", ("csv",))
TXT = Kind("text/plain", ("txt",))
KINDS = (PNG, JPEG, WEBP, GIF, PDF, XLSX, DOCX, CSV, TXT)
ENDINGS = tuple(ending for kind in KINDS for ending in kind.endings)
ACCEPT = ",".join(f".{ending}" for ending in ENDINGS)  # of <input type="file">
_PICTURES = (PNG, JPEG, GIF, WEBP)
_HEADS: tuple[tuple[Callable[[bytes], bool], Kind], ...] = (
    (lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"), PNG),
    (lambda head: head.startswith(b"\xff\xd8\xff"), JPEG),
    (lambda head: head[:6] in (b"GIF87a", b"GIF89a"), GIF),
    (lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP", WEBP),
    (lambda head: head.startswith(b"%PDF-"), PDF),
)


def keep(workspace_id: int, upload: Upload) -> Attachment:
    """Put a file away and say what it is; refused when it is too large, empty, or not of a kind we keep."""
    name, size = clean_name(upload.name or ""), upload.size or 0
    if not size:
        raise Refused(_("“%(name)s” is empty.") % {"name": name}, code="empty-file")
    if size > MOST_BYTES:
        said = {"name": name, "size": f"{size / 1024 / 1024:.1f}", "most": MOST_BYTES // 1024 // 1024}
        raise Refused(_("“%(name)s” has %(size)s MB; at most %(most)s MB are kept.") % said, code="file-too-large")
    kind = _checked(name, upload)
    path = secrets.token_hex(20)
    digest = _put_away(_place(workspace_id, path), upload)
    return Attachment.objects.create(
        workspace_id=workspace_id, name=name, kind=kind.media_type, size=size, sha256=digest, path=path, at=clock.now()
    )


def download(attachment: Attachment) -> FileResponse:
    """Hand a file back: always saved, never shown, never guessed at. Ask the policy of its owner first."""
    try:
        file = _place(attachment.workspace_id, attachment.path).open("rb")
    except FileNotFoundError as gone:
        raise Http404 from gone
    answer = FileResponse(file, as_attachment=True, filename=attachment.name, content_type=attachment.kind)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


def content(attachment: Attachment) -> bytes:
    """All of a file, to send it on; FileNotFoundError when it is gone."""
    return _place(attachment.workspace_id, attachment.path).read_bytes()


def forget(attachment: Attachment) -> None:
    """Delete a file for good; nothing may refer to it any more."""
    place = _place(attachment.workspace_id, attachment.path)
    attachment.delete()
    transaction.on_commit(lambda: place.unlink(missing_ok=True))


def clean_name(name: str) -> str:
    """What a file may be called: no folders, no signs that are not seen or turn the writing round."""
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip(" .")
    stem, dot, ending = seen.rpartition(".")
    if not dot:
        return seen[:_NAME] or "file"
    return f"{stem[: _NAME - len(ending) - 1] or 'file'}.{ending}"


def _place(workspace_id: int, path: str) -> Path:
    return Path(settings.MEDIA_ROOT) / str(workspace_id) / path


def _put_away(place: Path, upload: Upload) -> str:
    """Write it under a name of our own; the last step is the one that shows it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    digest, half = hashlib.sha256(), place.with_suffix(".part")
    with half.open("wb") as out:
        for chunk in upload.chunks():
            digest.update(chunk)
            out.write(chunk)
    half.replace(place)
    return digest.hexdigest()


# What is it?


def _checked(name: str, upload: Upload) -> Kind:
    ending = PurePosixPath(name).suffix.lstrip(".").lower()
    if ending not in ENDINGS:
        named = _("a file ending in .%(ending)s") % {"ending": ending} if ending else _("a file without an ending")
        raise _not_kept(name, named)
    file = upload.file
    assert file is not None
    head = _read(file, 0, _LOOKED_AT)
    kind = next((kind for fits, kind in _HEADS if fits(head)), None) or _office(name, file) or _text(ending, file)
    if kind is None:
        raise _not_kept(name, _content(head))
    if ending not in kind.endings:
        said = {"name": name, "kind": kind.endings[0].upper(), "ending": ending}
        raise Refused(
            _("“%(name)s” is named .%(ending)s, but its content is %(kind)s. Save it under its own kind.") % said,
            code="file-not-what-it-says",
        )
    _refuse_disguise(name, kind, file)
    upload.seek(0)
    return kind


def _read(file: IO[bytes], start: int, size: int) -> bytes:
    file.seek(start)
    return file.read(size)


def _office(name: str, file: IO[bytes]) -> Kind | None:
    """A workbook or a text document; only its list of contents is read, so a bomb is never unpacked."""
    if _read(file, 0, 4) != b"PK\x03\x04":
        return None
    try:
        with zipfile.ZipFile(file) as archive:
            parts = {one.filename for one in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        return None
    if any(part.lower().endswith("vbaproject.bin") for part in parts):
        raise _not_kept(name, _("an office file with macros"))
    if "[Content_Types].xml" not in parts:
        raise _not_kept(name, _("an archive"))
    return XLSX if "xl/workbook.xml" in parts else DOCX if "word/document.xml" in parts else None


def _text(ending: str, file: IO[bytes]) -> Kind | None:
    """Plain text, in UTF-8, UTF-16 with its mark, or GB 18030; a page or drawing written as text is none."""
    kind = next((one for one in (CSV, TXT) if ending in one.endings), None)
    whole = _read(file, 0, MOST_BYTES)
    if kind is None or _PAGE.search(whole[:_PAGE_START]):
        return None
    for coding in ("utf-16",) if whole[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            text = whole.decode(coding)
        except UnicodeDecodeError:
            continue
        return None if re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text) else kind
    return None


def _refuse_disguise(name: str, kind: Kind, file: IO[bytes]) -> None:
    """A picture that is a page or an archive as well is meant for a program that reads it otherwise."""
    whole = _read(file, 0, MOST_BYTES) if kind in _PICTURES else b""
    if _PAGE.search(whole[:_PAGE_START]) or _PAGE_INSIDE.search(whole):
        raise _not_kept(name, _("a picture with a web page inside"))
    file.seek(0)
    if kind in (*_PICTURES, PDF) and zipfile.is_zipfile(file):
        raise _not_kept(name, _("a file with an archive inside"))


def _content(head: bytes) -> str:
    """What was found instead, as far as a glance tells."""
    start = head[:512].lstrip()
    if re.match(rb"<\?xml|<svg", start, re.IGNORECASE) and b"<svg" in head.lower():
        return _("a drawing (SVG), which may hold scripts")
    if _PAGE.search(head[:_PAGE_START]):
        return _("a web page")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        return _("an archive")
    if head.startswith((b"MZ", b"\x7fELF", b"#!")):
        return _("a program")
    return _("content of another kind")


def _not_kept(name: str, found: str) -> Refused:
    said = {"name": name, "found": found, "kinds": ", ".join(one.endings[0].upper() for one in KINDS)}
    return Refused(_("“%(name)s” is not kept: it is %(found)s. Kept are %(kinds)s.") % said, code="file-not-allowed")
