"""What search must read anew. A change leaves its mark in its own transaction; the library's one writer consumes them.

Every event about a followed kind of thing marks its subject (`events.record`), so no verb can forget to. What changes
thousands of rows under one event marks them itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from fupan.core.gathering import hand_over
from fupan.core.models import Changed

_FOLLOWED: set[str] = set()


def follow(*kinds: str) -> None:
    """Mark the subjects of these kinds ("desk.ticket") from now on; called once, when apps are ready."""
    _FOLLOWED.update(kinds)


def followed(kind: str) -> bool:
    return kind in _FOLLOWED


def mark(workspace_id: int, kind: str, ids: Iterable[int]) -> None:
    """Mark things of a kind, neighbours as one range; call it inside the transaction of the change."""
    hand_over(_write, ((workspace_id, kind, pk) for pk in ids))


def _write(marked: list[tuple[int, str, int]]) -> None:
    rows: list[Changed] = []
    for workspace_id, kind, pk in sorted(set(marked)):
        last = rows[-1] if rows else None
        if last is not None and (last.workspace_id, last.kind, last.last) == (workspace_id, kind, pk - 1):
            last.last = pk
        else:
            rows.append(Changed(workspace_id=workspace_id, kind=kind, first=pk, last=pk))
    Changed.objects.bulk_create(rows, batch_size=200)
