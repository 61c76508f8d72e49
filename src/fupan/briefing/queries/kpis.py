"""The numbers of the pack."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fupan.briefing.queries.material import Material
from fupan.briefing.queries.names import Names
from fupan.insight.metrics import METRICS
from fupan.insight.queries import Measured, measured
from fupan.insight.queries.targets import Held, held_on

CODES = (
    "tickets", "incident_rate", "return_rate", "refund_cost", "negative_rating_rate", "first_response_p50",
    "reply_in_time", "first_contact_resolution", "simple_in_24h", "csat", "contact_rate", "exchange_rate",
    "refund_rate", "claim_rate", "neutral_rating_rate", "negative_feedback_rate", "order_defect_rate", "refund_spread",
    "first_response_p90", "reply_in_office_time", "resolution_time_p50", "resolution_rate", "reopen_rate",
)  # fmt: skip


def kpis(material: Material, names: Names) -> list[dict[str, Any]]:
    targets = held_on(material.reading.view.workspace_id, material.period.end)
    found = measured(material.scope, [METRICS[code] for code in CODES])
    return [_entry(one, names, targets.get(one.metric.code)) for one in found]


def _entry(one: Measured, names: Names, target: Held | None) -> dict[str, Any]:
    previous = one.comparisons.get("previous")
    return {
        "metric": one.metric.code,
        "name": one.metric.name,
        "meaning": one.metric.meaning,
        "unit": one.metric.unit,
        "direction": one.metric.direction,
        "value": one.value,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "value_low": one.low,
        "value_high": one.high,
        "previous": previous.value if previous else None,
        "change": previous.change if previous else None,
        "low": previous.low if previous else None,
        "high": previous.high if previous else None,
        "detectable": bool(previous and previous.detectable),
        "comparisons": {name: asdict(each) if each else None for name, each in one.comparisons.items()},
        "trend": one.trend,
        "target": {"bound": target.bound, "met": target.met(one.value)} if target else None,
        "reason": one.reason,
        "url": names.tickets(more=one.metric.filters),
    }
