"""Which days of which shop have arrived: without orders there is no rate, without a report no zero."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from fupan.commerce.models import Shop
from fupan.insight.calendar import Calendar
from fupan.insight.facts import FactsView
from fupan.intake.models import Coverage

ENOUGH = 5 / 7  # of a bucket's days; a report that ends on a Friday still makes a week
Spans = list[tuple[date, date]]


@dataclass(frozen=True)
class Arrived:
    """What has arrived for the shops of a view."""

    shops: dict[int, str]
    spans: dict[tuple[str, int], Spans]  # (source, shop) -> days

    @classmethod
    def of(cls, view: FactsView) -> Arrived:
        shops = Shop.objects.filter(workspace_id=view.workspace_id)
        if view.shop_ids is not None:
            shops = shops.filter(pk__in=view.shop_ids)
        spans: defaultdict[tuple[str, int], Spans] = defaultdict(list)
        rows = Coverage.objects.filter(workspace_id=view.workspace_id)
        for source, shop, first, last in rows.values_list("source", "shop_id", "first_day", "last_day"):
            spans[source, shop].append((first, last))
        return cls(dict(shops.values_list("pk", "name")), dict(spans))

    def share(self, source: str, shop: int, first: date, last: date) -> float:
        """The part of the days `first`..`last` that has arrived."""
        spans = self.spans.get((source, shop))
        if not spans:
            return 0.0
        covered = np.zeros((last - first).days + 1, dtype=bool)
        for start, end in spans:
            if start <= last and end >= first:
                covered[max((start - first).days, 0) : (end - first).days + 1] = True
        return float(covered.mean())

    def shares(self, source: str, calendar: Calendar, buckets: Sequence[int]) -> NDArray[np.float64]:
        """Shape (shops, buckets), shops in the order of `shops`."""
        bounds = [(calendar.first_day(bucket), calendar.last_day(bucket)) for bucket in buckets]
        rows = [[self.share(source, shop, *bound) for bound in bounds] for shop in self.shops]
        return np.array(rows, dtype=np.float64).reshape(len(self.shops), len(buckets))

    def any_of(self, sources: Iterable[str], calendar: Calendar, buckets: Sequence[int]) -> NDArray[np.bool_]:
        """Per bucket, whether one of the sources has arrived for at least one shop."""
        found = np.zeros(len(buckets), dtype=bool)
        for source in sources:
            if any((source, shop) in self.spans for shop in self.shops):
                found |= (self.shares(source, calendar, buckets) > 0).any(axis=0)
        return found

    def last_day(self, source: str, shop: int) -> date | None:
        spans = self.spans.get((source, shop))
        return max(end for _start, end in spans) if spans else None
