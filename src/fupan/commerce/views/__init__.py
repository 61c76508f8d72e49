from fupan.commerce.views.products import (
    add_batch,
    drop_batch,
    product,
    product_row,
    products,
    products_template,
)
from fupan.commerce.views.promotions import drop_promotion, promotion, promotions
from fupan.commerce.views.rates import drop_rate, rates
from fupan.commerce.views.shops import shop, shops

__all__ = [
    "add_batch", "drop_batch", "drop_promotion", "drop_rate", "product", "product_row", "products",
    "products_template", "promotion", "promotions", "rates", "shop", "shops",
]  # fmt: skip
