"""What one run of an import keeps in memory of a shop: listings, their products and batches, instants, buyers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from fupan.commerce.models import Batch, Listing, Product, Shop
from fupan.commerce.services import _sql
from fupan.core.fields import blind_index
from fupan.core.weeks import week_of_day, zone

MOST = 200_000  # entries a memory may hold before it starts anew


class Wanted(NamedTuple):
    """What a report says of a SKU, enough to open a listing."""

    asin: str = ""
    parent: str = ""
    title: str = ""
    line: str = ""


class Known(NamedTuple):
    listing_id: int
    product_id: int
    carrier: str


class Instants(dict[datetime, tuple[Any, int]]):
    """An instant -> (as the database keeps it, ISO week on the shop's clock); a naive one is on that clock."""

    def __init__(self, timezone: str) -> None:
        super().__init__()
        self.zone = zone(timezone)
        self._write = _sql.instant_writer()

    def __missing__(self, moment: datetime) -> tuple[Any, int]:
        if len(self) > MOST:
            self.clear()
        local = moment.astimezone(self.zone) if moment.tzinfo else moment.replace(tzinfo=self.zone)
        known = (self._write(local.astimezone(UTC)), week_of_day(local.date()))
        self[moment] = known
        return known

    def stored(self, moment: datetime | None) -> Any:
        """As the database keeps it, for moments whose week is of no interest."""
        if moment is None or moment.tzinfo is None:
            return self[moment][0] if moment else None
        return self._write(moment.astimezone(UTC))


class Buyers(dict[str, str]):
    """A buyer's outside id -> blind index."""

    def __init__(self, workspace_id: int) -> None:
        super().__init__()
        self.workspace_id = workspace_id

    def __missing__(self, buyer: str) -> str:
        if len(self) > MOST:
            self.clear()
        self[buyer] = index = blind_index(buyer, workspace_id=self.workspace_id)
        return index


class Catalogue:
    """Everything `store_order_lines` looks up again and again; one for each shop of a run."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.instants = Instants(shop.timezone)
        self.buyers = Buyers(shop.workspace_id)
        self.known: dict[str, Known] = {}
        self._dated: dict[int, tuple[list[date], list[int]]] = {}
        self._coded: dict[tuple[int, str], int] = {}
        self._batches_read = False

    def read(self, skus: Iterable[str]) -> None:
        """Look up the SKUs not met before."""
        missing = [sku for sku in skus if sku not in self.known]
        for part in _parts(missing):
            rows = Listing.objects.filter(shop=self.shop, sku__in=part)
            for pk, sku, product_id, carrier in rows.values_list("pk", "sku", "product_id", "product__carrier"):
                self.known[sku] = Known(pk, product_id, carrier)

    def open(self, wanted: Mapping[str, Wanted]) -> list[tuple[str, int]]:
        """Open a listing, and where needed a product of the same code, for every SKU that has none.

        Returns what was made, as ("listing" | "product", id).
        """
        self.read(wanted)
        new = {sku: one for sku, one in wanted.items() if sku not in self.known}
        if not new:
            return []
        before = _product_ids(self.shop.workspace_id, new)
        products = before | _open_products(self.shop.workspace_id, {s: o for s, o in new.items() if s not in before})
        Listing.objects.bulk_create(
            [_listing(self.shop, sku, one, products[sku]) for sku, one in new.items()],
            ignore_conflicts=True, batch_size=500,
        )  # fmt: skip
        self.read(new)
        made = [("listing", self.known[sku].listing_id) for sku in new]
        return made + [("product", pk) for sku, pk in products.items() if sku not in before]

    def batch(self, sku: str, code: str, day: date | None) -> int | None:
        """The batch a line names, else the one its product was shipped from on that day."""
        self._read_batches()
        product_id = self.known[sku].product_id
        if code:
            return self._coded.get((product_id, code)) or self._open_batch(product_id, code)
        days, batches = self._dated.get(product_id, ((), ()))
        at = bisect_right(days, day) if days and day else 0
        return batches[at - 1] if at else None

    @property
    def has_batches(self) -> bool:
        self._read_batches()
        return bool(self._dated)

    def _read_batches(self) -> None:
        if self._batches_read:
            return
        self._batches_read = True
        rows = Batch.objects.filter(workspace_id=self.shop.workspace_id).order_by("effective_from", "pk")
        for pk, product_id, code, start in rows.values_list("pk", "product_id", "code", "effective_from"):
            self._coded[product_id, code] = pk
            if start:
                days, batches = self._dated.setdefault(product_id, ([], []))
                days.append(start)
                batches.append(pk)

    def _open_batch(self, product_id: int, code: str) -> int:
        row, _made = Batch.objects.get_or_create(
            product_id=product_id, code=code, defaults={"workspace_id": self.shop.workspace_id}
        )
        self._coded[product_id, code] = row.pk
        return row.pk


def _product_ids(workspace_id: int, codes: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in _parts(list(codes)):
        found.update(Product.objects.filter(workspace_id=workspace_id, code__in=part).values_list("code", "pk"))
    return found


def _open_products(workspace_id: int, wanted: Mapping[str, Wanted]) -> dict[str, int]:
    """A SKU nobody described yet is a product of its own."""
    rows = [Product(workspace_id=workspace_id, code=sku, name=one.title[:300], line=one.line[:120])
            for sku, one in wanted.items()]  # fmt: skip
    Product.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return _product_ids(workspace_id, wanted)


def _listing(shop: Shop, sku: str, one: Wanted, product_id: int) -> Listing:
    return Listing(
        workspace_id=shop.workspace_id, shop=shop, product_id=product_id, sku=sku, asin=one.asin[:40],
        parent=one.parent[:40], title=one.title[:500],
    )  # fmt: skip


def _parts(values: Sequence[str], size: int = 900) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
