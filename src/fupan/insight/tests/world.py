"""A small seller's database, made from a seed: shops, products, orders, tickets, messages, coverage."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np

from fupan.commerce.models import Batch, Listing, Order, OrderLine, Product, Shop
from fupan.core import weeks
from fupan.desk.models import Cause, Incident, IssueType, Message, Resolution, Ticket
from fupan.intake.models import Coverage

LAST_WEEK = 202646
KINDS = ["inquiry", "return", "refund", "rating", "feedback", "claim"]
ISSUES = [("late", True), ("size", False), ("wont_charge", False), ("colour", True)]


class World:
    """Builds rows with as few words as a test needs; every verb returns the row."""

    def __init__(self, workspace):
        self.workspace = workspace
        self.count = 0
        self.issues = {
            code: IssueType.objects.create(
                workspace=workspace, code=code, name_en=code.title(), name_zh=f"问题 {code}", simple=simple
            )
            for code, simple in ISSUES
        }
        self.causes = {
            code: Cause.objects.create(workspace=workspace, code=code, name_en=code, name_zh=code, liable=liable)
            for code, liable in (("carrier_delay", "carrier"), ("defect", "seller"))
        }
        self.resolutions = {
            code: Resolution.objects.create(workspace=workspace, code=code, name_en=code, name_zh=code)
            for code in ("refund", "partial_refund", "replacement", "exchange", "information")
        }
        self.listings = {}

    def next(self):
        self.count += 1
        return self.count

    def shop(self, name="Amazon DE", platform="amazon", country="DE", currency="CNY", timezone="Europe/Berlin"):
        return Shop.objects.create(
            workspace=self.workspace,
            name=name,
            platform=platform,
            country=country,
            currency=currency,
            timezone=timezone,
        )

    def listing(self, shop, code):
        if (shop.pk, code) not in self.listings:
            product, _new = Product.objects.get_or_create(
                workspace=self.workspace,
                code=code,
                defaults={"name": f"Product {code}", "line": code[0], "supplier": "S1"},
            )
            self.listings[shop.pk, code] = Listing.objects.create(
                workspace=self.workspace, shop=shop, product=product, sku=f"{code}-{shop.pk}"
            )
        return self.listings[shop.pk, code]

    def batch(self, code, product):
        return Batch.objects.create(workspace=self.workspace, product=product, code=code)

    def order(
        self, shop, code, at, *, units=1, amount=None, status="shipped", country="", carrier="DHL", buyer="", batch=None
    ):
        listing = self.listing(shop, code)
        order = Order.objects.create(
            workspace=self.workspace, shop=shop, number=f"O-{self.next()}", status=status, placed_at=at,
            country=country or shop.country, carrier=carrier, fulfilment="platform", buyer_key=buyer,
        )  # fmt: skip
        return OrderLine.objects.create(
            workspace=self.workspace, order=order, key="1", listing=listing, units=units, batch=batch, status=status,
            week=weeks.week_of(at, shop.timezone), amount=amount, currency=shop.currency,
        )  # fmt: skip

    def ticket(self, shop, at, kind="inquiry", *, line=None, issue="late", incident=None, join=True, **more):
        number = self.next()
        if incident is None and join:
            incident = Incident.objects.create(
                workspace=self.workspace, shop=shop, order_line=line, issue_type=self.issues.get(issue), opened_at=at
            )
        about = {}
        if line is not None:
            about = {
                "order": line.order, "order_line": line, "listing": line.listing, "batch": line.batch,
                "country": line.order.country, "carrier": line.order.carrier, "fulfilment": line.order.fulfilment,
            }  # fmt: skip
        if "resolution" in more:
            more["resolution"] = self.resolutions[more["resolution"]]
        return Ticket.objects.create(
            **({
                "workspace": self.workspace, "shop": shop, "number": number, "kind": kind, "outside_id": str(number),
                "week": weeks.week_of(at, shop.timezone), "opened_at": at, "issue_type": self.issues.get(issue),
                "incident": incident, "subject": f"About {issue}", "language": "en", "currency": shop.currency,
            } | about | more)
        )  # fmt: skip

    def say(self, ticket, side, at, text="words", *, automatic=False):
        return Message.objects.create(
            workspace=self.workspace, ticket=ticket, side=side, at=at, redacted=text, automatic=automatic, language="en"
        )

    def cover(self, shop, first=date(2025, 1, 6), last=date(2026, 11, 15), *sources):
        for source in sources or ("orders", "returns", "tickets"):
            Coverage.objects.create(workspace=self.workspace, shop=shop, source=source, first_day=first, last_day=last)


def instant(week, day=0, hour=12, minute=0):
    """A UTC instant in an ISO week; day 0 is Monday."""
    monday = weeks.monday(week)
    return datetime(monday.year, monday.month, monday.day, hour, minute, tzinfo=UTC) + timedelta(days=day)


def grow(world, rng, shops, *, first=202630, last=LAST_WEEK, orders=25, tickets=12, codes=("A20", "Y7", "K4")):
    """Fill weeks with orders, and with tickets of all kinds on them."""
    for week in weeks.between(first, last):
        lines = [_order(world, rng, shops, week, codes) for _ in range(orders)]
        for _ in range(tickets):
            _ticket(world, rng, week, lines)
    return world


def _order(world, rng, shops, week, codes):
    shop = shops[rng.integers(len(shops))]
    status = rng.choice(["shipped", "delivered", "cancelled", "pending", "replacement"], p=[0.7, 0.2, 0.04, 0.03, 0.03])
    at = instant(week, int(rng.integers(7)), int(rng.integers(24)))
    return world.order(
        shop, str(rng.choice(codes)), at, units=int(rng.integers(1, 4)), amount=Decimal(int(rng.integers(5, 90))),
        status=str(status), country=str(rng.choice(["DE", "FR"])), carrier=str(rng.choice(["DHL", "UPS"])),
        buyer=f"b{rng.integers(60)}",
    )  # fmt: skip


def _ticket(world, rng, week, lines):
    line = lines[rng.integers(len(lines))]
    kind = str(rng.choice(KINDS, p=[0.5, 0.2, 0.08, 0.1, 0.07, 0.05]))
    at = max(instant(week, int(rng.integers(7)), int(rng.integers(24))), line.order.placed_at)
    more = {"issue": str(rng.choice([code for code, _ in ISSUES]))}
    if kind in ("rating", "feedback"):
        more["stars"] = int(rng.integers(1, 6))
    if rng.random() < 0.3:
        more["cost"] = Decimal(int(rng.integers(1, 40)))
    if rng.random() < 0.3:
        more["resolution"] = str(rng.choice(list(world.resolutions)))
    if rng.random() < 0.2:
        more["csat"] = int(rng.integers(1, 6))
    if kind == "inquiry" and rng.random() < 0.8:
        wait = timedelta(hours=float(rng.exponential(12)))
        more |= {"first_response_at": at + wait, "replies": int(rng.integers(1, 3)), "state": "waiting"}
        if rng.random() < 0.7:
            more |= {"resolved_at": at + wait * 2, "state": "solved"}
    ticket = world.ticket(line.order.shop, at, kind, line=line, units=int(rng.integers(1, 3)), **more)
    world.say(ticket, "buyer", at, "it did not arrive " * int(rng.integers(1, 5)))
    if ticket.first_response_at:
        world.say(ticket, "seller", ticket.first_response_at, "we are sorry")
    if rng.random() < 0.25:
        later = at + timedelta(days=float(rng.uniform(0.5, 12)))
        world.ticket(ticket.shop, later, "inquiry", line=line, incident=ticket.incident, issue=more["issue"])
    return ticket


def seeded(workspace, seed=7, **more):
    world = World(workspace)
    shops = [world.shop(), world.shop("Shopee MY", "shopee", "MY", "CNY", "Asia/Kuala_Lumpur")]
    for shop in shops:
        world.cover(shop)
    grow(world, np.random.default_rng(seed), shops, **more)
    return world


def stale_all(workspace):
    from fupan.insight.services import rebuild, refresh

    rebuild(workspace)
    return refresh(workspace)
