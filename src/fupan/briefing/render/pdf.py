"""The pack on A4, set from the stand-alone page."""

from __future__ import annotations

from fupan.briefing.render.html import PAPER, page
from fupan.briefing.render.words import Pack
from fupan.core.pdf import pdf as printed


def pdf(pack: Pack, lang: str) -> bytes:
    """PDF bytes; Refused, with the remedy, where the system lacks what WeasyPrint needs."""
    return printed(page(pack, lang, PAPER))
