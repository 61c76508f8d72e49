"""The fields of each record in words, for the form that maps a sheet's columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

SHAPES: Mapping[str, Any] = {
    "order_line": _("Orders"),
    "ticket": _("After-sales contacts (tickets, returns, ratings)"),
    "product": _("Product details"),
}
_ORDER: Mapping[str, Any] = {
    "order_number": _("Order number"), "sku": _("SKU"), "asin": _("ASIN or item id"), "placed_at": _("Ordered on"),
    "units": _("Units"), "amount": _("Amount of the line"), "currency": _("Currency"), "status": _("Order status"),
    "fulfilment": _("Shipped by (platform or seller)"), "carrier": _("Carrier"), "country": _("Country"),
    "site": _("Site or shop"), "buyer": _("Buyer id"), "product_name": _("Product name"),
    "product_line": _("Product line"), "batch": _("Batch"), "key": _("Line number in the order"),
    "parent": _("Parent item"), "shipped_at": _("Shipped on"), "promised_at": _("Promised for"),
    "delivered_at": _("Delivered on"),
}  # fmt: skip
_TICKET: Mapping[str, Any] = {
    "opened_at": _("Date of the contact"), "order_number": _("Order number"), "sku": _("SKU"),
    "asin": _("ASIN or item id"), "issue": _("Issue type"), "reason_code": _("Marketplace reason code"),
    "text": _("Buyer's words"), "kind": _("Kind of contact"), "resolution": _("Resolution"), "cause": _("Root cause"),
    "cost": _("Cost or refund"), "currency": _("Currency"), "stars": _("Stars"), "csat": _("Satisfaction (1 to 5)"),
    "units": _("Units"), "country": _("Country"), "site": _("Site or shop"),
    "fulfilment": _("Shipped by (platform or seller)"), "carrier": _("Carrier"), "product_name": _("Product name"),
    "batch": _("Batch"), "order_amount": _("Order amount"),
    "language": _("Language"), "channel": _("Channel"), "subject": _("Subject"), "reply": _("Our reply"),
    "buyer": _("Buyer id"), "buyer_name": _("Buyer's name"), "buyer_email": _("Buyer's e-mail"), "agent": _("Agent"),
    "tags": _("Tags"), "status": _("State of the ticket"), "outside_id": _("Ticket id in the file"),
    "first_response_at": _("First answered on"), "resolved_at": _("Resolved on"),
}  # fmt: skip
_PRODUCT: Mapping[str, Any] = {
    "sku": _("SKU"), "name": _("Product name"), "product": _("Own product code"), "product_line": _("Product line"),
    "supplier": _("Supplier"), "batch": _("Batch"), "batch_from": _("Batch shipped from"),
    "carrier": _("Usual carrier"), "asin": _("ASIN or item id"),
}  # fmt: skip
FIELDS: Mapping[str, Mapping[str, Any]] = {"order_line": _ORDER, "ticket": _TICKET, "product": _PRODUCT}
NEEDED: Mapping[str, tuple[str, ...]] = {
    "order_line": ("order_number", "sku", "placed_at"), "ticket": ("opened_at",), "product": ("sku",),
}  # fmt: skip


def label(shape: str, field: str) -> str:
    return str(FIELDS.get(shape, {}).get(field, field))
