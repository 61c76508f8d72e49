"""Measured numbers as people read them on the insight pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from fupan.core import figures
from fupan.insight.metrics import Metric
from fupan.insight.queries import Compared, Measured

REASONS: dict[str, Promise] = {
    "no_orders": _lazy("No orders covered in this period"),
    "no_source": _lazy("The report behind it is missing"),
    "no_rate": _lazy("An exchange rate is missing"),
    "no_data": _lazy("Nothing to count in this period"),
    "too_young": _lazy("Too young to tell"),
}
AGAINST = {
    "previous": _lazy("Period before"),
    "mean4": _lazy("Mean of four periods"),
    "year": _lazy("A year before"),
}
DIMENSIONS = {
    "issue_type": _lazy("Issue type"),
    "product": _lazy("Product"),
    "line": _lazy("Product line"),
    "supplier": _lazy("Supplier"),
    "batch": _lazy("Batch"),
    "listing": _lazy("Listing"),
    "shop": _lazy("Shop"),
    "country": _lazy("Country"),
    "carrier": _lazy("Carrier"),
    "fulfilment": _lazy("Fulfilment"),
    "kind": _lazy("Kind"),
    "cause": _lazy("Cause"),
    "resolution": _lazy("Resolution"),
    "agent": _lazy("Agent"),
    "language": _lazy("Language"),
    "channel": _lazy("Channel"),
}
_WORDS: dict[str, figures.Words] = {"count": "count", "money": "count", "hours": "time"}
_UNITS: dict[str, figures.Unit] = {"share": "points", "score": "score"}
_GOOD: dict[int, figures.Good] = {-1: "down", 0: "neutral", 1: "up"}


@dataclass(frozen=True, slots=True)
class Said:
    """One measured number in words."""

    label: str
    value: str  # "" = missing
    detail: str  # k / n
    span: str  # the interval of the value itself
    change: figures.ChangeText | None
    reason: str
    url: str
    raw: float | None = None
    trend: tuple[float | None, ...] = ()


def named(names: dict[str, str]) -> str:
    """In the reader's language."""
    return names["zh-hans" if (get_language() or "").startswith("zh") else "en"]


def said(one: Measured, *, label: str, url: str, currency: str, against: str = "previous") -> Said:
    compared = one.comparisons.get(against)
    return Said(
        label=label,
        value=value_text(one.metric, one.value, currency),
        detail=detail_text(one, currency),
        span=span_text(one, currency),
        change=change_text(one.metric, compared) if compared else None,
        reason=str(REASONS.get(one.reason or "", "")),
        url=url,
        raw=one.value,
        trend=tuple(one.trend),
    )


def value_text(metric: Metric, value: float | None, currency: str) -> str:
    """A value with its unit; "" when there is none."""
    if value is None:
        return ""
    if metric.unit in ("rate", "share"):
        return figures.percent(value)
    if metric.unit == "money":
        return figures.amount(value, currency)
    if metric.unit == "hours":
        return figures.duration(timedelta(hours=value), exact=value < 6)
    if metric.unit == "per_1000":
        return _("%(count)s per 1,000") % {"count": figures.compact(value)}
    if metric.unit == "score":
        return _("%(score)s / 5") % {"score": figures.compact(round(value, 1))}
    return figures.number(value)


def detail_text(one: Measured, currency: str) -> str:
    """What the value is made of."""
    top, bottom = one.numerator, one.denominator
    if one.value is None or bottom is None:
        return ""
    if one.metric.unit == "money":
        return _("%(amount)s a unit") % {"amount": figures.amount((top or 0) / bottom, currency)} if bottom else ""
    if top is None or one.metric.unit == "score":
        return _("of %(count)s") % {"count": figures.number(bottom)}
    return figures.of(top, bottom)


def span_text(one: Measured, currency: str) -> str:
    """`1.2 % to 2.0 %`; "" where the value has no interval of its own."""
    if one.low is None or one.high is None:
        return ""
    ends = (value_text(one.metric, end, currency) for end in (one.low, one.high))
    return _("%(low)s to %(high)s") % dict(zip(("low", "high"), ends, strict=True))


def change_text(metric: Metric, compared: Compared) -> figures.ChangeText:
    return figures.change(
        compared.change,
        compared.low,
        compared.high,
        detectable=compared.detectable,
        good=_GOOD[metric.direction],
        words=_WORDS.get(metric.unit, "rate"),
        unit=_UNITS.get(metric.unit, "ratio"),
    )


def bound_text(metric: Metric, bound: float, currency: str) -> str:
    """A target: "at most 2 %", "at least 80 %"."""
    words = _("at least %(bound)s") if metric.direction > 0 else _("at most %(bound)s")
    return words % {"bound": value_text(metric, bound, currency)}


def drawn(metric: Metric, value: float | None) -> float | None:
    """As a chart draws it: rates and shares in percent."""
    if value is None:
        return None
    return round(value * 100, 4) if metric.unit in ("rate", "share") else value
