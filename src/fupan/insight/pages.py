"""The contexts of the insight pages: questions asked, answers worded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from fupan.commerce.models import Product
from fupan.core import clock
from fupan.core.paging import page_of
from fupan.core.slices import Slice
from fupan.core.weeks import Period, week_of_day, week_period
from fupan.insight.facts import FactsView
from fupan.insight.metrics import METRICS, Metric
from fupan.insight.models import SubTopicState, Target
from fupan.insight.policies import facts_seen_by, targets_seen_by
from fupan.insight.queries import labels, measure, sub_topics
from fupan.insight.queries.cohorts import cohorts
from fupan.insight.queries.measure import Measured
from fupan.insight.queries.screens import FILTERS, Asked, asked, names_of, newest_week, ranked
from fupan.insight.queries.targets import Held, held_on
from fupan.insight.shapes import DIMENSIONS
from fupan.insight.wording import (
    AGAINST,
    REASONS,
    bound_text,
    change_text,
    drawn,
    named,
    said,
    value_text,
)
from fupan.insight.wording import DIMENSIONS as DIMENSION_NAMES
from fupan.people.decorators import MemberRequest
from fupan.people.models import Member
from fupan.people.policies import may

Told = Mapping[str, str]
Context = dict[str, Any]
PERIODS_DRAWN = 26
ROWS = 60
PRODUCT_KPIS = (
    "return_rate", "incident_rate", "contact_rate", "negative_rating_rate", "refund_cost",
)  # fmt: skip


def view_of(member: Member, wanted: Asked) -> FactsView:
    """The member's facts, or those of the one shop asked for."""
    view = facts_seen_by(member)
    return FactsView(view.workspace_id, frozenset({wanted.shop.pk})) if wanted.shop else view


def metrics_seen_by(member: Member) -> list[Metric]:
    money = may(member, "see_money")
    return [one for one in METRICS.values() if money or (one.unit != "money" and one.code != "refund_spread")]


def shell_period(told: Told, period: Period) -> dict[str, str]:
    """The period picker of the top bar, which keeps the other filters."""

    def to(other: Period) -> str:
        rest = {name: value for name, value in told.items() if name not in ("week", "month", "page") and value}
        return f"?{urlencode({**rest, other.kind: other.label})}"

    return {"label": period.label, "prev_url": to(period.previous()), "next_url": to(period.previous(-1))}


def explored(member: Member, told: Told) -> Context:
    """One metric: now, against earlier, over time, and cut by one dimension."""
    wanted = asked(member, told)
    choices = metrics_seen_by(member)
    metric = next((one for one in choices if one.code == told.get("metric")), choices[0])
    by = _dimension(metric, told.get("by", ""))
    view, currency = view_of(member, wanted), member.workspace.currency
    (now,) = measure(view, [metric.code], wanted.period, where=wanted.where, length=PERIODS_DRAWN)
    target = held_on(member.workspace_id, wanted.period.end).get(metric.code) if not wanted.where else None
    return {
        "asked": wanted,
        "metrics": [(one.code, named(one.name)) for one in choices],
        "metric": metric,
        "name": named(metric.name),
        "meaning": named(metric.meaning),
        "now": said(now, label=named(metric.name), url=wanted.tickets(metric.filters), currency=currency),
        "comparisons": _comparisons(now, currency),
        "target": _target(metric, target, now.value, currency),
        "chart": _chart(wanted.period, now, target),
        "history": _history(wanted.period, now, currency),
        "by": by,
        "by_name": DIMENSION_NAMES.get(by, ""),
        "dimensions": [(name, DIMENSION_NAMES[name]) for name in _dimensions(metric)],
        "filters": [(name, DIMENSION_NAMES[name], value) for name, value in wanted.where.items()],
        "rows": _sliced(member, view, metric, wanted, by) if by else [],
        "unit": {"rate": "%", "share": "%", "hours": "h"}.get(metric.unit, ""),
    }


def _dimensions(metric: Metric) -> list[str]:
    return (
        []
        if metric.kind in ("spread", "repeat")
        else [name for name in DIMENSIONS[metric.table] if name in DIMENSION_NAMES]
    )


def _dimension(metric: Metric, wanted: str) -> str:
    known = _dimensions(metric)
    return wanted if wanted in known else next(iter(name for name in ("product", "issue_type") if name in known), "")


def _comparisons(now: Measured, currency: str) -> list[Context]:
    return [
        {
            "name": AGAINST[name],
            "value": value_text(now.metric, one.value, currency),
            "change": change_text(now.metric, one),
        }
        for name, one in now.comparisons.items()
        if one is not None
    ]


def _target(metric: Metric, target: Held | None, value: float | None, currency: str) -> Context | None:
    if target is None:
        return None
    return {"text": bound_text(metric, target.bound, currency), "met": target.met(value)}


def _chart(period: Period, series: Measured, target: Held | None = None) -> Context:
    metric, names = series.metric, labels(period, len(series.trend))
    chart: Context = {
        "periods": names,
        "labels": {"observed": named(metric.name), "expected": _("Target"), "upper": ""},
        "observed": [drawn(metric, value) for value in series.trend],
        "urls": [],
        "from_zero": metric.unit not in ("share", "score"),
    }
    if target is not None:
        chart["expected"] = [drawn(metric, target.bound)] * len(names)
    return chart


def _history(period: Period, series: Measured, currency: str) -> list[tuple[str, str]]:
    names = labels(period, len(series.trend))
    return [(name, value_text(series.metric, value, currency)) for name, value in zip(names, series.trend, strict=True)]


