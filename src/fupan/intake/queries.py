"""What the pages and the later stages ask about imports and coverage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet

from fupan.commerce.models import Shop
from fupan.core import clock
from fupan.intake.models import Coverage, Import, MailAccount

Span = tuple[date, date]


class Gap(NamedTuple):
    shop: str
    source: str
    first_day: date
    last_day: date


class Covered(NamedTuple):
    """`share` of the shop-days asked for that have arrived, and the stretches that have not."""

    share: float
    missing: tuple[Gap, ...]


def together(import_: Import) -> QuerySet[Import]:
    """The imports of one upload, in the order of its files."""
    upload = import_.options.get("upload")
    rows = Import.objects.filter(workspace_id=import_.workspace_id)
    if upload is None:
        return rows.filter(pk=import_.pk)
    return rows.filter(pk__gte=upload, options__upload=upload).order_by("pk")


def mailboxes_due() -> list[int]:
    """Mailboxes to be read now: all that are switched on, but those that failed wait for their next try."""
    rows = MailAccount.objects.filter(active=True).filter(Q(next_fetch_at=None) | Q(next_fetch_at__lte=clock.now()))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def covered(
    workspace_id: int, source: str, first_day: date, last_day: date, shop_ids: Collection[int] | None = None
) -> Covered:
    """How much of a source has arrived for those days; shops nothing was ever imported for are not asked for."""
    shops = Shop.objects.filter(workspace_id=workspace_id, coverage__isnull=False).distinct()
    if shop_ids is not None:
        shops = shops.filter(pk__in=shop_ids)
    names = dict(shops.values_list("pk", "name"))
    spans = spans_of(workspace_id, source, names, first_day, last_day)
    wanted = ((last_day - first_day).days + 1) * len(names)
    gaps = [Gap(name, source, *gap) for pk, name in names.items() for gap in _gaps(spans[pk], first_day, last_day)]
    lacking = sum((gap.last_day - gap.first_day).days + 1 for gap in gaps)
    return Covered((wanted - lacking) / wanted if wanted else 0.0, tuple(gaps))


def spans_of(
    workspace_id: int, source: str, shop_ids: Collection[int], first_day: date, last_day: date
) -> defaultdict[int, list[Span]]:
    rows = Coverage.objects.filter(
        workspace_id=workspace_id,
        source=source,
        shop__in=list(shop_ids),
        first_day__lte=last_day,
        last_day__gte=first_day,
    ).order_by("first_day")
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    for shop_id, first, last in rows.values_list("shop_id", "first_day", "last_day"):
        spans[shop_id].append((max(first, first_day), min(last, last_day)))
    return spans


def _gaps(spans: list[Span], first_day: date, last_day: date) -> list[Span]:
    """What the sorted spans leave open between the two days."""
    gaps = []
    day = first_day
    for first, last in spans:
        if first > day:
            gaps.append((day, first - timedelta(days=1)))
        day = max(day, last + timedelta(days=1))
    if day <= last_day:
        gaps.append((day, last_day))
    return gaps
