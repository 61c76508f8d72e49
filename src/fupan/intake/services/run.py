"""What one run of an import keeps in memory: its shops, and what it knows of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from fupan.commerce import marketplaces
from fupan.commerce.models import Order, Shop
from fupan.commerce.services import Catalogue, shop_for_site
from fupan.core.weeks import zone
from fupan.intake.faults import Fault
from fupan.intake.models import Import
from fupan.intake.records import OrderLineRecord, ProductRecord, TicketRecord

Placed = dict[int, list[OrderLineRecord | TicketRecord]]


class Run:
    """The state that goes from chunk to chunk; it can be made anew at any chunk."""

    def __init__(self, imported: Import, *, dry: bool = False, told: Mapping[str, Shop] | None = None) -> None:
        self.imported = imported
        self.dry = dry  # a shop that would be made is only imagined
        self.told = told if told is not None else {}  # orders of files tried together: number -> shop
        self.platform: str = imported.options.get("platform", "")
        self.shops: dict[int, Shop] = {}
        self._catalogues: dict[int, Catalogue] = {}
        self._sites: dict[str, Shop | None] = {}
        self._only: Shop | None = None
        self._only_known = False

    def catalogue(self, shop: Shop) -> Catalogue:
        if shop.pk not in self._catalogues:
            self._catalogues[shop.pk] = Catalogue(shop)
        return self._catalogues[shop.pk]

    def placed(self, records: Sequence[OrderLineRecord | TicketRecord]) -> tuple[Placed, list[Fault]]:
        """Records by shop id: the import's shop, else the site's, else the order's, else the only one there is."""
        if self.imported.shop is not None:
            self.shops[self.imported.shop.pk] = self.imported.shop
            return {self.imported.shop.pk: list(records)}, []
        by_order = self._shops_of_orders(one.order_number for one in records if not one.site)
        placed: defaultdict[int, list[OrderLineRecord | TicketRecord]] = defaultdict(list)
        faults = []
        for one in records:
            shop = self._shop_of_site(one.site) if one.site else by_order.get(one.order_number) or self._only_shop()
            if shop is None:
                code = "unknown-site" if one.site else "no-shop"
                faults.append(Fault(code, "", one.site, line=one.line))
                continue
            self.shops[shop.pk] = shop
            placed[shop.pk].append(one)
        return dict(placed), faults

    def _shop_of_site(self, site: str) -> Shop | None:
        if site not in self._sites:
            self._sites[site] = self._find_shop(site)
        return self._sites[site]

    def _find_shop(self, site: str) -> Shop | None:
        """A site may be told as `Amazon.de`, as the shop's own name, or as a country."""
        owner = self.imported.workspace_id
        named = Shop.objects.filter(workspace_id=owner, name__iexact=site.strip()).first()
        if named is not None:
            return named
        country = site.strip().upper()
        if len(country) == 2:
            shops = Shop.objects.filter(workspace_id=owner, country="GB" if country == "UK" else country)
            found = list((shops.filter(platform=self.platform) if self.platform else shops)[:2])
            if len(found) == 1:
                return found[0]
            place = marketplaces.of_place(self.platform or "amazon", country)
            site = place.site if place and not found else site
        return self._imagined(site) if self.dry else shop_for_site(owner, site, by=self.imported.by)

    def _imagined(self, site: str) -> Shop | None:
        found = Shop.objects.filter(workspace_id=self.imported.workspace_id, site__iexact=site.strip()).first()
        place = marketplaces.of_site(site)
        if found is not None or place is None:
            return found
        return Shop(
            pk=-1 - marketplaces.MARKETPLACES.index(place), workspace_id=self.imported.workspace_id,
            name=place.site, platform=place.platform, site=place.site, country=place.country, currency=place.currency,
            timezone=place.timezone,
        )  # fmt: skip

    def _only_shop(self) -> Shop | None:
        if not self._only_known:
            shops = Shop.objects.filter(workspace_id=self.imported.workspace_id)
            found = list((shops.filter(platform=self.platform) if self.platform else shops)[:2])
            told = {shop for shop in set(self.told.values()) if self.platform in ("", shop.platform)}
            found += sorted(told - set(found), key=lambda shop: shop.name)
            self._only, self._only_known = (found[0] if len(found) == 1 else None), True
        return self._only

    def _shops_of_orders(self, numbers: Iterable[str]) -> dict[str, Shop]:
        wanted = sorted({number for number in numbers if number})
        found: dict[str, Shop] = {}
        for start in range(0, len(wanted), 900):
            rows = Order.objects.filter(
                workspace_id=self.imported.workspace_id, number__in=wanted[start : start + 900]
            ).select_related("shop")
            found.update((row.number, row.shop) for row in rows)
        return {number: self.told[number] for number in wanted if number in self.told} | found


def in_utc(ticket: TicketRecord, shop: Shop) -> TicketRecord:
    """A ticket whose times without a zone are taken as the shop's clock."""
    changes: dict[str, Any] = {
        name: moment.replace(tzinfo=zone(shop.timezone)).astimezone(UTC)
        for name in ("opened_at", "first_response_at", "resolved_at")
        if isinstance(moment := getattr(ticket, name), datetime) and moment.tzinfo is None
    }
    return ticket._replace(**changes) if changes else ticket


def by_shape(
    records: Iterable[OrderLineRecord | TicketRecord | ProductRecord],
) -> tuple[list[OrderLineRecord], list[TicketRecord], list[ProductRecord]]:
    lines: list[OrderLineRecord] = []
    tickets: list[TicketRecord] = []
    products: list[ProductRecord] = []
    for one in records:
        if isinstance(one, OrderLineRecord):
            lines.append(one)
        elif isinstance(one, TicketRecord):
            tickets.append(one)
        else:
            products.append(one)
    return lines, tickets, products
