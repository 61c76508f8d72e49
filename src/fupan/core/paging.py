"""Pages of long lists, for people (numbered) and for programs (cursor)."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest


def page_of(request: HttpRequest, rows: QuerySet[Any], *, size: int = 50) -> Page[Any]:
    """The page that `?page=` asks for; nonsense gives the nearest page."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
