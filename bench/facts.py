"""How long until one changed ticket stands in the facts of a workspace with a million?

    python -m bench.facts [--tickets 1000000] [--weeks 52] [--runs 5]

Raw rows go into SQLite; the facts of the newest weeks are built, then one ticket is changed and its week refreshed,
again and again. Beside it: the rebuild of one week of orders, and what the files weigh.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench._home import new_home, peak_mb
from bench._simulated import LAST_WEEK

KINDS = ("inquiry", "return", "refund", "rating", "claim")
Row = tuple[Any, ...]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--tickets", type=int, default=1_000_000)
    asked.add_argument("--weeks", type=int, default=52)
    asked.add_argument("--runs", type=int, default=5)
    options = asked.parse_args()
    with new_home() as home:
        plant(options.tickets, options.weeks)
        measure(home, options.runs)


def measure(home: Path, runs: int) -> None:
    from fupan.core import stale
    from fupan.core.weeks import shift
    from fupan.desk.models import Ticket
    from fupan.insight.models import FactFile
    from fupan.insight.services import refresh
    from fupan.people.models import Workspace

    workspace = Workspace.objects.get()
    stale.mark(
        workspace.pk, {(table, shift(LAST_WEEK, -back)) for back in range(10) for table in ("orders", "tickets")}
    )
    first = _timed(lambda: refresh(workspace))
    times = []
    for run in range(runs):
        ticket = Ticket.objects.filter(week=LAST_WEEK)[run]
        Ticket.objects.filter(pk=ticket.pk).update(reopened=run + 1)
        stale.mark(workspace.pk, {("tickets", LAST_WEEK)})
        times.append(_timed(lambda: refresh(workspace)))
    stale.mark(workspace.pk, {("orders", LAST_WEEK)})
    orders = _timed(lambda: refresh(workspace))
    size = sum(path.stat().st_size for path in (home / "facts").rglob("*.parquet")) / FactFile.objects.count() / 1e6
    shown = Table("what", "s", title=f"{Ticket.objects.count():,} tickets, {_of_week():,} in the week")
    shown.add_row("20 weeks at first (10 of each)", f"{first:.2f}")
    shown.add_row("one changed ticket: best", f"{min(times):.2f}")
    shown.add_row("one changed ticket: worst", f"{max(times):.2f}")
    shown.add_row("one changed week of orders", f"{orders:.2f}")
    Console().print(shown)
    Console().print(f"a file weighs {size:.1f} MB on average; peak memory {peak_mb():.0f} MB")


def _of_week() -> int:
    from fupan.desk.models import Ticket

    return Ticket.objects.filter(week=LAST_WEEK).count()


def _timed(work: Any) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def plant(tickets: int, weeks: int) -> None:
    """Shops, products, and then per week 2 order lines and 1.5 messages for each ticket, as raw rows."""
    from django.db import connection

    from fupan.commerce.models import Listing, Product, Shop
    from fupan.core.weeks import between, shift
    from fupan.desk.models import IssueType
    from fupan.people.models import Workspace

    workspace = Workspace.objects.create(name="Bench")
    shops = [
        Shop.objects.create(workspace=workspace, name=name, platform="amazon", currency="CNY", timezone="Europe/Berlin")
        for name in ("Amazon DE", "Amazon FR", "Amazon IT")
    ]
    for place in range(200):
        product = Product.objects.create(workspace=workspace, code=f"P{place}")
        Listing.objects.create(workspace=workspace, shop=shops[place % 3], product=product, sku=f"SKU{place}")
    for place in range(20):
        IssueType.objects.create(
            workspace=workspace, code=f"issue{place}", name_en=f"Issue {place}", name_zh=f"问题 {place}"
        )
    chance = Random(7)
    span = between(shift(LAST_WEEK, 1 - weeks), LAST_WEEK)
    rows = Rows(workspace.pk, chance)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    for week in track(span, "rows", console=Console(stderr=True), transient=True):
        rows.insert(week, tickets // weeks)


class Rows:
    """Rows as SQLite keeps them, counted up over all weeks."""

    def __init__(self, workspace: int, chance: Random) -> None:
        self.workspace, self.chance = workspace, chance
        self.order = self.ticket = 0

    def insert(self, week: int, tickets: int) -> None:
        from django.db import transaction

        from fupan.commerce.models import Order, OrderLine
        from fupan.desk.models import Incident, Message, Ticket

        monday = date.fromisocalendar(week // 100, week % 100, 1)
        self.start = datetime(monday.year, monday.month, monday.day, tzinfo=UTC)
        first_order, first_ticket = self.order, self.ticket
        self.order += tickets * 2
        self.ticket += tickets
        with transaction.atomic():
            _insert(Order, _ORDER, (self._order(pk) for pk in range(first_order, self.order)))
            _insert(OrderLine, _LINE, (self._line(pk, week) for pk in range(first_order, self.order)))
            _insert(Incident, _INCIDENT, (self._incident(pk) for pk in range(first_ticket, self.ticket)))
            _insert(Ticket, _TICKET, (self._ticket(pk, week, first_order) for pk in range(first_ticket, self.ticket)))
            _insert(Message, _MESSAGE, self._messages(first_ticket))

    def _at(self, pk: int) -> datetime:
        return self.start + timedelta(minutes=(pk * 7919) % (7 * 24 * 60))

    def _order(self, pk: int) -> Row:
        buyer = f"b{pk % 9999}"
        return (
            pk + 1, self.workspace, pk % 3 + 1, f"O{pk}", "shipped", "platform", "DHL", "DE", buyer, self._at(pk),
        )  # fmt: skip

    def _line(self, pk: int, week: int) -> Row:
        return (pk + 1, self.workspace, pk + 1, "1", pk % 200 + 1, week, 1, 39.9, "CNY", "shipped")

    def _incident(self, pk: int) -> Row:
        return (pk + 1, self.workspace, pk % 3 + 1, self._at(pk))

    def _ticket(self, pk: int, week: int, order: int) -> Row:
        at = self._at(pk)
        incident = pk + 1 if pk % 10 else max(pk - 20_000, 0) + 1  # every tenth follows one of a week before
        line = order + pk % 1000 + 1
        return (
            pk + 1, self.workspace, pk % 3 + 1, pk + 1, KINDS[pk % 5], "mail", str(pk), week, at,
            at + timedelta(hours=5), at + timedelta(hours=30), "solved", 0, 1, f"O{line}", line, line, pk % 200 + 1,
            "DE", "platform", "DHL", 1, 9.9, "CNY", "", "", "", "de", "", 1, "A subject", "", pk % 20 + 1, "rule",
            incident,
        )  # fmt: skip

    def _messages(self, first: int) -> Iterator[Row]:
        words = "Das Paket ist noch immer nicht angekommen, bitte helfen Sie mir weiter. " * 3
        for pk in range(first, self.ticket):
            at = self._at(pk)
            yield (self.workspace, pk + 1, "buyer", at, False, "de", "", words)
            if pk % 2:
                yield (self.workspace, pk + 1, "seller", at + timedelta(hours=5), False, "de", "", "Es tut uns leid.")


_ORDER = (
    "id",
    "workspace_id",
    "shop_id",
    "number",
    "status",
    "fulfilment",
    "carrier",
    "country",
    "buyer_key",
    "placed_at",
)
_LINE = ("id", "workspace_id", "order_id", "key", "listing_id", "week", "units", "amount", "currency", "status")
_INCIDENT = ("id", "workspace_id", "shop_id", "opened_at")
_TICKET = (
    "id", "workspace_id", "shop_id", "number", "kind", "channel", "outside_id", "week", "opened_at",
    "first_response_at", "resolved_at", "state", "reopened", "replies", "order_number", "order_id", "order_line_id",
    "listing_id", "country", "fulfilment", "carrier", "units", "cost", "currency", "buyer_key", "buyer_name",
    "buyer_email", "language", "agent", "tier", "subject", "reason_code", "issue_type_id", "label_source",
    "incident_id",
)  # fmt: skip
_MESSAGE = ("workspace_id", "ticket_id", "side", "at", "automatic", "language", "original", "redacted")


def _insert(model: Any, columns: tuple[str, ...], rows: Iterator[Row]) -> None:
    from django.db import connection

    rest = [field for field in model._meta.concrete_fields if field.column not in columns and not field.null]
    defaults = tuple(field.get_default() for field in rest if not field.primary_key)
    every = (*columns, *(field.column for field in rest if not field.primary_key))
    named, holes = ", ".join(f'"{column}"' for column in every), ", ".join(["%s"] * len(every))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {model._meta.db_table} ({named}) VALUES ({holes})",
            [tuple(_kept(value) for value in row) + defaults for row in rows],
        )


def _kept(value: Any) -> Any:
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value


if __name__ == "__main__":
    main()
