"""Metrics, for programs: the registry, and values with their uncertainty."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from ninja import Query, Router
from ninja.errors import HttpError

from fupan.core import weeks
from fupan.core.schemas import answers
from fupan.core.slices import Slice
from fupan.insight import queries
from fupan.insight.metrics import METRICS, Metric
from fupan.insight.policies import facts_seen_by
from fupan.insight.schemas import Asked, MetricOut, ValuesOut
from fupan.insight.shapes import DIMENSIONS
from fupan.people.models import Member
from fupan.people.policies import may
from fupan.people.tokens import TokenAuth, TokenRequest, caller

metrics = Router(tags=["metrics"])
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


def _told(metric: Metric) -> dict[str, Any]:
    return {
        "code": metric.code,
        "name": metric.name,
        "meaning": metric.meaning,
        "unit": metric.unit,
        "direction": metric.direction,
        "dimensions": list(DIMENSIONS[metric.table]),
    }


def _may_see(member: Member, metric: Metric) -> bool:
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
