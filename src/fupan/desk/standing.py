"""Where a conversation stands: since when the buyer waits for a person, and until when each clock gives us."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from fupan.commerce.models import Shop
from fupan.desk.clocks import CLOCKED_KINDS, office_due, platform_due
from fupan.desk.models import DayOff, TicketState
from fupan.people.models import Workspace

CLOCKS = ("waiting_since", "platform_due_at", "office_due_at")
ANSWERED: dict[str, Any] = dict.fromkeys(CLOCKS)


def days_off(workspace_id: int) -> frozenset[date]:
    return frozenset(DayOff.objects.filter(workspace_id=workspace_id).values_list("day", flat=True))


def waits(kind: str, shop: Shop, workspace: Workspace, asked: datetime, closed: Collection[date]) -> dict[str, Any]:
    """The columns of a ticket whose buyer asked at that instant and waits; only questions have a clock."""
    if kind not in CLOCKED_KINDS:
        return ANSWERED | {"waiting_since": asked}
    return {
        "waiting_since": asked,
        "platform_due_at": platform_due(shop.platform, asked),
        "office_due_at": office_due(asked, workspace.timezone, closed),
    }


def imported(
    state: str, kind: str, answered: datetime | None, asked: datetime, shop: Shop, closed: Collection[date]
) -> dict[str, Any]:
    """The same for a row of an import, which tells of one question and at most one answer."""
    open_ = state == TicketState.OPEN and answered is None
    return waits(kind, shop, shop.workspace, asked, closed) if open_ else ANSWERED
