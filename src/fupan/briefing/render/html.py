"""The pack as one stand-alone page: style sheet inside, pictures as SVG, no script, nothing fetched."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from fupan.briefing.render import words
from fupan.briefing.render.shown import shown

HERE = Path(__file__).parent
PAPER = HERE / "document.css"
SCREEN = HERE / "screen.css"
LINK = re.compile(r'<link rel="stylesheet"[^>]*>')


def html(pack: words.Pack, lang: str) -> str:
    """The document in one language, for a browser and its printer."""
    return page(pack, lang, PAPER, SCREEN)


def page(pack: words.Pack, lang: str, *styles: Path) -> str:
    """The document with these style sheets inside instead of a link to one."""
    with override(lang):
        worded = shown(pack)
        context = {"pack": worded, "workspace": worded.workspace, "base": settings.BASE_URL}
        made = render_to_string("briefing/document.html", context)
    return dressed(made, *styles)


def dressed(made: str, *styles: Path) -> str:
    """A document with its style sheets inside."""
    inside = "\n".join(style.read_text(encoding="utf-8") for style in styles)
    return LINK.sub(lambda _match: f"<style>\n{inside}</style>", made, count=1)
