"""All metrics; their names and meanings are in words.toml. To add one, see docs/howto/add-a-metric.md."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
from django.utils.translation import gettext as _

from fupan.core.errors import Refused
from fupan.insight.metrics.kinds import Counter, Metric

Condition = Callable[[ir.Table], ir.BooleanValue]
DAY = 24


def _kept(t: ir.Table) -> ir.BooleanValue:
    """Merged tickets count once: with the ticket they were merged into."""
    return ~t.merged


def _surely(condition: ir.BooleanValue) -> ir.BooleanValue:
    """Not told is no."""
    return ibis.coalesce(condition, ibis.literal(value=False))


def _every(t: ir.Table) -> ir.BooleanValue:
    return t.workspace.notnull()


def _rows(condition: Condition) -> Counter:
    return lambda t: (_kept(t) & condition(t)).ifelse(1, 0)


def _units(condition: Condition) -> Counter:
    return lambda t: (_kept(t) & condition(t)).ifelse(t.units, 0)


def _kind(kind: str) -> Condition:
    return lambda t: t.kind == kind


def _stars(kind: str, low: int, high: int) -> Condition:
    return lambda t: (t.kind == kind) & _surely(t.stars.between(low, high))


def _handled(t: ir.Table) -> ir.BooleanValue:
    """Tickets somebody works on; rows of a returns report arrive settled and would flatter every clock."""
    return t.kind.isin(["inquiry", "claim"]) | t.first_response.notnull()


def _in_a_day(t: ir.Table) -> ir.BooleanValue:
    return _surely(t.resolution_hours <= DAY)


def _a_day_old(t: ir.Table) -> ir.BooleanValue:
    """Solved in time, or past the time: younger tickets say nothing yet."""
    return _in_a_day(t) | (t.opened + ibis.interval(hours=DAY) <= t.as_of)


def _in_time(due: str) -> Counter:
    return lambda t: _surely(t.replied <= t[due]).ifelse(1, 0)


def _decided(due: str) -> Counter:
    """Answered, or overdue: what may still be answered in time is left out."""
    return lambda t: (t[due].notnull() & (t.replied.notnull() | (t[due] <= t.as_of))).ifelse(1, 0)


def _bins(column: str, condition: Condition) -> Counter:
    return lambda t: (_kept(t) & condition(t)).ifelse(t[column], ibis.null("int16"))


def _settled(t: ir.Table) -> ir.BooleanValue:
    return _kind("inquiry")(t) & t.first_response.notnull()


def _cost(t: ir.Table) -> ir.Value:
    return _kept(t).ifelse(t.cost, 0.0).fill_null(0.0)


_RESPONSES = _bins("response_bin", lambda t: t.first_response.notnull())
_TALK = ("tickets", "messages")
_WORDS: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))


def _metric(code: str, **more: Any) -> Metric:
    return Metric(code=code, **_WORDS[code], **more)


_count = partial(_metric, kind="count", unit="count", direction=0)
_rate = partial(_metric, kind="rate", unit="rate", direction=-1)
_rating = partial(_rate, unit="per_1000", delay="rating")
_share = partial(_metric, kind="share", unit="share", direction=1, sources=_TALK)
_hours = partial(_metric, kind="quantile", unit="hours", direction=-1, sources=_TALK)

_ALL = (
    _count("tickets", numerator=_rows(_every)),
    _rate("contact_rate", numerator=_rows(_kind("inquiry")), delay="contact", sources=_TALK, filters="kind=inquiry"),
    _rate("incident_rate", numerator=_rows(lambda t: t.first), filters="first=1"),
    _rate(
        "return_rate", numerator=_units(_kind("return")), delay="return", sources=("returns", "tickets"),
        filters="kind=return",
    ),
    _rate(
        "exchange_rate", numerator=lambda t: t.exchange_units, delay="return", sources=("tickets", "replacements"),
    ),
    _rate(
        "refund_rate", numerator=lambda t: t.refund_units, delay="return",
        sources=("tickets", "returns", "reimbursements"),
    ),
    _rate("claim_rate", numerator=_units(_kind("claim")), delay="return", sources=("tickets",), filters="kind=claim"),
    _rating(
        "negative_rating_rate", numerator=_rows(_stars("rating", 1, 2)), sources=("ratings", "tickets"),
        filters="kind=rating&stars_max=2",
    ),
    _rating(
        "neutral_rating_rate", numerator=_rows(_stars("rating", 3, 3)), sources=("ratings", "tickets"),
        filters="kind=rating&stars_max=3",
    ),
    _rating(
        "negative_feedback_rate", numerator=_rows(_stars("feedback", 1, 2)), exposure="orders",
        sources=("feedback", "tickets"), filters="kind=feedback&stars_max=2",
    ),
    _rate(
        "order_defect_rate", numerator=lambda t: t.defect.ifelse(1, 0), exposure="orders", delay="rating",
        sources=("feedback", "tickets"),
    ),
    _metric(
        "refund_cost", kind="money", unit="money", direction=-1, delay="return", numerator=_cost,
        denominator=_rows(lambda t: t.unconverted),
    ),
    _metric(
        "refund_spread", kind="spread", unit="share", direction=-1, numerator=_cost,
        denominator=_rows(lambda t: t.cost.notnull()),
    ),
    _hours("first_response_p50", numerator=_RESPONSES),
    _hours("first_response_p90", numerator=_RESPONSES, quantile=0.9),
    _share(
        "reply_in_time", table="messages", numerator=_in_time("due"), denominator=_decided("due"),
        filters="late=platform", look_back=26,
    ),
    _share(
        "reply_in_office_time", table="messages", numerator=_in_time("office_due"), denominator=_decided("office_due"),
        look_back=26,
    ),
    _hours(
        "resolution_time_p50", numerator=_bins("resolution_bin", lambda t: _handled(t) & t.resolved.notnull()),
        clock=("resolved_week", "resolved_month"), look_back=26,
    ),
    _share(
        "resolution_rate", numerator=_rows(lambda t: _handled(t) & _surely(t.resolved_week <= t.week)),
        denominator=_rows(_handled),
    ),
    _share(
        "first_contact_resolution", numerator=_rows(lambda t: _settled(t) & (t.replies <= 1) & ~t.recontact),
        denominator=_rows(_settled), clock=("settled_week", "settled_month"), look_back=8,
    ),
    _share(
        "reopen_rate", direction=-1, numerator=_rows(lambda t: _handled(t) & (t.reopened > 0)),
        denominator=_rows(lambda t: _handled(t) & (t.resolved.notnull() | (t.reopened > 0))),
    ),
    _share(
        "simple_in_24h", numerator=_rows(lambda t: t.simple & _handled(t) & _in_a_day(t)),
        denominator=_rows(lambda t: t.simple & _handled(t) & _a_day_old(t)),
    ),
    _metric(
        "csat", kind="mean", unit="score", direction=1, sources=("tickets",),
        numerator=lambda t: _kept(t).ifelse(t.csat, 0).fill_null(0), denominator=_rows(lambda t: t.csat.notnull()),
    ),
    _metric(
        "repurchase_rate", kind="repeat", unit="share", direction=1, table="orders", numerator=lambda t: t.buyer,
        look_back=26,
    ),
)  # fmt: skip
METRICS: dict[str, Metric] = {one.code: one for one in _ALL}


def metric(code: str) -> Metric:
    """The metric of that code; Refused when there is none."""
    try:
        return METRICS[code]
    except KeyError:
        raise Refused(_("There is no metric “%(code)s”.") % {"code": code}, code="no-such-metric") from None
