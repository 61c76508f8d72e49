"""Taking an import back: rows nobody touched since go, changed ones get their old values, tickets are desk's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from fupan.commerce.services import put_back, take_back_orders
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.intake.models import Before, Coverage, Import, ImportState, Received
from fupan.people.models import Member

PIECE = 500


def undo_import(import_id: int, by: Member | None) -> Import:
    """Take an import back in short transactions; killed half-way, it is simply called again."""
    imported = Import.objects.select_related("workspace").get(pk=import_id)
    if imported.state == ImportState.UNDONE:
        return imported
    _require_copies(imported)
    with transaction.atomic():
        Import.objects.filter(pk=import_id, undone_at=None).update(undone_at=clock.now())  # no chunk goes in any more
        record("intake.undo_started", imported, by=by)
    _put_changed_back(imported)
    _take_made_back(imported)
    _put_back_befores(imported, Before.objects.filter(imported=imported, values={}))
    return _close(imported, by)


def _require_copies(imported: Import) -> None:
    """The purge (ops) drops the copies of what an import replaced when the workspace's retention is over."""
    kept = timedelta(days=imported.workspace.retention_days)
    if imported.undone_at is None and imported.created_at <= clock.now() - kept:
        raise Refused(
            _("This import is too old to be taken back: what it replaced was purged."), code="too-old-to-undo"
        )


def _put_changed_back(imported: Import) -> None:
    """Old values for rows this import changed; where a later import changed them again, that one inherits them."""
    _put_back_befores(imported, Before.objects.filter(imported=imported).exclude(values={}).exclude(table="received"))
    for before in Before.objects.filter(imported=imported, table="received").order_by("-pk"):
        with transaction.atomic():
            Received.objects.filter(pk=before.row_id, imported=imported).update(**before.values)
            before.delete()


def _put_back_befores(imported: Import, befores: QuerySet[Before]) -> None:
    while rows := list(befores.order_by("-pk")[:PIECE]):
        with transaction.atomic():
            later = _later(imported, rows)
            free = [row for row in rows if (row.table, row.row_id) not in later]
            put_back(imported.workspace, [(row.table, row.row_id, row.values) for row in free])
            for row in rows:
                heir = later.get((row.table, row.row_id))
                if heir is not None and row.values:
                    Before.objects.filter(pk=heir).update(values=row.values)
            Before.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _later(imported: Import, rows: Sequence[Before]) -> dict[tuple[str, int], int]:
    """The next image another import took of the same row."""
    ids = {row.row_id for row in rows}
    oldest = {(row.table, row.row_id): row.pk for row in rows}
    found: dict[tuple[str, int], int] = {}
    others = Before.objects.filter(row_id__in=ids, imported__workspace=imported.workspace_id).exclude(imported=imported)
    for pk, table, row_id in others.order_by("-pk").values_list("pk", "table", "row_id"):
        if pk > oldest.get((table, row_id), pk):
            found[table, row_id] = pk
    return found


def _take_made_back(imported: Import) -> None:
    kept = {table: _changed_since(imported, table) for table in ("order", "order_line")}
    while take_back_orders(
        imported.workspace, imported.pk, kept_lines=kept["order_line"], kept_orders=kept["order"]
    ).left:
        pass


def _changed_since(imported: Import, table: str) -> QuerySet[Any, Any]:
    """Rows another import changed after this one made them; they stay."""
    others = Before.objects.filter(imported__workspace=imported.workspace_id, table=table, imported__gt=imported.pk)
    return others.exclude(values={}).values("row_id")


@transaction.atomic
def _close(imported: Import, by: Member | None) -> Import:
    Received.objects.filter(imported=imported).delete()
    Coverage.objects.filter(imported=imported).delete()
    imported.state, imported.undone_at = ImportState.UNDONE, clock.now()
    imported.save(update_fields=["state", "undone_at"])
    record("intake.undone", imported, by=by)
    return imported


def undo_by(import_id: int, member_id: int | None) -> Import:
    """`undo_import` for a job, which knows its member by number."""
    return undo_import(import_id, Member.objects.filter(pk=member_id).first() if member_id else None)
