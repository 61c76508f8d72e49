"""Verbs of shops, products, rates and orders."""

from fupan.commerce.services._catalogue import Catalogue
from fupan.commerce.services._sql import bulk_writing, writes_of_others
from fupan.commerce.services.batches import add_batch, drop_batch
from fupan.commerce.services.orders import Before, Stored, Told, plan_order_lines, store_order_lines, told_by
from fupan.commerce.services.products import ProductsStored, edit_product, store_products
from fupan.commerce.services.promotions import add_promotion, drop_promotion, edit_promotion
from fupan.commerce.services.rates import drop_rate, set_rate
from fupan.commerce.services.shops import add_shop, edit_shop, shop_for_site
from fupan.commerce.services.undo import put_back, take_back_orders

__all__ = [
    "Before",
    "Catalogue",
    "ProductsStored",
    "Stored",
    "Told",
    "add_batch",
    "add_promotion",
    "add_shop",
    "bulk_writing",
    "drop_batch",
    "drop_promotion",
    "drop_rate",
    "edit_product",
    "edit_promotion",
    "edit_shop",
    "plan_order_lines",
    "put_back",
    "set_rate",
    "shop_for_site",
    "store_order_lines",
    "store_products",
    "take_back_orders",
    "told_by",
    "writes_of_others",
]
