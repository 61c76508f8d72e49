"""Signals of a period: what alarmed in its weeks, the strongest first. Never kept: people decide on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fupan.briefing.queries.names import Names
from fupan.core.slices import Slice
from fupan.core.weeks import Period, label
from fupan.desk.models import IssueType
from fupan.insight.facts import FactsView
from fupan.insight.models import Signal
from fupan.insight.queries.signals import seen_in
from fupan.people.models import Department

SHOWN = 8
_ORDER = (
    "product", "line", "supplier", "batch", "country", "carrier", "fulfilment", "shop", "platform", "kind",
    "issue_type",
)  # fmt: skip
Entry = dict[str, Any]


def signals(view: FactsView, period: Period, *, department: Department | None = None) -> list[Entry]:
    """Those about the shops of the view; with `department`, about issues it owns."""
    rows = seen_in(view, period.weeks).order_by("-score", "pk")
    names = Names(view.workspace_id, period)
    found = [entry for row in rows if (entry := _entry(row, period, names)) is not None]
    if department is not None:
        owned = set(IssueType.objects.filter(department=department).values_list("code", flat=True))
        found = [entry for entry in found if entry["slice"].get("issue_type") in owned]
    return found[:SHOWN]


def _entry(signal: Signal, period: Period, names: Names) -> Entry | None:
    """A signal as it stood at its newest alarm within the period."""
    try:
        where = Slice.parse(signal.slice).as_dict()
    except ValueError:
        return None
    newest = signal.last_week in period.weeks
    alarm = _alarm(signal, period)
    if alarm is None and not newest:
        return None
    week = alarm or {
        "week": signal.last_week, "observed": signal.observed, "expected": signal.expected, "upper": signal.upper,
    }  # fmt: skip
    return {
        "kind": signal.kind,
        "metric": signal.metric,
        "slice": _spoken(where),
        "label": _named(signal, names.label(_spoken(where))),
        "topic": signal.topic.term if signal.topic is not None else None,
        "week": label(week["week"]),
        "since": label(signal.week),
        "observed": week["observed"],
        "expected": week["expected"],
        "upper": week["upper"],
        "excess": round(week["observed"] - week["expected"], 4),
        "pvalue": signal.pvalue if week["week"] == signal.last_week else None,
        "external": signal.external,
        "causes": [_cause(one, names) for one in signal.causes[:3]],
        "trend": [one["observed"] for one in signal.band if one["week"] <= week["week"]][-12:],
        "url": f"/insight/signals/{signal.pk}/",
    }


def _named(signal: Signal, told: dict[str, str]) -> dict[str, str]:
    """A sub-topic is named by its words, in whatever language buyers write them."""
    if signal.topic is None:
        return told
    return {language: f"“{signal.topic.term}” · {words}" for language, words in told.items()}


def _alarm(signal: Signal, period: Period) -> Mapping[str, Any] | None:
    """The newest week of the period with an alarm, as the band kept it."""
    alarms = [one for one in signal.band if one["alarm"] and one["week"] in period.weeks]
    return next((one for one in reversed(alarms) if one["observed"] is not None and one["expected"] is not None), None)


def _spoken(where: Mapping[str, str]) -> dict[str, str]:
    """The slice in the order it is said in."""
    ordered = [name for name in _ORDER if name in where]
    return {name: where[name] for name in [*ordered, *sorted({*where} - {*ordered})]}


def _cause(entry: Mapping[str, Any], names: Names) -> Entry:
    kept = {name: entry.get(name) for name in ("observed", "expected", "ratio", "low", "high", "share")}
    return {"slice": entry["slice"], "label": names.label(_spoken(entry["slice"])), **kept}
