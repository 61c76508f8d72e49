from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from fupan.core.events import record
from fupan.ops import databases, leftovers, retention
from fupan.people.models import Workspace

BATCH = 2000
VACUUM_BELOW = (
    512 << 20
)  # bytes; a bigger SQLite file is compacted on request only (purged rows are overwritten anyway)


def purge(*, dry_run: bool = False, compact: bool = False) -> Counter[str]:
    """Purge every workspace, then what lies outside of them; with `dry_run` only count."""
    counts: Counter[str] = Counter()
    workspaces = list(Workspace.objects.order_by("pk"))
    databases.overwrite_deleted()
    for workspace in workspaces:
        counts += purge_workspace(workspace, dry_run=dry_run)
    overdue = retention.overdue_backups()
    counts["backups"] = len(overdue)
    if dry_run:
        return +counts
    old = retention.before(workspaces)
    counts += Counter(leftovers.forget_traces(old)) + Counter(leftovers.drop_mail_files(old))
    for path in overdue:
        path.unlink(missing_ok=True)
    if +counts:
        record("ops.purged", None, by=None, **+counts)
    if compact or databases.size() < VACUUM_BELOW:
        databases.shred()
    return +counts


def purge_workspace(workspace: Workspace, *, dry_run: bool = False) -> Counter[str]:
    """Empty the personal fields whose time is over; redacted text, labels and facts stay."""
    tickets, received = retention.due_tickets(workspace), retention.due_received(workspace)
    if dry_run:
        return +Counter(
            tickets=tickets.count(),
            received=received.count(),
            payloads=len(leftovers.payloads_of(retention.due_payloads(workspace))),
        )
    counts = _in_batches(tickets, leftovers.empty_tickets) + _in_batches(received, leftovers.empty_received)
    imports = list(retention.due_imports(workspace))
    with transaction.atomic():
        counts += Counter(leftovers.empty_imports(imports))
        counts += Counter(leftovers.empty_mails(workspace.pk, retention.before([workspace])))
    counts += Counter(leftovers.drop_payloads(retention.due_payloads(workspace)))
    if +counts:
        record("ops.workspace_purged", workspace, by=None, **+counts)
    return +counts


def _in_batches(rows: QuerySet[Any], empty: Callable[[list[int]], dict[str, int]]) -> Counter[str]:
    """Short transactions, so that nobody waits for a purge; killed half-way, the next run takes the rest."""
    counts: Counter[str] = Counter()
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            counts += Counter(empty(ids))
    return counts
