"""A pack dict in, a document out: text, JSON, HTML, PDF, XLSX, Markdown, all from the same worded sections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from fupan.briefing.render.html import html
from fupan.briefing.render.json import json
from fupan.briefing.render.md import markdown
from fupan.briefing.render.pdf import pdf
from fupan.briefing.render.text import text
from fupan.briefing.render.words import Pack
from fupan.briefing.render.xlsx import workbook
from fupan.core.errors import Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of document: its content type, and how it is made from a pack in a language."""

    content_type: str
    make: Callable[[Pack, str], str | bytes]


FORMATS = {
    "text": Format("text/plain; charset=utf-8", text),
    "json": Format("application/json", lambda pack, _lang: json(pack)),
    "html": Format("text/html; charset=utf-8", html),
    "pdf": Format("application/pdf", pdf),
    "xlsx": Format(XLSX, workbook),
    "md": Format("text/markdown; charset=utf-8", markdown),
}


def rendered(pack: Pack, kind: str, lang: str) -> bytes:
    """The document as bytes; Refused for a kind we do not make."""
    if kind not in FORMATS:
        known = {"kind": kind, "known": ", ".join(FORMATS)}
        raise Refused(_("There is no format “%(kind)s”; choose one of %(known)s.") % known, code="no-such-format")
    made = FORMATS[kind].make(pack, lang)
    return made.encode() if isinstance(made, str) else made
