"""Files people give us: hostile ones are refused in words, the others come back as a download and nothing else."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404

from fupan.core import attachments
from fupan.core.errors import Refused

GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\x00\x00"))
    + chunk(b"IEND", b"")
)


def archive(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return out.getvalue()


XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
DOCX = archive("[Content_Types].xml", "word/document.xml")


def given(name, content):
    return SimpleUploadedFile(name, content, content_type="image/png")  # what the browser claims counts for nothing


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [("a.png", PNG, "image/png"), ("a.JPG", JPEG, "image/jpeg"), ("a.gif", GIF, "image/gif"),
     ("a.webp", WEBP, "image/webp"), ("a.pdf", PDF, "application/pdf"), ("a.xlsx", XLSX, attachments.XLSX.media_type),
     ("a.docx", DOCX, attachments.DOCX.media_type), ("a.csv", "货号,数量\nA20,3".encode(), "text/csv"),
     ("b.csv", "货号,数量".encode("gb18030"), "text/csv"), ("c.csv", "a\tb".encode("utf-16"), "text/csv"),
     ("a.txt", b"checked 12 of 12", "text/plain")],
)  # fmt: skip
def test_what_people_attach_is_kept_under_a_name_of_ours(workspace, name, content, kind):
    kept = attachments.keep(workspace.pk, given(name, content))
    assert (kept.name, kept.kind, kept.size) == (name, kind, len(content))
    place = Path(settings.MEDIA_ROOT) / str(workspace.pk) / kept.path
    assert place.read_bytes() == content
    assert name not in str(place)
    assert [one.name for one in place.parent.iterdir()] == [kept.path]  # nothing half-written beside it


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [("shot.png", HTML, "a web page"), ("shot.png", SVG, "SVG"), ("drawing.svg", SVG, ".svg"),
     ("page.html", PNG, ".html"), ("notes.txt", HTML, "a web page"), ("notes.csv", SVG, "SVG"),
     ("shot.png", GIF, "GIF"), ("table.xlsx", DOCX, "DOCX"), ("table.csv", PNG, "PNG"),
     ("shot.gif", GIF + b"/*<script>alert(1)</script>*/", "web page inside"),
     ("shot.png", PNG + archive("evil.js"), "archive inside"),
     ("paper.pdf", PDF + archive("evil.jar"), "archive inside"),
     ("all.zip", archive("a"), ".zip"), ("all.xlsx", archive("a"), "an archive"),
     ("macro.xlsx", archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "macros"),
     ("broken.xlsx", XLSX[:40], "an archive"), ("tool.png", b"MZ\x90\x00" + b"\x00" * 60, "a program"),
     ("words.txt", b"\x00\x01\x02\x03binary", "another kind"), ("noending", PNG, "without an ending"),
     (".png", HTML, "without an ending"),
     ("empty.png", b"", "is empty")],
)  # fmt: skip
def test_a_hostile_file_is_refused_with_what_was_found(workspace, name, content, told):
    with pytest.raises(Refused) as no:
        attachments.keep(workspace.pk, given(name, content))
    assert told in str(no.value.message)
    assert not (Path(settings.MEDIA_ROOT) / str(workspace.pk)).exists()


def test_what_is_too_large_is_refused_with_both_sizes(workspace):
    with pytest.raises(Refused) as no:
        attachments.keep(workspace.pk, given("big.png", PNG + b"\x00" * attachments.MOST_BYTES))
    assert no.value.code == "file-too-large"
    assert "20.0 MB; at most 20 MB" in str(no.value.message)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [("../../etc/passwd.png", "passwd.png"), ("..\\..\\boot.png", "boot.png"), ("/tmp/a.png", "a.png"),
     ("a\x00\nb.png", "ab.png"), ("invoice\u202egnp.png", "invoicegnp.png"), ("x" * 300 + ".png", "x" * 156 + ".png"),
     ("照片 1.png", "照片 1.png"), ("", "file"), ("..", "file")],
)  # fmt: skip
def test_a_name_leads_nowhere(asked, kept):
    assert attachments.clean_name(asked) == kept


def test_a_download_is_saved_and_never_shown(workspace):
    kept = attachments.keep(workspace.pk, given('we"ird 名.png', PNG))
    answer = attachments.download(kept)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Type"] == "image/png"
    assert b"".join(answer.streaming_content) == PNG


def test_a_file_that_is_gone_is_a_404(workspace):
    kept = attachments.keep(workspace.pk, given("a.png", PNG))
    (Path(settings.MEDIA_ROOT) / str(workspace.pk) / kept.path).unlink()
    with pytest.raises(Http404):
        attachments.download(kept)
