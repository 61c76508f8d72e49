"""Which weeks of the facts must be rebuilt. A change marks them within its own transaction; insight consumes."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from fupan.core.gathering import hand_over
from fupan.core.models import StaleWeek


def mark(workspace_id: int, weeks: Iterable[tuple[str, int]]) -> None:
    """Mark `(table, week)` pairs of a workspace; call it inside the transaction of the change."""
    hand_over(_write, ((workspace_id, table, week) for table, week in weeks))


def _write(marked: list[tuple[int, str, int]]) -> None:
    stamp = uuid4().hex
    rows = [
        StaleWeek(workspace_id=workspace_id, table=table, week=week, stamp=stamp)
        for workspace_id, table, week in sorted(set(marked))
    ]
    StaleWeek.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["workspace_id", "table", "week"],
        update_fields=["stamp"],
        batch_size=200,
    )


def marks(workspace_id: int) -> list[StaleWeek]:
    return list(StaleWeek.objects.filter(workspace_id=workspace_id).order_by("table", "-week"))


def clear(done: Iterable[StaleWeek]) -> None:
    """Forget marks that were rebuilt, unless somebody marked the same week again meanwhile."""
    for one in done:
        StaleWeek.objects.filter(pk=one.pk, stamp=one.stamp).delete()
