"""Ticket-like rows wait in `Received` until a flow opens tickets from them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.conf import settings

from fupan.commerce.models import Shop
from fupan.core.fields import derived_key
from fupan.intake.models import Before, Import, Received
from fupan.intake.records import TicketRecord, ticket_json

Key = tuple[str, str]  # kind, outside id


class Arrived(NamedTuple):
    created: int = 0
    updated: int = 0
    unchanged: int = 0


def receive(imported: Import, chunk: int, shop: Shop, tickets: Sequence[TicketRecord]) -> Arrived:
    """Keep new and changed rows for the desk; a row whose digest is known is left alone."""
    told = {(one.kind, one.outside_id): one for one in tickets}
    known = _known(shop, told)
    new, changed, befores = [], [], []
    for key, one in told.items():
        digest = digest_of(one)
        row = known.get(key)
        if row is None:
            new.append(_row(imported, chunk, shop, one, digest))
        elif row.digest != digest:
            old = {"digest": row.digest, "imported_id": row.imported_id, "chunk": row.chunk}
            befores.append(Before(imported=imported, table="received", row_id=row.pk, values=old))
            row.digest, row.body, row.imported, row.chunk = digest, ticket_json(one), imported, chunk
            changed.append(row)
    Received.objects.bulk_create(new, batch_size=400)
    Received.objects.bulk_update(changed, ["digest", "body", "imported", "chunk"], batch_size=150)
    Before.objects.bulk_create(befores, batch_size=400)
    return Arrived(len(new), len(changed), len(tickets) - len(new) - len(changed))


def expected(shop: Shop, tickets: Sequence[TicketRecord]) -> Arrived:
    """What `receive` would count, without writing."""
    told = {(one.kind, one.outside_id): one for one in tickets}
    known = _known(shop, told)
    new = sum(1 for key in told if key not in known)
    changed = sum(1 for key, one in told.items() if key in known and known[key].digest != digest_of(one))
    return Arrived(new, changed, len(tickets) - new - changed)


def digest_of(ticket: TicketRecord) -> str:
    """A keyed fingerprint of everything but the line number."""
    key = _digest_key(settings.SECRET_KEY)
    return hashlib.blake2b(ticket_json(ticket._replace(line=0)).encode(), key=key, digest_size=16).hexdigest()


_keys: dict[str, bytes] = {}


def _digest_key(secret: str) -> bytes:
    if secret not in _keys:
        _keys[secret] = derived_key("received digest", secret)
    return _keys[secret]


def _row(imported: Import, chunk: int, shop: Shop, one: TicketRecord, digest: str) -> Received:
    return Received(
        workspace_id=imported.workspace_id, shop=shop, imported=imported, chunk=chunk, kind=one.kind,
        outside_id=one.outside_id, digest=digest, body=ticket_json(one),
    )  # fmt: skip


def _known(shop: Shop, told: dict[Key, TicketRecord]) -> dict[Key, Received]:
    found: dict[Key, Received] = {}
    for part in _parts(sorted({outside_id for _kind, outside_id in told})):
        for row in Received.objects.filter(shop=shop, outside_id__in=part).defer("body"):
            found[row.kind, row.outside_id] = row
    return found


def _parts(values: Sequence[str], size: int = 900) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
