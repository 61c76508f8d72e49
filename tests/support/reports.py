"""Amazon reports of a small, known world: what a seller would drop on the page."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

ORDERS = [
    "amazon-order-id", "purchase-date", "last-updated-date", "order-status", "fulfillment-channel", "sales-channel",
    "product-name", "sku", "asin", "item-status", "quantity", "currency", "item-price", "ship-country",
]  # fmt: skip
RETURNS = [
    "return-date", "order-id", "sku", "asin", "fnsku", "product-name", "quantity", "fulfillment-center-id",
    "detailed-disposition", "reason", "status", "license-plate-number", "customer-comments",
]  # fmt: skip
PRODUCTS = {"A20": "Power bank A20", "Y7": "Yoga pants Y7", "T5": "Thermos T5"}
REASONS = [("A20", "DEFECTIVE", "It will not charge any more"), ("Y7", "APPAREL_TOO_SMALL", "Runs two sizes small"),
           ("T5", "DAMAGED_BY_CARRIER", "Arrived broken, box crushed")]  # fmt: skip
FIRST = datetime(2026, 10, 5, 9, tzinfo=UTC)
WEEKS, A_WEEK, BACK_A_WEEK = 6, 60, 6


def write(folder: Path) -> list[Path]:
    """Six weeks of 60 orders; six returns a week in weeks 43 to 46, plus one kept out by a broken date."""
    orders = [_order(number) for number in range(WEEKS * A_WEEK)]
    returns = [_return(week, index) for week in range(2, WEEKS) for index in range(BACK_A_WEEK)]
    returns.append({**returns[-1], "return-date": "2026-11-31", "license-plate-number": "LPNBROKEN"})
    return [_table(folder / "all-orders.txt", ORDERS, orders), _table(folder / "fba-returns.txt", RETURNS, returns)]


def number(index: int) -> str:
    return f"302-{index:07d}-{index * 7 % 10_000_000:07d}"


def _order(index: int) -> dict[str, str]:
    sku = list(PRODUCTS)[index % 3]
    placed = FIRST + timedelta(weeks=index // A_WEEK, hours=index % A_WEEK)
    return {
        "amazon-order-id": number(index), "purchase-date": placed.isoformat(), "last-updated-date": placed.isoformat(),
        "order-status": "Shipped", "fulfillment-channel": "Amazon", "sales-channel": "Amazon.de",
        "product-name": PRODUCTS[sku], "sku": sku, "asin": f"B0TEST{sku:0>4}", "item-status": "Shipped",
        "quantity": "1", "currency": "EUR", "item-price": "29.95", "ship-country": "DE",
    }  # fmt: skip


def _return(week: int, index: int) -> dict[str, str]:
    sku, reason, words = REASONS[index % 3]
    order = (week - 2) * A_WEEK + 3 * index + list(PRODUCTS).index(sku)
    back = FIRST + timedelta(weeks=week, days=index % 5)
    return {
        "return-date": back.isoformat(), "order-id": number(order), "sku": sku, "asin": f"B0TEST{sku:0>4}",
        "fnsku": f"X00{sku}", "product-name": PRODUCTS[sku], "quantity": "1", "fulfillment-center-id": "LEJ1",
        "detailed-disposition": "DEFECTIVE", "reason": reason, "status": "Unit returned to inventory",
        "license-plate-number": f"LPN{week:02d}{index:03d}", "customer-comments": words,
    }  # fmt: skip


def _table(path: Path, columns: list[str], rows: list[dict[str, str]]) -> Path:
    lines = ["\t".join(columns), *("\t".join(row.get(column, "") for column in columns) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
