from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from fupan.core.events import record
from fupan.intake.services import expire_payloads
from fupan.ops import databases, leftovers, retention
from fupan.people.models import Workspace

Empty = Callable[[list[int]], dict[str, int]]

BATCH = 2000
VACUUM_BELOW = (
    512 << 20
)  # bytes; a bigger SQLite file is compacted on request only (purged rows are overwritten anyway)


def purge(*, dry_run: bool = False, compact: bool = False) -> Counter[str]:
    """Purge every workspace, then what lies outside of them; with `dry_run` only count."""
    workspaces = list(Workspace.objects.order_by("pk"))
    counts: Counter[str] = Counter()
    databases.overwrite_deleted()
    for workspace in workspaces:
        counts += purge_workspace(workspace, dry_run=dry_run)
    counts += _purge_outside(workspaces, dry_run=dry_run)
    if dry_run:
        return counts
    if counts:
        record("ops.purged", None, by=None, **counts)
    if compact or databases.size() < VACUUM_BELOW:
        databases.shred()
    return counts


def purge_workspace(workspace: Workspace, *, dry_run: bool = False) -> Counter[str]:
    """Empty the personal fields whose time is over; redacted text, labels and facts stay."""
    places: list[tuple[str, QuerySet[Any], Empty]] = [
        ("tickets", retention.due_tickets(workspace), leftovers.empty_tickets),
        ("received", retention.due_received(workspace), leftovers.empty_received),
        ("incoming", retention.due_incoming(workspace), leftovers.empty_incoming),
        ("messages", retention.late_words(workspace), leftovers.empty_messages),
    ]
    if dry_run:
        return +Counter({name: rows.count() for name, rows, _empty in places})
    counts: Counter[str] = Counter()
    for _name, rows, empty in places:
        counts += _in_batches(rows, empty)
    with transaction.atomic():
        counts += Counter(leftovers.empty_imports(list(retention.due_imports(workspace).values_list("pk", flat=True))))
        counts += Counter(leftovers.empty_mails(workspace.pk, retention.before([workspace])))
    if counts:
        record("ops.workspace_purged", workspace, by=None, **counts)
    return counts


def _purge_outside(workspaces: list[Workspace], *, dry_run: bool) -> Counter[str]:
    """Uploaded files, backups, mail files, and what the machinery remembers."""
    payloads, backups = retention.due_payloads(workspaces), retention.overdue_backups()
    counts = +Counter(payloads=len(payloads), backups=len(backups))
    if dry_run:
        return counts
    leftovers.drop([*payloads, *backups])
    counts["payloads"] += expire_payloads()
    old = retention.before(workspaces)
    return +counts + Counter(leftovers.forget_traces(old)) + Counter(leftovers.drop_mail_files(old))


def _in_batches(rows: QuerySet[Any], empty: Empty) -> Counter[str]:
    """Short transactions, so that nobody waits for a purge; killed half-way, the next run takes the rest."""
    counts: Counter[str] = Counter()
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            counts += Counter(empty(ids))
    return counts
