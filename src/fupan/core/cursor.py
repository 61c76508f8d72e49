"""Pages for programs: a cursor says where the last page ended, so nothing is skipped or doubled while rows arrive."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused

MOST = 500


def page(rows: QuerySet[Any], *, cursor: str, limit: int) -> tuple[list[Any], str]:
    """Rows newest first after `cursor` ("" = from the start), and the cursor of the next page ("" = the end)."""
    size = max(1, min(limit, MOST))
    after = _read(cursor)
    found = list((rows.filter(pk__lt=after) if after else rows).order_by("-pk")[: size + 1])
    more = len(found) > size
    return found[:size], _written(found[size - 1].pk) if more else ""


def _written(pk: int) -> str:
    return base64.urlsafe_b64encode(f"pk:{pk}".encode()).decode().rstrip("=")


def _read(cursor: str) -> int | None:
    if not cursor:
        return None
    try:
        word, number = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(":")
        if word == "pk" and 0 < int(number) < 2**63:
            return int(number)
    except (ValueError, binascii.Error):
        pass
    raise Refused(_("This cursor is not one of ours; take it from “next” of the page before."), code="bad-cursor")
