"""The small tables a week of facts is joined with: shops, listings, batches, trees, members, rates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fupan.commerce.models import Batch, Listing, Shop
from fupan.commerce.queries import converter
from fupan.desk.models import Cause, IssueType, Resolution
from fupan.desk.standing import days_off
from fupan.insight.building.columns import Column
from fupan.people.models import Member, Workspace

Convert = Callable[[Decimal, str, date], Decimal | None]


class ListingRow(NamedTuple):
    sku: str
    product: str
    line: str
    supplier: str


NO_LISTING = ListingRow("", "", "", "")


class ShopRow(NamedTuple):
    name: str
    platform: str
    timezone: str
    currency: str


@dataclass
class Context:
    """Loaded when first asked for, and used for every week of one refresh."""

    workspace: Workspace
    _rates: dict[tuple[str, int], float | None] = field(default_factory=dict)

    @cached_property
    def shops(self) -> dict[int, ShopRow]:
        rows = Shop.objects.filter(workspace=self.workspace)
        return {pk: ShopRow(*more) for pk, *more in rows.values_list("pk", "name", "platform", "timezone", "currency")}

    @cached_property
    def listings(self) -> dict[int, ListingRow]:
        rows = Listing.objects.filter(workspace=self.workspace).values_list(
            "pk", "sku", "product__code", "product__line", "product__supplier"
        )
        return {pk: ListingRow(*more) for pk, *more in rows.iterator(chunk_size=5000)}

    @cached_property
    def batches(self) -> dict[int, str]:
        return dict(Batch.objects.filter(workspace=self.workspace).values_list("pk", "code"))

    @cached_property
    def issues(self) -> dict[int, tuple[str, bool]]:
        rows = IssueType.objects.filter(workspace=self.workspace).values_list("pk", "code", "simple")
        return {pk: (code, simple) for pk, code, simple in rows}

    @cached_property
    def causes(self) -> dict[int, tuple[str, str]]:
        rows = Cause.objects.filter(workspace=self.workspace).values_list("pk", "code", "liable")
        return {pk: (code, liable) for pk, code, liable in rows}

    @cached_property
    def resolutions(self) -> dict[int, str]:
        return dict(Resolution.objects.filter(workspace=self.workspace).values_list("pk", "code"))

    @cached_property
    def days_off(self) -> frozenset[date]:
        return days_off(self.workspace.pk)

    @cached_property
    def members(self) -> dict[int, str]:
        rows = Member.objects.filter(workspace=self.workspace).select_related("user")
        return {member.pk: str(member) for member in rows}

    @cached_property
    def convert(self) -> Convert:
        return converter(self.workspace)

    def money(self, amounts: Column, currencies: Column, days: NDArray[np.int64]) -> NDArray[np.float64]:
        """Amounts in the workspace's currency; NaN where the amount or a rate is missing."""
        out = np.full(len(amounts), np.nan)
        for row, (amount, currency, day) in enumerate(zip(amounts, currencies, days.tolist(), strict=True)):
            if amount is None:
                continue
            rate = self._rate(currency or self.workspace.currency, day)
            if rate is not None:
                out[row] = float(amount) * rate
        return out

    def _rate(self, currency: str, day: int) -> float | None:
        if currency == self.workspace.currency:
            return 1.0
        key = (currency, day)
        if key not in self._rates:
            one: Any = self.convert(Decimal(1_000_000), currency, date.fromordinal(day + date(1970, 1, 1).toordinal()))
            self._rates[key] = None if one is None else float(one) / 1_000_000
        return self._rates[key]
