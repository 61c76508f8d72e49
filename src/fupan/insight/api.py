"""Metrics and signals, for programs: values with their uncertainty, and what was noticed in them."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from ninja import Query, Router
from ninja.errors import HttpError

from fupan.core import weeks
from fupan.core.cursor import page
from fupan.core.schemas import Page, answers
from fupan.core.slices import Slice
from fupan.insight import queries
from fupan.insight.metrics import METRICS, Metric
from fupan.insight.models import Signal
from fupan.insight.policies import facts_seen_by
from fupan.insight.queries.signals import signals_of
from fupan.insight.schemas import Asked, AskedSignals, MetricOut, SignalOut, ValuesOut
from fupan.insight.shapes import DIMENSIONS
from fupan.people.models import Member
from fupan.people.policies import may
from fupan.people.tokens import TokenAuth, TokenRequest, caller

metrics = Router(tags=["metrics"])
signals = Router(tags=["signals"])
MONEY = {"refund_spread"}


@metrics.get("", auth=TokenAuth("metrics:read"), response=answers(list[MetricOut]), summary="The metrics there are")
def list_metrics(request: TokenRequest) -> list[dict[str, Any]]:
    return [_told(one) for one in METRICS.values() if _may_see(caller(request), one)]


@metrics.get("/{code}", auth=TokenAuth("metrics:read"), response=answers(ValuesOut), summary="A metric of a period")
def get_metric(request: TokenRequest, code: str, asked: Query[Asked]) -> dict[str, Any]:
    member, chosen = caller(request), METRICS.get(code)
    if chosen is None or not _may_see(member, chosen):
        raise Http404
    by, where = _cut(chosen, asked)
    found = queries.measure(facts_seen_by(member), [code], _period(asked.period), by=by, where=where)
    return {"metric": code, "period": asked.period, "values": found}


@signals.get("", auth=TokenAuth("metrics:read"), response=answers(Page[SignalOut]), summary="What was noticed")
def list_signals(request: TokenRequest, asked: Query[AskedSignals]) -> dict[str, Any]:
    member = caller(request)
    rows = signals_of(member, state=asked.state or None)
    if asked.week:
        week = weeks.parse_week(asked.week)
        rows = rows.filter(week__lte=week, last_week__gte=week)
    found, more = page(rows, cursor=asked.cursor, limit=asked.limit)
    return {"items": [_signal(one, member) for one in found if _may_see(member, one.metric)], "next": more}


def _signal(one: Signal, member: Member) -> dict[str, Any]:
    plain = ("kind", "state", "metric", "observed", "expected", "upper", "excess", "pvalue", "causes", "external")
    return {name: getattr(one, name) for name in plain} | {
        "id": one.pk, "slice": Slice.parse(one.slice).as_dict(), "since": weeks.label(one.week),
        "week": weeks.label(one.last_week), "cost_week": one.cost_week if may(member, "see_money") else None,
        "opened_at": one.opened_at,
    }  # fmt: skip


def _told(metric: Metric) -> dict[str, Any]:
    return {
        "code": metric.code,
        "name": metric.name,
        "meaning": metric.meaning,
        "unit": metric.unit,
        "direction": metric.direction,
        "dimensions": list(DIMENSIONS[metric.table]),
    }


def _may_see(member: Member, asked: Metric | str) -> bool:
    metric = METRICS[asked] if isinstance(asked, str) else asked
    money = metric.unit == "money" or metric.code in MONEY
    return may(member, "see_insight") and (not money or may(member, "see_money"))


def _period(label: str) -> weeks.Period:
    return weeks.week_period(weeks.parse_week(label)) if "W" in label else weeks.parse_month(label)


def _cut(metric: Metric, asked: Asked) -> tuple[list[str], dict[str, str]]:
    """Dimensions to cut and narrow by, if this metric has them."""
    known = set(DIMENSIONS[metric.table])
    try:
        where = Slice.parse(asked.where).as_dict()
    except ValueError as unknown:
        raise HttpError(422, str(unknown)) from unknown
    strange = sorted({*asked.by, *where} - known)
    if strange:
        raise HttpError(422, f"{metric.code} has no dimension {strange}; it has {sorted(known)}")
    return asked.by, where
