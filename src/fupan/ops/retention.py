"""Which buyer data may no longer be kept, and where it lies. One function per place; nothing is changed here."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q, QuerySet

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.desk.models import Message, Ticket
from fupan.intake.models import Import, ImportState, Incoming, Received
from fupan.ops.archive import backups_folder, read_manifest
from fupan.people.models import Workspace

AFTER_PROMISE = 15  # days after the promised date that stand for "delivered and over", when delivery is unknown
FORGOTTEN = 3  # days after which a file that no import names was left behind by a broken upload
AFTER_PLACED = 15  # days from order to delivery, when neither is known


def due_tickets(workspace: Workspace) -> QuerySet[Ticket]:
    """Tickets that still hold buyer data of orders delivered longer ago than the workspace's retention."""
    now, days = clock.now(), workspace.retention_days
    kept = now - timedelta(days=days)
    promised = now - timedelta(days=min(AFTER_PROMISE, days))
    placed = now - timedelta(days=days + AFTER_PLACED)
    unknown = Q(order__delivered_at=None)
    due = (
        Q(order__delivered_at__lte=kept)
        | (unknown & Q(order__promised_at__lte=promised))
        | (unknown & Q(order__promised_at=None, order__placed_at__lte=placed))
        | Q(order=None, opened_at__lte=kept)
    )
    return Ticket.objects.filter(workspace=workspace, purged_at=None).filter(due)


def late_words(workspace: Workspace) -> QuerySet[Message]:
    """Words written on a ticket after it was purged, once they are old enough themselves."""
    old = clock.now() - timedelta(days=workspace.retention_days)
    rows = Message.objects.filter(workspace=workspace, at__lte=old).exclude(ticket__purged_at=None)
    return rows.exclude(original="", quoted="")


def due_imports(workspace: Workspace) -> QuerySet[Import]:
    """Imports so old that their rejected values and copies for undo have served."""
    return Import.objects.filter(
        workspace=workspace, created_at__lte=clock.now() - timedelta(days=workspace.retention_days)
    )


def due_payloads(workspaces: list[Workspace]) -> list[Path]:
    """Uploaded files that no import may need any more: old ones, and those that tell of days long over."""
    needed: set[str] = set()
    for workspace in workspaces:
        mine = Import.objects.filter(workspace=workspace)
        needed |= set(mine.exclude(pk__in=_with_old_payload(workspace).values("pk")).values_list("sha256", flat=True))
    long_ago = (clock.now() - timedelta(days=FORGOTTEN)).timestamp()
    root = Path(settings.PAYLOADS_ROOT)
    found = [path for path in sorted(root.rglob("*")) if path.is_file()] if root.is_dir() else []
    named = set(Import.objects.values_list("sha256", flat=True))
    return [path for path in found if path.name not in needed and _settled(path, named, long_ago)]


def _with_old_payload(workspace: Workspace) -> QuerySet[Import]:
    now = clock.now()
    by_age = Q(created_at__lte=now - timedelta(days=workspace.retention_days))
    oldest_day = (now - timedelta(days=workspace.retention_days + AFTER_PLACED)).date()
    ended = Q(state__in=[ImportState.DONE, ImportState.FAILED, ImportState.UNDONE])
    return Import.objects.filter(workspace=workspace).filter(by_age | (ended & Q(last_day__lt=oldest_day)))


def _settled(path: Path, named: set[str], before: float) -> bool:
    """Not a file that is just being uploaded: its import is known, or it has lain there for days."""
    return path.name in named or path.stat().st_mtime < before


def due_received(workspace: Workspace) -> QuerySet[Received]:
    """Rows that never became a ticket and still hold their body."""
    old = clock.now() - timedelta(days=workspace.retention_days)
    return Received.objects.filter(workspace=workspace, received_at__lte=old).exclude(body="")


def due_incoming(workspace: Workspace) -> QuerySet[Incoming]:
    """Messages in quarantine, set aside, or never read, that still hold what they said."""
    old = clock.now() - timedelta(days=workspace.retention_days)
    rows = Incoming.objects.filter(workspace=workspace, arrived_at__lte=old)
    return rows.exclude(raw=None, body="", sender="", subject="")


def overdue_backups() -> list[Path]:
    """Backups in our own folder that hold buyer data longer than it may be kept."""
    folder = backups_folder()
    return [path for path in sorted(folder.glob("*.zip")) if _overdue(path)] if folder.is_dir() else []


def _overdue(path: Path) -> bool:
    try:
        return clock.now() > read_manifest(path).keep_until
    except Refused:
        return False  # not ours to judge


def before(workspaces: list[Workspace]) -> datetime:
    """The longest anything outside a workspace (mail files, job traces) may be kept: the shortest retention."""
    days = min((one.retention_days for one in workspaces), default=30)
    return clock.now() - timedelta(days=days)
