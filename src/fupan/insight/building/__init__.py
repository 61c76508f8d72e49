"""From the database to facts: one ISO week of a workspace at a time."""

from __future__ import annotations

from fupan.insight.building.context import Context
from fupan.insight.building.echoes import changed_elsewhere
from fupan.insight.building.orders import build as order_rows
from fupan.insight.building.tickets import Week

__all__ = ["Context", "Week", "changed_elsewhere", "order_rows"]
