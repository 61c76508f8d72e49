"""A stand-alone page on A4, set by WeasyPrint; nothing is fetched while setting it."""

from __future__ import annotations

from typing import Any, NoReturn

from django.utils.translation import gettext as _

from fupan.core.errors import Refused


def pdf(document: str) -> bytes:
    """PDF bytes; Refused, with the remedy, where the system lacks what WeasyPrint needs."""
    weasyprint = _weasyprint()
    made: bytes = weasyprint.HTML(string=document, url_fetcher=_nothing).write_pdf()
    return made


def _weasyprint() -> Any:
    """Imported when used: it takes a second, and Pango may be missing."""
    try:
        import weasyprint
    except OSError as missing:
        raise Refused(
            _(
                "PDF needs the Pango libraries of the system (Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0"
                " fonts-noto-cjk). HTML and XLSX work without them. %(detail)s"
            )
            % {"detail": missing},
            code="no-pdf-libraries",
        ) from missing
    return weasyprint


def _nothing(url: str, *_args: object, **_options: object) -> NoReturn:
    raise ValueError(f"a document fetches nothing: {url}")
