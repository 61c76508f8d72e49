"""Order lines of one shop: drawn as arrays, handed out as records.

Instants are int64 seconds since 1970 in UTC; `NEVER` stands for "did not happen (yet)".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from fupan.demo import seasons
from fupan.demo.world import CARRIERS, Product, Shop, World
from fupan.intake.records import OrderLineRecord

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

WEEKLY_LINES = 5500.0
NEVER = np.iinfo(np.int64).min
DAY = 86400
JOINED = 0.07  # share of lines that sit in the order of the line before
REPEAT = 0.13  # share of orders by a buyer who bought before
CANCELLED_SILENTLY = 0.008
UNITS = np.array([0.885, 0.085, 0.02, 0.01])
_EPOCH = date(1970, 1, 1)


@dataclass(slots=True)
class Orders:
    """Columns of equal length, sorted by `placed`; `head` is the first line of the same order."""

    shop: Shop
    world: World
    head: Ints
    buyer: Ints
    day: Ints  # local day of the story, 0-based
    week: Ints
    product: Ints
    variant: Ints
    batch: Ints  # index into the product's batches
    place: Ints  # index into shop.mix
    carrier: Ints  # index into the carriers of the place's country
    by_platform: Flags
    units: Ints
    discount: Floats
    placed: Ints
    shipped: Ints
    promised: Ints
    delivered: Ints
    cancelled: Flags
    offset: int  # where the shop's order numbers start

    def __len__(self) -> int:
        return len(self.placed)

    def before(self, instant: int) -> Orders:
        """The lines placed before that instant."""
        end = int(np.searchsorted(self.placed, instant))
        cut = dict[str, Any]()
        for field in fields(self):
            column = getattr(self, field.name)
            if isinstance(column, np.ndarray):
                cut[field.name] = column[:end]
        return replace(self, **cut)


def draw(shop: Shop, world: World, rng: np.random.Generator, scale: float) -> Orders:
    """All order lines of the shop."""
    level, discount = seasons.demand(world.first, world.days, shop.platform)
    day = _days(level, shop, world, rng, scale)
    wall = np.sort(day * DAY + _seconds_of_day(len(day), rng))
    head = _heads(len(wall), rng)
    wall = wall[head]
    day, week = wall // DAY, wall // (7 * DAY)
    product = _products(week, shop, world, rng)
    place, buyer, carrier, by_platform = _buyers(shop, len(wall), rng)
    place, buyer, carrier, by_platform = place[head], buyer[head], carrier[head], by_platform[head]
    placed = wall + _utc_start(shop, world)[day]
    shipped, promised, delivered = _travel(shop, place, by_platform, placed, rng)
    variants = np.array([len(item.skus) for item in world.products])[product]
    variant = (rng.random(len(wall)) ** 1.3 * variants).astype(np.int64)
    return Orders(
        shop, world, _sku_once(head, product, variant), buyer, day, week, product, variant,
        _batches(product, day, world, rng), place, carrier, by_platform,
        1 + np.searchsorted(UNITS.cumsum(), rng.random(len(wall)) * UNITS.sum()), discount[day],
        placed, shipped[head], promised[head], delivered[head], (rng.random(len(wall)) < CANCELLED_SILENTLY)[head],
        int(rng.integers(10**9)),
    )  # fmt: skip


def _days(level: Floats, shop: Shop, world: World, rng: np.random.Generator, scale: float) -> Ints:
    wanted = level / level.mean() * WEEKLY_LINES / 7 * shop.share * scale
    wobble = np.repeat(rng.lognormal(0, 0.035, world.drawn), 7)
    return np.repeat(np.arange(world.days), rng.poisson(wanted * wobble))


def _seconds_of_day(count: int, rng: np.random.Generator) -> Ints:
    share = seasons.HOURS.cumsum() / seasons.HOURS.sum()
    return np.searchsorted(share, rng.random(count)) * 3600 + rng.integers(0, 3600, count)


def _heads(count: int, rng: np.random.Generator) -> Ints:
    joins = rng.random(count) < JOINED
    joins[:1] = False
    return np.maximum.accumulate(np.where(joins, 0, np.arange(count)))


def _sku_once(head: Ints, product: Ints, variant: Ints) -> Ints:
    """An order lists a SKU once: its second line of the same is an order of its own."""
    _keys, first = np.unique((head * 1000 + product) * 10 + variant, return_index=True)
    again = np.ones(len(head), bool)
    again[first] = False
    return np.where(again, np.arange(len(head)), head)


def _products(week: Ints, shop: Shop, world: World, rng: np.random.Generator) -> Ints:
    """A product per line, by the demand of its week: season, launch, and a slow drift of its own."""
    drift = np.exp(rng.normal(0, 0.12, (world.drawn, len(world.products))))
    weights = np.array([[_weight(item, shop, world, w) for item in world.products] for w in range(world.drawn)]) * drift
    share = weights.cumsum(axis=1) / weights.sum(axis=1, keepdims=True)
    edges = np.searchsorted(week, np.arange(world.drawn + 1))
    luck = rng.random(len(week))
    return np.concatenate([np.searchsorted(share[w], luck[edges[w] : edges[w + 1]]) for w in range(world.drawn)])


def _weight(product: Product, shop: Shop, world: World, week: int) -> float:
    if shop.code not in product.shops or week < product.from_week:
        return 0.0
    return product.weight * seasons.season(product.season, world.first + timedelta(weeks=week, days=3))


def _buyers(shop: Shop, count: int, rng: np.random.Generator) -> tuple[Ints, Ints, Ints, Flags]:
    """(place, buyer, carrier, by platform): a returning buyer lives where he lived."""
    first = np.arange(count)
    back = rng.random(count) < REPEAT
    first[back] = (rng.random(int(back.sum())) * first[back]).astype(np.int64)
    for _step in range(12):  # a chain of returns ends at the buyer's first order
        first = first[first]
    shares = np.array([share for _country, _language, share in shop.mix])
    place = np.searchsorted(shares.cumsum() / shares.sum(), rng.random(count))[first]
    luck, carrier = rng.random(count), np.zeros(count, np.int64)
    for index, (country, _language, _share) in enumerate(shop.mix):
        here = place == index
        carrier[here] = np.searchsorted(np.cumsum(CARRIERS[country].shares)[:-1], luck[here])
    return place, first, carrier, rng.random(count) < shop.by_platform


def _utc_start(shop: Shop, world: World) -> Ints:
    """UTC second at which each local day starts, so that wall seconds of the story plus it give the instant."""
    zone, starts = ZoneInfo(shop.timezone), []
    for step in range(world.days):
        noon = datetime.combine(world.first + timedelta(days=step), datetime.min.time(), zone) + timedelta(hours=12)
        offset = noon.utcoffset() or timedelta()
        starts.append((world.first - _EPOCH).days * DAY - int(offset.total_seconds()))
    return np.array(starts, np.int64)


def _travel(
    shop: Shop, place: Ints, by_platform: Flags, placed: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    count = len(placed)
    roads = [CARRIERS[country] for country, _language, _share in shop.mix]
    median, promise = np.array([road.days for road in roads])[place], np.array([road.promise for road in roads])[place]
    handling = np.where(by_platform, 0.5, 1.1) * np.exp(rng.normal(0, 0.5, count))
    transit = np.where(by_platform, 0.85, 1.15) * median * np.exp(rng.normal(0, 0.33, count))
    shipped = placed + (handling * DAY).astype(np.int64)
    promised = (placed // DAY + promise).astype(np.int64) * DAY + 12 * 3600
    return shipped, promised, shipped + (transit * DAY).astype(np.int64)


def _batches(product: Ints, day: Ints, world: World, rng: np.random.Generator) -> Ints:
    """The newest lot in stock, or for some weeks after its arrival still the one before."""
    wide = 100_000
    starts = [[(batch.day - world.first).days for batch in item.batches] for item in world.products]
    keys = np.array([index * wide + 1000 + start for index, row in enumerate(starts) for start in row])
    firsts = np.cumsum([0, *(len(row) for row in starts)])[:-1]
    at = np.searchsorted(keys, product * wide + 1000 + day, side="right") - 1
    age = product * wide + 1000 + day - keys[at]
    older = (rng.random(len(day)) < np.exp(-age / 12)) & (at > firsts[product])
    return np.asarray(at - older - firsts[product], np.int64)


def order_numbers(shop: Shop, offset: int, index: Ints, placed: Ints) -> list[str]:
    """Numbers as that marketplace writes them, different for every index."""
    shuffled = (offset + index * 69_621_917) % 10**9
    if shop.order_heads:
        high, low = (shuffled * 40_009 // 10**7).tolist(), (shuffled * 40_009 % 10**7).tolist()
        heads = [shop.order_heads[turn] for turn in (index % len(shop.order_heads)).tolist()]
        return [f"{head}-{a:07d}-{b:07d}" for head, a, b in zip(heads, high, low, strict=True)]
    days = {day: f"{_EPOCH + timedelta(days=day):%y%m%d}" for day in np.unique(placed // DAY).tolist()}
    triples = [(shuffled * 2801 // _BASE**power % _BASE).tolist() for power in (2, 1, 0)]
    rows = zip((placed // DAY).tolist(), *triples, strict=True)
    return [days[day] + _TRIPLES[a][1:] + _TRIPLES[b] + _TRIPLES[c] for day, a, b, c in rows]


_BASE = 36**3
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TRIPLES = [a + b + c for a in _DIGITS for b in _DIGITS for c in _DIGITS]


def buyer_ids(shop: Shop, offset: int, buyer: Ints) -> list[str]:
    """The marketplace's own names of buyers: relay tokens, or user names."""
    tokens = ((buyer + offset).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(12)).tolist()
    return [f"{token:013x}" if shop.mail_domain else f"u{token:016d}" for token in tokens]


