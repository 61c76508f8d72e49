from __future__ import annotations

from collections.abc import Sequence

from fupan.commerce.models import Listing, Product
from fupan.desk.linking import Linker, Wanted, chunks, unknown_goods


def make_listings(workspace_id: int, linker: Linker, wanted: Sequence[Wanted]) -> bool:
    """Goods that only tickets speak of get a listing and a product of the same code; whether any did."""
    missing = unknown_goods(linker, wanted)
    if not missing:
        return False
    codes = sorted({code for _shop, code in missing})
    names = {code: want.product_name for (_shop, code), want in missing.items()}
    Product.objects.bulk_create(
        [Product(workspace_id=workspace_id, code=code, name=names[code]) for code in codes], ignore_conflicts=True
    )
    products: dict[str, int] = {}
    for several in chunks(codes):
        products |= dict(Product.objects.filter(workspace_id=workspace_id, code__in=several).values_list("code", "pk"))
    rows = [
        Listing(
            workspace_id=workspace_id,
            shop_id=shop_id,
            sku=code,
            asin=want.asin,
            title=want.product_name,
            product_id=products[code],
        )
        for (shop_id, code), want in sorted(missing.items())
    ]
    Listing.objects.bulk_create(rows, ignore_conflicts=True)
    return True