def _sliced(member: Member, view: FactsView, metric: Metric, wanted: Asked, by: str) -> list[Any]:
    """The parts of the number, the largest first."""
    parts = measure(view, [metric.code], wanted.period, by=(by,), where=wanted.where, compare=("previous",))
    parts = [one for one in parts if one.numerator or one.denominator]
    parts.sort(key=lambda one: -(one.numerator if one.numerator is not None else one.denominator or 0))
    names, currency = names_of(member, by), member.workspace.currency
    return [
        said(
            one,
            label=_label(names, one.slice[by]),
            url=_rows_url(member, wanted, metric, by, one.slice[by]),
            currency=currency,
        )
        for one in parts[:ROWS]
    ]


def _label(names: dict[str, str], value: str) -> str:
    return names.get(value, value) if value else _("Not told")


def _rows_url(member: Member, wanted: Asked, metric: Metric, by: str, value: str) -> str:
    if by == "shop":
        shop = member.workspace.shops.filter(name=value).first()
        return wanted.tickets(metric.filters, shop=str(shop.pk) if shop else "")
    if by in (*FILTERS, "resolution", "language") and (value or by == "issue_type"):
        return wanted.tickets(metric.filters, **{by: value})
    return ""


def products(member: Member, told: Told) -> Context:
    wanted = asked(member, told)
    search, sort = told.get("q", "").strip()[:120], told.get("sort", "worst")
    rows = ranked(member, view_of(member, wanted), wanted.period, search=search, sort=sort)
    page = Paginator(rows, 50).get_page(told.get("page"))
    top = max((row.high or 0.0 for row in rows if not row.small), default=0.0)
    return {"asked": wanted, "page": page, "q": search, "sort": sort, "full": top or 1.0,
            "covered": any(row.shrunk is not None for row in rows)}  # fmt: skip


def product(member: Member, one: Product, told: Told) -> Context:
    """What there is to know about one product."""
    wanted = asked(member, told)
    wanted = Asked(wanted.period, {"product": one.code}, wanted.shop)
    view, where, currency = view_of(member, wanted), wanted.where, member.workspace.currency
    codes = [code for code in PRODUCT_KPIS if any(code == seen.code for seen in metrics_seen_by(member))]
    kpis = measure(view, codes, wanted.period, where=where, length=PERIODS_DRAWN)
    returns = kpis[0]
    return {
        "asked": wanted,
        "product": one,
        "kpis": [
            said(kpi, label=named(kpi.metric.name), url=wanted.tickets(kpi.metric.filters), currency=currency)
            for kpi in kpis
        ],
        "chart": _chart(wanted.period, returns),
        "history": _history(wanted.period, returns, currency),
        "issues": _sliced(member, view, METRICS["incident_rate"], wanted, "issue_type"),
        "batches": _sliced(member, view, METRICS["return_rate"], wanted, "batch"),
        "listings": _sliced(member, view, METRICS["return_rate"], wanted, "listing"),
        "cohorts": _cohorts(view, where, currency, last=week_of_day(wanted.period.end)),
        "name": named(returns.metric.name),
    }


def _cohorts(view: FactsView, where: dict[str, str], currency: str, *, last: int) -> list[Context]:
    metric = METRICS["return_rate"]
    return [
        {"label": one.label, "k": one.k, "n": one.n, "value": value_text(metric, one.value, currency),
         "low": one.low, "high": one.high, "reason": REASONS.get(one.reason or "", "")}
        for one in reversed(cohorts(view, "return_rate", last=last, length=10, where=where))
    ]  # fmt: skip


def targets(member: Member, told: Told) -> list[Context]:
    """Every target, newest first, and how the last whole week stands against those in force."""
    period = asked(member, told).period if told.get("month") or told.get("week") else None
    period = period or week_period(newest_week(member.workspace_id))
    view, today = facts_seen_by(member), clock.today()
    seen = {one.code for one in metrics_seen_by(member)}
    rows = [row for row in targets_seen_by(member).order_by("-valid_from", "metric") if row.metric in seen]
    values = _values(view, period, [row for row in rows if _in_force(row, today)])
    return [
        _target_row(member, row, values.get((row.metric, row.slice)), in_force=_in_force(row, today)) for row in rows
    ]


def _in_force(target: Target, today: Any) -> bool:
    return target.valid_from <= today and (target.valid_to is None or target.valid_to >= today)


def _values(view: FactsView, period: Period, rows: list[Target]) -> dict[tuple[str, str], Measured]:
    """One question per slice."""
    found: dict[tuple[str, str], Measured] = {}
    for text in {row.slice for row in rows}:
        codes = sorted({row.metric for row in rows if row.slice == text})
        where = Slice.parse(text).as_dict()
        for one in measure(view, codes, period, where=where, compare=("previous",)):
            found[one.metric.code, text] = one
    return found


def _target_row(member: Member, target: Target, now: Measured | None, *, in_force: bool) -> Context:
    metric, currency = METRICS[target.metric], member.workspace.currency
    held = Held(target.metric, target.bound, target.slice)
    return {
        "target": target,
        "name": named(metric.name),
        "bound": bound_text(metric, target.bound, currency),
        "in_force": in_force,
        "now": said(now, label=named(metric.name), url="", currency=currency) if now else None,
        "met": held.met(now.value) if now else None,
    }


def topics(request: MemberRequest) -> Context:
    """The sub-topics of a state, with quotes."""
    member, asked = request.member, request.GET.get("state", "")
    state = asked if asked in SubTopicState.values else SubTopicState.CANDIDATE
    page = page_of(request, sub_topics.sub_topics(member, state), size=20)
    counted = {one: sub_topics.sub_topics(member, one).count() for one in SubTopicState.values}
    return {
        "page": page,
        "rows": sub_topics.told(member, page.object_list),
        "tabs": [(code, name, counted[code], code == state) for code, name in SubTopicState.choices],
        "state": state,
        "may_edit": may(member, "edit_targets"),
    }
