"""To which order line, listing and batch a ticket belongs: by order number and SKU, read once for many tickets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from fupan.commerce.models import Batch, Listing, Order, OrderLine

T = TypeVar("T")
AT_ONCE = 400


class Ordered(NamedTuple):
    pk: int
    shop_id: int
    number: str
    country: str
    fulfilment: str
    carrier: str
    buyer_key: str


class Line(NamedTuple):
    pk: int
    listing_id: int
    batch_id: int | None
    sku: str
    asin: str
    product_id: int


class Found(NamedTuple):
    """What an order says about a ticket; blanks where it says nothing."""

    order_id: int | None = None
    order_line_id: int | None = None
    listing_id: int | None = None
    batch_id: int | None = None
    country: str = ""
    fulfilment: str = ""
    carrier: str = ""
    buyer_key: str = ""


class Wanted(NamedTuple):
    """How a ticket names its order and goods."""

    shop_id: int
    order_number: str = ""
    sku: str = ""
    asin: str = ""
    product_name: str = ""
    batch: str = ""


@dataclass(slots=True)
class Linker:
    """Orders, lines and listings that a set of tickets may belong to."""

    orders: dict[tuple[int, str], Ordered] = field(default_factory=dict)
    lines: dict[int, list[Line]] = field(default_factory=lambda: defaultdict(list))
    by_sku: dict[tuple[int, str], Listing] = field(default_factory=dict)
    by_asin: dict[tuple[int, str], Listing] = field(default_factory=dict)
    by_name: dict[tuple[int, str], Listing] = field(default_factory=dict)
    batches: dict[tuple[int, str], int] = field(default_factory=dict)

    @classmethod
    def of(cls, workspace_id: int, wanted: Sequence[Wanted]) -> Linker:
        linker = cls()
        numbers = {(one.shop_id, one.order_number) for one in wanted if one.order_number}
        linker._read_orders(workspace_id, numbers)
        linker._read_listings(workspace_id, wanted)
        linker._read_batches(workspace_id, {one.batch for one in wanted if one.batch})
        return linker

    def _read_orders(self, workspace_id: int, numbers: set[tuple[int, str]]) -> None:
        for several in chunks(sorted({number for _shop, number in numbers})):
            rows = Order.objects.filter(workspace_id=workspace_id, number__in=several)
            for order in map(Ordered._make, rows.values_list(*Ordered._fields)):
                if (order.shop_id, order.number) in numbers:
                    self.orders[order.shop_id, order.number] = order
        for ids in chunks([order.pk for order in self.orders.values()]):
            lines = OrderLine.objects.filter(order_id__in=ids).order_by("pk")
            for order_id, *line in lines.values_list(
                "order_id", "pk", "listing_id", "batch_id", "listing__sku", "listing__asin", "listing__product_id"
            ):
                self.lines[order_id].append(Line._make(line))

    def _read_listings(self, workspace_id: int, wanted: Sequence[Wanted]) -> None:
        known = Listing.objects.filter(workspace_id=workspace_id).select_related("product")
        for name, table in (("sku", self.by_sku), ("asin", self.by_asin)):
            told = {getattr(one, name) for one in wanted if getattr(one, name)}
            for several in chunks(sorted(told)):
                for listing in known.filter(**{f"{name}__in": several}).order_by("-pk"):
                    table[listing.shop_id, getattr(listing, name)] = listing
        nameless = {one.product_name for one in wanted if one.product_name and not one.sku and not one.asin}
        for several in chunks(sorted(nameless)):
            for listing in known.filter(product__name__in=several).order_by("-pk"):
                self.by_name[listing.shop_id, listing.product.name] = listing
            for listing in known.filter(product__code__in=several).order_by("-pk"):
                self.by_name[listing.shop_id, listing.product.code] = listing

    def _read_batches(self, workspace_id: int, codes: set[str]) -> None:
        for several in chunks(sorted(codes)):
            rows = Batch.objects.filter(workspace_id=workspace_id, code__in=several)
            for product_id, code, pk in rows.values_list("product_id", "code", "pk"):
                self.batches[product_id, code] = pk

    def find(self, want: Wanted) -> Found:
        order = self.orders.get((want.shop_id, want.order_number)) if want.order_number else None
        line = self._line(order, want) if order else None
        listing = self._listing(want)
        listing_id = line.listing_id if line else listing.pk if listing else None
        product_id = line.product_id if line else listing.product_id if listing else None
        batch_id = self.batches.get((product_id, want.batch)) if product_id and want.batch else None
        found = Found(None, line.pk if line else None, listing_id, batch_id or (line.batch_id if line else None))
        if order is None:
            return found
        return found._replace(
            order_id=order.pk, country=order.country, fulfilment=order.fulfilment, carrier=order.carrier,
            buyer_key=order.buyer_key,
        )  # fmt: skip

    def _line(self, order: Ordered, want: Wanted) -> Line | None:
        """The line of that SKU or ASIN; the only line of the order when neither is told."""
        lines = self.lines.get(order.pk, [])
        told = [line for line in lines if (want.sku and line.sku == want.sku) or (want.asin and line.asin == want.asin)]
        if told:
            return next((line for line in told if line.sku == want.sku), told[0])
        return lines[0] if len(lines) == 1 and not want.sku and not want.asin else None

    def _listing(self, want: Wanted) -> Listing | None:
        for table, name in ((self.by_sku, want.sku), (self.by_asin, want.asin), (self.by_name, want.product_name)):
            found = table.get((want.shop_id, name)) if name else None
            if found is not None:
                return found
        return None


def chunks(values: Sequence[T], size: int = AT_ONCE) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def unknown_goods(linker: Linker, wanted: Iterable[Wanted]) -> dict[tuple[int, str], Wanted]:
    """Goods that no listing has yet, by shop and SKU (else ASIN; else name, when no order is known either)."""
    missing: dict[tuple[int, str], Wanted] = {}
    for want in wanted:
        code = goods_code(linker, want)
        if code and linker.find(want).listing_id is None:
            missing.setdefault((want.shop_id, code), want)
    return missing


def goods_code(linker: Linker, want: Wanted) -> str:
    ordered = (want.shop_id, want.order_number) in linker.orders
    return (want.sku or want.asin or ("" if ordered else want.product_name))[:120]
