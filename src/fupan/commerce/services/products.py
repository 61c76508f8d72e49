"""What the seller alone knows of a SKU: product, line, supplier, batch, usual carrier."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q

from fupan.commerce.models import Batch, Listing, Order, OrderLine, Product, Shop
from fupan.commerce.services.orders import Before
from fupan.core import stale
from fupan.core.events import record
from fupan.core.weeks import zone
from fupan.people.models import Member, Workspace

FIELDS = ("name", "line", "supplier", "carrier")


class ProductsStored(NamedTuple):
    created: int
    updated: int
    unchanged: int
    befores: tuple[Before, ...] = ()


@transaction.atomic
def edit_product(product: Product, *, by: Member | None, **changes: Any) -> Product:
    """Change a product by hand; its sales and tickets count under the new line and supplier at once."""
    for name, value in changes.items():
        setattr(product, name, value)
    product.save(update_fields=[*changes])
    mark_products(product.workspace_id, [product.pk])
    record("commerce.product_edited", product, by=by, fields=sorted(changes))
    return product


def store_products(
    workspace: Workspace, shop: Shop | None, records: Sequence[Any], *, import_id: int | None
) -> ProductsStored:
    """Create or update products of `records` (intake.records.ProductRecord); untold fields stay."""
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    befores: list[Before] = []
    touched: set[int] = set()
    with transaction.atomic():
        for one in records:
            outcome, product_id, images = _store(workspace, shop, one)
            counts[outcome] += 1
            befores += images
            if outcome != "unchanged":
                touched.add(product_id)
                touched.update(image.values["product_id"] for image in images if "product_id" in image.values)
        for product in Product.objects.filter(pk__in=touched, batches__effective_from__isnull=False).distinct():
            assign_batches(product)
        mark_products(workspace.pk, touched)
        if touched:
            record("commerce.products_stored", workspace, by=None, import_id=import_id, products=len(touched))
    return ProductsStored(**counts, befores=tuple(befores))


def _store(workspace: Workspace, shop: Shop | None, one: Any) -> tuple[str, int, list[Before]]:
    product, made = Product.objects.get_or_create(workspace=workspace, code=one.product or one.sku)
    befores = [Before("product", product.pk, {})] if made else []
    told = {"name": one.name, "line": one.product_line, "supplier": one.supplier, "carrier": one.carrier}
    changes = {name: value for name, value in told.items() if value and value != getattr(product, name)}
    if changes:
        if not made:
            befores.append(Before("product", product.pk, {name: getattr(product, name) for name in FIELDS}))
        Product.objects.filter(pk=product.pk).update(**changes)
    befores += _join_listings(workspace, shop, one, product)
    befores += _join_batch(product, one)
    if one.carrier and "carrier" in changes:
        _fill_carrier(product, one.carrier)
    changed = bool(changes) or bool(befores)
    return "created" if made else "updated" if changed else "unchanged", product.pk, befores


def _join_listings(workspace: Workspace, shop: Shop | None, one: Any, product: Product) -> list[Before]:
    """Let the SKU's listings sell this product; in the named shop the listing is opened when it is missing."""
    befores = []
    listings = Listing.objects.filter(workspace=workspace, sku=one.sku)
    for listing in listings.filter(shop=shop) if shop else listings:
        asin = one.asin or listing.asin
        if listing.product_id == product.pk and listing.asin == asin:
            continue
        befores.append(Before("listing", listing.pk, {"product_id": listing.product_id, "asin": listing.asin}))
        Listing.objects.filter(pk=listing.pk).update(product=product, asin=asin)
    if shop and not listings.filter(shop=shop).exists():
        new = Listing.objects.create(
            workspace=workspace, shop=shop, product=product, sku=one.sku, asin=one.asin, title=one.name[:500]
        )
        befores.append(Before("listing", new.pk, {}))
    return befores


def _join_batch(product: Product, one: Any) -> list[Before]:
    if not one.batch:
        return []
    batch, made = Batch.objects.get_or_create(
        product=product,
        code=one.batch,
        defaults={"workspace_id": product.workspace_id, "effective_from": one.batch_from},
    )
    if made:
        return [Before("batch", batch.pk, {})]
    if not one.batch_from or batch.effective_from == one.batch_from:
        return []
    was = batch.effective_from
    Batch.objects.filter(pk=batch.pk).update(effective_from=one.batch_from)
    return [Before("batch", batch.pk, {"effective_from": was.isoformat() if was else None})]


def assign_batches(product: Product) -> None:
    """Lines that name no batch of their own are taken to be of the batch in force on the day they were placed."""
    known = Batch.objects.filter(product=product, effective_from__isnull=False).order_by("effective_from", "pk")
    starts = [(start, pk) for start, pk in known.values_list("effective_from", "pk") if start]
    free = OrderLine.objects.filter(listing__product=product).filter(Q(batch=None) | Q(batch_inferred=True))
    moved: dict[int, list[int]] = {}
    for pk, now, placed_at, clock in free.values_list("pk", "batch", "order__placed_at", "order__shop__timezone"):
        at = bisect_right(starts, placed_at.astimezone(zone(clock)).date(), key=lambda start: start[0])
        if at and starts[at - 1][1] != now:
            moved.setdefault(starts[at - 1][1], []).append(pk)
    for batch_id, lines in moved.items():
        for start in range(0, len(lines), 500):
            chunk = lines[start : start + 500]
            OrderLine.objects.filter(pk__in=chunk).update(batch=batch_id, batch_inferred=True)


def _fill_carrier(product: Product, carrier: str) -> None:
    orders = Order.objects.filter(carrier="", lines__listing__product=product)
    Order.objects.filter(pk__in=orders.values("pk")).update(carrier=carrier)


def mark_products(workspace_id: int, product_ids: Iterable[int]) -> None:
    weeks = OrderLine.objects.filter(listing__product__in=list(product_ids)).values_list("week", flat=True).distinct()
    stale.mark(workspace_id, {(table, week) for week in weeks for table in ("orders", "tickets")})
