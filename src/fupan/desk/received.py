"""A received row back into its record, and what it says about the ticket's life."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from fupan.core import clock
from fupan.desk.models import TicketKind, TicketState
from fupan.intake.records import TicketRecord

STALE_AFTER = timedelta(days=30)  # a question older than that when it arrives is history, not work
_INSTANTS = ("opened_at", "first_response_at", "resolved_at")
_AMOUNTS = ("cost", "order_amount")
_SOLVED_WORDS = frozenset(
    {"solved", "closed", "done", "resolved", "已解决", "已关闭", "完成", "已完成", "关闭", "结案"}
)
_NOTHING = frozenset({"n/a", "na", "none", "null", "-", "--", "无", "0"})


def read(body: str) -> TicketRecord:
    """The record in a received row's body (JSON by field name, or a list in field order)."""
    told = json.loads(body)
    values: dict[str, Any] = (
        dict(told) if isinstance(told, Mapping) else dict(zip(TicketRecord._fields, told, strict=False))
    )
    known = {name: value for name, value in values.items() if name in TicketRecord._fields and value is not None}
    for name in _INSTANTS:
        if isinstance(known.get(name), str):
            known[name] = datetime.fromisoformat(known[name])
    for name in _AMOUNTS:
        if known.get(name) is not None:
            known[name] = Decimal(str(known[name]))
    known["tags"] = tuple(known.get("tags", ()))
    number = str(known.get("order_number", "")).strip()
    known["order_number"] = "" if number.lower() in _NOTHING else number
    return TicketRecord(**known)


def state_of(record: TicketRecord) -> str:
    """Where the ticket stands: as told, else as its kind and its answers imply."""
    if record.status.strip().lower() in _SOLVED_WORDS or record.resolved_at or record.resolution:
        return TicketState.SOLVED
    answered = bool(record.reply or record.first_response_at)
    if record.status:
        return TicketState.WAITING if answered else TicketState.OPEN
    if record.kind not in {TicketKind.INQUIRY, TicketKind.CLAIM} or clock.now() - record.opened_at > STALE_AFTER:
        return TicketState.SOLVED
    return TicketState.WAITING if answered else TicketState.OPEN
