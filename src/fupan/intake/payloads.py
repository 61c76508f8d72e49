"""Where uploaded files lie: under their hash, until they are no longer needed."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused
from fupan.intake.models import Import
from fupan.intake.readers import Survey, survey


def payload_of(sha256: str) -> Path:
    """Where the file of that hash lies, if it is still kept."""
    return Path(settings.PAYLOADS_ROOT) / sha256[:2] / sha256


def kept_file(import_: Import) -> Path:
    """The uploaded file; Refused when it is no longer kept."""
    place = payload_of(import_.sha256)
    if not import_.sha256 or not place.is_file():
        raise Refused(_("The file is no longer kept here; upload it again."), code="payload-gone")
    return place


def survey_of(import_: Import, path: Path) -> Survey:
    """What the upload found out about the file, without reading it again."""
    known = import_.options.get("survey")
    return Survey(import_.sha256, *known) if known else survey(path)
