"""What search must read anew. A change leaves its mark in its own transaction; the library's one writer consumes them.

Every event about a followed kind of thing marks its subject (`events.record`), so no verb can forget to. What changes
thousands of rows under one event marks them itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from fupan.core.models import Changed

_FOLLOWED: set[str] = set()


def follow(*kinds: str) -> None:
    """Mark the subjects of these kinds ("desk.ticket") from now on; called once, when apps are ready."""
    _FOLLOWED.update(kinds)


def followed(kind: str) -> bool:
    return kind in _FOLLOWED


def mark(workspace_id: int, kind: str, ids: Iterable[int]) -> None:
    """Mark things of a kind, neighbours as one range; call it inside the transaction of the change."""
    rows: list[Changed] = []
    for pk in sorted(set(ids)):
        if rows and rows[-1].last == pk - 1:
            rows[-1].last = pk
        else:
            rows.append(Changed(workspace_id=workspace_id, kind=kind, first=pk, last=pk))
    Changed.objects.bulk_create(rows, batch_size=200)
