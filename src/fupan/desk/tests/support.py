"""Received rows as intake leaves them, for desk's own tests."""

import json
from datetime import UTC, datetime, timedelta

from fupan.intake.models import Import, ImportState, Received, Source
from fupan.intake.records import TicketRecord

DAY = datetime(2026, 11, 11, 9, 0, tzinfo=UTC)


def at(days: float = 0.0) -> datetime:
    return DAY + timedelta(days=days)


def rec(outside_id: str, kind: str = "inquiry", opened_at: datetime | None = None, **more) -> TicketRecord:
    return TicketRecord(1, kind, outside_id, opened_at or DAY, **more)


def body(record: TicketRecord) -> str:
    return json.dumps(record._asdict(), default=str)


def an_import(workspace, **more) -> Import:
    values = {
        "name": "sheet.csv",
        "sha256": "0" * 64,
        "profile": "tickets",
        "source": Source.TICKETS,
        "state": ImportState.RUNNING,
    }
    return Import.objects.create(workspace=workspace, **(values | more))


def receive(import_: Import, shop, records, chunk: int = 0) -> None:
    """Store rows the way intake does: the same id again replaces the body."""
    for record in records:
        Received.objects.update_or_create(
            shop=shop,
            kind=record.kind,
            outside_id=record.outside_id,
            defaults={
                "workspace": import_.workspace,
                "imported": import_,
                "chunk": chunk,
                "digest": "d",
                "body": body(record),
            },
        )
