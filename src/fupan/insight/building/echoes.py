"""A ticket changes what the others of its incident are; where those stand in other weeks, these are stale too."""

from __future__ import annotations

from collections import defaultdict

import pyarrow.parquet as pq

from fupan.insight import storage
from fupan.insight.building.context import Context
from fupan.insight.building.incidents import Part
from fupan.insight.building.tickets import Week
from fupan.insight.models import FactFile

_COLUMNS = ("first", "came_back", "refund_units", "exchange_units", "defect")


def changed_elsewhere(context: Context, built: Week) -> set[tuple[str, int]]:
    """Weeks whose stored facts disagree with what the incidents of the built week now say of their tickets."""
    expected: defaultdict[int, dict[int, Part]] = defaultdict(dict)
    for kin in built.kin:
        if kin.week != built.week:
            expected[kin.week][kin.pk] = built.parts[kin.pk]
    files = FactFile.objects.filter(workspace=context.workspace, table="tickets", week__in=list(expected))
    return {("tickets", file.week) for file in files if _disagrees(context, file, expected[file.week])}


def _disagrees(context: Context, file: FactFile, expected: dict[int, Part]) -> bool:
    path = storage.path_of(context.workspace.pk, "tickets", file.name)
    if not path.exists() or not storage.current(file.name):
        return False  # it will be rebuilt anyway
    table = pq.read_table(path, columns=["ticket", *_COLUMNS])
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    return any(ticket in expected and expected[ticket] != Part(*stored) for ticket, *stored in rows)