def instants(column: Ints) -> list[datetime | None]:
    """Seconds to aware datetimes; NEVER becomes None."""
    return [None if second == NEVER else datetime.fromtimestamp(second, UTC) for second in column.tolist()]


def price_table(shop: Shop, world: World) -> list[list[Decimal]]:
    """Per product and percent of discount (0, 1 .. 30): the price of one unit."""
    step = Decimal(shop.step)

    def price(usd: float, percent: int) -> Decimal:
        raw = Decimal(str(usd)) * Decimal(str(shop.per_usd)) * (100 - percent) / 100
        return (raw / step).quantize(Decimal(1)) * step

    return [[price(item.usd, percent) for percent in range(31)] for item in world.products]


def records(orders: Orders, until: int, chunk: int = 20_000) -> Iterator[OrderLineRecord]:
    """The lines as a report would list them at the instant `until`, in order of placing."""
    prices = price_table(orders.shop, orders.world)
    for start in range(0, len(orders), chunk):
        rows = np.arange(start, min(start + chunk, len(orders)))
        yield from lines(orders, rows, until, prices)


def lines(orders: Orders, rows: Ints, until: int, prices: list[list[Decimal]]) -> Iterator[OrderLineRecord]:
    """The records of the given rows, as known at the instant `until`."""
    shop, items = orders.shop, orders.world.products
    head, units = orders.head[rows], orders.units[rows].tolist()
    of = [items[index] for index in orders.product[rows].tolist()]
    variant, batch = orders.variant[rows].tolist(), orders.batch[rows].tolist()
    percent = np.rint(orders.discount[rows] * 100).astype(int).tolist()
    names = [CARRIERS[country].names for country, _language, _share in shop.mix]
    place = orders.place[rows].tolist()
    gone = orders.cancelled[rows]
    shipped = np.where(gone | (orders.shipped[rows] > until), NEVER, orders.shipped[rows])
    delivered = np.where((shipped == NEVER) | (orders.delivered[rows] > until), NEVER, orders.delivered[rows])
    status = np.where(gone, "cancelled", np.where(shipped == NEVER, "pending", "shipped"))
    columns = (
        (rows + 2).tolist(),
        order_numbers(shop, orders.offset, head, orders.placed[head]),
        [item.skus[index] for item, index in zip(of, variant, strict=True)],
        instants(orders.placed[rows]),
        units,
        [""] * len(rows),
        [item.asins[index] if shop.mail_domain else "" for item, index in zip(of, variant, strict=True)],
        [item.parent if shop.mail_domain else "" for item in of],
        [item.en for item in of],
        [item.line for item in of],
        [item.batches[index].code for item, index in zip(of, batch, strict=True)],
        [prices[p][d] * n for p, d, n in zip(orders.product[rows].tolist(), percent, units, strict=True)],
        [shop.currency] * len(rows),
        status.tolist(),
        np.where(orders.by_platform[rows], "platform", "seller").tolist(),
        [names[where][index] for where, index in zip(place, orders.carrier[rows].tolist(), strict=True)],
        [shop.mix[where][0] for where in place],
        [shop.site] * len(rows),
        buyer_ids(shop, orders.offset, orders.buyer[rows]),
        instants(shipped),
        instants(orders.promised[rows]),
        instants(delivered),
    )
    return map(OrderLineRecord._make, zip(*columns, strict=True))
