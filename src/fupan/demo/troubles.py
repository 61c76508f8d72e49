"""Which order lines go wrong, in what way and when the buyer says so; what was planted is worked in here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fupan.demo.incidents import Planted
from fupan.demo.issues import HABITS, ISSUES, KINDS, goods_factor
from fupan.demo.orders import DAY, NEVER, Flags, Floats, Ints, Orders
from fupan.demo.world import CARRIERS, World

WOBBLE = 0.1  # weekly shock of an issue, and of a product: counts are a little wilder than Poisson
CANCELLED_IN_TIME = 0.75

# What the marketplace and the way of shipping do to a rate.
_SHOP: dict[tuple[str, str], float] = {
    ("amazon-de", "invoice"): 3.0, ("amazon-jp", "invoice"): 2.2, ("amazon-jp", "packaging"): 1.8,
    ("amazon-jp", "late"): 0.6, ("amazon-jp", "damaged"): 0.7, ("shopee-my", "late"): 1.3,
    ("shopee-my", "wrong_item"): 1.5, ("shopee-my", "change_of_mind"): 0.5, ("shopee-my", "invoice"): 0.3,
    ("shopee-vn", "late"): 1.4, ("shopee-vn", "missing_parts"): 1.6, ("shopee-vn", "change_of_mind"): 0.5,
    ("shopee-vn", "fake"): 2.0, ("shopee-vn", "invoice"): 0.3,
}  # fmt: skip
_SELF_SHIPPED = {
    "late": 1.7, "packaging": 1.3, "wrong_item": 1.8, "missing_parts": 1.3, "refund_request": 1.3, "lost": 1.3,
}  # fmt: skip


@dataclass(slots=True)
class Troubles:
    """One row per trouble: its order line, its type, when the buyer notices, which tickets it leaves."""

    line: Ints
    issue: Ints  # index into ISSUES
    noticed: Ints  # UTC seconds
    leaves: Flags  # (n, len(KINDS))
    planted: Ints  # index into the plan whose words the buyer uses, -1 otherwise


def affected(planted: Planted, orders: Orders) -> Flags:
    """The order lines of the slice in its weeks (all clocks but "contact"; the issue is left to the caller)."""
    world, where = orders.world, planted.where
    hit = np.ones(len(orders), bool)
    if "product" in where:
        hit &= orders.product == [item.code for item in world.products].index(where["product"])
    if "country" in where:
        hit &= np.array([country == where["country"] for country, _l, _s in orders.shop.mix])[orders.place]
    if "carrier" in where:
        hit &= _carried_by(where["carrier"], orders)
    return np.asarray(hit & _in_time(planted, orders, world), bool)


def _carried_by(name: str, orders: Orders) -> Flags:
    numbers = [
        CARRIERS[country].names.index(name) if name in CARRIERS[country].names else -1
        for country, _language, _share in orders.shop.mix
    ]
    return np.asarray(orders.carrier == np.array(numbers)[orders.place], bool)


def _in_time(planted: Planted, orders: Orders, world: World) -> Flags:
    first = (planted.first - world.first).days
    last = (planted.last - world.first).days if planted.last else world.days + 365
    if planted.clock == "batch":
        arrived = [[(batch.day - world.first).days for batch in item.batches] for item in world.products]
        width = max(map(len, arrived))
        table = np.array([[*row, *[-9999] * (width - len(row))] for row in arrived])
        return np.asarray(table[orders.product, orders.batch] >= first, bool)
    if planted.clock == "ship":
        day = orders.day + (orders.shipped - orders.placed) // DAY
        return np.asarray((day >= first) & (day <= last), bool)
    return np.asarray((orders.day >= first) & (orders.day <= last), bool)


def draw(orders: Orders, plan: tuple[Planted, ...], end: int, rng: np.random.Generator) -> Troubles:
    """All troubles noticed before `end`; sets the deliveries and cancellations that go with them."""
    rates = _rates(orders, rng)
    worded = np.zeros((len(orders), len(plan)), bool)
    for index, planted in enumerate(plan):
        if planted.measure == "incidents":
            hit = affected(planted, orders)
            rates[hit, ISSUES.index(planted.where["issue_type"])] *= planted.factor
            worded[:, index] = hit & bool(planted.words)
    struck = (rng.random(len(orders))[:, None] > rates.cumsum(axis=1)).sum(axis=1)
    line = np.flatnonzero((struck < len(ISSUES)) & ~orders.cancelled)
    issue = struck[line]
    _undeliver(orders, line, issue, rng)
    noticed = _noticed(orders, line, issue, rng)
    told = _words(worded[line], issue, plan, rng)
    kept = noticed < end
    return Troubles(line[kept], issue[kept], noticed[kept], _leaves(orders, issue[kept], rng), told[kept])


def _rates(orders: Orders, rng: np.random.Generator) -> Floats:
    """(line, issue): the chance that this line meets this trouble."""
    world, shop = orders.world, orders.shop
    base = np.array([[HABITS[i].rate * goods_factor(i, item.noun) for i in ISSUES] for item in world.products])
    base *= np.array([_SHOP.get((shop.code, issue), 1.0) for issue in ISSUES])
    base *= np.exp(rng.normal(0, 0.15, base.shape))  # every product has its own weak points
    by_issue = np.exp(rng.normal(0, WOBBLE, (world.drawn, len(ISSUES))))
    by_product = np.exp(rng.normal(0, WOBBLE, (world.drawn, len(world.products))))
    rates = base[orders.product] * by_issue[orders.week] * by_product[orders.week, orders.product][:, None]
    rates[~orders.by_platform] *= np.array([_SELF_SHIPPED.get(issue, 1.0) for issue in ISSUES])
    return np.asarray(rates, np.float64)


def _undeliver(orders: Orders, line: Ints, issue: Ints, rng: np.random.Generator) -> None:
    """Late parcels come after the promise, lost ones never; a cancelled order is not shipped."""
    late, lost, cancel = (line[issue == ISSUES.index(code)] for code in ("late", "lost", "cancel"))
    overdue = (DAY * (1 + rng.exponential(3.0, len(late)))).astype(np.int64)
    orders.delivered[late] = orders.promised[late] + overdue
    orders.delivered[lost] = NEVER
    stopped = np.zeros(len(orders), bool)
    stopped[orders.head[cancel[rng.random(len(cancel)) < CANCELLED_IN_TIME]]] = True
    orders.cancelled |= stopped[orders.head]


def _noticed(orders: Orders, line: Ints, issue: Ints, rng: np.random.Generator) -> Ints:
    habits = [HABITS[code] for code in ISSUES]
    anchors = {"placed": orders.placed, "promised": orders.promised, "delivered": orders.delivered}
    names = list(anchors)
    anchor = np.array([names.index(habit.anchor) for habit in habits])[issue]
    start = np.stack([column[line] for column in anchors.values()])[anchor, np.arange(len(line))]
    median = np.array([habit.days for habit in habits])[issue]
    spread = np.array([habit.spread for habit in habits])[issue]
    told = start + (DAY * median * np.exp(rng.normal(0, 1, len(line)) * spread)).astype(np.int64)
    return np.where(median > 0.5, _at_waking_hours(told, orders, rng), told)


def _at_waking_hours(instant: Ints, orders: Orders, rng: np.random.Generator) -> Ints:
    """Nobody complains at four in the morning: eleven hours of the night move to the evening before or the morning."""
    offset = {"US": -8, "DE": 1, "JP": 9, "MY": 8, "VN": 7}[orders.shop.country] * 3600
    wall = instant + offset
    hour = wall % DAY // 3600
    asleep = hour < 7
    return np.where(asleep, wall + (7 - hour + rng.integers(0, 9, len(wall))) * 3600, wall) - offset


def _words(worded: Flags, issue: Ints, plan: tuple[Planted, ...], rng: np.random.Generator) -> Ints:
    told = np.full(len(issue), -1)
    for index, planted in enumerate(plan):
        if planted.words:
            same = issue == ISSUES.index(planted.where["issue_type"])
            told[same & worded[:, index] & (rng.random(len(issue)) < 0.75)] = index
    return told


def _leaves(orders: Orders, issue: Ints, rng: np.random.Generator) -> Flags:
    chance = np.array([[HABITS[code].kinds.get(kind, 0.0) for kind in KINDS] for code in ISSUES])
    if orders.shop.platform != "amazon":
        chance[:, [KINDS.index("feedback"), KINDS.index("claim")]] = 0.0
        chance[:, KINDS.index("rating")] *= 1.4
    leaves = rng.random((len(issue), len(KINDS))) < chance[issue]
    leaves[:, KINDS.index("refund")] &= ~leaves[:, KINDS.index("return")]
    silent = ~leaves.any(axis=1)
    leaves[silent, chance[issue[silent]].argmax(axis=1)] = True
    return np.asarray(leaves, bool)
