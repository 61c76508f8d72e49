"""The period itself: what has arrived, what is awaited, and how often such a seller should review."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from fupan.briefing.queries.material import EARLIER, Material
from fupan.briefing.queries.names import Name
from fupan.core import stale, weeks
from fupan.insight.coverage import Arrived
from fupan.intake.queries import covered
from fupan.people.models import Workspace

FEW = 30  # incidents a week below which months say more than weeks
Entry = dict[str, Any]


def period_of(material: Material, workspace: Workspace) -> Entry:
    period = material.period
    return {
        "kind": period.kind,
        "label": period.label,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "as_of": material.reading.as_of.isoformat(),
        "timezone": workspace.timezone,
        "currency": workspace.currency,
        "coverage": {"orders": orders_share(material), "missing": missing(material)},
    }


def orders_share(material: Material) -> float | None:
    """Shop-days of the period whose orders have arrived, of shops that anything came from; None when there are none."""
    shops, period = list(material.scope.arrived.shops), material.period
    found = covered(material.reading.view.workspace_id, "orders", period.start, period.end, shop_ids=shops)
    return round(found.share, 4) or None


def shipped(material: Material) -> int | None:
    """Plain units of the orders placed in the period, as they have arrived; rates divide by weighted ones."""
    exposures = material.scope.exposures
    now = exposures.cube.parts["units"][..., exposures.history.index(material.bucket)]
    return int(now.sum()) if material.rated else None


def missing(material: Material) -> list[Entry]:
    """Days of the period that a shop's reports leave out: orders of every shop, and what it has sent before."""
    arrived, period = material.scope.arrived, material.period
    found = []
    for shop, name in arrived.shops.items():
        sent = {source for source, pk in arrived.spans if pk == shop}
        for source in sorted(sent | {"orders"} if sent else sent):
            gap = _gap(arrived, source, shop, period)
            if gap:
                found.append({"shop": name, "source": source, "from": gap[0].isoformat(), "to": gap[1].isoformat()})
    return found


_STEADY = frozenset({"orders", "returns", "feedback", "ratings", "tickets", "messages"})


def _gap(arrived: Arrived, source: str, shop: int, period: weeks.Period) -> tuple[date, date] | None:
    """The first run of days that have not arrived."""
    if source not in _STEADY:
        return None
    days = [period.start + timedelta(days=step) for step in range(period.days)]
    spans = arrived.spans.get((source, shop), [])
    absent = [day for day in days if not any(first <= day <= last for first, last in spans)]
    if not absent:
        return None
    end = absent[0]
    while end + timedelta(days=1) in absent:
        end += timedelta(days=1)
    return absent[0], end


def awaited(material: Material, workspace: Workspace) -> list[Name]:
    """What still has to come before the pack is ready, in words."""
    period, found = material.period, []
    today = material.reading.as_of.astimezone(weeks.zone(workspace.timezone)).date()
    if period.end >= today:
        found.append({"en": f"The period ends on {period.end}", "zh-hans": f"本期到 {period.end} 才结束"})
    waiting = {mark.week for mark in stale.marks(workspace.pk)}.intersection(period.weeks)
    if waiting:
        found.append({"en": "Some numbers are being counted again", "zh-hans": "部分数字正在重算"})
    gaps = [gap for gap in missing(material) if gap["source"] == "orders" and _usual(material, gap["shop"])]
    return found + [
        {"en": f"Orders of {gap['shop']} from {gap['from']} on", "zh-hans": f"{gap['shop']} 自 {gap['from']} 起的订单"}
        for gap in gaps
    ]


def _usual(material: Material, shop: str) -> bool:
    """Whether this shop's orders have arrived before."""
    arrived = material.scope.arrived
    return any(name == shop and ("orders", pk) in arrived.spans for pk, name in arrived.shops.items())


def cadence(material: Material) -> str:
    """Weekly where a week has enough incidents to tell something from chance."""
    counts = material.goods.total("incidents")[material.recent.known]
    if not len(counts):
        return "monthly"
    per_week = float(counts.mean()) / (1 if material.period.kind == "week" else 365.25 / 12 / 7)
    return "weekly" if per_week >= FEW else "monthly"


def too_few(material: Material) -> bool:
    """Whether this period alone has too few incidents for a picture."""
    return float(material.goods.total("incidents")[EARLIER]) < FEW
