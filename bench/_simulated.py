"""Facts of a large simulated seller, written week by week through the product's own writer."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

LAST_WEEK = 202646
SHOPS = (("Amazon DE", "amazon", "DE"), ("Amazon US", "amazon", "US"), ("Amazon JP", "amazon", "JP"),
         ("Shopee MY", "shopee", "MY"), ("Shopee VN", "shopee", "VN"))  # fmt: skip
COUNTRIES = ("DE", "AT", "US", "CA", "JP", "MY", "VN")
CARRIERS = ("DHL", "UPS", "USPS", "Yamato", "J&T", "SPX")
KINDS = ("inquiry", "return", "refund", "rating", "feedback", "claim", "cancellation")
ISSUES = tuple(f"issue_{place:02d}" for place in range(24))
RESOLUTIONS = ("refund", "partial_refund", "replacement", "exchange", "information", "none", "")
PRODUCTS = 120
_MINUTE = 60_000_000

Rows = dict[str, Any]


class Seller:
    """Draws weeks of orders, tickets and messages with the shapes of `fupan.insight.shapes`."""

    def __init__(self, workspace_id: int, shop_ids: list[int], rng: np.random.Generator) -> None:
        self.workspace_id, self.shop_ids, self.rng = workspace_id, shop_ids, rng
        self.popular = 1 / np.arange(1, PRODUCTS + 1) ** 0.8
        self.popular /= self.popular.sum()
        self.faulty = rng.lognormal(0, 0.5, PRODUCTS) * self.popular
        self.faulty /= self.faulty.sum()
        self.common = 1 / np.arange(1, len(ISSUES) + 1)
        self.common /= self.common.sum()
        self.tickets = 0

    def orders(self, week: int, count: int) -> pa.Table:
        from fupan.insight.shapes import ORDERS

        rng, at = self.rng, self._instants(week, count)
        status = rng.choice(3, count, p=[0.95, 0.03, 0.02])
        values = self._places(count, self.popular) | _calendar(week, at) | {
            "order_id": pa.array(np.arange(count) + week * 10**7),
            "order_first": pa.array(np.ones(count, dtype=bool)),
            "status": _words(("shipped", "cancelled", "pending"), status),
            "counted": pa.array(status == 0),
            "buyer": _words(tuple(f"buyer{place}" for place in range(5000)), rng.integers(5000, size=count)),
            "placed": _stamps(at), "shipped": _stamps(at + 2000 * _MINUTE), "promised": _stamps(at + 9000 * _MINUTE),
            "delivered": _stamps(at + 7000 * _MINUTE),
            "units": pa.array(rng.integers(1, 3, count), pa.int32()),
            "amount": pa.array(rng.gamma(3, 40, count).round(2)),
            "unconverted": pa.array(np.zeros(count, dtype=bool)),
        }  # fmt: skip
        return pa.table([values[name] for name in ORDERS.names], schema=ORDERS)

    def talk(self, week: int, count: int) -> tuple[pa.Table, pa.Table]:
        """Tickets and the messages of about half of them."""
        from fupan.insight.shapes import MESSAGES, TICKETS

        at = self._instants(week, count)
        about = self._places(count, self.faulty) | self._about(count)
        tickets = about | _calendar(week, at) | self._labels(count) | self._numbers(count) | self._clocks(week, at)
        chosen = np.flatnonzero(self.rng.random(count) < 0.6)
        messages = {name: column.take(pa.array(chosen)) for name, column in (about | _calendar(week, at)).items()}
        messages |= self._turns(at[chosen])
        return (
            pa.table([tickets[name] for name in TICKETS.names], schema=TICKETS),
            pa.table([messages[name] for name in MESSAGES.names], schema=MESSAGES),
        )

    def _instants(self, week: int, count: int) -> NDArray[np.int64]:
        start = datetime.combine(date.fromisocalendar(week // 100, week % 100, 1), datetime.min.time(), UTC)
        return np.sort(int(start.timestamp()) * 1_000_000 + self.rng.integers(0, 7 * 24 * 60, count) * _MINUTE)

    def _places(self, count: int, weights: NDArray[np.float64]) -> Rows:
        rng = self.rng
        shop, product = rng.integers(len(SHOPS), size=count), rng.choice(PRODUCTS, count, p=weights)
        return {
            "workspace": pa.array(np.full(count, self.workspace_id)),
            "shop_id": pa.array(np.array(self.shop_ids)[shop]),
            "shop": _words(tuple(one[0] for one in SHOPS), shop),
            "platform": _words(tuple(one[1] for one in SHOPS), shop),
            "product": _words(tuple(f"P{place:03d}" for place in range(PRODUCTS)), product),
            "line": _words(tuple(f"line {place % 9}" for place in range(PRODUCTS)), product),
            "supplier": _words(tuple(f"supplier {place % 17}" for place in range(PRODUCTS)), product),
            "batch": _words(("2607", "2608", "2609", ""), rng.integers(4, size=count)),
            "listing": _words(tuple(f"SKU{place:03d}" for place in range(PRODUCTS)), product),
            "country": _words(COUNTRIES, rng.integers(len(COUNTRIES), size=count)),
            "fulfilment": _words(("platform", "seller"), rng.integers(2, size=count)),
            "carrier": _words(CARRIERS, rng.integers(len(CARRIERS), size=count)),
        }

    def _about(self, count: int) -> Rows:
        rng = self.rng
        first, self.tickets = self.tickets + 1, self.tickets + count
        kinds = rng.choice(len(KINDS), count, p=[0.55, 0.22, 0.05, 0.08, 0.05, 0.02, 0.03])
        return {
            "ticket": pa.array(np.arange(first, first + count)),
            "number": pa.array(np.arange(first, first + count)),
            "kind": _words(KINDS, kinds),
            "issue_type": _words(ISSUES, rng.choice(len(ISSUES), count, p=self.common)),
            "cause": _words(tuple(f"cause {place}" for place in range(12)), rng.integers(12, size=count)),
            "agent": _words(tuple(f"agent {place}" for place in range(30)), rng.integers(30, size=count)),
            "language": _words(("de", "en", "ja", "ms", "vi"), rng.integers(5, size=count)),
            "channel": _words(("mail", "report"), rng.integers(2, size=count)),
        }

    def _labels(self, count: int) -> Rows:
        rng = self.rng
        empty = _words(("",), np.zeros(count, dtype=int))
        return {
            "incident": pa.array(np.arange(count)), "first": pa.array(rng.random(count) < 0.75),
            "merged": pa.array(rng.random(count) < 0.02), "simple": pa.array(rng.random(count) < 0.4),
            "cause_guess": empty, "cause_confirmed": empty, "liable": empty, "label_source": empty,
            "resolution": _words(RESOLUTIONS, rng.integers(len(RESOLUTIONS), size=count)),
            "state": _words(("open", "solved"), rng.integers(2, size=count)),
            "tier": pa.array(rng.integers(1, 3, count), pa.int16()),
        }  # fmt: skip

    def _numbers(self, count: int) -> Rows:
        rng = self.rng
        seldom = rng.random(count)
        small = {name: pa.array(rng.integers(0, 2, count), kind) for name, kind in
                 (("refund_units", pa.int32()), ("exchange_units", pa.int32()), ("reopened", pa.int16()))}  # fmt: skip
        flags = {name: pa.array(rng.random(count) < share) for name, share in
                 (("defect", 0.01), ("came_back", 0.1), ("recontact", 0.2))}  # fmt: skip
        return (
            small
            | flags
            | {
                "cost": pa.array(rng.gamma(2, 20, count), mask=seldom > 0.4),
                "unconverted": pa.array(np.zeros(count, dtype=bool)),
                "units": pa.array(np.ones(count), pa.int32()),
                "stars": pa.array(rng.integers(1, 6, count), pa.int16(), mask=seldom > 0.2),
                "csat": pa.array(rng.integers(1, 6, count), pa.int16(), mask=seldom > 0.1),
                "replies": pa.array(rng.integers(0, 4, count), pa.int16()),
                "turns": pa.array(rng.integers(1, 8, count), pa.int16()),
                "text_length": pa.array(rng.integers(0, 400, count), pa.int32()),
            }
        )

    def _clocks(self, week: int, at: NDArray[np.int64]) -> Rows:
        from fupan.insight.shapes import bins_of

        rng, count = self.rng, len(at)
        response, resolution = rng.gamma(1, 8, count), rng.gamma(1, 30, count)
        late = rng.random(count) > 0.7
        lag = rng.choice(9, count, p=[0.15, 0.28, 0.22, 0.14, 0.09, 0.06, 0.03, 0.02, 0.01])
        weeks = pa.array(np.full(count, week), pa.int32())
        months = pa.array(np.full(count, 202611), pa.int32())
        return {
            "order_id": pa.array(np.arange(count)),
            "order_day": pa.array(at, pa.timestamp("us")).cast(pa.date32(), safe=False),
            "lag_weeks": pa.array(lag, pa.int16()), "lag_months": pa.array(lag // 4, pa.int16()),
            "opened": _stamps(at),
            "first_response": _stamps(at + (response * 60).astype(np.int64) * _MINUTE, late),
            "resolved": _stamps(at + (resolution * 60).astype(np.int64) * _MINUTE, late),
            "response_hours": pa.array(response, mask=late), "response_bin": pa.array(bins_of(response), mask=late),
            "office_response_hours": pa.array(response / 3, mask=late),
            "resolution_hours": pa.array(resolution, mask=late),
            "resolution_bin": pa.array(bins_of(resolution), mask=late),
            "resolved_week": weeks, "resolved_month": months, "settled_week": weeks, "settled_month": months,
        }  # fmt: skip

    def _turns(self, at: NDArray[np.int64]) -> Rows:
        wait = (self.rng.gamma(1, 8, len(at)) * 60).astype(np.int64)
        nothing = _words(("",), np.zeros(len(at), dtype=int))
        return {
            "message": pa.array(np.arange(len(at))), "at": _stamps(at), "replied": _stamps(at + wait * _MINUTE),
            "due": _stamps(at + 24 * 60 * _MINUTE), "office_due": _stamps(at + 48 * 60 * _MINUTE),
            "reply_hours": pa.array(wait / 60), "limit_hours": pa.array(np.full(len(at), 24.0)), "template": nothing,
        }  # fmt: skip


def _words(values: tuple[str, ...], codes: NDArray[Any]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(values)).cast(pa.string())


def _stamps(at: NDArray[np.int64], missing: NDArray[np.bool_] | None = None) -> pa.Array:
    return pa.array(at, pa.int64(), mask=missing).cast(pa.timestamp("us"))


def _calendar(week: int, at: NDArray[np.int64]) -> Rows:
    days = pa.array(at, pa.timestamp("us")).cast(pa.date32(), safe=False)
    months = at.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    return {
        "day": days,
        "week": pa.array(np.full(len(at), week), pa.int32()),
        "month": pa.array((1970 + months // 12) * 100 + months % 12 + 1, pa.int32()),
    }


def plant(tickets: int, orders: int, weeks: int = 66, seed: int = 7) -> int:
    """Fill the database of the current home; the workspace's id. `tickets` and `orders` fall into 52 weeks."""
    from fupan.commerce.models import Product, Shop
    from fupan.core import clock
    from fupan.core.weeks import between, monday, shift
    from fupan.desk.models import IssueType
    from fupan.insight import storage
    from fupan.insight.models import FactFile
    from fupan.intake.models import Coverage
    from fupan.people.models import Workspace

    workspace = Workspace.objects.create(name="Bench")
    shops = [
        Shop.objects.create(
            workspace=workspace, name=name, platform=platform, country=country, currency="CNY", timezone="UTC"
        )
        for name, platform, country in SHOPS
    ]
    for place in range(PRODUCTS):
        Product.objects.create(workspace=workspace, code=f"P{place:03d}", name=f"Product {place}")
    for code in ISSUES:
        IssueType.objects.create(workspace=workspace, code=code, name_en=code, name_zh=code)
    span = between(shift(LAST_WEEK, 1 - weeks), LAST_WEEK)
    for shop in shops:
        for source in ("orders", "tickets"):
            Coverage.objects.create(
                workspace=workspace, shop=shop, source=source, first_day=monday(span[0]), last_day=date(2026, 11, 15)
            )
    seller = Seller(workspace.pk, [shop.pk for shop in shops], np.random.default_rng(seed))
    for week in span:
        talk, messages = seller.talk(week, tickets // len(span))
        tables = {"orders": seller.orders(week, orders // len(span)), "tickets": talk, "messages": messages}
        for table, rows in tables.items():
            name = storage.write(workspace.pk, table, week, rows)
            FactFile.objects.create(
                workspace=workspace, table=table, week=week, name=name, rows=rows.num_rows, built_at=clock.now()
            )
    return workspace.pk
