"""The story as facts, without the desk between: what a screening of perfectly labelled tickets would see."""

from collections import defaultdict
from datetime import UTC, datetime

import pyarrow as pa

from fupan.commerce.models import Shop
from fupan.core import weeks
from fupan.insight import shapes, storage
from fupan.insight.models import FactFile
from fupan.intake.models import Coverage


def plant(workspace, simulation):
    """Write the facts of all weeks; only what screening reads is filled in."""
    suppliers = {row.sku: (row.product, row.supplier) for row in simulation.products()}
    shops = {shop.code: _shop(workspace, shop) for shop in simulation.shops}
    lines, orders = {}, defaultdict(list)
    for code, shop in shops.items():
        for line in simulation.order_lines(code):
            place = _place(shop, line, *suppliers[line.sku])
            week = weeks.week_of(line.placed_at, shop.timezone)
            lines[code, line.order_number, line.sku] = place, week
            counted = line.status not in ("cancelled", "pending", "replacement")
            orders[week].append(place | {"week": week, "units": line.units, "counted": counted, "order_first": True})
    _write(workspace, "orders", orders)
    _write(workspace, "tickets", _tickets(simulation, shops, lines))
    first, last = simulation.world.first, weeks.week_period(simulation.last_week).end
    for shop in shops.values():
        Coverage.objects.create(workspace=workspace, shop=shop, source="orders", first_day=first, last_day=last)


def _shop(workspace, told):
    return Shop.objects.create(
        workspace=workspace, name=told.name, platform=told.platform, country=told.country, currency=told.currency,
        timezone=told.timezone,
    )  # fmt: skip


def _place(shop, line, product, supplier):
    return {
        "shop_id": shop.pk, "product": product, "supplier": supplier, "batch": line.batch, "country": line.country,
        "carrier": line.carrier,
    }  # fmt: skip


def _tickets(simulation, shops, lines):
    rows, seen = defaultdict(list), set()
    for code, shop in shops.items():
        for ticket, issue in zip(simulation.tickets(code), simulation.issues(code), strict=True):
            key = code, ticket.order_number, ticket.sku
            if not issue or key not in lines:
                continue
            place, ordered = lines[key]
            week = weeks.week_of(ticket.opened_at, shop.timezone)
            first = (*key, issue) not in seen
            seen.add((*key, issue))
            lag = len(weeks.between(ordered, week)) - 1
            rows[week].append(
                place
                | {"week": week, "kind": ticket.kind, "issue_type": issue, "first": first, "merged": False,
                   "lag_weeks": lag, "order_day": weeks.monday(ordered), "units": 1, "unconverted": False}
            )  # fmt: skip
    return rows


def _write(workspace, table, by_week):
    schema = shapes.SCHEMAS[table]
    for week, rows in by_week.items():
        columns = [pa.array([row.get(name) for row in rows], schema.field(name).type) for name in schema.names]
        name = storage.write(workspace.pk, table, week, pa.Table.from_arrays(columns, schema=schema))
        FactFile.objects.create(
            workspace=workspace, table=table, week=week, name=name, rows=len(rows),
            built_at=datetime(2026, 11, 16, tzinfo=UTC),
        )  # fmt: skip
