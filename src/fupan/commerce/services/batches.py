"""Supplier lots of a product, kept by hand."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fupan.commerce.models import Batch, Product
from fupan.commerce.services.products import assign_batches, mark_products
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.people.models import Member


@transaction.atomic
def add_batch(product: Product, *, code: str, effective_from: date | None, by: Member | None) -> Batch:
    """Open a batch; with a day, sales from that day on that name no batch are taken to be of it."""
    if Batch.objects.filter(product=product, code=code).exists():
        raise Refused(_("There is a batch “%(code)s” already.") % {"code": code}, code="batch-exists")
    batch = Batch.objects.create(
        workspace_id=product.workspace_id, product=product, code=code, effective_from=effective_from
    )
    _settle(product)
    record("commerce.batch_added", batch, by=by, product=product.pk)
    return batch


@transaction.atomic
def drop_batch(batch: Batch, *, by: Member | None) -> None:
    """Forget a batch; its sales fall to the batch before it, or to none."""
    product = batch.product
    record("commerce.batch_dropped", batch, by=by, product=product.pk)
    mark_products(product.workspace_id, [product.pk])
    batch.delete()
    _settle(product)


def _settle(product: Product) -> None:
    assign_batches(product)
    mark_products(product.workspace_id, [product.pk])
