"""The simulated seller: sixty weeks of orders and tickets from one seed, with the truth of what was planted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from fupan.demo import incidents, orders, seasons, tickets, troubles, world
from fupan.demo.orders import Orders
from fupan.demo.seasons import Promotion
from fupan.demo.tickets import Told
from fupan.demo.world import SHOPS, Shop, World
from fupan.intake.records import OrderLineRecord, ProductRecord, TicketRecord

SEED = 20260101
_KNOWN_AT = timedelta(hours=12)  # of the day: every shop's last week is over by noon UTC on Monday


@dataclass(frozen=True, slots=True)
class Simulation:
    """A seller's history. Nothing in it lies after `as_of`."""

    seed: int
    scale: float
    as_of: datetime
    world: World
    planted: tuple[incidents.Planted, ...]
    _orders: dict[str, Orders]
    _told: dict[str, list[Told]]

    @property
    def shops(self) -> tuple[Shop, ...]:
        return SHOPS

    @property
    def last_week(self) -> int:
        """The newest week, as 202646."""
        return incidents.week_number(self.world.last_monday)

    @property
    def promotions(self) -> list[Promotion]:
        """Promotions of the story and of the eight weeks after it."""
        return seasons.promotions(self.world.first, self.world.last_monday + timedelta(weeks=9))

    def products(self) -> list[ProductRecord]:
        """The seller's product sheet: a row per SKU and lot."""
        sheet = [
            (item, sku, asin, batch)
            for item in self.world.products
            for sku, asin in zip(item.skus, item.asins, strict=True)
            for batch in item.batches
        ]
        return [
            ProductRecord(index, sku, item.zh, item.code, item.line, item.supplier, batch.code, batch.day, "", asin)
            for index, (item, sku, asin, batch) in enumerate(sheet, start=2)
        ]

    def order_count(self, shop: str) -> int:
        return len(self._orders[shop])

    def order_lines(self, shop: str) -> Iterator[OrderLineRecord]:
        """All order lines of the shop, by time, made while they are read."""
        return orders.records(self._orders[shop], int(self.as_of.timestamp()))

    def tickets(self, shop: str) -> list[TicketRecord]:
        """All tickets of the shop, by time of opening."""
        return [told.ticket for told in self._told[shop]]

    def issues(self, shop: str) -> list[str]:
        """What each ticket of `tickets(shop)` is truly about; "" for a good rating."""
        return [told.issue for told in self._told[shop]]

    def truth(self) -> dict[str, Any]:
        """What was planted, as plain data to store beside the shop."""
        return {
            "seed": self.seed, "scale": self.scale, "first_week": incidents.week_number(self.world.first),
            "last_week": self.last_week, "planted": incidents.truth(self.world.last_monday),
        }  # fmt: skip


def simulate(
    *, today: date, seed: int = SEED, weeks: int = 60, scale: float = 1.0, now: datetime | None = None
) -> Simulation:
    """`weeks` whole weeks that end before `today`, known up to noon (UTC) of `today`.

    With `now`, an instant of `today`, the running week is told too, up to that instant: a desk with open tickets.
    `scale` multiplies the volume: 1.0 gives about 5,500 order lines and 400 tickets a week.
    """
    last_monday = today - timedelta(days=today.weekday() + 7)
    built = world.build(last_monday, weeks, np.random.default_rng([seed, 0]))
    plan = incidents.plan(last_monday)
    as_of = now or datetime.combine(today, datetime.min.time(), UTC) + _KNOWN_AT
    drawn: dict[str, Orders] = {}
    told: dict[str, list[Told]] = {}
    for index, shop in enumerate(SHOPS, start=1):
        rng = np.random.default_rng([seed, index])
        sold = orders.draw(shop, built, rng, scale)
        end = now or datetime.combine(last_monday + timedelta(weeks=1), datetime.min.time(), ZoneInfo(shop.timezone))
        found = troubles.draw(sold, plan, int(end.timestamp()), rng)
        drawn[shop.code] = sold.before(int(end.timestamp()))
        told[shop.code] = tickets.write(drawn[shop.code], found, plan, rng, end=end, as_of=as_of)
    return Simulation(seed, scale, as_of, built, plan, drawn, told)
