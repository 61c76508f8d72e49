"""Records that a program sends: stored by the same road as those of a file, so counted, told and undone alike."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.db import transaction

from fupan.commerce.models import Shop
from fupan.core import clock
from fupan.intake.models import Import, ImportState
from fupan.intake.records import Record
from fupan.intake.services.keeping import store_records
from fupan.intake.services.running import finish
from fupan.people.models import Member


@transaction.atomic
def take_sent(shop: Shop, source: str, records: Sequence[Record], *, by: Member) -> Import:
    """Store what a program sent, in one transaction, as an import of its own."""
    now = clock.now()
    imported = Import.objects.create(
        workspace_id=shop.workspace_id,
        shop=shop,
        by=by,
        name=f"API {now:%Y-%m-%d %H:%M:%S}",
        sha256=hashlib.sha256(repr(records).encode()).hexdigest(),
        profile="api",
        source=source,
        state=ImportState.RUNNING,
        rows_total=len(records),
    )
    store_records(imported, 0, records)
    finish(imported)
    imported.refresh_from_db()
    return imported
